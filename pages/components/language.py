"""The reader's language, for whole runs and for fragments alike."""

from collections.abc import Callable
from functools import wraps

import streamlit as st

from pages.components.pace import unhurried
from pages.components.trouble import later, told
from resnet.language import LANGUAGES, use_language
from resnet.language import translate as _

KEY = "lang"


def choose() -> None:
    """Show the language switch where there is a choice, and speak the chosen language.

    A link's `lang` comes first, then what the browser prefers. The switch is not bound to the
    link as other widgets are: that would write the language's name there, not its code. English
    stands there, too: a link holds choices by their words, which another language has not.
    """
    code = st.session_state.setdefault(KEY, _first_choice())
    use_language(code)
    if len(LANGUAGES) < 2:
        return
    with st.sidebar:
        st.segmented_control(
            _("Language"), list(LANGUAGES), format_func=LANGUAGES.__getitem__, required=True,
            key=KEY, label_visibility="collapsed",
        )  # fmt: skip
    if st.query_params.get(KEY) != code:
        st.query_params[KEY] = code


def switch_page(page: str, **link: str) -> None:
    """`st.switch_page` that keeps the reader's language, which Streamlit drops with the link."""
    st.switch_page(page, query_params={KEY: st.session_state.get(KEY) or "en"} | link)


def _first_choice() -> str:
    for wanted in (st.query_params.get(KEY), str(st.context.locale or "").split("-")[0]):
        if wanted in LANGUAGES:
            return wanted
    return "en"


def fragment(run_every: float | None = None) -> Callable:
    """`st.fragment` that speaks the reader's language: a fragment reruns without app.py.

    run_every: seconds, more where more than a class has pages open.
    """

    def decorate(function: Callable) -> Callable:
        @wraps(function)
        def speaking(*args, **kwargs):
            speak()
            with told():
                return function(*args, **kwargs)

        return st.fragment(speaking, run_every=unhurried(run_every))

    return decorate


def callback(function: Callable) -> Callable:
    """Have a widget's callback speak the reader's language too: it runs before app.py.

    What goes wrong in it is a toast on the page that is drawn after it.
    """

    @wraps(function)
    def speaking(*args, **kwargs):
        speak()
        with told(later):
            return function(*args, **kwargs)

    return speaking


def speak() -> None:
    """Speak the reader's language in a thread that has not passed the switch."""
    use_language(st.session_state.get(KEY) or "en")
