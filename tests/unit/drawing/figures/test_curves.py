import math

import pytest

from resnet.drawing.figures.curves import (
    DepthPoint,
    LearningCurve,
    class_curves,
    comparison_curves,
    depth_curves,
    smoothed,
    training_curves,
)
from resnet.drawing.palette import palette

LIGHT = palette("light")


def lines(figure):
    return [trace for trace in figure.data if "lines" in trace.mode and trace.fill is None]


def named(figure, name):
    return [trace for trace in figure.data if trace.name == name]


def curve(part="train", y=(0.5, 0.25), **options):
    net = options.pop("net", "fast")
    return LearningCurve(net, options.pop("plain", False), part, (1, 2), y, **options)


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
    assert figure.layout.yaxis.tickformat == ".2~%"  # half points and whole tens alike
    assert training_curves([curve()], "loss", "light").layout.yaxis.tickformat is None


def test_the_test_line_ends_at_what_was_measured():
    figure = training_curves([curve("test", y=(0.1, 0.9))], "accuracy", "light", smoothing=0.9)
    assert lines(figure)[0].y[-1] == 0.9


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
    short = LearningCurve("fast", False, "train", (1,), (0.3,), depth=20, seed=1)
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


def test_nothing_to_draw_is_an_empty_figure():
    assert depth_curves([], "dark").layout.height


def test_lines_are_named_where_they_end_with_the_part_only_where_both_are_drawn():
    one = comparison_curves([curve(net="plain20"), curve(net="resnet20")], "error", "light")
    assert sorted(name.text for name in one.layout.annotations) == ["plain20", "resnet20"]
    assert not one.layout.showlegend
    both = comparison_curves([curve(), curve("test")], "error", "light")
    assert sorted(name.text for name in both.layout.annotations) == ["fast, test", "fast, training"]
    long = comparison_curves([curve(batch_norm=False, net="resnet56")], "error", "light")
    assert not long.layout.annotations
    assert long.layout.showlegend is not False


def test_of_a_class_what_moves_is_strong_and_has_a_head():
    done = curve("test", net="ab12 · plain8", y=(0.2, 0.3), plain=True)
    moving = curve("test", net="cd34 · resnet8", y=(0.2, 0.6), moving=True, plain=False)
    figure = class_curves([moving, done], "light", 1 / 6)
    first, last = (line for line in figure.data if line.x[0] is not None)
    assert (first.name, last.name) == ("ab12 · plain8", "cd34 · resnet8")
    assert first.opacity < last.opacity
    assert last.marker.size[-1] > last.marker.size[0] == first.marker.size[-1]
    assert [line.name for line in figure.data if line.showlegend is not False] == [
        "residual",
        "plain",
    ]
    assert figure.layout.shapes[0].y0 == 1 / 6
