"""The interval of a test accuracy, against FACTS and against its definition."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resnet.analysis.intervals import wilson_interval


def test_known_interval_of_115_of_120():
    low, high = wilson_interval(115, 120)
    assert (round(low, 3), round(high, 3)) == (0.906, 0.982)


@given(st.integers(1, 2000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_its_ends_are_where_the_score_test_turns(counts):
    right, total = counts
    z = 1.959963984540054
    for end in wilson_interval(right, total):
        # Wilson 1927: the ends solve (p̂ − p)² = z² p (1 − p) / n.
        distance = (right / total - end) ** 2
        assert distance == pytest.approx(z * z * end * (1 - end) / total, abs=1e-9)


@given(st.integers(1, 500))
def test_it_narrows_with_more_images(n):
    def width(total):
        low, high = wilson_interval(total // 2, total)
        return high - low

    assert width(4 * n) < width(n) or math.isclose(width(4 * n), width(n))
