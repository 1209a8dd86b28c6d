"""Keep few of the pages that are closed: each holds three open files and all its learner saw.

Streamlit keeps a session for two minutes (server.disconnectedSessionTTL) for a browser whose line
was cut, up to 128 of them, and forgets the older ones only when yet another page closes, which
nobody can open any more once the open files are used up. Those that it forgets stay until the
garbage collector finds them; one that is closed here gives everything back at once.
"""

from pages.server import streamlit_patches
from resnet.machine import open_files_limit

MOST_KEPT, FILES_EACH = 100, 16  # of sixteen files that may be open, three are a closed page's
_open: set[str] = set()
_closed: dict[str, None] = {}  # by their sessions' ids, the one closed longest ago first


def opened(session: str) -> None:
    """Take note of a page that was opened, or that has come back."""
    _closed.pop(session, None)
    _open.add(session)


def one_closed() -> None:
    """Find out which pages have closed, and end the oldest of them; in the server's event loop."""
    lab = streamlit_patches.server()
    if lab is None:
        return
    gone = [session for session in _open if not lab.is_active_session(session)]
    _open.difference_update(gone)
    _closed.update(dict.fromkeys(gone))
    while len(_closed) > min(MOST_KEPT, open_files_limit() // FILES_EACH):
        oldest = next(iter(_closed))
        del _closed[oldest]
        lab.close_session(oldest)  # nothing where Streamlit has forgotten it already
