"""What every test of a page shares."""

from concurrent.futures import Future

import pytest

from pages.components import running, short_tasks
from pages.server import streamlit_patches


@pytest.fixture(autouse=True)
def fresh_caches(monkeypatch):
    """Every test has a store of its own, and pages cache theirs and what they read from it last."""
    running.store.clear()
    running.forget_cached_runs()
    monkeypatch.setattr(short_tasks, "AT_ONCE", 0.0)  # nobody answers, see tests/conftest.py


@pytest.fixture
def answering(monkeypatch):
    """Have every short task done at once, in this process."""

    def probe(task, *arguments):
        answer = Future()
        try:
            answer.set_result(task(*arguments))
        except Exception as error:
            answer.set_exception(error)
        return answer

    monkeypatch.setattr(short_tasks.queue, "probe", probe)
    short_tasks._shared_submissions.clear()
    yield
    short_tasks._shared_submissions.clear()


@pytest.fixture(autouse=True)
def streamlit_patched():
    """Put Streamlit's patches in place, as app.py does before any page."""
    streamlit_patches.apply()
