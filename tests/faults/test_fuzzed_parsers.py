"""Parsers under a coverage-guided fuzzer, for seconds each; `tests/faults/fuzz.py` for hours."""

import json
import subprocess
import sys

import pytest

from resnet.settings import PROJECT

pytestmark = pytest.mark.soak
SECONDS = 8
FLIPPED_FILES = 600  # about 15 seconds


@pytest.mark.skipif(sys.platform != "linux", reason="atheris has wheels for Linux")
@pytest.mark.parametrize("parser", ["photo", "spec", "card", "archive"])
def test_every_input_gives_a_result_or_one_sentence(parser, tmp_path):
    ran = subprocess.run(
        [sys.executable, "-m", "tests.faults.fuzz", parser, str(SECONDS)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-3000:]
    assert "Done" in ran.stderr  # libFuzzer tells how many inputs it tried


@pytest.mark.skipif(sys.platform == "win32", reason="each file is read by a fork")
def test_flipped_bytes_in_signs_are_read_or_reported_in_one_line():
    ran = subprocess.run(
        [sys.executable, "-m", "tests.faults.fuzz_hdf5", str(FLIPPED_FILES)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-3000:]
    ends = json.loads(ran.stdout)
    assert sum(ends.values()) >= FLIPPED_FILES
    assert min(ends["right"], ends["refused"]) > FLIPPED_FILES / 10
