"""A run store for a while, for what nobody else shall see or take up."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from resnet.settings import files_in
from resnet.store.database import sqlite_address
from resnet.store.run_store import RunStore


@contextmanager
def scratch_store() -> Iterator[RunStore]:
    """Let this thread's runs, with their files, lie in a folder that is gone afterwards."""
    # Windows keeps what is open.
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder, files_in(folder):
        yield RunStore(sqlite_address(Path(folder) / "runs.db"))
