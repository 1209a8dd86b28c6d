"""Parsers under a coverage-guided fuzzer, for seconds each; `tests/faults/fuzz.py` for hours."""

import subprocess
import sys

import pytest

from resnet.settings import PROJECT

SECONDS = 8


@pytest.mark.skipif(sys.platform != "linux", reason="atheris has wheels for Linux")
@pytest.mark.parametrize("parser", ["photo", "spec", "card"])
def test_every_input_gives_a_result_or_one_sentence(parser, tmp_path):
    ran = subprocess.run(
        [sys.executable, "-m", "tests.faults.fuzz", parser, str(SECONDS)],
        cwd=PROJECT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr[-3000:]
    assert "Done" in ran.stderr  # libFuzzer tells how many inputs it tried
