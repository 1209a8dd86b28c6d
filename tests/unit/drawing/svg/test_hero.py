import math
import xml.etree.ElementTree as ET
from itertools import pairwise

import pytest

from resnet.drawing.svg.hero import hero_svg


def drawn(plain, residual):
    """The wide drawing; the narrow one beside it comes from the same code."""
    frame = ET.fromstring(hero_svg(plain, residual))
    return next(e for e in frame.iter() if e.get("class") == "lab wide")


def pulses(root):
    return [e for e in root.iter() if e.get("class") == "pulse"]


def heights(root):
    return [float(e.get("height")) for e in pulses(root)]


def words(root):
    return [e.text for e in root.iter() if e.tag.endswith("text")]


VANISHING = [10.0 ** (i - 9) for i in range(10)]
STEADY = [1.0] * 10


def test_a_block_is_filled_as_log10_of_its_norm_on_one_scale():
    filled = heights(drawn(VANISHING, STEADY))
    residual, plain = filled[:10], filled[10:]
    assert set(residual) == {max(filled)}
    steps = [b - a for a, b in pairwise(plain)]
    assert steps == pytest.approx([steps[0]] * 9, abs=0.11)
    assert steps[0] > 0
    assert plain[-1] == residual[-1]


def test_the_gradient_arrives_from_the_answer_backwards():
    delays = [float(e.get("style")[5:-1]) for e in pulses(drawn(VANISHING, STEADY))[:10]]
    assert delays == sorted(delays, reverse=True)
    assert max(delays) < 5  # motion that starts by itself ends within five seconds


@pytest.mark.parametrize("nothing", [0.0, math.nan, math.inf])
def test_zero_and_no_number_leave_a_block_empty(nothing):
    assert len(pulses(drawn([nothing, 1.0], [1.0, 1.0]))) == 3


def test_all_zero_norms_still_draw():
    assert pulses(drawn([0.0, 0.0], [0.0, 0.0])) == []


def test_an_arc_spans_each_block_of_the_residual_net_only():
    def arcs(root):
        return sum(e.get("stroke") == "#009E73" for e in root.iter())

    resnet32 = [1.0] * 15
    assert arcs(drawn(resnet32, resnet32)) == 15


def test_it_says_the_numbers_and_names_itself():
    root = drawn(VANISHING, STEADY)
    assert "first block 1.0·10⁻⁹" in words(root)
    assert root.get("role") == "img"
    assert "plain 1.0·10⁻⁹" in next(e.text for e in root.iter() if e.tag.endswith("desc"))
