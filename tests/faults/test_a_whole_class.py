"""A class of learners, each a real session of one real server, presses Train at once."""

import asyncio

import pytest

from resnet.store.run_store import RunStore
from resnet.store.states import ACTIVE, State
from tests.harness.learner import Learner
from tests.waiting import until

LINK = (
    "train_model=LeNet-5&train_rate_fast=0.01&train_data=synthetic"
    "&train_epochs_fast=1&train_size_fast=32"
)


async def lesson(server, number):
    """Open the page, double-click Train, change a number, and tell what the page says."""
    async with Learner(server.url, "train", LINK) as learner:
        await learner.press_twice("train_start")
        shown = learner.text()
        await learner.set("train_seed", number)
        assert learner.errors == []
        return shown


async def whole_class(server, learners):
    async with asyncio.TaskGroup() as group:
        lessons = [group.create_task(lesson(server, number)) for number in range(learners)]
    return [done.result() for done in lessons]


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize(  # all thirty would train for five and a half minutes on two cores
    ("learners", "trained"), [(5, 0), pytest.param(30, 2, marks=pytest.mark.soak)]
)
def test_learners_who_press_train_at_once_all_get_their_one_run(server, learners, trained):
    pages = asyncio.run(whole_class(server, learners))
    store = RunStore(f"sqlite:///{server.runs / 'runs.db'}")
    runs = store.runs(limit=None)
    assert len(runs) == learners  # a double-click is one
    assert len({run.owner for run in runs}) == learners
    assert sum("in the queue" in page for page in pages) >= learners - 3
    until(lambda: len(store.runs(state=State.DONE)) >= trained, seconds=500)
    for run in store.runs(limit=None, state=ACTIVE):
        store.request_stop(run.id)
    until(lambda: not store.runs(state=ACTIVE))
    states = {run.state for run in store.runs(limit=None)}
    assert states <= {State.DONE, State.STOPPED}
