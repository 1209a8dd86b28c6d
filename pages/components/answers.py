"""Bring a page's whole answer, and never half of one, where Streamlit would not.

A page runs in a thread, whose messages wait for the server's event loop.

- A fragment's refresh that finds the thread ended starts another one, and the loop takes the first
  one's waiting messages for those of a thread replaced (the comment in Streamlit's
  AppSession.request_rerun tells of it). Seen in one of a hundred clicks where thirty learners kept
  two cores busy; the click was done, its page never came.
- A line that is cut in the middle of a page stops the thread, and half a page waits for the browser
  to come back. The browser takes it for a whole one and forgets the controls that the other half
  would have held: they show their first values, while the server keeps what was chosen. Seen in one
  of ten cuts at the moment of a click. A browser that was waiting asks anew by itself.
- A browser that reads too slowly, with five hundred messages on their way to it, is taken off its
  session, whose line stays open: what it asks from then on is thrown away, and its page looks alive
  for ever. Here the line is closed, and the browser connects anew. Seen with Streamlit alone in the
  test; of a lesson on a starved machine in which 26 pages had no answer it is the likely cause.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import wraps
from typing import Any

from starlette.websockets import WebSocketDisconnect
from streamlit.runtime.app_session import AppSession, AppSessionState
from streamlit.runtime.session_manager import SessionClientDisconnectedError
from streamlit.runtime.websocket_session_manager import WebsocketSessionManager
from streamlit.web.server.starlette.starlette_websocket import StarletteSessionClient

_HEARD, _CLOSING = "_heard_to_the_end", "_closing_its_line"
TRY_AGAIN_LATER = 1013  # of the codes with which a websocket is closed


def keep() -> None:
    """Hear each thread to its end, begin anew after a cut line, cut one that is not listened to."""
    _wrap(AppSession, "_create_scriptrunner", _in_turn)
    _wrap(WebsocketSessionManager, "connect_session", _anew)
    _wrap(StarletteSessionClient, "write_forward_msg", _or_hang_up)


def _wrap(owner: type, name: str, wrapper: Callable[..., Any]) -> None:
    # Another Streamlit may name its parts otherwise: then it is left as it is.
    method = getattr(owner, name, None)
    if method is not None and not hasattr(method, "__wrapped__"):
        setattr(owner, name, wrapper(method))


def _in_turn(start: Callable[..., None]) -> Callable[..., None]:
    @wraps(start)
    def start_in_turn(session: Any, rerun: Any) -> None:
        ended, loop = (getattr(session, part, None) for part in ("_scriptrunner", "_event_loop"))
        if ended is None or loop is None or ended is getattr(session, _HEARD, None):
            start(session, rerun)
            return
        # All that it sent before it ended is in the loop's queue, so ahead of this.
        loop.call_soon(_once_heard, session, ended, rerun)

    return start_in_turn


def _once_heard(session: Any, ended: Any, rerun: Any) -> None:
    if session._state == AppSessionState.SHUTDOWN_REQUESTED:  # the page was closed meanwhile
        return
    setattr(session, _HEARD, ended)
    current = session._scriptrunner  # None, or one that a click has started meanwhile
    if current is None or not current.request_rerun(rerun):
        session._create_scriptrunner(rerun)


def _anew(connect: Callable[..., str]) -> Callable[..., str]:
    @wraps(connect)
    def connect_anew(manager: Any, *given: Any, **named: Any) -> str:
        connected = connect(manager, *given, **named)
        if connected == named.get("existing_session_id"):
            session: Any = manager.get_active_session_info(connected).session
            session._scriptrunner = (
                None  # what the stopped thread may still send is not listened to
            )
            session._browser_queue.clear()
        return connected

    return connect_anew


def _or_hang_up(write: Callable[..., None]) -> Callable[..., None]:
    @wraps(write)
    def write_or_hang_up(client: Any, message: Any) -> None:
        try:
            write(client, message)
        except SessionClientDisconnectedError:
            if getattr(client, _CLOSING, None) is None:
                closing = client._websocket.close(TRY_AGAIN_LATER)
                setattr(client, _CLOSING, asyncio.ensure_future(_quietly(closing)))
            raise

    return write_or_hang_up


async def _quietly(closing: Awaitable[None]) -> None:
    with suppress(RuntimeError, OSError, WebSocketDisconnect):  # it was closed already
        await closing
