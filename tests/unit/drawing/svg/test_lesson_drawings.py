"""The lessons' own drawings: what is drawn where, and for whom it is named."""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from resnet.course.literature import IMAGENET_ERRORS, MILESTONES
from resnet.drawing.figures.history import bubble_chart, depth_ladder
from resnet.drawing.figures.landscape import Ground, common_limits, landscape, landscape_map
from resnet.drawing.figures.plots import Bars, Line, bar_plot, line_plot
from resnet.drawing.palette import palette
from resnet.drawing.svg.vectors import Column, Shortcut, mixing_svg, steps_svg, ways_past_svg

THEMES = ("light", "dark")
GROUNDS = [
    Ground("plain56", True, (-1, 0, 1), [[9, 3, 9], [3, 1, 3], [9, 3, 9]]),
    Ground("resnet56", False, (-1, 0, 1), [[20, 5, 20], [5, 0.1, 5], [20, 5, 20]]),
]


@pytest.mark.parametrize("theme", THEMES)
def test_a_line_has_the_colour_of_what_it_means(theme):
    lines = [
        Line("one", [0, 1], [1, 2], "plain"),
        Line("two", [0, 1], [2, 3], "residual", thin=True),
    ]
    figure = line_plot(lines, theme, "step", "loss")
    colours = palette(theme)
    assert [trace.line.color for trace in figure.data] == [colours.plain, colours.residual]
    assert figure.data[1].line.width < figure.data[0].line.width
    assert (figure.layout.xaxis.title.text, figure.layout.yaxis.title.text) == ("step", "loss")


def test_a_zero_has_a_mark_of_its_own_on_a_log_axis():
    figure = line_plot([Line("n", [1, 2, 3], [1e-3, 0, 0])], "light", "x", "y", log=True)
    mark = figure.data[-1]
    assert list(mark.x) == [2, 3]
    assert set(mark.y) == {1e-3 / 3}
    assert mark.marker.symbol == "triangle-down-open"
    assert len(line_plot([Line("n", [1], [1])], "light", "x", "y", log=True).data) == 1


def test_bars_that_never_meet_share_their_place_beside_the_others():
    nan = float("nan")
    bars = [Bars("guess", [1, 2]), Bars("a", [3, nan], "plain"), Bars("b", [nan, 4], "residual")]
    places = [bar.offsetgroup for bar in bar_plot(bars, ["x", "y"], "light", "value").data]
    assert places[1] == places[2] != places[0]


def test_bars_lie_or_stand():
    bars = [Bars("a", [1, 2], "plain"), Bars("b", [3, 4], "residual")]
    standing = bar_plot(bars, ["x", "y"], "light", "value")
    lying = bar_plot(bars, ["x", "y"], "light", "value", across=True, stacked=True)
    assert list(standing.data[0].y) == list(lying.data[0].x) == [1, 2]
    assert (standing.layout.barmode, lying.layout.barmode) == ("group", "stack")


@pytest.mark.parametrize("theme", THEMES)
def test_both_surfaces_have_one_scale_and_one_side(theme):
    limits = common_limits(GROUNDS)
    assert limits == (np.log10(0.1), np.log10(20))
    flat = [landscape_map(ground, limits, theme) for ground in GROUNDS]
    solid = [landscape(ground, 90, limits, theme) for ground in GROUNDS]
    assert {(f.data[0].zmin, f.data[0].zmax) for f in flat} == {limits}
    assert {(f.data[0].cmin, f.data[0].cmax) for f in solid} == {limits}
    one, other = (figure.layout.scene.camera.eye for figure in solid)
    assert one == other
    assert one.x == pytest.approx(0, abs=1e-9)
    for figures in (flat, solid):
        named = [figure.layout.annotations[0].text for figure in figures]
        assert named == ["plain56", "resnet56"]
    assert flat[0].layout.yaxis.scaleanchor == "x"  # a step is as long either way


def test_a_bubble_s_area_is_its_weights():
    counts = {
        error.net: {"parameters": 1e6 * (place + 1), "multiply_adds": 1e9}
        for place, error in enumerate(IMAGENET_ERRORS)
    }
    sizes = [trace.marker.size for trace in bubble_chart(IMAGENET_ERRORS, counts, "light").data]
    assert (sizes[-1] / sizes[0]) ** 2 == pytest.approx(len(IMAGENET_ERRORS))
    assert len(depth_ladder(MILESTONES, "light").data[0].x) == len(MILESTONES)


def texts(svg: str) -> list[str]:
    return [element.text or "" for element in ET.fromstring(svg).findall(".//{*}text")]


def test_steps_show_their_numbers_and_a_shortcut_only_where_there_is_one():
    columns = [Column("a", "", [1.5, -0.25]), Column("z", "W", [0.004, 2]), Column("y", "", [1, 1])]
    with_shortcut, plain = steps_svg(columns, 3, Shortcut(0, 2)), steps_svg(columns, 2, None)
    assert {"1.50", "−0.25", "0.00", "2.00"} <= set(texts(with_shortcut))
    assert "−0.00" not in texts(steps_svg([Column("a", "", [-0.001])], 1, None))
    assert 'class="shortcut"' in with_shortcut
    assert 'class="shortcut"' not in plain
    assert plain.count('class="off"') == 2  # the column not yet reached, on desk and phone
    assert "1.50" in ET.fromstring(with_shortcut).find(".//{*}desc").text


def test_the_mixed_channels_are_drawn_with_their_weights():
    shown = texts(mixing_svg([[1, 0.5, -1]], [0.2, 0.4, 0.6], [-0.2]))
    assert {"R", "G", "B", "0.20", "0.40", "0.60", "−1.00", "−0.20"} <= set(shown)


def test_five_of_six_ways_have_a_way_past():
    svg = ways_past_svg()
    assert svg.count('class="shortcut"') >= 6  # a transformer has two
    assert {"highway", "DenseNet", "transformer"} <= set(texts(svg))


def test_a_gradient_is_drawn_from_right_to_left():
    columns = [Column("∂y", "", [1]), Column("δ", "", [2]), Column("∂x", "", [3])]
    svg = ET.fromstring(steps_svg(columns, 3, Shortcut(1, 2), back=True)).find(".//{*}svg")
    places = {text.text: float(text.get("x")) for text in svg.findall(".//{*}text")}
    assert places["3.00"] < places["2.00"] < places["1.00"]
    leaves, *_corners, joins = re.findall(
        r"[ML](-?[\d.]+),", svg.find(".//{*}path[@class='shortcut']").get("d")
    )
    assert float(leaves) == places["2.00"]
    assert places["3.00"] < float(joins) < places["2.00"]
