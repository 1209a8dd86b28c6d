"""Visitors who mean harm or try everything at once, over the app's own websocket and uploads."""

import asyncio
import io
import math
import random
from urllib.parse import quote, urlsplit

import httpx2
import numpy as np
import pytest
from PIL import Image
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from pages.server.uploads import MIB, MOST_MIB_EACH
from pages.server.visitors import TEACHER
from resnet.course.lessons import LESSONS
from resnet.store.records import Rules
from resnet.store.run_store import RunStore
from tests.faults.conftest import TEACHERS_TOKEN
from tests.harness.learner import Learner

MOST_FORGED = 8
AS_TEACHER = f"{TEACHER}={quote(TEACHERS_TOKEN, safe='')}"
HAND, UPLOAD = "hand_source=upload", "hand_upload"
NAMES = [
    "../../../etc/passwd.jpg",
    "nul\x00byte.jpg",
    "\u202egpj.exe.jpg",
    "✋🏽.jpg",
    "手.jpg",
    "x" * 5000 + ".jpg",
    "<img src=x onerror=alert(1)>.jpg",
    ".jpg",
]


pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
# A few of them in `make test`, all in `make soak`.
LEARNERS = pytest.mark.parametrize("learners", [5, pytest.param(30, marks=pytest.mark.soak)])
PAGES = ["train", "your_hand", "runs"]
MORE_PAGES = [
    "residual_block",
    "architectures",
    "gradient_norms",
    "dataset",
    "teach_it",
    "plain_vs_residual",
    "",
    "glossary",
    *LESSONS,
]


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
        return [
            *(WidgetState(id=number, string_value=name) for name in names),
            WidgetState(id=number, int_value=-1),
        ]
    if kind in ("button_group", "multiselect"):
        return [
            array("string_array_value", "nope"),
            array("int_array_value", 999),
            array("int_array_value", 0, 0, 0),
        ]
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


@pytest.mark.parametrize(
    "page", [*PAGES, *(pytest.param(page, marks=pytest.mark.soak) for page in MORE_PAGES)]
)
def test_forged_choices_are_reported_in_one_sentence(server, page):
    assert asyncio.run(forge_some(server, page)) >= 3


@pytest.mark.parametrize(
    "page", ["teacher", pytest.param("class_experiment", marks=pytest.mark.soak)]
)
def test_forged_choices_on_the_teachers_screens_are_reported_in_one_sentence(server, page):
    assert asyncio.run(forge_some(server, page, AS_TEACHER)) >= 10


def test_names_of_uploads_harm_nobody(server):
    async def go(name: str) -> str:
        async with Learner(server.url, "your_hand", HAND) as learner:
            assert await learner.upload(UPLOAD, name, photo()) in (204, 400), name
            assert learner.errors == []
            return learner.text()

    for name in NAMES:
        assert "Traceback" not in asyncio.run(go(name))


@pytest.mark.parametrize(
    ("page", "link", "key"),
    [
        ("your_hand", "hand_source=upload", "hand_upload"),
        ("your_hand", "hand_source=camera", "hand_camera"),
        ("teach_it", "teach_source=upload", "own_upload_0"),
        ("teach_it", "teach_source=camera", "own_camera_0"),
    ],
)
def test_a_forged_ending_is_reported_in_one_sentence(server, page, link, key):
    async def go() -> str:
        async with Learner(server.url, page, link) as learner:
            assert await learner.upload(key, "hand.exe", photo()) == 204
            assert learner.errors == []
            return learner.text()

    shown = asyncio.run(go())
    assert "does not end as this page expects" in shown
    assert "nobody foresaw" not in shown


@pytest.mark.parametrize("page", ["train", "train?lang=zh", "lessons/deep_is_hard", ""])
@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan])
def test_a_number_that_cannot_be_is_taken_for_none(server, page, value):
    name, _mark, link = page.partition("?")

    async def go() -> str:
        async with Learner(server.url, name, link) as learner:
            fields = [n for n, kind in learner.widgets.values() if kind == "number_input"]
            for number in fields:
                await learner.forge(WidgetState(id=number, double_value=value))
            assert learner.errors == []
            return learner.text()

    shown = asyncio.run(go())
    assert "nobody foresaw" not in shown
    assert "意料之外" not in shown


def test_the_printed_link_makes_a_teacher_whatever_the_token_holds(server):
    (printed,) = [
        line.strip() for line in server.output.read_text().splitlines() if "?teacher=" in line
    ]
    link = server.url + "/?" + urlsplit(printed).query
    with httpx2.Client(timeout=60) as browser:
        answer = browser.get(link)
        assert answer.status_code == 303
        cookie = answer.headers["set-cookie"].partition(";")[0]
    assert cookie == AS_TEACHER

    async def go(cookies: str) -> str:
        async with Learner(server.url, "teacher", cookies=cookies) as teacher:
            return teacher.text()

    assert "Hold the queue" in asyncio.run(go(cookie))
    assert "Hold the queue" not in asyncio.run(go(cookie + "x"))


