"""What every test shares: a run store of its own, files like SIGNS's, the marker for real ones."""

import os

import numpy as np
import pytest

from resnet.data.hdf5 import Split, write_split
from resnet.data.signs import FILES, find_signs


@pytest.fixture(autouse=True)
def own_runs(tmp_path, monkeypatch):
    """Keep every test's runs, keys and logs in a folder of its own."""
    monkeypatch.setenv("RESNET_LAB_RUNS", str(tmp_path / "runs"))
    monkeypatch.delenv("RESNET_LAB_DATABASE_URL", raising=False)
    monkeypatch.delenv("RESNET_LAB_SCHEDULER", raising=False)


@pytest.fixture
def signs_files(tmp_path):
    """Return the contents of two files of SIGNS's layout, with pictures of nobody's hands."""
    rng, contents = np.random.default_rng(0), {}
    for part, file in FILES.items():
        images = rng.integers(0, 256, (6, 64, 64, 3)).astype(np.uint8)
        write_split(tmp_path / file, part, Split(images, np.arange(6), tuple(range(6)), False))
        contents[part] = (tmp_path / file).read_bytes()
    return contents


def pytest_collection_modifyitems(items):
    """Leave out the tests of real SIGNS where there is none; nothing else is ever left out."""
    if os.environ.get("SIGNS_DIR") and find_signs():
        return
    absent = pytest.mark.skip(reason="real SIGNS is not here: set SIGNS_DIR")
    for item in items:
        if "signs" in item.keywords:
            item.add_marker(absent)
