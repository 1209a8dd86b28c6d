"""A real server, a learner and a teacher who click, SIGTERM as a service manager sends it.

What its logs and its console then say, and that it has ended its workers.
"""

import asyncio
import json
import signal
import urllib.request
from types import SimpleNamespace

import psutil
import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState

from pages.server.visitors import OWNER, TEACHER
from resnet.store.run_store import RunStore
from resnet.store.states import ACTIVE, State
from tests.harness.learner import Learner
from tests.harness.server import PROJECT, serving
from tests.waiting import until

PATIENCE = 400  # seconds for what a worker does, which gives way to everything else
OWNERS, TEACHERS = "owners-token-of-this-test", "teachers-token-of-this-test"


async def a_lesson(server) -> None:
    """Train, stop, look at the runs and the board, and send what no browser would."""
    link = f"{server.url}/train?teacher={TEACHERS}&lang=zh"
    await asyncio.to_thread(lambda: urllib.request.urlopen(link, timeout=60).close())
    async with Learner(server.url, "train", "train_data=synthetic", f"{OWNER}={OWNERS}") as learner:
        await learner.set("train_start", True)
        await learner.set("train_stop", True)
        await asyncio.to_thread(server.settle)  # while Keras is imported, the console is kept back
        number, _kind = learner.widgets["train_seed"]
        await learner.forge(WidgetState(id=number, json_value="{]"))
    for page in ("runs", "teacher"):
        cookies = f"{OWNER}={OWNERS}; {TEACHER}={TEACHERS}"
        async with Learner(server.url, page, cookies=cookies) as teacher:
            await teacher.again()


async def train(server) -> None:
    async with Learner(server.url, "train", "train_data=synthetic&train_size_fast=32") as learner:
        await learner.set("train_start", True)


@pytest.fixture(scope="module")
def left(tmp_path_factory):
    """What the server left: files by name, what it printed, its end, its run and its workers."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RESNET_LAB_TEACHER_TOKEN", TEACHERS)
        with serving(PROJECT / "app.py") as server:
            asyncio.run(a_lesson(server))
            asyncio.run(train(server))
            store = RunStore(f"sqlite:///{server.runs / 'runs.db'}")
            (run,) = until(lambda: store.runs(state=ACTIVE))
            until(lambda: store.get(run.id).epoch > 0, PATIENCE)
            workers = psutil.Process(server.pid).children(recursive=True)
            end = server.stop()
            alive = psutil.wait_procs(workers, timeout=60)[1]
            files = {
                path.relative_to(server.runs): path.read_bytes()
                for path in server.runs.rglob("*")
                if path.is_file()
            }
            printed = server.output.read_text(encoding="utf-8", errors="replace")
            return SimpleNamespace(
                files=files,
                printed=printed,
                end=end,
                run=store.get(run.id),
                workers=workers,
                alive=alive,
            )


@pytest.mark.timeout(600)
def test_the_app_ends_its_workers_and_says_good_bye(left):
    assert len(left.workers) >= 3
    assert left.end in (0, -signal.SIGTERM)
    assert not left.alive
    assert left.run.state in (State.RUNNING, State.QUEUED)  # the next app takes it up
    assert left.run.epoch > 0


def events(left):
    logs = [content for name, content in left.files.items() if name.match("events-app-*.jsonl")]
    return [json.loads(line) for content in logs for line in content.splitlines()]


@pytest.mark.timeout(600)
def test_no_token_is_written_anywhere(left):
    assert events(left)
    for token in (OWNERS, TEACHERS):
        holding = [str(n) for n, content in left.files.items() if token.encode() in content]
        assert holding == []
    lines = [line for line in left.printed.splitlines() if OWNERS in line or TEACHERS in line]
    (link,) = lines  # the teacher's own, printed once at the start
    assert link.strip().endswith(f"?teacher={TEACHERS}")


@pytest.mark.timeout(600)
def test_what_a_click_does_carries_its_session(left):
    # Of the first run: the one behind it was queued, too, and nobody stopped it.
    logged = {event["event"]: event.get("session") for event in reversed(events(left))}
    queued = next(session for event, session in logged.items() if "was queued" in event)
    assert queued
    assert logged["The run was asked to stop."] == queued


@pytest.mark.timeout(600)
def test_an_error_nobody_foresaw_leaves_its_traceback_in_the_log(left):
    (event,) = [event for event in events(left) if event["event"] == "A page ended in an error."]
    assert "Traceback" in event["exception"]
    assert event["session"]
    lines = [
        line for line in left.printed.splitlines() if line.startswith("A page ended in an error.")
    ]
    assert len(lines) == 1
