"""A real server, a learner and a teacher who click: what its logs and its console then say."""

import asyncio
import json
import urllib.request

import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState

from benchmarks.learner import Learner
from benchmarks.server import PROJECT, serving
from pages.components.visitors import OWNER, TEACHER

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


@pytest.fixture(scope="module")
def left(tmp_path_factory):
    """Every file that the server left, by name, and what it printed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RESNET_LAB_TEACHER_TOKEN", TEACHERS)
        with serving(PROJECT / "app.py") as server:
            asyncio.run(a_lesson(server))
            server.stop()
            files = {path.relative_to(server.runs): path.read_bytes()
                     for path in server.runs.rglob("*") if path.is_file()}  # fmt: skip
            return files, server.output.read_text(encoding="utf-8", errors="replace")


def events(left):
    logs = [content for name, content in left[0].items() if name.match("events-app-*.jsonl")]
    return [json.loads(line) for content in logs for line in content.splitlines()]


@pytest.mark.timeout(300)
def test_no_token_is_written_anywhere(left):
    files, printed = left
    assert events(left)
    for token in (OWNERS, TEACHERS):
        assert [str(name) for name, content in files.items() if token.encode() in content] == []
    lines = [line for line in printed.splitlines() if OWNERS in line or TEACHERS in line]
    (link,) = lines  # the teacher's own, printed once at the start
    assert link.strip().endswith(f"?teacher={TEACHERS}")


@pytest.mark.timeout(300)
def test_what_a_click_does_carries_its_session(left):
    told = {event["event"]: event.get("session") for event in events(left)}
    queued = next(session for event, session in told.items() if "was queued" in event)
    assert queued
    assert told["The run was asked to stop."] == queued


@pytest.mark.timeout(300)
def test_an_error_nobody_foresaw_leaves_its_traceback_in_the_log(left):
    (event,) = [event for event in events(left) if event["event"] == "A page ended in an error."]
    assert "Traceback" in event["exception"]
    assert event["session"]
    lines = [line for line in left[1].splitlines() if line.startswith("A page ended in an error.")]
    assert len(lines) == 1
