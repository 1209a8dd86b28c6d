"""Plotly figures on a page: one way to show them, so that all behave alike."""

from collections.abc import Callable

import plotly.graph_objects as go
import streamlit as st

_BAR = {"displaylogo": False, "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d"]}


def chart(figure: go.Figure, *, key: str, alt: str, on_select: Callable | None = None):
    """Show a figure; `alt` names it for those who cannot see it. Returns the selection, if any."""
    if on_select is None:
        return st.plotly_chart(figure, key=key, alt=alt, theme=None, config=_BAR)
    return st.plotly_chart(
        figure,
        key=key,
        alt=alt,
        theme=None,
        config=_BAR,
        on_select=on_select,
        selection_mode="points",
    )
