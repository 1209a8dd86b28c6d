"""What this machine has, against the operating system."""

import math
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from resnet import machine
from resnet.machine import Load, gpu_memory_left, memory_left, this_machine
from resnet.settings import PROJECT


def test_cores_and_memory_are_the_systems():
    machine = this_machine()
    assert 1 <= machine.cores <= (os.cpu_count() or 1)
    assert round(machine.memory_gib, 3) == round(psutil.virtual_memory().total / 2**30, 3)


def test_a_machine_without_the_driver_has_no_gpu(monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert this_machine().gpus == ()


LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_NOFILE, (256, int(sys.argv[1])))
from resnet.machine import open_files_left, raise_open_files_limit
before = open_files_left()
raise_open_files_limit()
print(before, open_files_left(), *resource.getrlimit(resource.RLIMIT_NOFILE))
"""


@pytest.mark.parametrize(("hard", "raised"), [(256, 256), (4096, 4096), (10_000, 8192)])
def test_the_limit_of_open_files_is_raised_as_far_as_may_be(hard, raised):
    ran = subprocess.run(
        [sys.executable, "-c", LIMITED, str(hard)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    before, after, soft, still_hard = map(int, ran.stdout.split())
    assert 200 < before < 256
    assert raised - 56 < after < raised
    assert (soft, still_hard) == (raised, hard)


class Limits:
    """The resource module of another system; macOS has no hard limit and refuses what is large."""

    RLIMIT_NOFILE, RLIM_INFINITY = 8, 2**63 - 1

    def __init__(self, soft, hard, most):
        self.limits, self._most = (soft, hard), most

    def getrlimit(self, number):
        assert number == self.RLIMIT_NOFILE
        return self.limits

    def setrlimit(self, _number, limits):
        if limits[0] > self._most:
            raise ValueError("current limit exceeds maximum limit")
        self.limits = limits


@pytest.mark.parametrize(
    ("most", "raised"), [pytest.param(10_240, 8192, id="macOS"), pytest.param(256, 256, id="held")]
)
def test_without_a_hard_limit_it_is_raised_within_reason(monkeypatch, most, raised):
    played = Limits(256, Limits.RLIM_INFINITY, most)
    monkeypatch.setattr(machine, "resource", played)
    machine.raise_open_files_limit()
    assert played.limits == (raised, Limits.RLIM_INFINITY)


def test_an_endless_limit_is_left_and_windows_has_none(monkeypatch):
    played = Limits(Limits.RLIM_INFINITY, Limits.RLIM_INFINITY, 10_240)
    for system in (played, None):
        monkeypatch.setattr(machine, "resource", system)
        machine.raise_open_files_limit()
        assert machine.open_files_left() == math.inf
    assert played.limits[0] == Limits.RLIM_INFINITY


def test_the_load_is_this_processs_own():
    load = Load()
    first = load.now()
    assert first["memory_gib"] * 2**30 > psutil.Process().memory_info().rss / 4
    total = sum(number * number for number in range(2_000_000))  # something to do
    assert total
    assert 0 < load.now()["processor"] <= 1.5
    if not this_machine().gpus:
        assert "gpu" not in first


class Nvml:
    """NVIDIA's library as pynvml gives it, for a GPU that is lost sooner or later."""

    class NVMLError(Exception):
        """What every call may raise."""

    def __init__(self):
        self.lost = False

    def nvmlInit(self):
        pass

    def nvmlDeviceGetHandleByIndex(self, index):
        return f"GPU {index}"

    def nvmlDeviceGetUtilizationRates(self, gpu):
        assert gpu == "GPU 1"
        return SimpleNamespace(gpu=50)

    def nvmlDeviceGetMemoryInfo(self, gpu):
        if self.lost:
            raise self.NVMLError("GPU is lost")
        return SimpleNamespace(used=2**30, free=3 * 2**30)


@pytest.fixture
def nvml(monkeypatch):
    library = Nvml()
    monkeypatch.setitem(sys.modules, "pynvml", library)
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "1,0")
    return library


def test_a_gpu_that_is_lost_drops_out_of_the_load(nvml):
    load = Load()
    assert (load.now()["gpu"], load.now()["gpu_memory_gib"]) == (0.5, 1)
    assert gpu_memory_left() == 3 * 2**30
    nvml.lost = True
    assert set(load.now()) == {"processor", "memory_gib"}
    assert gpu_memory_left() is None
    nvml.lost = False
    assert "gpu" not in load.now()  # its handle is of no more use


@pytest.mark.parametrize("names", ["", "-1"])
def test_no_gpu_is_asked_where_none_may_be_used(nvml, monkeypatch, names):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", names)
    assert gpu_memory_left() is None
    assert "gpu" not in Load().now()


def control_group(folder: Path, version: int, limit: object, used: int, idle: int) -> None:
    """Write a control group as Linux shows it."""
    names = machine._GROUPS[version]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / names.limit).write_text(f"{limit}\n")
    (folder / names.used).write_text(f"{used}\n")
    (folder / "memory.stat").write_text(f"anon {used - idle}\n{names.idle} {idle}\n")


def left(root: Path, groups: str) -> list[int]:
    (root / "proc/self").mkdir(parents=True)
    (root / "proc/self/cgroup").write_text(groups)
    return list(machine._left_in_container(root))


def test_a_containers_limit_counts_also_where_a_group_around_it_has_it(tmp_path):
    top = tmp_path / "sys/fs/cgroup"
    control_group(top / "lab/worker", 2, "max", 500, 0)
    control_group(top / "lab", 2, 1000, 900, 300)
    assert left(tmp_path, "0::/lab/worker\n") == [400]


def test_a_container_of_the_first_version_sees_its_limit_at_the_top(tmp_path):
    control_group(tmp_path / "sys/fs/cgroup/memory", 1, 1000, 1100, 0)
    assert left(tmp_path, "12:cpu,cpuacct:/docker/1a\n4:memory:/docker/1a\n") == [0]


def test_without_control_groups_the_machine_alone_counts(tmp_path):
    assert list(machine._left_in_container(tmp_path)) == []
    assert 0 < memory_left() <= psutil.virtual_memory().total
