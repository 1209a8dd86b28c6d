"""The reader's language, for whole runs and for fragments alike."""

from collections.abc import Callable
from functools import wraps

import streamlit as st
from starlette.datastructures import Headers

from pages.components.browser import remember, remembered
from pages.components.trouble import later, reporting_errors
from pages.server.pace import unhurried
from resnet.language import LANGUAGES, use_language
from resnet.language import translate as _

KEY = "lang"


def choose() -> None:
    """Show the language switch where there is a choice, and speak the chosen language.

    A link's `lang` comes first, then what was chosen in another tab, then what the browser
    prefers. The switch is not bound to the link as other widgets are: that would write the
    language's name there, not its code. English stands there, too: a link holds choices by their
    words, which another language has not.
    """
    code = st.session_state.get(KEY) or _first_choice()
    st.session_state[KEY] = code
    use_language(code)
    remember(KEY, code)
    if len(LANGUAGES) < 2:
        return
    with st.sidebar:
        st.segmented_control(
            _("Language"),
            list(LANGUAGES),
            format_func=LANGUAGES.__getitem__,
            required=True,
            key=KEY,
            label_visibility="collapsed",
            on_change=keep_in_link,  # at once: a reload in the next second must find it
        )


def keep_in_link() -> None:
    """Write the language into the link, once the address is this screen's and its script is there.

    Before that, the client would take it for a step of history on the screen that is left.
    """
    if st.query_params.get(KEY) != st.session_state[KEY]:
        st.query_params[KEY] = st.session_state[KEY]


def switch_page(page: str, **link: str) -> None:
    """`st.switch_page` that keeps the reader's language, which Streamlit drops with the link."""
    st.switch_page(page, query_params={KEY: st.session_state.get(KEY) or "en"} | link)


def _first_choice() -> str:
    preferred = str(st.context.locale or "").split("-")[0]
    for wanted in (st.query_params.get(KEY), remembered(KEY), preferred):
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
            with reporting_errors():
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
        with reporting_errors(later):
            return function(*args, **kwargs)

    return speaking


def speak() -> None:
    """Speak the reader's language in a thread that has not passed the switch."""
    use_language(st.session_state.get(KEY) or "en")


def liked(headers: Headers) -> str:
    """Return the language a browser likes best of those the lab speaks."""
    liked: dict[str, float] = {}
    for part in headers.get("accept-language", "").split(","):
        name, _separator, weight = part.partition(";q=")
        code = name.strip().partition("-")[0].casefold()
        if code in LANGUAGES:
            liked.setdefault(code, _weight(weight))
    return max(liked, key=liked.__getitem__, default="en")


def _weight(text: str) -> float:
    try:
        return float(text or 1)
    except ValueError:
        return 0.0
