"""Visitors who mean harm or try everything at once, over the app's own websocket and uploads."""

import asyncio
import io
import math
import random
from urllib.parse import urlsplit

import numpy as np
import pytest
from PIL import Image
from streamlit.proto.WidgetStates_pb2 import WidgetState

from benchmarks.learner import Learner
from benchmarks.server import PROJECT, serving
from pages.components.running import DOUBLE_CLICK_SECONDS
from pages.components.uploads import MIB, MOST_MIB_EACH
from pages.components.visitors import TEACHER
from resnet.lessons import LESSONS
from resnet.store.records import Rules
from resnet.store.run_store import RunStore

LEARNERS, MOST_FORGED = 30, 8
TOKEN = "known-to-this-test-alone"
HAND, UPLOAD = "hand_source=upload", "hand_upload"
NAMES = [
    "../../../etc/passwd.jpg", "nul\x00byte.jpg", "\u202egpj.exe.jpg", "✋🏽.jpg", "手.jpg",
    "x" * 5000 + ".jpg", "<img src=x onerror=alert(1)>.jpg", ".jpg",
]  # fmt: skip


@pytest.fixture(scope="module")
def server():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RESNET_LAB_TEACHER_TOKEN", TOKEN)
        with serving(PROJECT / "app.py") as running:
            yield running


def photo(megabytes: float = 0.0) -> bytes:
    """Return a JPEG of a grey square, made as long as asked by a comment after its end."""
    data = io.BytesIO()
    Image.fromarray(np.full((96, 96, 3), 128, np.uint8)).save(data, "JPEG")
    return data.getvalue() + bytes(max(0, int(megabytes * MIB) - len(data.getvalue())))


def forged(kind: str, number: str) -> list[WidgetState]:
    """Return states that no browser would send for a widget of this kind."""

    def array(field: str, *values) -> WidgetState:
        state = WidgetState(id=number)
        getattr(state, field).SetInParent()
        getattr(state, field).data.extend(values)
        return state

    if kind == "number_input":
        wild = (math.nan, math.inf, -1.0, 0.0, 1e308, 1e6)
        return [WidgetState(id=number, double_value=value) for value in wild]
    if kind == "slider":
        wild = ([math.nan], [1e308], [-1.0], [], [1.0, 2.0])
        return [array("double_array_value", *values) for values in wild]
    if kind in ("selectbox", "radio"):
        names = ("", "../../etc/passwd", "x" * 5000)
        return [*(WidgetState(id=number, string_value=name) for name in names),
                WidgetState(id=number, int_value=-1)]  # fmt: skip
    if kind in ("button_group", "multiselect"):
        return [array("string_array_value", "nope"), array("int_array_value", 999),
                array("int_array_value", 0, 0, 0)]  # fmt: skip
    if kind.endswith("button"):
        return []
    return [WidgetState(id=number, string_value="x"), WidgetState(id=number, json_value="{]")]


async def forge_some(server, page: str, cookies: str = "") -> int:
    """Send a page such states of its widgets; return how many. None may end in a traceback."""
    async with Learner(server.url, page, cookies=cookies) as learner:
        states = [s for number, kind in learner.widgets.values() for s in forged(kind, number)]
    random.Random(page).shuffle(states)
    for state in states[:MOST_FORGED]:
        async with Learner(server.url, page, cookies=cookies) as learner:
            await learner.forge(state)
            assert learner.errors == [], state
            assert "Traceback" not in learner.text()
    async with Learner(server.url, page) as other:
        assert other.errors == []
        assert "nobody foresaw" not in other.text()
    return len(states)


@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    "page",
    ["train", "residual_block", "architectures", "gradient_norms", "dataset", "your_hand",
     "teach_it", "plain_vs_residual", "runs", "", "glossary", *LESSONS],
)  # fmt: skip
def test_forged_choices_are_told_in_one_sentence(server, page):
    assert asyncio.run(forge_some(server, page)) >= 3


@pytest.mark.timeout(900)
@pytest.mark.parametrize("page", ["teacher", "class_experiment"])
def test_forged_choices_on_the_teachers_screens_are_told_in_one_sentence(server, page):
    assert asyncio.run(forge_some(server, page, f"{TEACHER}={TOKEN}")) >= 10


