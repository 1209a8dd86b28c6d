"""The reader's language, for whole runs and for fragments alike."""

from collections.abc import Callable
from functools import wraps

import streamlit as st

from resnet.language import LANGUAGES, use_language
from resnet.language import translate as _

KEY = "lang"


def choose() -> None:
    """Show the language switch where there is a choice, and speak the chosen language."""
    use_language(st.session_state.get(KEY) or st.query_params.get(KEY, "en"))
    if len(LANGUAGES) > 1:
        with st.sidebar:
            st.segmented_control(
                _("Language"),
                list(LANGUAGES),
                format_func=LANGUAGES.__getitem__,
                default="en",
                required=True,
                key=KEY,
                bind="query-params",
                label_visibility="collapsed",
            )


def fragment(run_every: float | None = None) -> Callable:
    """`st.fragment` that speaks the reader's language: a fragment reruns without app.py."""

    def decorate(function: Callable) -> Callable:
        @wraps(function)
        def speaking(*args, **kwargs):
            use_language(st.session_state.get(KEY) or "en")
            return function(*args, **kwargs)

        return st.fragment(speaking, run_every=run_every)

    return decorate
