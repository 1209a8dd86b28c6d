"""A run store for a while, for what nobody else shall see or take up."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory

from resnet.store.run_store import RunStore


@contextmanager
def scratch_store(files: bool = True) -> Iterator[RunStore]:
    """Let runs be stored in a folder of their own, which is gone afterwards.

    files: so do the runs' files and the logs; else these stay where they are.
    """
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:  # Windows keeps what is open
        places = {"RESNET_LAB_DATABASE_URL": f"sqlite:///{folder}/runs.db"}
        if files:
            places["RESNET_LAB_RUNS"] = folder
        before = {name: os.environ.get(name) for name in places}
        os.environ.update(places)
        try:
            yield RunStore()
        finally:
            for name, value in before.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value
