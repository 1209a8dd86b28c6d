"""Which Python the lab runs on is said in four places, and all of them say the same."""

import subprocess
import tomllib

import pytest

from resnet.cli.doctor import PYTHONS
from resnet.settings import PROJECT

LEAST, MOST = PYTHONS


def test_the_package_asks_for_what_doctor_takes():
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = f">={LEAST[0]}.{LEAST[1]},<{MOST[0]}.{MOST[1] + 1}"
    assert project["requires-python"] == wanted
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    assert f"not {LEAST} <= sys.version_info < {(MOST[0], MOST[1] + 1)}" in makefile


@pytest.mark.parametrize("python", ["false", "no-such-python"])
def test_make_says_in_one_sentence_that_a_python_does_not_do(tmp_path, python):
    done = subprocess.run(
        ["make", "run", f"VENV={tmp_path / 'venv'}", f"PYTHON={python}"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode
    error, _make = done.stderr.split("\n", 1)
    assert error == (
        "ResNet Lab needs Python 3.11, 3.12 or 3.13: "
        "install one of them, or name it: make run PYTHON=python3.12"
    )
    assert not list(tmp_path.iterdir())
