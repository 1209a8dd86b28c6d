"""Tell what is wrong with the lab itself in one sentence, where a page would else end in a box."""

import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from resnet import logs
from resnet.errors import LabError
from resnet.language import translate as _
from resnet.store.run_store import StoreUnavailable

logger = logging.getLogger(__name__)
SESSION = "session"


@contextmanager
def told() -> Iterator[None]:
    """Show a mistake of the learner's, or a run store that does not answer, as one sentence."""
    logs.SESSION.set(st.session_state.setdefault(SESSION, secrets.token_hex(4)))
    try:
        yield
    except StoreUnavailable as error:
        logger.warning("The run store does not answer: %s", error.orig)
        st.error(
            _("The run store does not answer just now ({reason}). Nothing stored is lost: try "
              "again in a moment, and tell your teacher if it lasts.").format(reason=error.orig),
            icon=":material/database_off:",
        )  # fmt: skip
    except LabError as error:
        st.error(str(error))


def unforeseen(error: Exception) -> bool:
    """Tell in one sentence that a page ended in an error; True says that Streamlit need not.

    Seen where a visitor's program sends what no browser would.
    """
    logger.error("A page ended in an error: %r", error)
    st.error(
        _("This page met an error that nobody foresaw: reload it. Nothing stored is lost, others "
          "go on; tell your teacher if it comes again.")
    )  # fmt: skip
    return True
