"""The program with odd streams, encodings and signals, each in a process of its own."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from resnet.cli import attended
from resnet.jobs.keeper import ATTENDED
from resnet.settings import PROJECT
from resnet.store.run_store import RunStore
from resnet.store.states import State
from tests.unit.cli.several import PATIENCE, several
from tests.waiting import until

pytestmark = pytest.mark.slow

START = [sys.executable, "-m", "resnet"]
ENCODINGS = {
    "cp1252": {"PYTHONIOENCODING": "cp1252"},
    "latin-1": {"PYTHONIOENCODING": "latin-1"},
    "C": {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "LC_ALL": "C"},
    "gbk": {"PYTHONIOENCODING": "gbk"},
    "utf-8": {"PYTHONIOENCODING": "utf-8"},
}
CHINESE = {"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "zh_CN.UTF-8"}
posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals or shells")


def run(*lines: tuple[object, ...], **environment: str) -> list[subprocess.CompletedProcess]:
    inherited = {name: value for name, value in os.environ.items() if name != "LC_ALL"}
    return several(lines, inherited | environment)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_encoding_takes_every_word(encoding):
    store = RunStore()
    run_id = store.create({"model": "fast", "data": "数据 \udcff 😀", "seed": 0})
    asked = {
        "help": ("--help",),
        "help of train": ("train", "--help"),
        "models": ("models",),
        "runs": ("runs", "list"),
        "a run": ("runs", "show", run_id),
        "its JSON": ("runs", "show", run_id, "--json"),
        "JSON": ("models", "--json"),
        "no run": ("runs", "show", "中文"),
        "no net": ("summary", "restnet"),
    }
    ran = dict(zip(asked, run(*asked.values(), **CHINESE, **ENCODINGS[encoding]), strict=True))
    for what, one in ran.items():
        assert b"Traceback" not in one.stderr, what
        assert b"Unicode" not in one.stderr, what
        assert bool(one.returncode) == what.startswith("no "), what
        assert one.stdout or one.returncode, what
    assert len(json.loads(ran["JSON"].stdout)) > 20
    assert json.loads(ran["its JSON"].stdout)["data"] == "数据 \udcff 😀"
    chinese = "用法：".encode("gbk" if encoding == "gbk" else "utf-8")
    usage = chinese if encoding in ("gbk", "utf-8") else b"Usage: "
    assert usage in ran["help"].stdout


def test_what_an_exercise_and_the_doctor_say_keeps_its_meaning_in_cp1252():
    """Their marks, which cp1252 lacks, stay two different ones."""
    code = "from resnet.cli.streams import prepare_streams as p; p(); print('✓ ✗ é 中 …')"
    ran = subprocess.run(
        [sys.executable, "-c", code],
        cwd=PROJECT,
        capture_output=True,
        check=True,
        env=os.environ | {"PYTHONIOENCODING": "cp1252"},
    )
    assert ran.stdout.decode("cp1252").strip() == r"+ x é \u4e2d …"


def test_a_home_that_cannot_be_written_is_no_notice_before_the_result(tmp_path, monkeypatch):
    for name in ("MPLCONFIGDIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "file").touch()
    home = str(tmp_path / "file" / "home")
    ran = subprocess.run(
        [*START, "summary", "resnet8", "--json"],
        cwd=PROJECT,
        capture_output=True,
        check=False,
        env=os.environ | {"HOME": home, "USERPROFILE": home},
    )
    assert json.loads(ran.stdout)["model"] == "resnet8"
    assert ran.stderr == b""


@pytest.mark.parametrize("address", ["x y", "256.0.0.1", "203.0.113.7", "a" * 300])
def test_an_address_that_is_not_this_machines_is_named(one_line, address):
    assert address in one_line("app", "--address", address, "--port", "8765", code=1)


@posix
@pytest.mark.parametrize(
    ("closed", "command", "code"),
    [
        (">&-", "models --json", 0),
        ("2>&-", "summary restnet", 1),
        (">&- 2>&- <&-", "models --json", 0),
        (">&- 2>&- <&-", "summary restnet", 1),
    ],
)
def test_closed_streams_are_nobody_who_reads(closed, command, code):
    ran = subprocess.run(
        ["sh", "-c", f"{sys.executable} -m resnet {command} {closed}"],
        cwd=PROJECT,
        capture_output=True,
        check=False,
    )
    assert ran.returncode == code
    assert b"Traceback" not in ran.stderr


@posix
def test_an_error_that_nobody_reads_any_more_is_no_traceback():
    reads, writes = os.pipe()
    os.close(reads)
    with os.fdopen(writes, "wb") as nobody:
        ran = subprocess.run(
            [*START, "summary", "restnet"], cwd=PROJECT, stderr=nobody, check=False
        )
    assert ran.returncode == 1


@posix
@pytest.mark.parametrize("module", ["click", "sqlalchemy", "keras"])
def test_ctrl_c_while_modules_load_ends_without_a_word(module):
    """The signal comes from the import itself, so that it meets just that moment."""
    code = f"""
