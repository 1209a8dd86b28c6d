"""Where things lie, and the environment variables that change it."""

import os
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
ASSETS = PROJECT / "assets"


def runs_folder() -> Path:
    """Folder of the run store, checkpoints and the local cluster's keys (RESNET_LAB_RUNS)."""
    return Path(os.environ.get("RESNET_LAB_RUNS") or PROJECT / "runs")


def database_url() -> str:
    """SQLAlchemy address of the run store (RESNET_LAB_DATABASE_URL; SQLite in runs/ by default)."""
    return os.environ.get("RESNET_LAB_DATABASE_URL") or f"sqlite:///{runs_folder() / 'runs.db'}"


def scheduler_address() -> str | None:
    """Address of an outside Dask scheduler (RESNET_LAB_SCHEDULER); None for the local cluster."""
    return os.environ.get("RESNET_LAB_SCHEDULER") or None
