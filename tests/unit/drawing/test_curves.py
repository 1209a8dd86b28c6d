import math

import pytest

from resnet.drawing.curves import (
    Curve,
    DepthPoint,
    GradientSeries,
    comparison_curves,
    depth_curves,
    depth_positions,
    gradient_curves,
    smoothed,
    training_curves,
)
from resnet.drawing.palette import palette

LIGHT = palette("light")


def series(norms, **options):
    layers = tuple(f"conv{i}" for i in range(len(norms)))
    return GradientSeries("plain20", True, layers, tuple(norms), **options)


def lines(figure):
    return [trace for trace in figure.data if "lines" in trace.mode and trace.fill is None]


def named(figure, name):
    return [trace for trace in figure.data if trace.name == name]


def test_gradient_curves_keep_order_and_values():
    norms = (1e-6, 1e-3, 1.0)
    figure = gradient_curves([series(norms)], "light")
    line = figure.data[0]
    assert tuple(line.y) == norms
    assert line.x[0] == 0
    assert line.x[-1] == 1
    assert line.customdata == ("conv0", "conv1", "conv2")
    assert line.line.color == LIGHT.plain
    assert figure.layout.yaxis.type == "log"


def test_first_layers_get_the_space():
    positions = depth_positions(100)
    assert positions == sorted(positions)
    assert positions[25] > 0.45  # a quarter of the layers takes half of the axis
    assert depth_positions(1) == [0.0]
    assert depth_positions(0) == []


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


def curve(part="train", y=(0.5, 0.25), **options):
    return Curve("fast", options.pop("plain", False), part, (1, 2), y, **options)


def test_smoothing_is_debiased_and_leaves_gaps_out():
    assert smoothed([3.0, 3.0, 3.0], 0.9) == pytest.approx([3.0, 3.0, 3.0])
    assert smoothed([1.0, 2.0], 0.0) == [1.0, 2.0]
    # weights 1/3 and 2/3: 0.5·0.5 and 0.5 over their sum 0.75
    assert smoothed([0.0, 3.0], 0.5) == pytest.approx([0.0, 2.0])
    assert smoothed([2.0, math.nan, 2.0], 0.5) == pytest.approx([2.0, 2.0, 2.0])
    assert math.isnan(smoothed([math.nan], 0.5)[0])


def test_training_is_solid_test_dashed_with_raw_points_under_the_smoothing():
    figure = training_curves([curve(), curve("test")], "error", "light", smoothing=0.9)
    assert [trace.line.dash for trace in lines(figure)] == ["solid", "dash"]
    points = [trace for trace in figure.data if trace.mode == "markers"]
    assert [tuple(trace.y) for trace in points] == [(0.5, 0.25)] * 2
    assert figure.layout.yaxis.tickformat == ".0%"
    assert training_curves([curve()], "loss", "light").layout.yaxis.tickformat is None


def test_the_moving_run_is_on_top_and_synthetic_data_is_hollow_and_named():
    figure = training_curves(
        [curve(moving=True), curve(synthetic=True, plain=True)], "error", "light"
    )
    assert figure.data[-1].line.color == LIGHT.residual
    hollow = figure.data[0]
    assert hollow.marker.symbol == "circle-open"
    assert "synthetic" in hollow.name


def test_comparison_shows_mean_band_and_every_seed():
    runs = [curve(y=(0.5, 0.3), depth=20, seed=0), curve(y=(0.3, 0.1), depth=20, seed=1)]
    figure = comparison_curves(runs, "error", "light")
    (mean,) = lines(figure)
    assert tuple(mean.y) == pytest.approx((0.4, 0.2))
    (band,) = [trace for trace in figure.data if trace.fill == "toself"]
    assert tuple(band.y) == (0.5, 0.3, 0.1, 0.3)
    assert sum(trace.mode == "markers" for trace in figure.data) == 2


def test_a_single_seed_has_no_band_and_unfinished_seeds_count_where_they_are():
    assert not any(t.fill for t in comparison_curves([curve(depth=20)], "error", "light").data)
    short = Curve("fast", False, "train", (1,), (0.3,), depth=20, seed=1)
    (mean,) = lines(comparison_curves([curve(depth=20, seed=0), short], "error", "light"))
    assert tuple(mean.y) == pytest.approx((0.4, 0.25))


def test_deeper_nets_are_drawn_stronger_within_one_colour():
    figure = comparison_curves([curve(depth=20), curve(depth=56)], "error", "light")
    shallow, deep = (line.line.color for line in lines(figure))
    assert shallow != deep
    assert deep.upper() == LIGHT.residual


def test_depth_curves_group_by_kind_and_part_and_mark_what_was_read_off():
    # He et al. 2015, Table 6 and Fig. 6.
    points = [DepthPoint(20, False, "test", 0.0875), DepthPoint(56, False, "test", 0.0697)]
    points += [DepthPoint(56, True, "test", 0.135, approximate=True)]
    points += [DepthPoint(20, True, "test", 0.095, approximate=True)]
    figure = depth_curves(points, "light")
    (plain,) = [t for t in lines(figure) if t.line.color == LIGHT.plain]
    assert tuple(plain.x) == (20, 56)
    assert tuple(plain.y) == (0.095, 0.135)
    symbols = {t.marker.color: set(t.marker.symbol) for t in figure.data if t.mode == "markers"}
    assert symbols == {LIGHT.plain: {"circle-open"}, LIGHT.residual: {"circle"}}
    assert tuple(figure.layout.xaxis.ticktext) == ("20", "56")


@pytest.mark.parametrize("draw", [gradient_curves, depth_curves])
def test_nothing_to_draw_is_an_empty_figure(draw):
    assert draw([], "dark").layout.height
