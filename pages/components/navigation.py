"""The way to every screen: the sidebar, with what is running below it."""

from typing import TYPE_CHECKING

import streamlit as st

from pages.components import frame
from pages.components.running import running_now
from pages.screens import SCREENS, TEACH, Screen
from pages.server.visitors import is_teacher, offer_sign_in
from resnet.language import translate

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage


def pages() -> "StreamlitPage":
    """Declare every screen and return the chosen one; the sidebar shows what is running."""
    groups: dict[str, list[StreamlitPage]] = {}
    for screen in SCREENS.values():
        if screen.group != TEACH or is_teacher():
            # An empty group has no heading; gettext would translate "" with its catalogue's header.
            group = screen.group and translate(screen.group)
            groups.setdefault(group, []).append(_page(screen))
    page = st.navigation(groups, expanded=True)
    with st.sidebar:
        offer_sign_in()
        running_now(page.url_path == "train")
        frame.choose_size()
    return page


def _page(screen: Screen) -> "StreamlitPage":
    if screen.name == "home":
        return st.Page(screen.file, title=screen.label(), icon=screen.sign, default=True)
    return st.Page(screen.file, title=screen.label(), icon=screen.sign, help=screen.question_text())
