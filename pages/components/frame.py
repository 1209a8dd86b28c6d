"""The frame of a screen: a question, the picture, the controls beside it, the words below."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

import streamlit as st

from pages.components.browser import remember, remembered
from pages.screens import Screen
from resnet.drawing.palette import palette
from resnet.language import translate as _

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

LARGE = "large"
# Less empty border on a screen; smaller titles on a phone, so that the picture comes into sight.
_ROOM = """<style>
@media (min-width: 768px) { .stMainBlockContainer { padding-inline: 3rem } }
@media (max-width: 640px) { .stMainBlockContainer { padding-top: 3.6rem }
  .stMainBlockContainer h1 { font-size: 1.9rem; padding-top: 0.4rem }
  .stMainBlockContainer h2 { font-size: 1.5rem }
  .stMainBlockContainer h3 { font-size: 1.3rem }
  .st-key-map_figure { overflow-x: auto }
  .st-key-map_figure > div { min-width: 760px } }
[data-testid="stCaptionContainer"] :is(a, code) { color: inherit }
[data-testid="stButtonGroup"] button { padding-inline: 0.55rem }
[data-testid="stSidebar"] .st-key-lang { position: absolute; top: 0.8rem; left: 1rem; width: auto;
  z-index: 3 }
[data-testid="stSidebar"] .st-key-lang button { background: transparent !important }
[data-testid="stSidebarNavLink"]:focus-visible { outline: 3px solid var(--st-primary-color);
  outline-offset: -3px }
[data-testid="stElementToolbar"]:focus-within { opacity: 1; top: -2.6rem; z-index: 1 }
.js-plotly-plot .modebar-btn { min-width: 26px; min-height: 26px }
@media (hover: none) { .js-plotly-plot .modebar, [data-testid="stElementToolbar"] {
  display: none !important } }
[class*="st-key-veiled_"] { filter: blur(14px); pointer-events: none; user-select: none }
</style>"""
_LARGE = """<style>
html { font-size: 130% }
[data-testid="stSidebar"] { min-width: 330px !important }
</style>"""
# The picture's column dissolves, so that the picture can stay while the controls' column passes by.
_PINNED = """<style>
@media (max-width: 640px) and (min-height: 600px) {
  [data-testid="stMain"] { scroll-padding-top: 21rem }
  [data-testid="stColumn"]:has(.st-key-%(picture)s),
  [data-testid="stColumn"]:has(.st-key-%(picture)s) > .stVerticalBlock { display: contents }
  .st-key-%(picture)s { position: sticky; top: 3.75rem; z-index: 2; background: %(paper)s;
    padding-bottom: 0.5rem }
  [data-testid="stLayoutWrapper"]:has(> .st-key-%(after)s) { order: 2 } }
</style>"""


def question(title: str, sentence: str) -> None:
    """Show the question a screen asks and one sentence of orientation."""
    st.title(title, anchor=False)
    st.caption(sentence)


def lead_to(screen: Screen) -> None:
    """Show the way to another screen, and what it answers."""
    st.page_link(screen.file, label=screen.label(), icon=screen.sign)
    st.caption(screen.question_text())


def picture_and_controls() -> "tuple[DeltaGenerator, DeltaGenerator]":
    """Split the screen: the picture at the left, few controls at the right (below on a phone)."""
    picture, controls = st.columns([5, 3 if is_large() else 2], gap="medium")
    return picture, controls.container(border=True)


def keep_in_sight(picture: str, after: str) -> None:
    """Let the picture with this key stay on a phone's screen while the controls below are moved.

    after: the key of what stands under the picture on a wide screen, on a phone under the controls.
    """
    paper = palette(theme()).paper
    st.html(_PINNED % {"picture": picture, "after": after, "paper": paper})


def theme() -> Literal["light", "dark"]:
    """Return the theme the reader sees."""
    return "dark" if st.context.theme.type == "dark" else "light"


def apply_preset(values: Mapping[str, object]) -> None:
    """Set widgets by key; a callback, so that it runs before they are drawn."""
    st.session_state.update(values)


def choose_size() -> None:
    """Offer all of it large enough for the back row, on every screen and tab of this browser."""
    st.session_state.setdefault(LARGE, remembered(LARGE) == "on")
    st.toggle(_("Presenter size"), key=LARGE, help=_("All larger, for a projector."))
    remember(LARGE, "on" if st.session_state[LARGE] else "off")


def keep_size() -> None:
    """Show this run in the chosen size: the theme counts in rem, and figures in pixels."""
    if is_large():
        st.html(_LARGE)


def is_large() -> bool:
    """Tell whether the reader wants all of it in the presenter's size."""
    return bool(st.session_state.get(LARGE))


def keep_readable() -> None:
    """Leave pictures room, and write dark words on the dark theme's light buttons.

    Streamlit has no setting for either.
    """
    st.html(_ROOM)
    if theme() == "dark":
        st.html("<style>button[kind='primary']:enabled * { color: #0B1A24; }</style>")


def sources(*entries: str) -> None:
    """List where the numbers and claims of a screen come from."""
    with st.expander(_("Sources"), icon=":material/menu_book:"):
        st.markdown("\n".join(f"- {entry}" for entry in entries))