import os, runpy, signal, sys
class Interrupting:
    def find_spec(self, name, path, target=None):
        if name == {module!r}:
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Interrupting())
sys.argv = ["resnet", "summary", "resnet8"]
runpy.run_module("resnet", run_name="__main__")
"""
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, check=False
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (130, b"", b"")


def training(tiny_signs) -> subprocess.Popen:
    """Start a run that does not end by itself, and wait until it takes steps."""
    options = ["--model", "resnet8", "--image-size", "16", "--batch-size", "8", "--epochs", "1000"]
    process = subprocess.Popen(
        [*START, "train", "--data", str(tiny_signs), *options],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    deadline, store = time.monotonic() + PATIENCE, RunStore()
    while not any(run.step for run in store.runs()):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        with_patience(process)
    return process


def with_patience(process: subprocess.Popen) -> None:
    try:
        process.wait(timeout=0.2)
    except subprocess.TimeoutExpired:
        return


@posix
@pytest.mark.soak
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_what_ends_a_training_from_outside_is_like_ctrl_c(number, tiny_signs):
    process = training(tiny_signs)
    process.send_signal(number)
    _stdout, stderr = process.communicate(timeout=PATIENCE)
    assert b"Traceback" not in stderr
    assert process.returncode == 130
    (run,) = RunStore().runs()
    assert run.state is State.STOPPED
    assert run.step > 0


@posix
@pytest.mark.soak
def test_a_training_that_nobody_reads_any_more_still_hears_its_end(tiny_signs):
    process = training(tiny_signs)
    process.stdout.close()
    process.stderr.close()
    store = RunStore()
    (run,) = store.runs()
    until(lambda: store.get(run.id).epoch > run.epoch + 2, PATIENCE)  # it has tried to tell them
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE) == 130
    assert store.get(run.id).state is State.STOPPED


def left_by_a_killed_process(tiny_signs) -> None:
    process = training(tiny_signs)
    process.kill()
    process.communicate()


def left_as_by_one(_tiny_signs) -> None:
    store = RunStore()
    run_id = store.create({"model": "fast"}, origin=ATTENDED)
    store.set_state(run_id, State.RUNNING, started_at=1.0, heartbeat_at=1.0)


@posix
@pytest.mark.parametrize(
    "leave", [left_as_by_one, pytest.param(left_by_a_killed_process, marks=pytest.mark.soak)]
)
def test_the_command_after_a_kill_says_that_the_run_is_nobodys(tiny_signs, cli, monkeypatch, leave):
    leave(tiny_signs)
    (run,) = RunStore().runs()
    assert run.state is State.RUNNING
    monkeypatch.setattr(attended, "SILENCE_SECONDS", 0)
    result = cli("runs", "list")
    assert result.exit_code == 0
    assert run.id in result.stderr
    assert "start it again" in result.stderr
    assert RunStore().get(run.id).state is State.FAILED
    assert cli("runs", "list").stderr == ""


def test_a_training_that_speaks_is_left_alone_whatever_the_clock_says(cli, monkeypatch):
    store = RunStore()
    run_id = store.create({"model": "fast"}, origin=ATTENDED)
    store.set_state(run_id, State.RUNNING, started_at=1.0, heartbeat_at=1.0)
    monkeypatch.setattr(attended.time, "sleep", lambda _seconds: store.heartbeat(run_id))
    assert cli("runs", "list").stderr == ""
    assert store.get(run_id).state is State.RUNNING


def test_runs_of_the_screens_are_left_to_the_server(cli):
    store = RunStore()
    run_id = store.create({"model": "fast"})
    store.set_state(run_id, State.RUNNING, started_at=1.0, heartbeat_at=1.0)
    assert cli("runs", "list").stderr == ""
    assert store.get(run_id).state is State.RUNNING
