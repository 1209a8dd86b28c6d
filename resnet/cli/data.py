"""`data`: check a folder with SIGNS's files, write the synthetic set."""

from pathlib import Path

import click
from rich.console import Console

from resnet.errors import LabError
from resnet.language import translate as _

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.group()
def data() -> None:
    """Check a data folder, or write the synthetic set."""


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
    type=click.Path(file_okay=False, path_type=Path),
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
    "--train", "train", default=1080, show_default=True, type=click.IntRange(6, 100_000),
    help="Training images.",
)  # fmt: skip
@click.option(
    "--test", "test", default=120, show_default=True, type=click.IntRange(6, 100_000),
    help="Test images.",
)  # fmt: skip
def synthetic(folder: Path, seed: int, train: int, test: int) -> None:
    """Draw a set of synthetic hands and write it as SIGNS's two files.

    The files are marked as synthetic, and every result made from them says so. Files of real
    photos are never overwritten.

    \b
    Example:
      python -m resnet data synthetic --out hands --seed 1
    """
    from resnet.data.signs import write_hdf5
    from resnet.data.synthetic import synthetic_set

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
