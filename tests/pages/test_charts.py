"""Figures on pages."""

import plotly.graph_objects as go

from pages.components.charts import drawn


def test_a_figure_is_drawn_once_until_what_it_shows_changes():
    seen = []

    def draw(values, theme):
        seen.append((values, theme))
        return go.Figure()

    first = drawn(draw, (1, 2))
    assert drawn(draw, (1, 2)) is first
    assert drawn(draw, (1, 3)) is not first
    assert [values for values, _theme in seen] == [(1, 2), (1, 3)]
