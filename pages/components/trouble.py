"""Show errors in one sentence that would otherwise show as a traceback on the page."""

import logging
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import streamlit as st

from resnet import logs
from resnet.errors import LabError
from resnet.language import translate as _
from resnet.store.run_store import StoreUnavailable
from resnet.store.trouble import remedy

logger = logging.getLogger(__name__)
SESSION, UNSHOWN = "session", "untold"
# Streamlit's names for a file that its uploader in a browser would not have taken.
FORGED_FILE = ("file-uploader-invalid-extension", "filename-contains-null-bytes")


def later(sentence: str, icon: str | None = None) -> None:
    """Show a sentence once the page is drawn: a callback runs before that and draws nothing."""
    st.session_state.setdefault(UNSHOWN, []).append((sentence, icon))


def _name_session() -> None:
    """Have what is logged from here on carry this browser session."""
    logs.SESSION.set(st.session_state.setdefault(SESSION, secrets.token_hex(4)))


@contextmanager
def reporting_errors(show: Callable[..., object] = st.error) -> Iterator[None]:
    """Show a user's mistake, or a run store that does not answer, in one sentence."""
    _name_session()
    if show is not later:
        for sentence, icon in st.session_state.pop(UNSHOWN, ()):
            st.toast(sentence, icon=icon, duration="long")
    try:
        yield
    except StoreUnavailable as error:
        logger.warning("The run store does not answer: %s", error.orig)
        show(no_store(error), icon=":material/database_off:")
    except LabError as error:
        show(str(error))


def no_store(error: StoreUnavailable) -> str:
    """Return what to say of a run store that does not answer, or takes nothing more."""
    return remedy(error) or _(
        "The run store does not answer just now ({reason}). Nothing stored is lost: try again in "
        "a moment, and tell your teacher if it lasts."
    ).format(reason=error.orig)


def report_unforeseen(error: Exception) -> bool:
    """Show in one sentence that a page ended in an error; True: Streamlit need not show it.

    Seen where a visitor's program sends what no browser would.
    """
    _name_session()  # the error may have come before it was named
    if getattr(error, "error_id", None) in FORGED_FILE:
        st.error(
            _(
                "A file came whose name does not end as this page expects: reload it, and choose a "
                "file with one of the endings named there."
            )
        )
        return True
    logger.error("A page ended in an error.", exc_info=error)
    st.error(
        _(
            "This page met an error that nobody foresaw: reload it. Nothing stored is lost, others "
            "go on; tell your teacher if it comes again."
        )
    )
    return True
