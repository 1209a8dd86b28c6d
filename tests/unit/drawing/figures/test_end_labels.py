from itertools import pairwise

import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resnet.drawing.figures.end_labels import MOST, End, name_ends, spread
from resnet.drawing.palette import palette

LIGHT = palette("light")
places = st.lists(st.floats(0, 1), min_size=1, max_size=8)


@given(places, st.floats(0.001, 0.2))
def test_places_keep_their_order_and_their_distance(places, gap):
    moved = spread(places, gap)
    ordered = [moved[i] for i in sorted(range(len(places)), key=places.__getitem__)]
    assert min(ordered) >= 0
    assert all(high - low >= gap - 1e-9 for low, high in pairwise(ordered))


@given(places)
def test_places_that_are_far_enough_apart_stay(places):
    apart = [i + place / 2 for i, place in enumerate(places)]
    assert spread(apart, 0.5) == pytest.approx(apart)


def test_two_in_one_place_move_as_far_up_as_down():
    assert spread([0.5, 0.5], 0.1) == pytest.approx([0.45, 0.55])


def test_names_stand_in_the_margin_in_words_that_can_be_read():
    figure = go.Figure()
    name_ends(figure, [End("plain56", 0.5, LIGHT.plain)], LIGHT)
    (name,) = figure.layout.annotations
    assert (name.text, name.x, name.y) == ("plain56", 1, 0.5)
    assert name.font.color == LIGHT.text(LIGHT.plain)
    assert figure.layout.margin.r > 50


def test_too_many_names_stay_in_the_legend():
    figure = go.Figure()
    assert not name_ends(figure, [End("net", 0.1, LIGHT.plain)] * (MOST + 1), LIGHT)
    assert not figure.layout.annotations


def test_long_names_stand_in_the_plot_or_in_the_legend_but_not_beside_it():
    long = [End("plain56, no BatchNorm", 0.1, LIGHT.plain)]
    assert not name_ends(go.Figure(), long, LIGHT)
    assert name_ends(go.Figure(), long, LIGHT, x=0.0)


def test_names_in_the_plot_that_would_lie_on_other_lines_stay_in_the_legend():
    few, many = ([End(f"net{n}", 0.5, LIGHT.plain) for n in range(count)] for count in (3, 8))
    figure = go.Figure()
    assert not name_ends(figure, many, LIGHT, x=0.0)
    assert not figure.layout.annotations
    assert name_ends(figure, few, LIGHT, x=0.0)
    assert name_ends(figure, many, LIGHT)  # beside the plot their order tells


def test_a_chinese_name_has_the_room_of_its_wider_letters():
    margins = []
    for name in ("abcdefgh", "随机水平"):
        figure = go.Figure()
        assert name_ends(figure, [End(name, 0.5, "#000000")], palette("light"))
        margins.append(figure.layout.margin.r)
    assert margins[0] == margins[1]
