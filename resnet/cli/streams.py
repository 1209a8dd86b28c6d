"""The terminal's streams and signals, made fit before a command runs."""

import codecs
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TextIO

from resnet.language import LANGUAGES, current_language, use_language

INTERRUPTED = 130  # as a shell says it of Ctrl-C
# How signs are written where the terminal's encoding, such as a Windows pipe's cp1252, lacks them.
PLAIN_SIGNS = {
    "✓": "+",
    "✗": "x",
    "·": "-",
    "×": "x",
    "–": "-",
    "−": "-",
    "→": "->",
    "…": "...",
    "≥": ">=",
    "“": '"',
    "”": '"',
    "‘": "'",
    "’": "'",
}


def plainly(error: UnicodeError) -> tuple[str | bytes, int]:
    """Write what an encoding lacks with plain signs, else as Python's escapes: nothing is lost."""
    assert isinstance(error, UnicodeEncodeError)
    sign = error.object[error.start]
    if sign in PLAIN_SIGNS:
        return PLAIN_SIGNS[sign], error.start + 1
    one = UnicodeEncodeError(error.encoding, sign, 0, 1, error.reason)
    return codecs.backslashreplace_errors(one)[0], error.start + 1


codecs.register_error("plainly", plainly)


def prepare_streams() -> None:
    """Open closed streams on nothing, and have all of them take every sign."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:  # `>&-`; a file opened later would get its number
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="plainly")  # type: ignore[union-attr]


def speak_writable_language() -> None:
    """Go back to English where the terminal's encoding cannot write the language's own name."""
    if not can_write(LANGUAGES[current_language()]):
        use_language("en")


def can_write(words: str, stream: TextIO | None = None) -> bool:
    """Tell whether a stream's encoding (stdout's by default) has all signs of these words."""
    try:
        words.encode((stream or sys.stdout).encoding or "utf-8")
    except UnicodeEncodeError:
        return False
    return True


def forget_streams() -> None:
    """Nobody reads them any more: keep the interpreter from flushing into them at exit."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(nothing, stream.fileno())


def end_like_ctrl_c() -> None:
    """Have what ends a process from outside, SIGTERM or a closed terminal, be a Ctrl-C."""
    for number in ending_signals():
        signal.signal(number, signal.default_int_handler)


def ending_signals() -> list[signal.Signals]:
    """Return Ctrl-C's signal and those like it, without those this process ignores."""
    names = ("SIGINT", "SIGTERM", "SIGHUP")  # Windows has no SIGHUP; nohup has it ignored
    known = [getattr(signal, name) for name in names if hasattr(signal, name)]
    return [number for number in known if signal.getsignal(number) is not signal.SIG_IGN]


@contextmanager
def ended_at_once() -> Iterator[None]:
    """Let Ctrl-C end the process without a word while libraries load, which would garble it."""

    def end(_number: int, _frame: FrameType | None) -> None:
        os._exit(INTERRUPTED)

    with handling(end):
        yield


@contextmanager
def handling(handler: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    """Handle Ctrl-C and its like in another way for a while."""
    before = {number: signal.signal(number, handler) for number in ending_signals()}
    try:
        yield
    finally:
        for number, handler_before in before.items():
            signal.signal(number, handler_before)
