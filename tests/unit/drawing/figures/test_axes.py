"""Ticks that tell their places apart, on however short an axis."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resnet.drawing.figures.axes import log_axis, tick_text


@given(st.floats(-12, 12), st.floats(0.15, 20))
def test_a_log_axis_has_a_few_ticks_that_differ_in_words(decade, decades):
    low, high = 10**decade, 10 ** (decade + decades)
    axis = log_axis(low, high)
    assert 3 <= len(axis["tickvals"]) <= 9
    assert len(set(axis["ticktext"])) == len(axis["tickvals"])
    assert all(low <= tick <= high for tick in axis["tickvals"])
    assert axis["range"] == [math.log10(low), math.log10(high)]


def test_a_log_axis_of_less_than_a_decade_is_told_in_plain_numbers():
    assert log_axis(0.65, 3.2)["ticktext"] == ["0.7", "1", "1.5", "2", "3"]
    assert log_axis(1e-6, 1e-2)["ticktext"] == [
        "10<sup>-6</sup>",
        "10<sup>-5</sup>",
        "10<sup>-4</sup>",
        "10<sup>-3</sup>",
        "0.01",
    ]


@pytest.mark.parametrize(
    ("number", "text"), [(0.02, "0.02"), (300, "300"), (1e5, "10<sup>5</sup>")]
)
def test_a_tick_says_its_number(number, text):
    assert tick_text(number) == text
