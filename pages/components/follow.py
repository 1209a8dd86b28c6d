"""Parts of a page that look again by themselves while something goes on."""

from collections.abc import Callable

import streamlit as st

from pages.components.language import fragment


def follow(how_often: Callable[[], float | None], draw: Callable[[], None]) -> None:
    """Draw a part of the page that runs again every how_often() seconds, never where it is None.

    When how_often() changes, the whole page runs once more, so that a part at rest does not poll.
    """
    before, drawn = how_often(), False

    def look() -> None:
        nonlocal drawn
        if drawn and how_often() != before:
            st.rerun()
        drawn = True
        draw()

    fragment(run_every=before)(look)()
