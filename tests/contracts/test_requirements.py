"""Ranges in pyproject.toml, locks in requirements*.txt, and what the source and make need."""

import ast
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import distributions, entry_points, packages_distributions, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from resnet.settings import PROJECT

PACKAGE = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PACKAGE["optional-dependencies"]
LOCKS = {
    "requirements.txt": [],
    **{f"requirements-{extra}.txt": lines for extra, lines in EXTRAS.items()},
}
OURS = {"app", "pages", "resnet", "benchmarks", "tests"}
LAB = ("app.py", "pages", "resnet")
# Modules of packages that the tests' environment lacks, and those that a test makes itself.
ELSEWHERE, OWN = {"pynvml": "nvidia-ml-py"}, {"block_strategies"}
MAKES_NOTHING_ELSE = ("lock", "clean", "setup", "browser", "database", "fonts")
# What the locks must install on: uv's names.
PLATFORMS = (
    "x86_64-manylinux_2_28",
    "aarch64-manylinux_2_28",
    "aarch64-apple-darwin",
    "x86_64-pc-windows-msvc",
)
MAKERS = packages_distributions()
SCRIPTS = {
    point.name: canonicalize_name(point.dist.name)
    for point in entry_points(group="console_scripts")
    if point.dist
}
each_lock = pytest.mark.parametrize("lock", LOCKS)


def named(lines: list[str]) -> set[str]:
    return {canonicalize_name(Requirement(line).name) for line in lines}


def pins(lock: str) -> dict[str, Requirement]:
    """The packages of a lock, by name."""
    lines = (PROJECT / lock).read_text(encoding="utf-8").splitlines()
    listed = [Requirement(line.split(" # ")[0]) for line in lines if line[0] not in "#"]
    assert len(listed) == len({pin.name for pin in listed}), (
        "one version for every Python and system"
    )
    return {pin.name: pin for pin in listed}


def sources(part: str) -> list[Path]:
    found = PROJECT / part
    return [found] if found.is_file() else sorted(found.rglob("*.py"))


@cache
def imported(part: str, *, whole: bool) -> frozenset[tuple[str, str]]:
    """Return (file, module) of others' modules; without `whole`, of those that it starts with."""
    return frozenset(_imported(part, whole=whole))


def _imported(part: str, *, whole: bool) -> Iterator[tuple[str, str]]:
    for file in sources(part):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        for node in ast.walk(tree) if whole else tree.body:
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module or ""]
            for module in {name.split(".")[0] for name in names}:
                if module not in OURS | OWN | set(sys.stdlib_module_names):
                    yield file.relative_to(PROJECT).as_posix(), module


def missing(part: str, lines: set[str], *, whole: bool) -> set[tuple[str, str]]:
    """The imports of a part of the source that no line provides."""

    def provided(module: str) -> bool:
        made_by = MAKERS.get(module, [ELSEWHERE.get(module, module)])
        return bool({canonicalize_name(maker) for maker in made_by} & lines)

    return {(file, name) for file, name in imported(part, whole=whole) if not provided(name)}


@pytest.mark.parametrize("part", LAB)
def test_what_the_lab_imports_has_a_line(part):
    assert not missing(part, named(PACKAGE["dependencies"]), whole=False)
    every = [line for lines in EXTRAS.values() for line in lines]
    assert not missing(part, named(PACKAGE["dependencies"] + every), whole=True)


@pytest.mark.parametrize("part", ["benchmarks", "tests"])
def test_what_tests_and_benchmarks_import_has_a_line(part):
    assert not missing(part, named(PACKAGE["dependencies"] + EXTRAS["dev"]), whole=True)


def test_every_line_has_an_end_and_none_stands_twice():
    for lines in (PACKAGE["dependencies"], *EXTRAS.values()):
        assert len(named(lines)) == len(lines)
        for line in map(Requirement, lines):
            ends = {part.operator for part in line.specifier} & {"<", "~=", "=="}
            assert ends, f"{line.name} has no upper bound"


@each_lock
def test_a_lock_holds_what_is_asked_for_in_the_versions_that_are(lock):
    held = pins(lock)
    for line in map(Requirement, PACKAGE["dependencies"] + LOCKS[lock]):
        pinned = next(iter(held[canonicalize_name(line.name)].specifier))
        assert pinned.operator == "=="
        assert pinned.version in line.specifier, f"{line}: run `make lock`"


