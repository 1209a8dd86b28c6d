"""`app`: start the screens."""

import runpy
import sys

import click

from resnet.settings import APP


@click.command()
@click.option(
    "--port", default=8501, show_default=True, type=click.IntRange(1, 65535),
    help="Port that the screens are served at.",
)  # fmt: skip
@click.option(
    "--address", metavar="IP", help="Serve at this address of the machine alone.  [default: at all]"
)
def app(port: int, address: str | None) -> None:
    """Start the screens, and serve them until Ctrl-C.

    Runs are kept in the folder `runs` where this is called, or in a clone's own; RESNET_LAB_RUNS
    names another.

    \b
    Examples:
      python -m resnet app
      python -m resnet app --port 8600 --address 127.0.0.1
    """
    options = [f"--server.port={port}", *([f"--server.address={address}"] if address else [])]
    # Streamlit reads the lab's settings from .streamlit/ beside the script. In this process, so
    # that a signal meets the server itself; by name, since nothing in here imports Streamlit.
    sys.argv = ["streamlit", "run", str(APP), *options]
    runpy.run_module("streamlit", run_name="__main__")
