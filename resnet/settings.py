"""Where things lie, and the environment variables that change it."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import cast

PROJECT = Path(__file__).resolve().parents[1]  # the folder that holds this package
_PACKED = Path(__file__).resolve().with_name("lab")  # screens and assets, in an installed package
INSTALLED = _PACKED.is_dir()
LAB = _PACKED if INSTALLED else PROJECT
APP, ASSETS = LAB / "app.py", LAB / "assets"
# Where data/ and runs/ are: a package's own folder belongs to pip, which takes it away.
WORKPLACE = Path.cwd() if INSTALLED else PROJECT
_files_in: ContextVar[str] = ContextVar("_files_in", default="")


@contextmanager
def files_in(folder: str) -> Iterator[None]:
    """Let what this thread does meanwhile keep its runs' files in another folder."""
    before = _files_in.set(folder)
    try:
        yield
    finally:
        _files_in.reset(before)


def runs_place() -> Path:
    """Where runs keep their files (RESNET_LAB_RUNS): a folder, or an address such as s3://bucket/x.

    An address is a UPath of fsspec, which has a Path's methods but for rename and the like.
    LabError where there can be no such place.
    """
    named = _files_in.get() or os.environ.get("RESNET_LAB_RUNS") or str(WORKPLACE / "runs")
    address = re.match(r"([a-z0-9+]{2,}):(//)?", named)
    if address is None:
        return _folder(named)
    scheme, slashes = address.groups()
    rest = named[address.end() :]
    if scheme == "file":
        return _folder(rest)
    if not slashes and not _is_known(scheme):
        return _folder(named)
    return _far_away(scheme, rest)


def _folder(named: str) -> Path:
    try:
        return Path(named).expanduser()
    except RuntimeError as error:  # ~name, and there is nobody of that name
        raise _no_place(named, error) from error


def _is_known(scheme: str) -> bool:
    from fsspec import available_protocols

    return scheme in available_protocols()


def _far_away(scheme: str, rest: str) -> Path:
    from fsspec import get_filesystem_class
    from upath import UPath

    try:
        get_filesystem_class(scheme)  # where UPath would only say so at the first file
        return cast(Path, UPath(f"{scheme}://{rest}"))
    except (ValueError, ImportError, OSError) as error:
        raise _no_place(f"{scheme}://{rest}", error) from error


def _no_place(named: str, reason: Exception) -> Exception:
    from resnet.errors import LabError  # whose words need the folder of the assets from here
    from resnet.language import translate as _

    return LabError(
        _(
            "Runs cannot be kept at {place} ({reason}): set RESNET_LAB_RUNS to a folder, or to an "
            "address of an object store such as s3://bucket/runs."
        ).format(place=named, reason=reason)
    )


def runs_folder() -> Path:
    """Folder of this machine for logs and, unless set otherwise, the run store."""
    place = runs_place()
    return place if isinstance(place, Path) else WORKPLACE / "runs"


def scheduler_address() -> str | None:
    """Address of an outside Dask scheduler (RESNET_LAB_SCHEDULER); None for the local cluster."""
    return os.environ.get("RESNET_LAB_SCHEDULER") or None
