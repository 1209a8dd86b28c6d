"""`exercise`: the course's three functions, to be filled in and checked on your own machine."""

from pathlib import Path

import click

from resnet.cli.reporting import FAILED, load_keras
from resnet.exercises.files import EXERCISES, hand_out
from resnet.language import translate as _

_folder = click.argument(
    "folder", type=click.Path(file_okay=False, path_type=Path), default=Path("exercises"),
)  # fmt: skip


@click.group()
def exercise() -> None:
    """Write the course's blocks and ResNet50 yourself.

    Your files run on this machine alone, with your own rights; nothing is sent anywhere.
    """


@exercise.command("start")
@_folder
def start(folder: Path) -> None:
    """Write three files with gaps into FOLDER (exercises).

    \b
    Example:
      python -m resnet exercise start
    """
    for path in hand_out(folder):
        click.echo(path)
    click.echo(_("Fill in the gaps, then: python -m resnet exercise check"))


@exercise.command("check")
@_folder
@click.option(
    "--only", type=click.Choice(tuple(EXERCISES)), help="Check one exercise alone."
)  # fmt: skip
def check(folder: Path, only: str | None) -> None:
    """Check your files in FOLDER (exercises), and name the first mistake.

    \b
    Example:
      python -m resnet exercise check
    """
    load_keras()
    from resnet.exercises import check as checking

    for name in [only] if only else EXERCISES:
        mistake = checking.check(folder.resolve(), name)
        if mistake:
            click.echo(f"✗ {name}: {mistake}")
            raise SystemExit(FAILED)
        click.echo(_("✓ {name}: right").format(name=name))
