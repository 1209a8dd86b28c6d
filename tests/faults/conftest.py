"""One server for all tests that leave it as it was: to start one is to load Keras three times."""

import asyncio

import pytest

from resnet.store.run_store import RunStore
from resnet.store.states import ACTIVE
from tests.harness.learner import Learner
from tests.harness.server import PROJECT, serving
from tests.waiting import until

TEACHERS_TOKEN = "known; to & this=test 手 %41 alone"
FEW = 256  # open files
# As a terminal of macOS would start it: a limit that may be raised. Only the server has it, for the
# process of the tests may hold more files already.
LIKE_MACOS = ("sh", "-c", f'ulimit -Sn {FEW}; exec "$@"', "sh")


@pytest.fixture(scope="session")
def running():
    """A server whose Keras and workers are ready, which learners have visited."""

    async def first_page(url: str) -> None:
        async with Learner(url):
            """Keras and the workers load behind it."""

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RESNET_LAB_TEACHER_TOKEN", TEACHERS_TOKEN)
        with serving(PROJECT / "app.py", begin=LIKE_MACOS) as server:
            asyncio.run(first_page(server.url))
            server.settle()
            yield server


@pytest.fixture
def server(running):
    """The server, whose store the test finds empty."""
    yield running
    store = RunStore(f"sqlite:///{running.runs / 'runs.db'}")
    for run in store.runs(limit=None, state=ACTIVE):
        store.request_stop(run.id)
    until(lambda: not store.runs(state=ACTIVE), seconds=400)  # a worker gives way to all others
    for run in store.runs(limit=None):
        store.delete(run.id)
