"""What happens, a JSON object a line, with the run and the browser session it happens in.

Only numbers and sentences of the lab's own: no token, photo or name that a learner gave.
"""

import json
import logging
import os
import re
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from contextvars import ContextVar
from logging.handlers import RotatingFileHandler
from pathlib import Path

import psutil

from resnet.settings import runs_folder

RUN: ContextVar[str] = ContextVar("run", default="")
SESSION: ContextVar[str] = ContextVar("session", default="")
KEPT_FILES, LARGEST = 20, 5_000_000  # files of all processes, and bytes of each
LIBRARIES = ("resnet", "pages")


class JsonLine(logging.Formatter):
    """One event as one line of JSON; `extra={"run": id}` names a run other than the current."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        event = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
            + f".{int(record.msecs):03}Z",
            "level": record.levelname,
            "event": record.getMessage(),
            "run": getattr(record, "run", "") or RUN.get(),
            "session": SESSION.get(),
            "logger": record.name,
            "process": record.process,
        }
        if record.exc_info:
            event["exception"] = self.formatException(record.exc_info)
        return json.dumps({name: value for name, value in event.items() if value != ""})


class OneLine(logging.Formatter):
    """An event as one line for the console; the file beside it has the whole traceback."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        message = " ".join(record.getMessage().split())
        error = record.exc_info[1] if record.exc_info else None
        return f"{message} ({error!r})" if error else message


class EventFile(RotatingFileHandler):
    """A file of events that is begun anew where somebody deleted it, and missed by nobody."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write an event."""
        try:
            if self.stream is not None and not Path(self.baseFilename).exists():
                self.close()
            if self.stream is None:
                Path(self.baseFilename).parent.mkdir(parents=True, exist_ok=True)
        except OSError:
            self.handleError(record)
        else:
            super().emit(record)

    def handleError(self, record: logging.LogRecord) -> None:
        """Go on without the event on a full or vanished disk; the console has the warnings."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handleError(record)


def begin(program: str) -> None:
    """Write this process's events to logs/events-*.jsonl of the runs' folder; warnings also here.

    A folder that cannot be written is no reason not to work: then the console alone has them.
    """
    folder = runs_folder() / "logs"
    console = logging.StreamHandler()
    console.setLevel(logging.WARNING)
    console.setFormatter(OneLine())
    handlers: list[logging.Handler] = [console]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        make_room(folder.glob("events-*.jsonl*"), KEPT_FILES)
        file = EventFile(
            folder / f"events-{program}-{os.getpid()}.jsonl",
            maxBytes=LARGEST,
            backupCount=1,
            delay=True,
            encoding="utf-8",
        )
        file.setFormatter(JsonLine())
        handlers.append(file)
    except OSError:
        pass
    for name in LIBRARIES:
        library = logging.getLogger(name)
        library.setLevel(logging.INFO)
        library.handlers = handlers
        library.propagate = False


def make_room(logs: Iterable[Path], kept: int) -> None:
    """Delete the oldest of some logs, not those of processes that live: `…-PID.…` is their name."""
    for old in sorted(logs, key=_age)[:-kept]:
        process = re.search(r"-(\d+)\.", old.name)
        if process is None or not psutil.pid_exists(int(process[1])):
            with suppress(OSError):  # another has just removed it, or it is no file
                old.unlink()


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:  # another process has just removed it
        return 0.0
