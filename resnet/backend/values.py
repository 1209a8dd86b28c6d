"""Nets without values, and errors that say that memory ran out."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import ParamSpec, TypeVar

from resnet.backend.library import is_tensorflow, keras, tf

P = ParamSpec("P")
T = TypeVar("T")
# How XLA, CUDA and cuDNN say that the memory does not suffice.
_OUT_OF_MEMORY = ("RESOURCE_EXHAUSTED", "OUT_OF_MEMORY", "ALLOC_FAILED")


def without_values(build: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Return build(...), whose variables have shapes but no values: to be read, never run.

    Values are most of a large net's memory (VGG-16: half a GB) and of the time to build any.
    """

    def valueless() -> T:
        with keras.StatelessScope(initialize_variables=False):
            return build(*args, **kwargs)

    # Keras notes for each thread what it still has to fill in: a thread of its own takes the note
    # with it. Its context is the caller's, the reader's language above all.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(copy_context().run, valueless).result()


def ran_out_of_memory(error: BaseException) -> bool:
    """Tell whether an error says that this process or its GPU has no memory left."""
    if isinstance(error, MemoryError):
        return True
    if is_tensorflow() and isinstance(error, tf.errors.ResourceExhaustedError):
        return True
    return any(words in str(error) for words in _OUT_OF_MEMORY)
