"""Open what someone sent in a process of its own, with little memory and time.

The libraries for HDF5 and HEIF are written in C and have had memory-safety bugs: what crashes or
hangs here ends this process alone. A module that is run apart calls `confine` before it opens
anything, and `tell` for what it finds wrong.
"""

import subprocess
import sys
from collections.abc import Iterable

from resnet.errors import LabError
from resnet.language import restored, stored

MEMORY = 4 * 2**30  # bytes
SECONDS = 30


def run_apart(
    module: str, *arguments: object, too_long: str, ended: str, content: bytes = b""
) -> bytes:
    """Run `python -m module ARGUMENTS BYTES SECONDS` and return what it writes.

    content: what it reads. Raises LabError with what it tells, with `too_long` where it does not
    end in time, and with `ended` where it ends without a word.
    """
    command = [sys.executable, "-m", module, *map(str, (*arguments, MEMORY, SECONDS))]
    try:
        done = subprocess.run(
            command, input=content, capture_output=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise LabError(too_long) from None
    if done.returncode:
        raise LabError(_told(done.stdout) or ended)
    return done.stdout


def _told(lines: bytes) -> str:
    """Return what the child found wrong in the reader's language; nothing if it ended in a word."""
    try:
        return " ".join(map(restored, lines.decode().splitlines()))
    except (ValueError, KeyError):
        return ""


def confine(memory: int, seconds: int) -> None:
    """Let this process take so many bytes and so many seconds of the processor, no more."""
    if sys.platform != "win32":  # which knows no such limits; the time limit holds everywhere
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def tell(faults: Iterable[str]) -> int:
    """Write what is wrong so that the parent can say it in its reader's language; 1 if any is."""
    lines = list(map(stored, faults))
    sys.stdout.buffer.write("\n".join(lines).encode())
    return 1 if lines else 0
