"""The run store locked, gone and back, full or read-only: told in one sentence, nothing lost."""

import asyncio
import json
import resource
import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import Future
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from sqlalchemy.exc import OperationalError
from streamlit.testing.v1 import AppTest

from pages.components import running
from pages.server import visitors
from resnet.cli import lab
from resnet.inference.checkpoint import kept_epochs, run_folder
from resnet.jobs.tasks import train_run
from resnet.store import database, run_store
from resnet.store.run_store import RunStore
from resnet.store.states import State
from resnet.training.callbacks import Checkpoint
from resnet.training.spec import parse_spec
from resnet.training.stored_run import run
from tests.harness.learner import Learner
from tests.harness.server import PROJECT

SENTENCE = "The run store does not answer just now"
TINY = {"model": "lenet5", "data": "synthetic", "epochs": 2, "image_size": 16, "batch_size": 240}


@pytest.mark.parametrize("page", ["home", "train", "runs", "plain_vs_residual", "your_hand"])
def test_a_page_says_so_in_one_sentence(page, monkeypatch):
    app = AppTest.from_file("../../pages/lab.py", default_timeout=120)
    if page != "home":
        app.switch_page(f"{page}.py")
    app.run()

    def locked(*_arguments, **_options):
        raise OperationalError("SELECT", {}, sqlite3.OperationalError("database is locked"))

    with monkeypatch.context() as patch:
        patch.setattr(run_store.RunStore, "runs", locked)
        running.forget_cached_runs()  # as after the second for which pages share an answer
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
        status="ready",
        wake=lambda: None,
        wait=lambda timeout=None: "ready",
        probe=lambda *_call: Future(),
    )
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
    return app.switch_page(f"{name}.py").run()


@pytest.mark.parametrize(
    ("page", "state", "key", "after"),
    [
        ("train", State.QUEUED, "train_stop", State.STOPPED),
        ("train", State.QUEUED, "train_pause", State.PAUSED),
        ("train", State.PAUSED, "train_resume", State.QUEUED),
        ("runs", State.QUEUED, "runs_stop", State.STOPPED),
        ("runs", State.QUEUED, "runs_prefer", State.QUEUED),
        ("runs", State.DONE, "runs_delete", None),
        ("teacher", State.QUEUED, "board_stop_all", State.STOPPED),
        ("teacher", State.DONE, "board_clear", None),
    ],
)
def test_a_click_that_meets_a_locked_store_is_reported(
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


def test_a_rule_that_a_locked_store_cannot_take_is_reported_in_the_readers_language(
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
def test_a_page_comes_back_with_its_store(server):
    async def lesson():
        async with Learner(server.url, "runs") as learner:
            database = server.runs / "runs.db"
            away = [
                path.rename(path.with_suffix(path.suffix + "-away"))
                for path in server.runs.glob("runs.db*")
            ]
            database.mkdir()  # what stands there now is no database
            await learner.again()
            shown = learner.text()
            database.rmdir()
            for path in away:
                path.rename(path.with_name(path.name.removesuffix("-away")))
            await learner.again()
            return shown, learner.text(), learner.errors

    shown, after, errors = asyncio.run(lesson())
    assert errors == []
    assert SENTENCE not in after
    assert "Traceback" not in shown


@pytest.mark.timeout(300)
def test_a_file_that_cannot_be_made_says_why_under_its_button(server):
    async def lesson():
        store = RunStore(f"sqlite:///{server.runs / 'runs.db'}")
        run_id = store.create({**parse_spec(TINY).model_dump()}, state=State.DONE)
        async with Learner(server.url, "runs") as learner:
            made = await learner.download("runs_csv")
            store.delete(run_id)
            return made, await learner.download("runs_notebook")

    made, shown = asyncio.run(lesson())
    assert made.endswith(".csv")
    assert "There is no run" in shown


def test_a_locked_store_delays_a_run_and_loses_nothing(tmp_path):
    store = RunStore()
    run_id = store.create(parse_spec(TINY).model_dump())
    file = tmp_path / "runs" / "runs.db"
    over = threading.Event()

    def lock_again_and_again():
        other = sqlite3.connect(file, timeout=30, isolation_level=None, check_same_thread=False)
        while not over.wait(0.2):
            other.execute("BEGIN IMMEDIATE")
            over.wait(0.5)
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


@pytest.mark.parametrize("fault", [pytest.param("locked for long", marks=pytest.mark.soak), "gone"])
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
            back.append(lock(file) if fault != "gone" else moved_away(file))

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


def moved_away(file):
    """Put something else in a database's place; return what brings it back."""
    away = [
        path.rename(path.with_suffix(path.suffix + "-away"))
        for path in file.parent.glob("runs.db*")
    ]
    file.mkdir()

    def bring_back():
        file.rmdir()
        for path in away:
            path.rename(path.with_name(path.name.removesuffix("-away")))

    return bring_back


@pytest.mark.soak  # a disk that is really full is in test_the_stores_file.py
@pytest.mark.timeout(300)
def test_a_full_disk_ends_a_run_with_its_reason(tmp_path):
    """No file may grow beyond the limit, as on a full disk; weights do not fit, the store does."""
    code = (
        "import sys; from resnet.store.run_store import RunStore; from resnet.training.stored_run "
        "import run\nrun(sys.argv[1], RunStore())"
    )
    store = RunStore()
    run_id = store.create(parse_spec({**TINY, "model": "fast"}).model_dump())

    def little_room():
        resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000))

    ran = subprocess.run(
        [sys.executable, "-c", code, run_id],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        preexec_fn=little_room,
        check=False,
    )
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
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin", "RESNET_LAB_RUNS": place},
    )
    assert ran.returncode == 1
    assert ran.stderr.startswith("Error: ")
    assert ran.stderr.count("\n") == 1
    assert "RESNET_LAB_DATABASE_URL" in ran.stderr


@pytest.mark.parametrize(
    "content", [b"not a database" * 100, b"SQLite format 3\0" + b"\xff" * 4096]
)
def test_a_damaged_store_is_one_line_and_is_left_as_it_is(tmp_path, monkeypatch, content):
    database = tmp_path / "runs" / "runs.db"
    database.parent.mkdir()
    database.write_bytes(content)
    doctor = sys.modules["resnet.cli.doctor"]
    monkeypatch.setitem(doctor._CHECKS, "cluster", lambda: ("good", ""))  # whose workers load Keras
    ran = CliRunner().invoke(lab, ["doctor", "--json"])
    told = {finding["part"]: finding for finding in json.loads(ran.stdout)}["run store"]
    assert told["state"] == "bad"
    assert "\n" not in told["told"]
    assert (ran.exit_code, ran.stderr) == (1, "")
    assert database.read_bytes()[: len(content)] == content
