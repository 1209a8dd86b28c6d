"""Keep a page's answer: Streamlit drops it where a refresh arrives in the moment the page ends.

A page runs in a thread, whose messages wait for the server's event loop. A fragment's refresh that
finds the thread ended starts another one, and the loop takes the first one's waiting messages for
those of a thread replaced (the comment in Streamlit's AppSession.request_rerun tells of it). Seen
in one of a hundred clicks where thirty learners kept two cores busy; the click was done, its page
never came.
"""

from functools import wraps
from typing import Any

from streamlit.runtime.app_session import AppSession, AppSessionState

_NAME, _HEARD = "_create_scriptrunner", "_heard_to_the_end"


def keep() -> None:
    """Have each session hear a thread that ended to its end before it starts the next one."""
    start = getattr(AppSession, _NAME, None)
    if start is None or hasattr(start, "__wrapped__"):
        return

    @wraps(start)
    def start_in_turn(session: Any, rerun: Any) -> None:
        # Another Streamlit may name its parts otherwise: then it is left as it is.
        ended, loop = (getattr(session, part, None) for part in ("_scriptrunner", "_event_loop"))
        if ended is None or loop is None or ended is getattr(session, _HEARD, None):
            start(session, rerun)
            return
        # All that it sent before it ended is in the loop's queue, so ahead of this.
        loop.call_soon(_once_heard, session, ended, rerun)

    setattr(AppSession, _NAME, start_in_turn)


def _once_heard(session: Any, ended: Any, rerun: Any) -> None:
    if session._state == AppSessionState.SHUTDOWN_REQUESTED:  # the page was closed meanwhile
        return
    setattr(session, _HEARD, ended)
    current = session._scriptrunner  # None, or one that a click has started meanwhile
    if current is None or not current.request_rerun(rerun):
        session._create_scriptrunner(rerun)
