"""`exercise`: the course's three functions, to be filled in and checked on your own machine."""

from pathlib import Path

import click

from resnet.cli.parameters import NEW_FOLDER, PathParameter
from resnet.cli.reporting import FAILED, load_keras
from resnet.course.exercise_files import EXERCISES, hand_out
from resnet.language import translate as _

DEFAULT = Path("exercises")


@click.group()
def exercise() -> None:
    """Write the course's blocks and ResNet50 yourself.

    Your files run on this machine alone, with your own rights; nothing is sent anywhere.
    """


@exercise.command("start")
@click.argument("folder", type=NEW_FOLDER, default=DEFAULT)
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
@click.argument("path", type=PathParameter(), default=DEFAULT)
@click.option("--only", type=click.Choice(tuple(EXERCISES)), help="Check one exercise alone.")
def check(path: Path, only: str | None) -> None:
    """Check what you wrote, and name the first mistake.

    PATH is the folder of `exercise start`, or your own assignment: a Jupyter notebook or a script
    of either version of the course. Of a file only imports, functions and constants are run.

    \b
    Example:
      python -m resnet exercise check
      python -m resnet exercise check Residual_Networks.ipynb
    """
    load_keras()
    from resnet.course import exercise_check as checking

    path = path.resolve()
    if path.is_file() and only is None:
        found = checking.check_all(path)
        for name in (name for name in EXERCISES if name not in found):
            click.echo(_("· {name}: not in this file").format(name=EXERCISES[name]))
        for name, mistake in found.items():
            _tell(name, mistake)
        return
    for name in [only] if only else EXERCISES:
        _tell(name, checking.check(path if path.is_file() else path / f"{name}.py", name))


def _tell(name: str, mistake: str | None) -> None:
    if mistake:
        click.echo(f"✗ {name}: {mistake}")
        raise SystemExit(FAILED)
    click.echo(_("✓ {name}: right").format(name=name))