@pytest.mark.timeout(900)
def test_names_of_uploads_harm_nobody(server):
    async def go(name: str) -> str:
        async with Learner(server.url, "your_hand", HAND) as learner:
            assert await learner.upload(UPLOAD, name, photo()) in (204, 400), name
            assert learner.errors == []
            return learner.text()

    for name in NAMES:
        assert "Traceback" not in asyncio.run(go(name))


@pytest.mark.timeout(900)
def test_a_file_over_the_limit_is_refused_and_the_page_stays(server):
    async def go() -> None:
        async with Learner(server.url, "your_hand", HAND) as learner:
            server.settle()  # Keras is in its memory by now
            before = server.memory()
            assert await learner.upload(UPLOAD, "large.jpg", bytes(201 * MIB)) == 413
            assert server.memory() < before + 50 * MIB
            assert await learner.upload(UPLOAD, "small.jpg", photo()) == 204
            assert learner.errors == []

    asyncio.run(go())


@pytest.mark.timeout(900)
def test_one_page_cannot_fill_the_memory(server):
    async def go() -> list[int]:
        async with Learner(server.url, "your_hand", HAND) as learner:
            large = bytes(19 * MIB)
            return [await learner.upload(UPLOAD, f"{n}.jpg", large) for n in range(14)]

    taken = asyncio.run(go())
    assert taken[0] == 204
    assert taken[-1] == 413
    assert 19 * taken.count(204) <= MOST_MIB_EACH


@pytest.mark.timeout(900)
def test_one_page_cannot_fill_the_memory_by_sending_all_at_once(server):
    async def go() -> list[int]:
        async with Learner(server.url, "your_hand", HAND) as learner:
            names, large = [f"{n}.jpg" for n in range(20)], bytes(19 * MIB)
            places = [await learner.place(name) for name in names]
            return await asyncio.gather(
                *(learner.put(place, name, large)
                  for place, name in zip(places, names, strict=True))
            )  # fmt: skip

    taken = asyncio.run(go())
    assert 1 <= taken.count(204) <= MOST_MIB_EACH // 19
    assert taken.count(204) + taken.count(413) == len(taken)


@pytest.mark.timeout(900)
def test_an_upload_to_no_path_is_no_traceback(server):
    async def go() -> bytes:
        place = urlsplit(server.url)
        reader, writer = await asyncio.open_connection(place.hostname, place.port)
        writer.write(b"PUT * HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n")
        answer = await reader.readline()
        writer.close()
        return answer

    assert asyncio.run(go()).split()[1] in (b"400", b"403", b"404", b"405")


@pytest.mark.timeout(900)
def test_thirty_uploads_of_ten_megabytes_at_once(server):
    async def one() -> None:
        async with Learner(server.url, "your_hand", HAND) as learner:
            assert await learner.upload(UPLOAD, "hand.jpg", photo(10)) == 204
            assert learner.errors == []
            assert "limit" not in learner.text()

    async def go() -> None:
        async with asyncio.TaskGroup() as group:
            for _learner in range(LEARNERS):
                group.create_task(one())

    asyncio.run(go())


@pytest.mark.timeout(900)
def test_thirty_learners_move_sliders_as_fast_as_they_can(server):
    async def one(number: int) -> None:
        async with Learner(server.url, "residual_block") as learner:
            for change in range(20):
                learner.note("block_bn", (number + change) % 2)
                await learner.send()  # without waiting for the page
            await learner.set("block_bn", True)
            assert learner.errors == []

    async def go() -> None:
        async with asyncio.TaskGroup() as group:
            for number in range(LEARNERS):
                group.create_task(one(number))

    asyncio.run(go())


@pytest.mark.timeout(900)
def test_one_learner_cannot_fill_the_queue(server):
    store, most = RunStore(f"sqlite:///{server.runs / 'runs.db'}"), Rules().most_waiting_each

    async def go() -> tuple[str, str]:
        async with Learner(server.url, "train", "train_data=synthetic") as learner:
            await learner.set("train_start", True)
            (run,) = store.runs(limit=1)
            for _run in range(most):
                store.create(run.spec, owner=run.owner)
            await asyncio.sleep(2 * DOUBLE_CLICK_SECONDS)  # sooner it would be a double-click
            await learner.set("train_start", True)
            assert learner.errors == []
        async with Learner(server.url, "train", "train_data=synthetic") as other:
            await other.set("train_start", True)
            return learner.text(), other.text()

    refused, taken = asyncio.run(go())
    assert "of your runs are waiting" in refused
    assert "of your runs" not in taken
    for run in store.runs(limit=None):
        store.request_stop(run.id)
