"""What this machine has, without importing Keras."""

import math
import os
import platform
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import psutil

try:
    import resource
except ImportError:  # Windows knows no such limit
    resource = None  # type: ignore[assignment]

# More than the busiest class has needed; macOS refuses more than 10,240 whatever it calls the hard
# limit, and some libraries walk through all numbers up to the limit.
WANTED_FILES = 8192


class _Group(NamedTuple):
    """Where a version of control groups lies, and what its files about memory are called."""

    folder: str
    limit: str
    used: str
    idle: str


_GROUPS = {
    1: _Group(
        "sys/fs/cgroup/memory",
        "memory.limit_in_bytes",
        "memory.usage_in_bytes",
        "total_inactive_file",
    ),
    2: _Group("sys/fs/cgroup", "memory.max", "memory.current", "inactive_file"),
}


@dataclass(frozen=True)
class Machine:
    """Processor cores, memory in GiB, names of the NVIDIA GPUs, Python's version."""

    cores: int
    memory_gib: float
    gpus: tuple[str, ...]
    python: str


def this_machine() -> Machine:
    """Describe the machine this process runs on."""
    return Machine(
        cores=len(os.sched_getaffinity(0))
        if hasattr(os, "sched_getaffinity")
        else os.cpu_count() or 1,
        memory_gib=psutil.virtual_memory().total / 2**30,
        gpus=_gpu_names(),
        python=platform.python_version(),
    )


class Load:
    """What this process uses of its machine, as shares from 0 to 1 and in GiB."""

    def __init__(self) -> None:
        self._process, self._cores = psutil.Process(), this_machine().cores
        self._process.cpu_percent()  # the first call starts the clock
        self._gpu = _first_gpu()

    def now(self) -> dict[str, float]:
        """Return processor (share of all cores), memory_gib and, with a GPU, gpu, gpu_memory_gib.

        The processor's share is since the last call; a GPU's load is that of all its users.
        """
        load = {
            "processor": self._process.cpu_percent() / 100 / self._cores,
            "memory_gib": self._process.memory_info().rss / 2**30,
        }
        return load | self._of_gpu()

    def _of_gpu(self) -> dict[str, float]:
        if self._gpu is None:
            return {}
        try:
            import pynvml

            rates = pynvml.nvmlDeviceGetUtilizationRates(self._gpu)
            memory = pynvml.nvmlDeviceGetMemoryInfo(self._gpu)
        except Exception:  # as in _first_gpu(): the GPU is gone, or its driver was renewed
            self._gpu = None
            return {}
        return {"gpu": rates.gpu / 100, "gpu_memory_gib": memory.used / 2**30}


def memory_left() -> int:
    """Return how many bytes this process may still take: of the machine, and of its container."""
    return min([psutil.virtual_memory().available, *_left_in_container()])


def gpu_memory_left() -> int | None:
    """Return how many bytes of the first GPU nobody has taken; None where NVML does not tell."""
    gpu = _first_gpu()
    if gpu is None:
        return None
    try:
        import pynvml

        return pynvml.nvmlDeviceGetMemoryInfo(gpu).free
    except Exception:  # as in _first_gpu()
        return None


def _first_gpu() -> Any:
    """Return NVML's handle of the first GPU of this process, None without one or its library."""
    first = os.environ.get("CUDA_VISIBLE_DEVICES", "0").split(",")[0].strip()
    try:
        import pynvml

        pynvml.nvmlInit()
        if first.isdecimal():
            return pynvml.nvmlDeviceGetHandleByIndex(int(first))
        return pynvml.nvmlDeviceGetHandleByUUID(first)
    except Exception:  # NVML's errors are classes of an optional package
        return None


def _left_in_container(root: Path = Path("/")) -> Iterator[int]:
    """Yield what each of Linux's control groups around this process leaves it, in bytes.

    A container's limit shows there alone: the rest of the system tells the whole machine's memory.
    """
    try:
        groups = (root / "proc/self/cgroup").read_text().splitlines()
    except OSError:
        return
    for _number, controllers, place in (line.split(":", 2) for line in groups):
        version = 2 if not controllers else 1 if "memory" in controllers.split(",") else None
        if version is None:
            continue
        top = root / _GROUPS[version].folder
        folder = top / place.lstrip("/")
        while True:
            yield from _left_in(folder, _GROUPS[version])
            if folder == top:  # all that a container sees of its own path
                break
            folder = folder.parent


def _left_in(folder: Path, names: _Group) -> Iterator[int]:
    try:
        limit = int((folder / names.limit).read_text())  # or “max”
        used = int((folder / names.used).read_text())
        facts = (folder / "memory.stat").read_text().split()
        idle = int(dict(zip(facts[::2], facts[1::2], strict=True)).get(names.idle, 0))
    except (OSError, ValueError):
        return
    yield max(0, limit - used + idle)  # files that were read make room for whoever asks


def open_files_limit() -> float:
    """Return how many files and connections this process may hold open; infinite on Windows."""
    if resource is None:
        return math.inf
    soft, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    return math.inf if soft == resource.RLIM_INFINITY else soft


def raise_open_files_limit() -> None:
    """Let this process and those it starts hold as many files open as they may, within reason."""
    if resource is None or open_files_limit() >= WANTED_FILES:
        return
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = WANTED_FILES if hard == resource.RLIM_INFINITY else min(hard, WANTED_FILES)
    with suppress(OSError, ValueError):  # a container may forbid it
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def open_files_left() -> float:
    """Return how many more files and connections this process may open."""
    limit = open_files_limit()
    return limit if limit == math.inf else limit - psutil.Process().num_fds()


def _gpu_names() -> tuple[str, ...]:
    """Ask the driver's own tool: TensorFlow would take the GPU's memory to answer."""
    if shutil.which("nvidia-smi") is None:
        return ()
    try:
        answer = subprocess.run(
            ["nvidia-smi", "--query-gpu=name", "--format=csv,noheader"],
            capture_output=True,
            text=True,
            timeout=10,
            check=True,
        )
    except (subprocess.SubprocessError, OSError):
        return ()
    return tuple(line.strip() for line in answer.stdout.splitlines() if line.strip())
