"""What this process keeps of the system's memory, and when it gives it back; without Keras."""

import ctypes
import gc
from collections.abc import Callable
from contextlib import suppress

import psutil

# What a process may keep between two tasks. The libraries take 750 to 870 MiB, and 940 are left
# after the fast net: below that, every run of a class would be traced anew.
RESTING_BYTES = 1000 * 2**20
# glibc's malloc.h: M_MMAP_THRESHOLD, M_TRIM_THRESHOLD, M_TOP_PAD (bytes), M_ARENA_MAX.
_MALLOC_OPTIONS = {-3: 1 << 30, -1: (1 << 31) - 1, -2: 1 << 28, -8: 1}
_forget: list[Callable[[], None]] = []


def may_forget(forget: Callable[[], None]) -> None:
    """Name a function that drops what is only kept for speed; rest() calls it if it must."""
    _forget.append(forget)


def rest(keep: bool = False) -> bool:
    """Give back what the last task needed; where much is left, what was kept for speed, too.

    keep: whether to keep that in any case, because its memory is not this machine's but a GPU's.
    Returns whether this process is as small as it should be, as far as that is asked for.
    """
    if held() <= RESTING_BYTES:
        return True
    give_memory_back()
    if held() <= RESTING_BYTES or keep:
        return True
    for forget in _forget:
        forget()
    give_memory_back()
    return held() <= RESTING_BYTES


def held() -> int:
    """Return the resident bytes of this process."""
    return psutil.Process().memory_info().rss


def give_memory_back() -> None:
    """Collect what is garbage, and return to the system what the C library has kept of it.

    Elsewhere than on glibc the library decides for itself.
    """
    gc.collect()
    with suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").malloc_trim(0)


def reuse_memory() -> None:
    """Have this process keep the memory of one training step for the next.

    glibc gives large blocks back to the system at once; fetching them anew costs a seventh of a
    step's time on two cores, in thousands of page faults. Elsewhere than on glibc nothing happens.
    """
    try:
        mallopt = ctypes.CDLL("libc.so.6").mallopt
    except (OSError, AttributeError):
        return
    for parameter, value in _MALLOC_OPTIONS.items():
        mallopt(parameter, value)
