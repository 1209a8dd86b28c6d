"""What every test shares: a run store of its own, and the marker for real SIGNS."""

import os

import pytest

from resnet.data.signs import find_signs


@pytest.fixture(autouse=True)
def own_runs(tmp_path, monkeypatch):
    """Keep every test's runs, keys and logs in a folder of its own."""
    monkeypatch.setenv("RESNET_LAB_RUNS", str(tmp_path / "runs"))
    monkeypatch.delenv("RESNET_LAB_DATABASE_URL", raising=False)
    monkeypatch.delenv("RESNET_LAB_SCHEDULER", raising=False)


def pytest_collection_modifyitems(items):
    """Leave out the tests of real SIGNS where there is none; nothing else is ever left out."""
    if os.environ.get("SIGNS_DIR") and find_signs():
        return
    absent = pytest.mark.skip(reason="real SIGNS is not here: set SIGNS_DIR")
    for item in items:
        if "signs" in item.keywords:
            item.add_marker(absent)