def test_a_page_of_another_port_of_this_host_gets_no_websocket(server):
    port = urlsplit(server.url).port

    async def status(origin: str) -> int:
        stream = server.url.replace("http", "ws") + "/_stcore/stream"
        try:
            async with connect(stream, additional_headers={"Origin": origin}):
                return 101
        except InvalidStatus as refused:
            return refused.response.status_code

    assert asyncio.run(status(server.url)) == 101
    for other in (port + 1, 80, 8888):
        assert asyncio.run(status(f"http://127.0.0.1:{other}")) == 403


def test_a_file_over_the_limit_is_refused_and_the_page_stays(server):
    async def go() -> None:
        async with Learner(server.url, "your_hand", HAND) as learner:
            before = server.memory()
            assert await learner.upload(UPLOAD, "large.jpg", bytes(201 * MIB)) == 413
            assert server.memory() < before + 50 * MIB
            assert await learner.upload(UPLOAD, "small.jpg", photo()) == 204
            assert learner.errors == []

    asyncio.run(go())


def test_one_page_cannot_fill_the_memory(server):
    async def go() -> list[int]:
        async with Learner(server.url, "your_hand", HAND) as learner:
            large = bytes(19 * MIB)
            return [await learner.upload(UPLOAD, f"{n}.jpg", large) for n in range(14)]

    taken = asyncio.run(go())
    assert taken[0] == 204
    assert taken[-1] == 413
    assert 19 * taken.count(204) <= MOST_MIB_EACH


def test_one_page_cannot_fill_the_memory_by_sending_all_at_once(server):
    async def go() -> list[int]:
        async with Learner(server.url, "your_hand", HAND) as learner:
            names, large = [f"{n}.jpg" for n in range(20)], bytes(19 * MIB)
            places = [await learner.place(name) for name in names]
            return await asyncio.gather(
                *(
                    learner.put(place, name, large)
                    for place, name in zip(places, names, strict=True)
                )
            )

    taken = asyncio.run(go())
    assert 1 <= taken.count(204) <= MOST_MIB_EACH // 19
    assert taken.count(204) + taken.count(413) == len(taken)


def test_an_upload_to_no_path_is_no_traceback(server):
    async def go() -> bytes:
        place = urlsplit(server.url)
        reader, writer = await asyncio.open_connection(place.hostname, place.port)
        writer.write(b"PUT * HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n")
        answer = await reader.readline()
        writer.close()
        return answer

    assert asyncio.run(go()).split()[1] in (b"400", b"403", b"404", b"405")


@LEARNERS
def test_uploads_of_ten_megabytes_at_once(server, learners):
    async def one() -> None:
        async with Learner(server.url, "your_hand", HAND) as learner:
            assert await learner.upload(UPLOAD, "hand.jpg", photo(10)) == 204
            assert learner.errors == []
            assert "limit" not in learner.text()

    async def go() -> None:
        async with asyncio.TaskGroup() as group:
            for _learner in range(learners):
                group.create_task(one())

    asyncio.run(go())


@LEARNERS
def test_learners_move_sliders_as_fast_as_they_can(server, learners):
    async def one(number: int) -> None:
        async with Learner(server.url, "residual_block") as learner:
            for change in range(20):
                learner.note("block_bn", (number + change) % 2)
                await learner.send()  # without waiting for the page
            await learner.set("block_bn", True)
            assert learner.errors == []

    async def go() -> None:
        async with asyncio.TaskGroup() as group:
            for number in range(learners):
                group.create_task(one(number))

    asyncio.run(go())


@pytest.mark.soak  # `make test` asks the queue itself, in tests/unit/jobs/test_queue.py
def test_one_learner_cannot_fill_the_queue(server):
    store, most = RunStore(f"sqlite:///{server.runs / 'runs.db'}"), Rules().most_waiting_each

    async def go() -> tuple[str, str]:
        async with Learner(server.url, "train", "train_data=synthetic") as learner:
            await learner.set("train_start", True)
            (run,) = store.runs(limit=1)
            long = {**run.spec, "epochs": 1000}  # no place is free in the meantime
            for _run in range(most):
                store.create(long, owner=run.owner)
            async with asyncio.timeout(300):
                while "of your runs are waiting" not in learner.text():  # first a double-click
                    await learner.set("train_start", True)
            assert learner.errors == []
        async with Learner(server.url, "train", "train_data=synthetic") as other:
            await other.set("train_start", True)
            return learner.text(), other.text()

    refused, taken = asyncio.run(go())
    assert "of your runs are waiting" in refused
    assert "of your runs" not in taken
