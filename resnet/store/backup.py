"""Keep the run store and the runs' files in one archive, and bring them back."""

import os
import shutil
import sqlite3
import tarfile
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from resnet.errors import LabError
from resnet.language import translate as _
from resnet.settings import runs_folder, runs_place
from resnet.store.database import cannot_open, database_url

DATABASE, FILES = "runs.db", "files"
LOGS = "logs"
PARTIAL = "partial-"  # begins the name of what is being written


def back_up(archive: Path) -> int:
    """Write the store and all runs' files into a .tar.gz; return how many files it holds.

    Safe while the server runs: SQLite copies a moment of the database. LabError for another kind
    of database, or where runs' files are not in a folder of this machine.
    """
    database, folder = _places()
    if not database.exists():
        raise LabError(_("There is no run store at {place} yet.").format(place=database))
    archive.parent.mkdir(parents=True, exist_ok=True)
    partial = archive.with_name(f"{PARTIAL}{archive.name}")
    try:
        count = _pack(database, folder, partial)
        partial.replace(archive)
    except sqlite3.Error as error:
        raise LabError(
            _(
                "The run store at {place} cannot be copied ({reason}): `python -m resnet doctor` "
                "says more; nothing was written."
            ).format(place=database, reason=error)
        ) from error
    except OSError as error:
        raise LabError(
            _(
                "{file} cannot be written ({reason}): make room or choose another place; nothing "
                "of it was left there."
            ).format(file=archive, reason=error)
        ) from error
    finally:
        partial.unlink(missing_ok=True)
    return count


def _pack(database: Path, folder: Path, archive: Path) -> int:
    count = 0
    with (
        TemporaryDirectory(prefix=PARTIAL, dir=archive.parent) as here,
        tarfile.open(archive, "w:gz") as tar,
    ):
        tar.add(_copy(database, Path(here)), DATABASE)
        for path in _files(folder):
            with suppress(FileNotFoundError):  # a run was deleted, or went on, in this moment
                tar.add(path, f"{FILES}/{path.relative_to(folder)}", recursive=False)
                count += 1
    return count


def _copy(database: Path, folder: Path) -> Path:
    """Copy one moment of a database that may be in use; sqlite3.Error where it is damaged."""
    copy = folder / DATABASE
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)  # page by page, whatever stands in them
        (found,) = target.execute("PRAGMA quick_check(1)").fetchone()
    if found != "ok":
        raise sqlite3.DatabaseError(found)
    return copy


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
    url, place = database_url(), runs_place()
    try:
        address = make_url(url)
    except ArgumentError as error:
        raise cannot_open(url, error) from error
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
    """Yield the files of runs: each lies in a folder of its own. Folders may vanish meanwhile."""
    for run in sorted(folder.iterdir()):
        if run.is_dir() and run.name != LOGS and not run.name.startswith(PARTIAL):
            yield from _files_below(run)  # also where the run lies elsewhere, behind a link


def _files_below(folder: Path) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith(PARTIAL))
        for path in (Path(parent, name) for name in sorted(names)):
            if path.is_file() and not path.is_symlink() and not path.name.startswith(PARTIAL):
                yield path
