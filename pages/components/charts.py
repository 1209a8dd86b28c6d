"""Plotly figures on a page: one way to show them, so that all behave alike."""

from collections.abc import Callable

import plotly.graph_objects as go
import streamlit as st

from resnet.language import translate as _

_BAR = {"displaylogo": False, "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d"]}


def chart(
    figure: go.Figure, *, key: str, alt: str, on_select: Callable | None = None,
    numbers: bool = True,
):  # fmt: skip
    """Show a figure, and its numbers on demand; returns the selection, if any.

    alt: its name for those who cannot see it; numbers: False where the page has a table of its own.
    """
    selecting = {"on_select": on_select, "selection_mode": "points"} if on_select else {}
    shown = st.plotly_chart(figure, key=key, alt=alt, theme=None, config=_BAR, **selecting)
    if numbers:
        _numbers(figure, key, alt)
    return shown


def _numbers(figure: go.Figure, key: str, alt: str) -> None:
    place = st.popover(
        _("Numbers"), type="tertiary", icon=":material/table:", key=f"{key}_numbers",
        on_change="rerun",
    )  # fmt: skip
    if place.open:
        from pages.components.tables import figure_table

        with place:
            st.dataframe(figure_table(figure), hide_index=True, alt=alt)
