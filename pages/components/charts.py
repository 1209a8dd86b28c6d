"""Plotly figures on a page: one way to show them, so that all behave alike."""

from collections.abc import Callable, Hashable
from functools import lru_cache
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from pages.components import frame
from resnet.drawing.figures.presenter import enlarged
from resnet.drawing.palette import Theme
from resnet.language import current_language
from resnet.language import translate as _

_BAR = {"displaylogo": False, "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d"]}


def drawn(draw: Callable[..., go.Figure], *arguments: Hashable) -> go.Figure:
    """Draw a figure in the reader's theme once for all who see it: pages run again and again."""
    return _drawn(draw, arguments, frame.theme(), current_language())


@lru_cache(maxsize=128)
def _drawn(
    draw: Callable[..., go.Figure], arguments: tuple[Hashable, ...], theme: Theme, language: str
) -> go.Figure:
    return draw(
        *arguments, theme
    )  # its words are those of the language, which tells drawings apart


def chart(
    figure: go.Figure,
    *,
    key: str,
    alt: str,
    on_select: Callable | None = None,
    numbers: bool = True,
):
    """Show a figure, and its numbers on demand; returns the selection, if any.

    alt: its name for those who cannot see it; numbers: False where the page has a table of its own.
    """
    if frame.is_large():
        figure = enlarged(figure)
    selecting: dict[str, Any] = (
        {"on_select": on_select, "selection_mode": "points"} if on_select else {}
    )
    shown = st.plotly_chart(figure, key=key, alt=alt, theme=None, config=_BAR, **selecting)
    if numbers:
        _numbers(figure, key, alt)
    return shown


def _numbers(figure: go.Figure, key: str, alt: str) -> None:
    place = st.popover(
        _("Numbers"),
        type="tertiary",
        icon=":material/table:",
        key=f"{key}_numbers",
        on_change="rerun",
    )
    if place.open:
        from pages.components.tables import figure_table

        with place:
            st.dataframe(figure_table(figure), hide_index=True, alt=alt, placeholder="–")
