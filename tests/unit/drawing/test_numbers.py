"""Large numbers as people read them."""

import pytest

from resnet.drawing.numbers import compact


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
