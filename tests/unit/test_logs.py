"""Events as an operator's tools read them: a JSON object a line."""

import json
import logging
import os
import shutil
import sys

import pytest

from resnet import logs
from resnet.settings import runs_folder

NOBODYS = 2**22  # ids of processes that no Linux gives out begin here


@pytest.fixture(autouse=True)
def as_before():
    """Give the loggers of the test run back as they were."""
    kept = [
        (logging.getLogger(name), vars(logging.getLogger(name)).copy()) for name in logs.LIBRARIES
    ]
    yield
    for library, state in kept:
        library.handlers, library.propagate = state["handlers"], state["propagate"]
        library.setLevel(state["level"])


def events():
    (file,) = (runs_folder() / "logs").glob("events-test-*.jsonl")
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def test_an_event_names_its_run_and_session():
    logs.begin("test")
    here = logging.getLogger("resnet.jobs.queue")
    run, session = logs.RUN.set("aaaa"), logs.SESSION.set("s1")
    here.info("Training begins on %s.", "CPU")
    logs.RUN.reset(run)
    here.info("A run was queued.", extra={"run": "bbbb"})
    logs.SESSION.reset(session)
    here.debug("too small to tell")
    first, second = events()
    assert (first["event"], first["run"], first["session"], first["level"]) == (
        "Training begins on CPU.",
        "aaaa",
        "s1",
        "INFO",
    )
    assert (second["run"], second["session"]) == ("bbbb", "s1")
    assert first["time"].endswith("Z")
    assert first["process"] > 0


def test_an_error_comes_with_its_traceback_in_one_line(capsys):
    logs.begin("test")
    try:
        raise ValueError("two\nlines")
    except ValueError:
        logging.getLogger("pages.hand").exception("The search failed.")
    (event,) = events()
    assert "ValueError: two\nlines" in event["exception"]
    printed = capsys.readouterr().err  # an operator sees warnings at once
    assert "The search failed." in printed
    assert "ValueError" in printed
    assert printed.count("\n") == 1


def test_old_files_make_room():
    folder = runs_folder() / "logs"
    folder.mkdir(parents=True)
    for number in range(logs.KEPT_FILES + 5):
        (folder / f"events-old-{NOBODYS + number}.jsonl").write_text("{}")
    logs.begin("test")
    assert len(list(folder.glob("events-*.jsonl"))) == logs.KEPT_FILES


def test_a_folder_that_cannot_be_written_leaves_the_console(monkeypatch, tmp_path):
    file = tmp_path / "a file"
    file.write_text("")
    monkeypatch.setenv("RESNET_LAB_RUNS", str(file))
    logs.begin("test")
    assert len(logging.getLogger("resnet").handlers) == 1


def test_the_log_of_a_process_that_lives_stays_however_old_it_is():
    folder = runs_folder() / "logs"
    folder.mkdir(parents=True)
    names = (f"events-app-{os.getpid()}.jsonl", f"cluster-20200101-000000-{os.getpid()}.log")
    for name in names:
        (folder / name).write_text("{}")
        os.utime(folder / name, (0, 0))
    for number in range(logs.KEPT_FILES + 5):
        (folder / f"events-old-{NOBODYS + number}.jsonl").write_text("{}")
        (folder / f"cluster-20260101-000000-{NOBODYS + number}.log").write_text("")
    logs.begin("test")
    logs.make_room(folder.glob("cluster-*.log"), 10)
    assert all((folder / name).exists() for name in names)
    assert len(list(folder.glob("cluster-*.log"))) == 11


def test_events_go_on_in_a_new_file_where_the_folder_is_deleted():
    logs.begin("test")
    logging.getLogger("resnet").info("before")
    shutil.rmtree(runs_folder())
    logging.getLogger("resnet").info("after")
    assert [event["event"] for event in events()] == ["after"]


@pytest.mark.skipif(sys.platform != "linux", reason="Linux's own full disk")
def test_a_full_disk_is_no_traceback_on_the_console(capsys):
    folder = runs_folder() / "logs"
    folder.mkdir(parents=True)
    (folder / f"events-test-{os.getpid()}.jsonl").symlink_to("/dev/full")
    logs.begin("test")
    logging.getLogger("resnet").info("nobody hears this")
    assert capsys.readouterr().err == ""
