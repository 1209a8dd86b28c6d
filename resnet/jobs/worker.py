"""What a Dask worker does before its first task: give way to others, and load Keras.

A worker of any cluster preloads this module: ``dask worker … --preload resnet.jobs.worker``.
"""

import importlib
import os
from typing import Any


def dask_setup(worker: Any) -> None:
    """Called by Dask in a starting worker."""
    # The pages' clicks stay quick beside a training run when its worker is the politer one.
    # Linux counts niceness by thread: it must come before the libraries make theirs.
    if hasattr(os, "nice"):
        os.nice(int(os.environ.get("RESNET_LAB_NICE", "0")))
    importlib.import_module("resnet.logs").begin("worker")
    # Two workers share a GPU when neither takes all of its memory at once.
    importlib.import_module("resnet.backend").share_accelerators()
    for module in ("resnet.training.train", "resnet.analysis.gradients"):
        importlib.import_module(module)
