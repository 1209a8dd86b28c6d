"""The numbers behind a figure are those that it draws."""

import plotly.graph_objects as go
from hypothesis import given
from hypothesis import strategies as st

from pages.components.tables import figure_table
from resnet.drawing.figures.curves import LearningCurve, training_curves

numbers = st.floats(-1e6, 1e6)
lines = st.lists(st.tuples(numbers, numbers), min_size=1, max_size=20)


@given(st.dictionaries(st.text("abc", min_size=1), lines, min_size=1, max_size=3))
def test_every_point_of_every_line_is_a_row(drawn):
    figure = go.Figure()
    for name, points in drawn.items():
        figure.add_scatter(name=name, x=[x for x, _y in points], y=[y for _x, y in points])
    rows = figure_table(figure).itertuples(index=False, name=None)
    assert list(rows) == [(name, x, y) for name, points in drawn.items() for x, y in points]


def test_a_field_has_a_row_for_each_of_its_values():
    figure = go.Figure(go.Heatmap(name="norms", x=["a", "b"], y=[1, 2], z=[[1.0, 2.0], [3.0, 4.0]]))
    table = figure_table(figure)
    assert table.to_numpy().tolist() == [
        ["norms", "a", 1, 1.0],
        ["norms", "b", 1, 2.0],
        ["norms", "a", 2, 3.0],
        ["norms", "b", 2, 4.0],
    ]
    assert list(table.columns)[1:3] == ["x", "y"]


def test_a_curve_is_reported_once_with_its_axes():
    curve = LearningCurve("resnet20", False, "test", (1.0, 2.0), (0.5, 0.75))
    table = figure_table(training_curves([curve], "accuracy", "light", smoothing=0.8))
    assert table["epoch"].tolist() == [1, 2]
    assert table.iloc[:, 2].tolist() == [0.5, 0.75]


def test_an_empty_figure_has_no_rows():
    assert len(figure_table(go.Figure())) == 0
