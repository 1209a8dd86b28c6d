"""Tell what is wrong with the lab itself in one sentence, where a page would else end in a box."""

import logging
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import streamlit as st

from resnet import logs
from resnet.errors import LabError
from resnet.language import translate as _
from resnet.store.run_store import StoreUnavailable

logger = logging.getLogger(__name__)
SESSION, UNTOLD = "session", "untold"


def later(sentence: str, icon: str | None = None) -> None:
    """Tell a sentence as soon as a page is drawn: a callback comes before it and draws nothing."""
    st.session_state.setdefault(UNTOLD, []).append((sentence, icon))


def _name_session() -> None:
    """Have what is logged from here on carry this browser session."""
    logs.SESSION.set(st.session_state.setdefault(SESSION, secrets.token_hex(4)))


@contextmanager
def told(tell: Callable[..., object] = st.error) -> Iterator[None]:
    """Tell a mistake of the learner's, or a run store that does not answer, in one sentence."""
    _name_session()
    if tell is not later:
        for sentence, icon in st.session_state.pop(UNTOLD, ()):
            st.toast(sentence, icon=icon, duration="long")
    try:
        yield
    except StoreUnavailable as error:
        logger.warning("The run store does not answer: %s", error.orig)
        tell(no_store(error), icon=":material/database_off:")
    except LabError as error:
        tell(str(error))


def no_store(error: StoreUnavailable) -> str:
    """Return what to say of a run store that does not answer."""
    return _(
        "The run store does not answer just now ({reason}). Nothing stored is lost: try again in "
        "a moment, and tell your teacher if it lasts."
    ).format(reason=error.orig)


def unforeseen(error: Exception) -> bool:
    """Tell in one sentence that a page ended in an error; True says that Streamlit need not.

    Seen where a visitor's program sends what no browser would.
    """
    _name_session()  # it may have ended before it said who it is
    logger.error("A page ended in an error.", exc_info=error)
    st.error(
        _("This page met an error that nobody foresaw: reload it. Nothing stored is lost, others "
          "go on; tell your teacher if it comes again.")
    )  # fmt: skip
    return True
