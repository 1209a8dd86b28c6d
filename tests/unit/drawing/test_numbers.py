"""Large and small numbers as people read them."""

import pytest

from resnet.drawing.numbers import compact, in_powers


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (999, "999"),
        (1_000, "1.00 k"),
        (61_706, "61.7 k"),
        (308_178_944, "308 M"),
        (15_470_264_320, "15.5 G"),
    ],
)
def test_three_digits_and_a_unit(value, text):
    assert compact(value) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [(1.234, "1.2"), (0.012, "0.012"), (2.5e-5, "2.5·10⁻⁵"), (3e12, "3.0·10¹²"), (0.0, "0")],
)
def test_far_from_one_a_power_of_ten_is_written(number, text):
    assert in_powers(number) == text
