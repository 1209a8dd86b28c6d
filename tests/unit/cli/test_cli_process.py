"""The program as a process of its own: its streams, its exit codes, interruption."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from resnet.settings import PROJECT
from resnet.store.run_store import RunStore
from resnet.store.states import State
from tests.unit.cli.several import several

pytestmark = pytest.mark.slow

START = [sys.executable, "-m", "resnet"]
PATIENCE = 120  # seconds until a test gives up, on any machine


ENVIRONMENT = {"LC_ALL": "C.UTF-8", "PYTHONUTF8": "1"}


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [*START, *map(str, arguments)]
    return subprocess.run(
        command,
        cwd=PROJECT,
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
        env=os.environ | ENVIRONMENT,
    )


def answers(*lines: tuple[object, ...], **environment: str) -> list[tuple[str, str, int]]:
    """What each of several command lines in one process writes, and its code."""
    ran = several(lines, os.environ | ENVIRONMENT | environment)
    return [(one.stdout.decode(), one.stderr.decode(), one.returncode) for one in ran]


CHINESE = {"LC_ALL": "zh_CN.UTF-8"}


WRONG_USES = {
    ("train",): "错误：缺少选项 '--model'",
    ("trian",): "错误：没有命令 'trian'。 （是不是 'train'？）",
    ("runs", "list", "--all"): "错误：没有选项 '--all'。",
    ("runs", "list", "--limit", "0"): "错误：'--limit' 的值无效：0 不在范围 x>=1 内。",
    ("train", "--model", "fast", "--epochs", "x"): "的值无效：'x' 不是有效的数",
    ("train", "--model", "fast", "--recipe", "x"): "'x' 不在 'fast', 'sprint'",
    ("data", "check", "nowhere"): "'DIR' 的值无效：文件夹 'nowhere' 不存在。",
    ("predict", "--weights", "nowhere.h5", "x"): "文件 'nowhere.h5' 不存在。",
    ("doctor", "x"): "错误：多出了参数（x）",
    ("runs", "show"): "错误：缺少参数 'ID'",
    ("runs", "show", "nothing"): "没有训练 nothing",
    ("summary", "resnet9"): "错误：没有名为“resnet9”的网络",
}


def test_wrong_uses_are_reported_in_the_terminals_language():
    for says, (_out, error, code) in zip(
        WRONG_USES.values(), answers(*WRONG_USES, **CHINESE), strict=True
    ):
        assert says in error
        assert error.count("\n") == 1
        assert code in (1, 2)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_help_is_in_the_terminals_language(language):
    """Whatever LANGUAGE says besides, which gettext would heed and the lab does not."""
    locale, other = {"zh": ("zh_CN.UTF-8", "en"), "en": ("de_DE.UTF-8", "zh")}[language]
    lines = ("train", "--help"), ("runs", "show", "nothing")
    (help_of, *_), (_, error, _) = answers(*lines, LC_ALL=locale, LANGUAGE=other)
    chinese = ["用法：", "训练一个网络并保存记录。", "[必填]", "网络的名称", "显示这段说明并退出。"]
    assert [words in help_of for words in chinese] == [language == "zh"] * len(chinese)
    assert "python -m resnet train --model fast --recipe sprint" in help_of
    assert ("There is no run nothing" in error) == (language == "en")


def test_a_run_is_listed_in_the_terminals_language():
    RunStore().create({"model": "fast"}, state=State.DONE)
    ((chinese, _, _),) = answers(("runs", "list"), **CHINESE)
    assert "完成" in chinese
    ((english, _, _),) = answers(("runs", "list"))
    assert "DONE" in english


@pytest.mark.soak
def test_a_training_ends_in_the_terminals_language(tiny_signs):
    options = ("--model", "resnet8", "--image-size", 8, "--batch-size", 12, "--epochs", 1)
    ((trained, _, _),) = answers(("train", "--data", tiny_signs, *options), **CHINESE)
    assert trained.startswith("完成")


def test_help_loads_no_keras():
    code = "import sys; sys.argv = ['resnet', '--help']; import runpy\n"
    code += "try: runpy.run_module('resnet', run_name='__main__')\n"
    code += "except SystemExit as end: assert not end.code\n"
    code += "assert not {'keras', 'tensorflow'} & set(sys.modules)"
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert "Usage: " in ran.stdout


@pytest.mark.soak  # `make test` asks the same where the home cannot be written, in test_cli_streams
def test_results_are_alone_on_stdout():
    ran = run("summary", "resnet8", "--json")
    assert ran.returncode == 0
    assert json.loads(ran.stdout)["model"] == "resnet8"
    assert ran.stderr == ""


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        pytest.param(  # found after Keras is loaded
            ("summary", "resnet8", "--input", "4,4,3"), 1, marks=pytest.mark.soak
        ),
        (("train", "--model", "fast", "--epochs", "many"), 2),
    ],
)
def test_mistakes_end_with_one_line(arguments, code):
    ran = run(*arguments)
    assert ran.returncode == code
    assert ran.stdout == ""
    assert ran.stderr.startswith("Error: ")
    assert ran.stderr.count("\n") == 1


def test_a_reader_who_leaves_early_is_no_mistake():
    with subprocess.Popen(
        [*START, "models", "--json"],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        assert process.stderr.read() == ""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a device that is full")
def test_a_full_disk_is_one_line():
    with open("/dev/full", "w") as full:  # noqa: PTH123
        ran = subprocess.run(
            [*START, "models"],
            cwd=PROJECT,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert ran.returncode == 1
    assert ran.stderr.count("\n") == 1


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends Ctrl-C to the whole console")
def test_ctrl_c_stops_a_run_and_keeps_it(tiny_signs):
    options = ["--model", "resnet8", "--batch-size", "8", "--epochs", "1000", "--json"]
    process = subprocess.Popen(
        [*START, "train", "--data", str(tiny_signs), *options],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    store = RunStore()

    def first_run():
        return next(iter(store.runs()), None)

    deadline = time.monotonic() + PATIENCE
    while not ((found := first_run()) and found.step) and process.poll() is None:
        assert time.monotonic() < deadline
        with_patience(process)
    process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130, stderr
    assert "Traceback" not in stderr
    result = json.loads(stdout.splitlines()[-1])
    assert result["state"] == "STOPPED"
    run = first_run()
    assert (run.state, run.origin) == (State.STOPPED, "cli")


def with_patience(process: subprocess.Popen) -> None:
    """Wait a moment, or until the process ends."""
    try:
        process.wait(timeout=0.2)
    except subprocess.TimeoutExpired:
        return
