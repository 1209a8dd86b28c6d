"""Thirty learners, each a real session of one real server, press Train at once."""

import asyncio

import pytest

from benchmarks.learner import Learner
from benchmarks.server import PROJECT, serving
from resnet.store.run_store import RunStore
from resnet.store.states import ACTIVE, State
from tests.waiting import until

LEARNERS = 30
TRAINED = 2  # runs seen to their end; all thirty took five and a half minutes on two cores
LINK = "train_model=ResNet-20&train_data=synthetic&train_epochs_fast=1&train_size_fast=32"


@pytest.fixture(scope="module")
def server():
    with serving(PROJECT / "app.py") as running:
        yield running


async def lesson(server, number):
    """Open the page, double-click Train, change a number, and tell what the page says."""
    async with Learner(server.url, "train", LINK) as learner:
        await asyncio.sleep(5 * number / LEARNERS)
        await learner.press_twice("train_start")
        told = learner.text()
        await learner.set("train_seed", number)
        assert learner.errors == []
        return told


async def whole_class(server):
    async with asyncio.TaskGroup() as group:
        lessons = [group.create_task(lesson(server, number)) for number in range(LEARNERS)]
    return [told.result() for told in lessons]


@pytest.mark.timeout(1200)
def test_thirty_learners_who_press_train_at_once_all_get_their_one_run(server):
    pages = asyncio.run(whole_class(server))
    store = RunStore(f"sqlite:///{server.runs / 'runs.db'}")
    runs = store.runs(limit=None)
    assert len(runs) == LEARNERS  # a double-click is one
    assert len({run.owner for run in runs}) == LEARNERS
    assert sum("in the queue" in page for page in pages) >= LEARNERS - 3
    until(lambda: len(store.runs(state=State.DONE)) >= TRAINED, seconds=500)
    for run in store.runs(limit=None, state=ACTIVE):
        store.request_stop(run.id)
    until(lambda: not store.runs(state=ACTIVE))
    states = {run.state for run in store.runs(limit=None)}
    assert states == {State.DONE, State.STOPPED}
