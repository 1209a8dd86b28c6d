import math
from itertools import product

import pytest

from resnet.drawing.figures.end_labels import LINE_HEIGHT, PLOT_HEIGHT
from resnet.drawing.figures.gradient_curves import GradientSeries, depth_positions, gradient_curves
from resnet.drawing.palette import palette

LIGHT = palette("light")


def series(norms, **options):
    layers = tuple(f"conv{i}" for i in range(len(norms)))
    return GradientSeries("plain20", True, layers, tuple(norms), **options)


def test_gradient_curves_keep_order_and_values():
    norms = (1e-6, 1e-3, 1.0)
    figure = gradient_curves([series(norms)], "light")
    line = figure.data[0]
    assert tuple(line.y) == norms
    assert line.x[0] == 0
    assert line.x[-1] == 1
    assert line.customdata == ("conv0", "conv1", "conv2")
    assert line.line.color.upper() == LIGHT.plain
    assert figure.layout.yaxis.type == "log"


def test_a_product_of_equal_factors_is_a_straight_line():
    line = gradient_curves([series(tuple(0.5**k for k in range(9)))], "light").data[0]
    slopes = {
        round((math.log10(b) - math.log10(a)) / (right - left), 9)
        for a, b, left, right in zip(line.y, line.y[1:], line.x, line.x[1:], strict=False)
    }
    assert len(slopes) == 1
    assert depth_positions(1) == [0.0]
    assert depth_positions(0) == []


@pytest.mark.parametrize("apart", [True, False])
def test_depths_of_one_kind_are_tints_that_differ_each_named_once(apart):
    """At its end, or in the legend where so many names would lie on other lines."""
    depths = (8, 20, 32, 44, 56, 110)
    nets = [
        GradientSeries(
            f"{kind}{depth}",
            kind == "plain",
            ("a", "b"),
            (10.0 ** (-number if apart else 0), 1.0),
            True,
            depth,
        )
        for number, (kind, depth) in enumerate(product(("plain", "resnet"), depths))
    ]
    figure = gradient_curves(nets, "light")
    lines = figure.data[: len(nets)]
    assert len({line.line.color for line in lines}) == len(nets)
    assert lines[5].line.color.upper() == LIGHT.plain  # the deepest is its kind's own
    at_ends = {note.text for note in figure.layout.annotations}
    in_legend = {line.name for line in lines if line.showlegend is not False}
    assert (at_ends, in_legend) == (({net.net for net in nets}, set())[:: 1 if apart else -1])


def test_zero_and_no_number_have_marks_of_their_own_on_the_border():
    figure = gradient_curves([series((0.0, math.nan, math.inf, 1e-2, 1.0))], "light")
    line, zero, strange = figure.data
    assert line.y == (None, None, None, 1e-2, 1.0)
    assert [size > 0 for size in zero.marker.size] == [True, False, False, False, False]
    assert [size > 0 for size in strange.marker.size] == [False, True, True, False, False]
    bottom, top = figure.layout.yaxis.range
    assert math.log10(zero.y[0]) == pytest.approx(bottom)
    assert math.log10(strange.y[0]) == pytest.approx(top)
    assert zero.marker.symbol != strange.marker.symbol
    assert zero.showlegend
    assert strange.showlegend


def test_marks_stay_out_of_the_legend_when_nothing_is_wrong():
    figure = gradient_curves([series((1e-2, 1.0))], "light")
    assert not any(trace.showlegend for trace in figure.data[1:])


def test_all_zero_norms_still_draw():
    figure = gradient_curves([series((0.0, 0.0))], "dark")
    assert all(math.isfinite(limit) for limit in figure.layout.yaxis.range)


def test_batch_norm_off_is_thin_in_the_same_colour():
    figure = gradient_curves([series((1.0, 2.0)), series((1.0, 2.0), batch_norm=False)], "light")
    thick, thin = figure.data[:2]
    assert thick.line.color == thin.line.color
    assert thick.line.width > thin.line.width
    assert "BatchNorm" in thin.name


def test_nothing_to_draw_is_an_empty_figure():
    assert gradient_curves([], "dark").layout.height


def test_two_lines_that_begin_together_have_names_apart():
    figure = gradient_curves([series((1.0, 2.0)), series((1.01, 2.0), batch_norm=False)], "light")
    one, other = figure.layout.annotations
    assert one.text == "plain20"
    assert "BatchNorm" in other.text
    assert abs(one.y - other.y) * PLOT_HEIGHT == pytest.approx(LINE_HEIGHT)
    assert not any(trace.showlegend for trace in figure.data)


def test_the_name_under_two_falling_lines_stands_clear_of_both():
    falling = tuple(10.0**-k for k in range(20))
    twins = [
        GradientSeries("resnet20", False, ("layer",) * 20, falling),
        GradientSeries("resnet20", False, ("layer",) * 20, tuple(0.9 * n for n in falling), False),
        GradientSeries("plain20", True, ("layer",) * 20, (1e30,) * 20),
    ]
    figure = gradient_curves(twins, "light")
    heights = {note.text: note.y for note in figure.layout.annotations}
    low, high = figure.layout.yaxis.range
    shallow = (math.log10(0.9 * falling[2]) - low) / (high - low)  # a third along the axis
    assert heights["resnet20, no BatchNorm"] < shallow


def test_nets_alike_in_batch_norm_are_named_by_the_net_alone():
    figure = gradient_curves([series((1.0, 2.0), batch_norm=False)], "light")
    assert [name.text for name in figure.layout.annotations] == ["plain20"]


def test_a_name_stands_on_the_side_that_its_line_leaves():
    falling, rising = series((100.0, 1.0, 0.1)), series((1e-6, 1e-4, 1e-2))
    figure = gradient_curves([falling, rising], "light")
    low, high = figure.layout.yaxis.range
    starts = [(math.log10(norm) - low) / (high - low) for norm in (100.0, 1e-6)]
    above, below = (name.y for name in figure.layout.annotations)
    assert above > starts[0]
    assert 0 < below < starts[1]
