"""What this machine has, without importing Keras."""

import os
import platform
import shutil
import subprocess
from dataclasses import dataclass

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
