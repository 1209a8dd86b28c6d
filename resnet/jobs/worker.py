"""What a Dask worker does before its first task: give way to others, and load Keras.

A worker of any cluster preloads this module: ``dask worker … --preload resnet.jobs.worker``.
"""

import gc
import importlib
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

# Of 1000: whom Linux ends first when memory runs out. A run whose worker is ended goes on by
# itself; the lessons of a server that is ended do not.
FIRST_TO_GO = 1000


def dask_setup(worker: Any) -> None:
    """Called by Dask in a starting worker."""
    # The pages' clicks stay quick beside a training run when its worker is the politer one.
    # Linux counts niceness by thread: it must come before the libraries make theirs.
    if hasattr(os, "nice"):
        os.nice(int(os.environ.get("RESNET_LAB_NICE", "0")))
    with suppress(OSError):  # not on Linux
        Path("/proc/self/oom_score_adj").write_text(str(FIRST_TO_GO))
    importlib.import_module("resnet.machine").raise_open_files_limit()
    importlib.import_module("resnet.logs").begin("worker")
    # Two workers share a GPU when neither takes all of its memory at once.
    importlib.import_module("resnet.backend").start("shared")
    for module in ("resnet.training.stored_run", "resnet.analysis.gradients"):
        importlib.import_module(module)
    gc.freeze()  # the libraries are here to stay: what is collected after a task need not pass them
