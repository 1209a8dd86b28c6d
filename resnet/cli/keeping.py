"""`backup` and `restore`: the run store and the runs' files in one archive."""

from pathlib import Path

import click

from resnet.cli.parameters import FILE, NEW_FILE
from resnet.language import translate as _
from resnet.store import backup as archives


@click.command()
@click.argument("file", type=NEW_FILE)
def backup(file: Path) -> None:
    """Write all runs, their curves and weights into FILE (.tar.gz).

    The server may run meanwhile.

    \b
    Example:
      python -m resnet backup lab.tar.gz
    """
    count = archives.back_up(file)
    click.echo(_("{file}: the run store and {n} files").format(file=file, n=count))


@click.command()
@click.argument("file", type=FILE)
def restore(file: Path) -> None:
    """Bring back what `backup` wrote, where no run store is yet.

    End the server first, and move its runs folder away.

    \b
    Example:
      python -m resnet restore lab.tar.gz
    """
    count = archives.restore(file)
    click.echo(_("The run store and {n} files are back.").format(n=count))
