"""`data`: fetch SIGNS, check a folder with its files, write the synthetic set."""

from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress

from resnet.cli.parameters import FOLDER, NEW_FOLDER
from resnet.errors import LabError
from resnet.language import translate as _


@click.group()
def data() -> None:
    """Fetch SIGNS, check a data folder, or write the synthetic set."""


@data.command()
@click.argument("name", type=click.Choice(("signs", "strangers")), default="signs")
@click.option(
    "--to",
    "folder",
    type=NEW_FOLDER,
    metavar="DIR",
    help="Folder to write to; data/signs or data/strangers by default.",
)
def fetch(name: str, folder: Path | None) -> None:
    """Download SIGNS (the default) or the strangers' hands, and verify what came.

    SIGNS may not be redistributed: these are public copies, for your own use. The strangers'
    hands, photos of other people for training, are under the Apache License 2.0.

    \b
    Example:
      python -m resnet data fetch
    """
    from resnet.data import download

    console = Console(stderr=True)
    with Progress("{task.description}", BarColumn(), DownloadColumn(), console=console) as bars:
        tasks: dict[str, Any] = {}

        def report(file: str, have: int, total: int | None) -> None:
            if file not in tasks:
                tasks[file] = bars.add_task(file)
            bars.update(tasks[file], completed=have, total=total)

        if name == "signs":
            folder = download.fetch_signs(folder or download.SIGNS_FOLDER, report=report)
        else:
            folder = download.fetch_strangers(folder or download.STRANGERS_FOLDER, report=report)
    if name == "strangers":
        click.echo(download.STRANGERS_NOTICE)
    click.echo(_("Verified and written to {folder}.").format(folder=folder))


@data.command()
@click.argument("folder", type=FOLDER, metavar="DIR")
def check(folder: Path) -> None:
    """Check the two SIGNS files in DIR and say what they hold.

    DIR must hold train_signs.h5 and test_signs.h5. The exit code is 1 if something is wrong.

    \b
    Example:
      python -m resnet data check data/signs
    """
    from resnet.data.signs import check_folder

    findings = check_folder(folder)
    for finding in findings:
        if finding.ok:
            click.echo(finding.text)
    if faults := [finding.text for finding in findings if not finding.ok]:
        raise LabError(" ".join(faults))


@data.command()
@click.option(
    "--out",
    "folder",
    required=True,
    type=NEW_FOLDER,
    metavar="DIR",
    help="Folder to write to; it is made if it is not there.",
)
@click.option(
    "--seed",
    default=0,
    show_default=True,
    type=click.IntRange(0, 2**31 - 1),
    help="Seed of the hands drawn.",
)
@click.option(
    "--train",
    "train",
    default=1080,
    show_default=True,
    type=click.IntRange(6, 100_000),
    help="Training images.",
)
@click.option(
    "--test",
    "test",
    default=120,
    show_default=True,
    type=click.IntRange(6, 100_000),
    help="Test images.",
)
def synthetic(folder: Path, seed: int, train: int, test: int) -> None:
    """Draw a set of synthetic hands and write it as SIGNS's two files.

    The files are marked as synthetic, and every result made from them says so. Files of real
    photos are never overwritten.

    \b
    Example:
      python -m resnet data synthetic --out hands --seed 1
    """
    from resnet.data.signs import write_hdf5
    from resnet.hands.synthetic import synthetic_set

    _refuse_real_photos(folder)
    with Console(stderr=True).status(_("Drawing {n} hands …").format(n=train + test)):
        dataset = synthetic_set(train=train, test=test, seed=seed)
    write_hdf5(dataset, folder)
    click.echo(
        _("Wrote {train} training and {test} test images (synthetic) to {folder}.").format(
            train=train, test=test, folder=folder
        )
    )


def _refuse_real_photos(folder: Path) -> None:
    from resnet.data.signs import find_signs, load_signs

    if find_signs(folder) and not load_signs(folder).synthetic:
        raise LabError(
            _("{folder} holds real photos, which would be lost: choose another folder.").format(
                folder=folder
            )
        )
