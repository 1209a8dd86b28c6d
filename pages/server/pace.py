"""How often pages look again, and how they take turns: thirty must leave room for each other."""

import sys

from starlette.types import ASGIApp, Receive, Scope, Send

from pages.server import closed_pages

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
            closed_pages.one_closed()


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
