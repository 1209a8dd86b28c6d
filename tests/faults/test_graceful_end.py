"""SIGTERM, as a service manager sends it: the app ends its workers and then itself."""

import asyncio
import signal

import psutil

from benchmarks.learner import Learner
from benchmarks.server import PROJECT, serving
from resnet.store.run_store import RunStore
from resnet.store.states import State
from tests.waiting import until


async def train(server) -> None:
    async with Learner(server.url, "train", "train_data=synthetic&train_size_fast=32") as learner:
        await learner.set("train_start", True)


def test_the_app_ends_its_workers_and_says_good_bye():
    with serving(PROJECT / "app.py") as server:
        store = RunStore(f"sqlite:///{server.runs / 'runs.db'}")
        asyncio.run(train(server))
        (run,) = store.runs()
        until(lambda: store.get(run.id).epoch > 0)
        workers = psutil.Process(server.pid).children(recursive=True)
        assert len(workers) >= 3
        assert server.stop() in (0, -signal.SIGTERM)
        assert not psutil.wait_procs(workers, timeout=60)[1]
        left = store.get(run.id)
        assert left.state in (State.RUNNING, State.QUEUED)  # the next app takes it up
        assert left.epoch > 0
