"""The run store locked, gone and back, full or read-only: told in one sentence, nothing lost."""

import asyncio
import json
import resource
import sqlite3
import subprocess
import sys
import threading
import time
from concurrent.futures import Future
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from sqlalchemy.exc import OperationalError
from streamlit.testing.v1 import AppTest

from benchmarks.learner import Learner
from benchmarks.server import PROJECT, serving
from pages.components import running, visitors
from resnet.jobs.tasks import train_run
from resnet.store import database, run_store
from resnet.store.run_store import RunStore
from resnet.store.states import State
from resnet.training.callbacks import Checkpoint
from resnet.training.checkpoint import kept_epochs, run_folder
from resnet.training.spec import parse_spec
from resnet.training.train import run

SENTENCE = "The run store does not answer just now"
TINY = {"model": "resnet8", "data": "synthetic", "epochs": 2, "image_size": 16, "batch_size": 240}


@pytest.mark.parametrize("page", ["home", "train", "runs", "plain_vs_residual", "your_hand"])
def test_a_page_says_so_in_one_sentence(page, monkeypatch):
    app = AppTest.from_file("../../pages/lab.py", default_timeout=120)
    app.run()
    if page != "home":
        app.switch_page(f"{page}.py").run()

    def locked(*_arguments, **_options):
        raise OperationalError("SELECT", {}, sqlite3.OperationalError("database is locked"))

    with monkeypatch.context() as patch:
        patch.setattr(run_store.RunStore, "runs", locked)
        running.asked_again()  # as after the second for which pages share an answer
        app.run()
    assert not app.exception
    assert any(SENTENCE in error.value and "locked" in error.value for error in app.error)
    app.run()
    assert not app.exception
    assert not app.error


@pytest.fixture
def no_cluster(monkeypatch):
    """Runs wait in the store for ever, and a locked one is given up soon."""
    cluster = SimpleNamespace(
        status="ready", wake=lambda: None, wait=lambda timeout=None: "ready",
        probe=lambda *_call: Future(),
    )  # fmt: skip
    monkeypatch.setattr("resnet.jobs.queue.connect", lambda: cluster)
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.1)
    running.store.clear()
    yield
    running.store.clear()


@contextmanager
def locked(file):
    """Keep the database from everybody else, as a writer that does not end."""
    unlock = lock(file)
    try:
        yield
    finally:
        unlock()


def a_page(name, **link):
    app = AppTest.from_file("../../pages/lab.py", default_timeout=120)
    for part, value in link.items():
        app.query_params[part] = value
    app.run()
    return app.switch_page(f"{name}.py").run()


@pytest.mark.parametrize(
    ("page", "state", "key", "after"),
    [("train", State.QUEUED, "train_stop", State.STOPPED),
     ("train", State.QUEUED, "train_pause", State.PAUSED),
     ("train", State.PAUSED, "train_resume", State.QUEUED),
     ("runs", State.QUEUED, "runs_stop", State.STOPPED),
     ("runs", State.QUEUED, "runs_prefer", State.QUEUED),
     ("runs", State.DONE, "runs_delete", None),
     ("teacher", State.QUEUED, "board_stop_all", State.STOPPED),
     ("teacher", State.DONE, "board_clear", None)],
)  # fmt: skip
def test_a_click_that_meets_a_locked_store_is_told(
    no_cluster, monkeypatch, tmp_path, page, state, key, after
):
    monkeypatch.setattr(visitors, "_is_teachers", lambda token: True)
    run_id = RunStore().create(parse_spec(TINY).model_dump(), state=state)
    app = a_page(page, **({"run": run_id} if page == "train" else {}))
    with locked(tmp_path / "runs" / "runs.db"):
        app.button(key=key).click().run()
        assert not app.exception
        assert any(SENTENCE in toast.value and "locked" in toast.value for toast in app.toast)
        assert "nobody foresaw" not in "".join(error.value for error in app.error)
        assert RunStore().get(run_id).state is state
    app.button(key=key).click().run()
    assert not app.toast
    assert [run.state for run in RunStore().runs()] == ([after] if after else [])


def test_a_rule_that_a_locked_store_cannot_take_is_told_in_the_readers_language(
    no_cluster, monkeypatch, tmp_path
):
    monkeypatch.setattr(visitors, "_is_teachers", lambda token: True)
    app = a_page("teacher", lang="zh")
    with locked(tmp_path / "runs" / "runs.db"):
        app.toggle(key="board_paused").set_value(True).run()
        assert not app.exception
        (toast,) = app.toast
        assert "没有响应" in toast.value
    assert not RunStore().rules().paused


@pytest.mark.timeout(300)
def test_a_page_comes_back_with_its_store():
    async def lesson(server):
        async with Learner(server.url, "runs") as learner:
            database = server.runs / "runs.db"
            away = [path.rename(path.with_suffix(path.suffix + "-away"))
                    for path in server.runs.glob("runs.db*")]  # fmt: skip
            database.mkdir()  # what stands there now is no database
            await learner.again()
            told = learner.text()
            database.rmdir()
            for path in away:
                path.rename(path.with_name(path.name.removesuffix("-away")))
            await learner.again()
            return told, learner.text(), learner.errors

    with serving(PROJECT / "app.py") as server:
        told, after, errors = asyncio.run(lesson(server))
    assert errors == []
    assert SENTENCE not in after
    assert "Traceback" not in told


