"""Keep the run store and the runs' files in one archive, and bring them back."""

import shutil
import sqlite3
import tarfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import make_url

from resnet.errors import LabError
from resnet.language import translate as _
from resnet.settings import database_url, runs_folder, runs_place

DATABASE, FILES = "runs.db", "files"
LOG = ".log"


def back_up(archive: Path) -> int:
    """Write the store and all runs' files into a .tar.gz; return how many files it holds.

    Safe while the server runs: SQLite copies a moment of the database. LabError for another kind
    of database, or where runs' files are not in a folder of this machine.
    """
    database, folder = _places()
    if not database.exists():
        raise LabError(_("There is no run store at {place} yet.").format(place=database))
    archive.parent.mkdir(parents=True, exist_ok=True)
    partial = archive.with_name(f"partial-{archive.name}")
    count = 0
    with TemporaryDirectory() as here, tarfile.open(partial, "w:gz") as tar:
        copy = Path(here) / DATABASE
        with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
        tar.add(copy, DATABASE)
        for path in _files(folder):
            tar.add(path, f"{FILES}/{path.relative_to(folder)}", recursive=False)
            count += 1
    partial.replace(archive)
    return count


def restore(archive: Path) -> int:
    """Bring an archive of back_up() to where the store and the files belong; return as it does.

    LabError where there is a store already, or the archive is not one: nothing is overwritten.
    """
    database, folder = _places()
    if database.exists():
        raise LabError(
            _("There is a run store at {place}: move it away first, nothing was changed.").format(
                place=database
            )
        )
    try:
        with TemporaryDirectory(dir=_made(folder)) as here, tarfile.open(archive) as tar:
            tar.extractall(here, filter="data")  # nothing outside, no links out, no devices
            unpacked = Path(here)
            with closing(sqlite3.connect(unpacked / DATABASE)) as found:
                found.execute("SELECT 1 FROM runs LIMIT 1")
            files = list(_files(unpacked / FILES)) if (unpacked / FILES).exists() else []
            for path in files:
                target = folder / path.relative_to(unpacked / FILES)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.move(path, target)
            shutil.move(unpacked / DATABASE, _made(database.parent) / database.name)
    except (OSError, EOFError, tarfile.TarError, sqlite3.Error) as error:
        raise LabError(
            _("{file} is not a backup of the lab ({reason}): choose one made by `backup`.").format(
                file=archive, reason=" ".join(str(error).split())
            )
        ) from error
    return len(files)


def _places() -> tuple[Path, Path]:
    address, place = make_url(database_url()), runs_place()
    if address.get_backend_name() != "sqlite" or not address.database:
        raise LabError(
            _(
                "This store is {kind}: use its own tools (pg_dump), and copy the runs' files."
            ).format(kind=address.get_backend_name())
        )
    if not isinstance(place, Path):
        raise LabError(_("The runs' files are at {place}: copy them there.").format(place=place))
    return Path(address.database), runs_folder()


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _files(folder: Path) -> Iterator[Path]:
    """Yield the files of runs: each lies in a folder of its own."""
    for path in sorted(folder.rglob("*")):
        inside = len(path.relative_to(folder).parts) > 1
        if inside and path.is_file() and not path.is_symlink() and path.suffix != LOG:
            yield path
