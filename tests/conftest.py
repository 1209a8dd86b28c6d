"""What every test shares: a run store of its own, files like SIGNS's, the marker for real ones."""

import gc
import os
from concurrent.futures import Future
from typing import Any

import numpy as np
import pytest

from resnet.data.hdf5 import Split, write_split
from resnet.data.signs import FILES, find_signs
from resnet.jobs import cluster
from resnet.store import database


class NoWorkers:
    """A cluster that takes every task and ends none: two real workers load Keras twice."""

    status, reason = "ready", ""

    def wake(self) -> None:
        """Look at no store."""

    def wait(self, timeout: float | None = None) -> str:
        """Be there at once."""
        return self.status

    def probe(self, function: Any, *arguments: Any) -> Future:
        """Take a task."""
        return Future()


@pytest.fixture(scope="session", autouse=True)
def no_workers():
    """Let the pages of this process be without workers; a test that needs some starts them."""
    cluster._shared = NoWorkers()


@pytest.fixture(autouse=True)
def own_runs(tmp_path, monkeypatch):
    """Keep every test's runs, keys and logs in a folder of its own."""
    monkeypatch.setenv("RESNET_LAB_RUNS", str(tmp_path / "runs"))
    monkeypatch.delenv("RESNET_LAB_DATABASE_URL", raising=False)
    monkeypatch.delenv("RESNET_LAB_SCHEDULER", raising=False)
    before = set(database._engines)
    yield
    for key in set(database._engines) - before:  # a thousand stores would stay open
        database._engines.pop(key).dispose()
        database._files.pop(key, None)


@pytest.fixture
def signs_files(tmp_path):
    """Return the contents of two files of SIGNS's layout, with pictures of nobody's hands."""
    rng, contents = np.random.default_rng(0), {}
    for part, file in FILES.items():
        images = rng.integers(0, 256, (6, 64, 64, 3)).astype(np.uint8)
        write_split(tmp_path / file, part, Split(images, np.arange(6), tuple(range(6)), False))
        contents[part] = (tmp_path / file).read_bytes()
    return contents


def pytest_collection_finish():
    """Spare the garbage collector the libraries: nets and pages wake it often, 0.4 s a walk."""
    gc.collect()
    gc.freeze()


# Each starts a server or workers, which load Keras, for the tests of a module or of the session.
STARTING = {"running", "left", "lab"}


def pytest_collection_modifyitems(items):
    """Let the tests that share a server or workers come first, one after the other.

    The first of several pytest processes begins with them, and the others take over what it has
    not come to from the end of its list: none of these servers is started twice.
    """
    items.sort(key=lambda item: STARTING.isdisjoint(item.fixturenames))
    leave_out_real_signs(items)


def leave_out_real_signs(items):
    """Skip the tests of real SIGNS where there is none; nothing else is ever left out."""
    if os.environ.get("SIGNS_DIR") and find_signs():
        return
    absent = pytest.mark.skip(reason="real SIGNS is not here: set SIGNS_DIR")
    for item in items:
        if "signs" in item.keywords:
            item.add_marker(absent)