@pytest.mark.timeout(300)
def test_a_file_that_cannot_be_made_says_why_under_its_button():
    async def lesson(server):
        store = RunStore(f"sqlite:///{server.runs / 'runs.db'}")
        run_id = store.create({**parse_spec(TINY).model_dump()}, state=State.DONE)
        async with Learner(server.url, "runs") as learner:
            await asyncio.to_thread(server.settle)
            made = await learner.download("runs_csv")
            store.delete(run_id)
            return made, await learner.download("runs_notebook")

    with serving(PROJECT / "app.py") as server:
        made, told = asyncio.run(lesson(server))
    assert made.endswith(".csv")
    assert "There is no run" in told


def test_a_locked_store_delays_a_run_and_loses_nothing(tmp_path):
    store = RunStore()
    run_id = store.create(parse_spec(TINY).model_dump())
    file = tmp_path / "runs" / "runs.db"
    over = threading.Event()

    def lock_again_and_again():
        other = sqlite3.connect(file, timeout=30, isolation_level=None, check_same_thread=False)
        while not over.wait(0.3):
            other.execute("BEGIN IMMEDIATE")
            time.sleep(1.0)
            other.execute("COMMIT")
        other.close()

    locking = threading.Thread(target=lock_again_and_again)
    locking.start()
    try:
        run(run_id, store)
    finally:
        over.set()
        locking.join()
    assert store.get(run_id).state is State.DONE
    steps = store.metrics(run_id)["loss"].steps
    assert steps == list(range(1, len(steps) + 1))
    assert len(store.metrics(run_id)["test_accuracy"].steps) == TINY["epochs"]


@pytest.mark.parametrize("fault", ["locked for long", "gone"])
def test_a_run_whose_store_fails_goes_on_where_it_was(tmp_path, monkeypatch, fault):
    """It is no fault of the run's: nothing of it is lost, and its curve is that of any other."""
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.3)
    store, file, back = RunStore(), tmp_path / "runs" / "runs.db", []
    spec = parse_spec({**TINY, "epochs": 4}).model_dump()
    whole, run_id = store.create(spec), store.create(spec)
    run(whole, store)
    keep = Checkpoint.on_epoch_end

    def lose_the_store(checkpoint, epoch, logs=None):
        keep(checkpoint, epoch, logs)
        if epoch == 1:
            back.append(lock(file) if fault != "gone" else moved_away(file, store))

    with monkeypatch.context() as patch:
        patch.setattr(Checkpoint, "on_epoch_end", lose_the_store)
        train_run(run_id)
    back.pop()()
    assert (store.get(run_id).state, store.get(run_id).reason) == (State.RUNNING, "")
    assert kept_epochs(run_folder(run_id)) == 2
    assert store.lose_worker(run_id, 2, "silent") is State.QUEUED  # as the keeper does
    run(run_id, store)
    assert store.get(run_id).state is State.DONE
    for name in ("loss", "test_accuracy"):
        assert store.metrics(run_id)[name] == store.metrics(whole)[name], name


def lock(file):
    """Lock a database as another program does; return what ends it."""
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    return other.close


def moved_away(file, store):
    """Put something else in a database's place; return what brings it back."""
    away = [path.rename(path.with_suffix(path.suffix + "-away"))
            for path in file.parent.glob("runs.db*")]  # fmt: skip
    file.mkdir()
    store._engine.dispose()

    def bring_back():
        file.rmdir()
        for path in away:
            path.rename(path.with_name(path.name.removesuffix("-away")))

    return bring_back


@pytest.mark.timeout(300)
def test_a_full_disk_ends_a_run_with_its_reason(tmp_path):
    """No file may grow beyond the limit, as on a full disk; weights do not fit, the store does."""
    code = (
        "import sys; from resnet.store.run_store import RunStore; from resnet.training.train "
        "import run\nrun(sys.argv[1], RunStore())"
    )
    store = RunStore()
    run_id = store.create(parse_spec({**TINY, "model": "fast"}).model_dump())

    def little_room():
        resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000))

    ran = subprocess.run(
        [sys.executable, "-c", code, run_id],
        cwd=PROJECT, capture_output=True, text=True, preexec_fn=little_room, check=False,
    )  # fmt: skip
    stored = store.get(run_id)
    assert stored.state is State.FAILED, ran.stderr
    assert "too large" in stored.reason or "space" in stored.reason
    assert "\n" not in stored.reason
    files = [path.name for path in (tmp_path / "runs" / run_id).glob("*")]
    assert all(name.startswith("partial-") for name in files), (
        files
    )  # nothing half is left as whole


@pytest.mark.parametrize("place", ["/proc/lab", "/dev/null/lab"])
def test_a_folder_that_cannot_be_written_is_one_line(place):
    ran = subprocess.run(
        [sys.executable, "-m", "resnet", "runs", "list", "--json"],
        cwd=PROJECT, capture_output=True, text=True, check=False,
        env={"PATH": "/usr/bin:/bin", "RESNET_LAB_RUNS": place},
    )  # fmt: skip
    assert ran.returncode == 1
    assert ran.stderr.startswith("Error: ")
    assert ran.stderr.count("\n") == 1
    assert "RESNET_LAB_DATABASE_URL" in ran.stderr


@pytest.mark.parametrize(
    "content", [b"not a database" * 100, b"SQLite format 3\0" + b"\xff" * 4096]
)
def test_a_damaged_store_is_one_line_and_is_left_as_it_is(tmp_path, content):
    database = tmp_path / "runs" / "runs.db"
    database.parent.mkdir()
    database.write_bytes(content)
    ran = subprocess.run(
        [sys.executable, "-m", "resnet", "doctor", "--json"],
        cwd=PROJECT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    parts = json.loads(ran.stdout)
    assert "store" in json.dumps(parts)
    assert ran.returncode == 1
    assert "Traceback" not in ran.stderr
    assert database.read_bytes()[: len(content)] == content
