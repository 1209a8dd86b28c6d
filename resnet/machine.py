"""What this machine has, without importing Keras."""

import os
import platform
import shutil
import subprocess
from dataclasses import dataclass
from typing import Any

import psutil


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
        if self._gpu is not None:
            import pynvml

            rates = pynvml.nvmlDeviceGetUtilizationRates(self._gpu)
            memory = pynvml.nvmlDeviceGetMemoryInfo(self._gpu)
            load |= {"gpu": rates.gpu / 100, "gpu_memory_gib": memory.used / 2**30}
        return load


def _first_gpu() -> Any:
    """Return NVML's handle of the first GPU, None without a GPU or its library."""
    try:
        import pynvml

        pynvml.nvmlInit()
        return pynvml.nvmlDeviceGetHandleByIndex(0)
    except Exception:  # NVML's errors are classes of an optional package
        return None


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
