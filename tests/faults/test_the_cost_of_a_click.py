"""What a click costs, in things that can be counted: script runs, bytes, statements, traces.

Seconds belong to the benchmarks; these counts are the same on every machine, and a test fails when
one grows. (Traces of a training: tests/unit/training/test_traced.py.)
"""

import asyncio
import random

import pytest
from sqlalchemy import Engine, event
from streamlit.testing.v1 import AppTest

from resnet.store.records import BATCH_METRICS, Metric
from resnet.store.run_store import RunStore
from resnet.store.states import State
from resnet.training.spec import parse_spec
from tests.harness.learner import Learner

KB = 1024


async def come_to_rest(learner: Learner) -> None:
    """Wait until no part of the page but the sidebar, which always does, refreshes itself."""
    async with asyncio.timeout(120):
        while learner.refreshing > 1:
            await asyncio.sleep(0.1)
            await learner.again()
    learner.rest()


async def click(server, page: str, query: str, key: str, value) -> tuple[int, int]:
    """Return how many script runs a change of a widget starts, and how many bytes it brings."""
    async with Learner(server.url, page, query) as learner:
        await come_to_rest(learner)
        runs, received = learner.runs, learner.received
        await learner.set(key, value)
        assert learner.errors == []
        return learner.runs - runs, learner.received - received


async def opening(server, query: str) -> int:
    """Return how many bytes the screen “Train” brings when it is opened."""
    async with Learner(server.url, "train", query) as learner:
        assert learner.errors == []
        return learner.received


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("page", "link", "key", "value", "most"),
    [
        ("residual_block", "", "block_bn", False, 60 * KB),
        ("gradient_norms", "norms_depths=20", "norms_seed", 7, 30 * KB),
        ("train", "", "train_seed", 7, 24 * KB),
    ],
)
def test_a_change_is_one_run_and_few_bytes(server, page, link, key, value, most):
    runs, received = asyncio.run(click(server, page, link, key, value))
    assert runs == 1
    assert received < most


@pytest.mark.timeout(300)
def test_a_long_curve_is_sent_by_its_outline(server):
    store = RunStore(f"sqlite:///{server.runs / 'runs.db'}")
    received, chance = {}, random.Random(0)
    for points in (100, 1_000, 50_000):
        spec = parse_spec({"model": "fast", "data": "synthetic", "epochs": 1000})
        run_id = store.create(spec.model_dump(), origin="app")
        store.append_metrics(
            run_id,
            [
                Metric(step, 1 + step // 38, name, chance.random())
                for step in range(1, points)
                for name in BATCH_METRICS
            ],
        )
        store.set_state(run_id, State.RUNNING)
        store.finish(run_id, State.FAILED, "Its worker was ended.")
        received[points] = asyncio.run(opening(server, f"run={run_id}"))
    assert received[100] < received[1_000] < 400 * KB
    assert received[50_000] < 1.3 * received[1_000]


@pytest.mark.parametrize(("page", "most"), [("residual_block", 6), ("train", 8), ("runs", 8)])
def test_a_page_asks_the_store_few_questions(page, most):
    executed: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        executed.append(statement)

    app = AppTest.from_file("../../pages/lab.py", default_timeout=120)
    app.run()
    app.switch_page(f"{page}.py").run()
    event.listen(Engine, "before_cursor_execute", note)
    try:
        app.run()
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert not app.exception
    assert len(executed) <= most