@each_lock
def test_locks_agree_and_tell_nothing_of_the_machine_that_made_them(lock):
    base = pins("requirements.txt")
    held = pins(lock)
    assert set(base) <= set(held)
    assert {name: held[name].specifier for name in base} == {
        name: pin.specifier for name, pin in base.items()
    }
    text = (PROJECT / lock).read_text(encoding="utf-8")
    assert not re.search(r"://|^-|/tmp|/home|/work|/opt", text, re.MULTILINE)


def test_these_tests_run_with_what_the_lock_names():
    here = {canonicalize_name(found.name) for found in distributions()}
    for name, pin in pins("requirements-dev.txt").items():
        if pin.marker is None or pin.marker.evaluate():
            assert name in here, f"{name}: `make lint` installs it"
            assert version(name) in pin.specifier, f"{name}: `make lint` installs the lock"


def targets() -> list[str]:
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    (line,) = re.findall(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)
    return [target for target in line.split() if target not in MAKES_NOTHING_ELSE]


@pytest.mark.parametrize("target", targets())
def test_make_installs_what_a_target_runs_before_it_runs_it(target, tmp_path):
    """In a fresh clone: what make would do, against what the locks hold."""
    binaries = f"{tmp_path}/venv/bin/"
    listed = subprocess.run(
        ["make", "--dry-run", target, f"VENV={tmp_path}/venv"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    installed: set[str] = set()
    ran = []
    for line in listed.splitlines():
        for program, rest in re.findall(rf"{re.escape(binaries)}(\S+) ?([^|&;]*)", line):
            if program == "pip":
                installed |= {name for lock in re.findall(r"-r (\S+)", rest) for name in pins(lock)}
                continue
            ran.append(program)
            if program == "python":
                root = re.findall(r"-m (\w+)", rest)[0]
                gpu = "benchmarks/gpu.py" if "benchmarks.gpu" in rest else root
                assert not missing(gpu, installed, whole=True)
            else:
                assert SCRIPTS.get(program, program) in installed, line  # ruff is no script
            for part in LAB:
                assert not missing(part, installed, whole=False), line
    assert ran


@pytest.mark.soak
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("lock", ["requirements.txt", "requirements-cluster.txt"])
def test_a_lock_is_complete_and_every_module_finds_what_it_imports(lock, tmp_path):
    """In an empty environment, with nothing but what the lock itself names."""
    python = tmp_path / "venv" / "bin" / "python"
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    environment["RESNET_LAB_RUNS"] = str(tmp_path)

    def run(*command: object) -> None:
        done = subprocess.run(
            list(map(str, command)),
            cwd=PROJECT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    run(sys.executable, "-m", "venv", tmp_path / "venv")
    run(python, "-m", "pip", "install", "--quiet", "--no-deps", "-r", lock)
    run(python, "-m", "pip", "check")
    # A screen runs only inside Streamlit, so each file's own import statements are run instead.
    statements = [
        ast.unparse(node)
        for part in LAB
        for file in sources(part)
        for node in ast.parse(file.read_text(encoding="utf-8")).body
        if isinstance(node, ast.Import | ast.ImportFrom) and not getattr(node, "level", 0)
        if getattr(node, "module", "") != "__future__"
    ]
    program = tmp_path / "imports.py"
    program.write_text(
        f"import sys; sys.path.insert(0, {str(PROJECT)!r})\n" + "\n".join(statements)
    )
    run(python, program)


@pytest.mark.soak
@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("lock", ["requirements.txt", "requirements-dev.txt"])
def test_every_pin_has_a_build_for_every_python_and_system(lock, platform, tmp_path):
    least, end = re.findall(r"3\.(\d+)", PACKAGE["requires-python"])
    for minor in range(int(least), int(end)):
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "uv",
                "pip",
                "install",
                "--dry-run",
                "--quiet",
                "--only-binary",
                ":all:",
                "--target",
                str(tmp_path),
                "-r",
                lock,
                "--python-platform",
                platform,
                "--python-version",
                f"3.{minor}",
            ],
            cwd=PROJECT,
            capture_output=True,
            text=True,
            check=False,
            env=os.environ | {"MACOSX_DEPLOYMENT_TARGET": "14.0"},
        )
        assert done.returncode == 0, f"3.{minor}: {done.stderr}"
