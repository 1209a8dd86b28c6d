"""A run store for a while, for what nobody else shall see or take up."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory

from resnet.store.run_store import RunStore

PLACES = ("RESNET_LAB_RUNS", "RESNET_LAB_DATABASE_URL")


@contextmanager
def scratch_store() -> Iterator[RunStore]:
    """Let runs and their store lie in a folder of their own, which is gone afterwards."""
    before = {name: os.environ.pop(name) for name in PLACES if name in os.environ}
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:  # Windows keeps what is open
        os.environ["RESNET_LAB_RUNS"] = folder
        try:
            yield RunStore()
        finally:
            del os.environ["RESNET_LAB_RUNS"]
            os.environ.update(before)
