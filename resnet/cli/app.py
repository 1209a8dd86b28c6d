"""`app`: start the screens."""

import runpy
import signal
import socket
import sys

import click

from resnet.cli.streams import ending_signals
from resnet.errors import LabError
from resnet.language import translate as _
from resnet.settings import APP, runs_place


@click.command()
@click.option(
    "--port",
    default=8501,
    show_default=True,
    type=click.IntRange(1, 65535),
    help="Port that the screens are served at.",
)
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
    if address:
        _check_address(address, port)
    runs_place()  # refuses a setting that names no place
    options = [f"--server.port={port}", *([f"--server.address={address}"] if address else [])]
    # Streamlit reads the lab's settings from .streamlit/ beside the script. In this process, so
    # that a signal meets the server itself; by name, since nothing in here imports Streamlit.
    for number in ending_signals():
        if number != signal.SIGINT:
            signal.signal(number, signal.SIG_DFL)  # the server handles what it heeds itself
    sys.argv = ["streamlit", "run", str(APP), *options]
    runpy.run_module("streamlit", run_name="__main__")


def _check_address(address: str, port: int) -> None:
    """Raise LabError, naming the address, where this machine cannot serve at it."""
    try:
        family, *_kind, place = socket.getaddrinfo(address, port, type=socket.SOCK_STREAM)[0]
        socket.create_server(place[:2], family=family).close()
    except (OSError, UnicodeError) as error:  # the latter for what no host may be called
        raise LabError(
            _(
                "The screens cannot be served at {address}, port {port} ({reason}): give an IP "
                "address of this machine, such as 127.0.0.1, and a port that is free."
            ).format(address=address, port=port, reason=getattr(error, "strerror", None) or error)
        ) from error
