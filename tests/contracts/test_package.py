"""The package as `pip install` gives it, away from this clone: everything is in it and works."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
import zipfile
from pathlib import Path

import pytest

from resnet.settings import PROJECT

pytestmark = pytest.mark.slow

ABOUT = ("pyproject.toml", "README.md", "LICENSE")
PARTS = ("app.py", "resnet", "pages", "assets", ".streamlit")
PATIENCE = 120  # seconds until a test gives up, on any machine


def pip(*arguments: object) -> None:
    command = [sys.executable, "-m", "pip", "--quiet", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """The wheel of a copy, so that nothing built here before gets into it."""
    source, built = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for part in (*ABOUT, *PARTS):
        if (PROJECT / part).is_dir():
            ignored = shutil.ignore_patterns("__pycache__", "secrets.toml")
            shutil.copytree(PROJECT / part, source / part, ignore=ignored)
        else:
            shutil.copy(PROJECT / part, source / part)
    pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", built, source)
    (found,) = built.iterdir()
    return found


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Path:
    """A folder with the package alone; what it depends on is this interpreter's."""
    place = tmp_path_factory.mktemp("installed")
    pip("install", "--no-deps", "--target", place, wheel)
    return place


@pytest.fixture
def environment(installed) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("RESNET_LAB")}
    return kept | {"PYTHONPATH": str(installed), "LC_ALL": "C.UTF-8"}


def lab(folder: Path, environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess:
    program = Path(environment["PYTHONPATH"], "bin", "resnet-lab")
    return subprocess.run(
        [sys.executable, program, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def test_the_wheel_holds_every_file(wheel):
    packed = set(zipfile.ZipFile(wheel).namelist())
    for part in PARTS:
        path = PROJECT / part
        for file in [path] if path.is_file() else path.rglob("*"):
            within = file.relative_to(PROJECT)
            beside = within if part == "resnet" else Path("resnet", "lab") / within
            ours = "__pycache__" not in within.parts and file.name != "secrets.toml"
            assert not (file.is_file() and ours) or beside.as_posix() in packed, within
    assert "resnet/py.typed" in packed
    assert {name.split("/")[0] for name in packed if "dist-info" not in name} == {"resnet"}


def test_commands_find_their_assets_and_keep_runs_where_they_are_called(tmp_path, environment):
    listed = lab(tmp_path, environment, "models")
    assert "resnet50" in listed.stdout, listed.stderr
    started = lab(tmp_path, environment, "exercise", "start")
    assert started.returncode == 0, started.stderr
    assert (tmp_path / "exercises" / "identity_block.py").is_file()
    chinese = lab(tmp_path, environment | {"LC_ALL": "zh_CN.UTF-8"}, "runs", "show", "nothing")
    assert "没有训练 nothing" in chinese.stderr
    assert (tmp_path / "runs" / "runs.db").is_file()
    assert not (Path(environment["PYTHONPATH"]) / "runs").exists()


def test_the_screens_start_with_the_labs_settings(tmp_path, environment):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "resnet", "app", "--port", str(port), "--address", "127.0.0.1"]
    with (tmp_path / "log").open("w") as log:
        server = subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=log, stderr=log)
    try:
        assert answer(server, f"http://127.0.0.1:{port}/_stcore/health") == "ok"
        assert '"store":"ready"' in answer(server, f"http://127.0.0.1:{port}/healthz")
    finally:
        server.terminate()
        server.wait(PATIENCE)
    output = (tmp_path / "log").read_text()
    assert "/?teacher=" in output
    # Streamlit prints this unless the lab's settings forbid it.
    assert "usage statistics" not in output


def answer(server: subprocess.Popen, address: str) -> str:
    """Return what an address says once the server is there."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            with urllib.request.urlopen(address, timeout=PATIENCE) as response:
                return response.read().decode()
        except urllib.error.URLError:
            assert server.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.1)
