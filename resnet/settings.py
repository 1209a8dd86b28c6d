"""Where things lie, and the environment variables that change it."""

import os
import re
from pathlib import Path
from typing import cast

PROJECT = Path(__file__).resolve().parents[1]  # the folder that holds this package
_PACKED = Path(__file__).resolve().with_name("lab")  # screens and assets, in an installed package
INSTALLED = _PACKED.is_dir()
LAB = _PACKED if INSTALLED else PROJECT
APP, ASSETS = LAB / "app.py", LAB / "assets"
# Where data/ and runs/ are: a package's own folder belongs to pip, which takes it away.
WORKPLACE = Path.cwd() if INSTALLED else PROJECT


def runs_place() -> Path:
    """Where runs keep their files (RESNET_LAB_RUNS): a folder, or an address such as s3://bucket/x.

    An address is a UPath of fsspec, which has a Path's methods but for rename and the like.
    """
    named = os.environ.get("RESNET_LAB_RUNS") or str(WORKPLACE / "runs")
    address = re.match(r"([a-z0-9+]{2,}):(//)?", named)
    if address is None:
        return Path(named)
    scheme, rest = address[1], named[address.end() :]
    if scheme == "file":
        return Path(rest)
    from upath import UPath

    return cast(Path, UPath(f"{scheme}://{rest}"))


def runs_folder() -> Path:
    """Folder of this machine for logs and, unless told otherwise, the run store."""
    place = runs_place()
    return place if isinstance(place, Path) else WORKPLACE / "runs"


def database_url() -> str:
    """SQLAlchemy address of the run store (RESNET_LAB_DATABASE_URL; SQLite in runs/ by default)."""
    return os.environ.get("RESNET_LAB_DATABASE_URL") or f"sqlite:///{runs_folder() / 'runs.db'}"


def scheduler_address() -> str | None:
    """Address of an outside Dask scheduler (RESNET_LAB_SCHEDULER); None for the local cluster."""
    return os.environ.get("RESNET_LAB_SCHEDULER") or None
