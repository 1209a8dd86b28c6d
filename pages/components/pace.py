"""How often pages look again, and how they take turns: thirty must leave room for each other."""

import sys
from functools import wraps
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import config

A_CLASS = 30  # open pages that may refresh as often as their screen would like to
TURN_SECONDS = 0.0005
_open = 0


def take_short_turns() -> None:
    """Have the server's threads hand each other the interpreter ten times as often as usual.

    One thread sends every page's messages, and waits for a turn between any two of them while
    other pages are drawn. Measured with thirty learners and both cores busy with other work, two
    pairs of four minutes: 99 of 100 clicks within 5.6 and 6.1 s, with Python's own 5 ms 15.2 and
    10.1 s; half of them within 0.18 s in either case.
    """
    sys.setswitchinterval(TURN_SECONDS)


def read_options_freely() -> None:
    """Let nobody wait in line to read one of Streamlit's options.

    Streamlit takes one lock for each, several times a message, in the event loop, too. With
    Python's own lock around the interpreter a queue forms there that feeds itself: who is given
    the lock must still wait for a turn, and all others run into it meanwhile. Seen with thirty
    learners: nobody got an answer for two minutes in one of thirty, all threads in this line
    (py-spy). Streamlit's table is read without the lock once it is there; only while a changed
    config.toml is being read may an option show its default.
    """
    locked = config.get_option
    if hasattr(locked, "__wrapped__"):
        return

    @wraps(locked)
    def get_option(key: str) -> Any:
        options = config.get_config_options()
        return options[key].value if key in options else locked(key)

    config.get_option = get_option


class OpenPages:
    """ASGI middleware: counts the pages that are open, each of which holds a websocket."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        global _open
        if scope["type"] != "websocket":
            await self._app(scope, receive, send)
            return
        _open += 1
        try:
            await self._app(scope, receive, send)
        finally:
            _open -= 1


def open_pages() -> int:
    """Return how many pages browsers hold open on this server."""
    return _open


def unhurried(seconds: float | None) -> float | None:
    """Return how often a part of a page refreshes itself that would like to every so often.

    One process answers all pages in turn. Beyond a class the time between two refreshes grows with
    the number of open pages, so that all refreshes together stay as many: measured with 100
    learners, refreshes as often as with 30 leave some of them without a page.
    """
    return None if seconds is None else seconds * max(1.0, _open / A_CLASS)
