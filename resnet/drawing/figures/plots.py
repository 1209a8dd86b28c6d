"""Plain lines and bars, in the colours of what they stand for."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import plotly.graph_objects as go

from resnet.drawing.figures.axes import PERCENT, log_axis
from resnet.drawing.numbers import Numbers
from resnet.drawing.palette import LINE_WIDTH, Palette, Theme, blank_figure, mix, palette

ZERO_BELOW = 3  # so far below the smallest value a log axis has the marks of zeros
Meaning = Literal["plain", "residual", "shortcut", "ink", "muted", "conv", "conv_small"]


@dataclass(frozen=True)
class Line:
    """One line of a plot. thin: BatchNorm off; dashed: test data; points: marks without a line.

    tint: share of the meaning's colour, for several places of one net. seeds: the lines of which
    this is the mean; a band holds them.
    """

    name: str
    x: Numbers
    y: Numbers
    meaning: Meaning = "ink"
    thin: bool = False
    dashed: bool = False
    points: bool = False
    marks: bool = False
    tint: float = 1
    seeds: Sequence[Numbers] = ()


@dataclass(frozen=True)
class Bars:
    """Bars of one meaning, one for each label of the chart. ranges: (least, most) behind each."""

    name: str
    values: Numbers
    meaning: Meaning = "ink"
    ranges: Sequence[tuple[float, float]] = ()


def line_plot(
    lines: Sequence[Line],
    theme: Theme,
    x: str,
    y: str,
    *,
    log: bool = False,
    percent: bool = False,
    height: int = 360,
    limits: tuple[float, float] | None = None,
) -> go.Figure:
    """Draw lines over a common axis; x, y: the axes' titles.

    Lines of one name, as of several seeds, share their place in the legend. limits: of the y axis,
    where two plots stand beside each other.
    """
    colours = palette(theme)
    figure = blank_figure(theme, height)
    named: set[str] = set()
    for line in lines:
        colour = _colour(colours, line.meaning)
        if line.tint < 1:
            colour = mix(colour, colours.paper, line.tint)
        mode = "markers" if line.points else "lines+markers" if line.marks else "lines"
        style: dict[str, Any] = {"color": colour, "width": LINE_WIDTH[not line.thin]}
        if line.dashed:
            style["dash"] = "dash"
        if line.seeds:
            figure.add_trace(_band(line, colours.faint(colour)))
        figure.add_trace(
            go.Scatter(
                x=list(line.x),
                y=_drawable(line.y, log),
                name=line.name,
                legendgroup=line.name,
                showlegend=line.name not in named,
                mode=mode,
                line=style,
                marker={"color": colour, "size": 6},
            )
        )
        named.add(line.name)
    figure.update_xaxes(title_text=x)
    figure.update_yaxes(title_text=y)
    if log:
        figure.add_traces(_zeros(lines, colours))
        figure.update_yaxes(**log_axis(*(limits or _limits(lines))))
    elif limits:
        figure.update_yaxes(range=limits)
    if percent:
        figure.update_yaxes(**PERCENT, rangemode="tozero")
    return figure.update_layout(showlegend=len(lines) > 1)


def bar_plot(
    bars: Sequence[Bars],
    labels: Sequence[str],
    theme: Theme,
    y: str,
    *,
    percent: bool = False,
    stacked: bool = False,
    across: bool = False,
    height: int = 320,
) -> go.Figure:
    """Draw groups of bars, beside or on each other; across: lying, labels at the left.

    A value that is no number leaves its place to the bars that have one there.
    """
    colours = palette(theme)
    figure = blank_figure(theme, height)
    for group, place in zip(bars, _places(bars), strict=True):
        along = (
            {"x": list(group.values), "y": list(labels)}
            if across
            else {"x": list(labels), "y": list(group.values)}
        )
        figure.add_trace(
            go.Bar(
                **along,
                name=group.name,
                offsetgroup=None if stacked else place,
                orientation="h" if across else "v",
                **_whiskers(group, across, colours),
                marker={"color": _colour(colours, group.meaning), "line": {"width": 0}},
            )
        )
    figure.update_layout(barmode="stack" if stacked else "group", bargap=0.25)
    value_axis, label_axis = (
        (figure.update_xaxes, figure.update_yaxes)
        if across
        else (figure.update_yaxes, figure.update_xaxes)
    )
    value_axis(title_text=y)
    if percent:
        value_axis(**PERCENT, range=[0, 1])
    label_axis(type="category")
    if across:
        figure.update_yaxes(autorange="reversed")
    return figure.update_layout(showlegend=len(bars) > 1, legend_traceorder="normal")


def _places(bars: Sequence[Bars]) -> list[int]:
    """Return the place of each in its groups; those that never meet at a label share theirs."""
    taken: list[set[int]] = []
    places = []
    for group in bars:
        labels = {at for at, value in enumerate(group.values) if not math.isnan(value)}
        place = next((n for n, others in enumerate(taken) if not labels & others), len(taken))
        taken += [set()] if place == len(taken) else []
        taken[place] |= labels
        places.append(place)
    return places


def _band(line: Line, colour: str) -> go.Scatter:
    lowest, highest = ([edge(at) for at in zip(*line.seeds, strict=True)] for edge in (min, max))
    return go.Scatter(
        x=[*line.x, *list(line.x)[::-1]],
        y=[*highest, *lowest[::-1]],
        mode="lines",
        fill="toself",
        fillcolor=colour,
        line={"width": 0},
        showlegend=False,
        hoverinfo="skip",
    )


def _whiskers(group: Bars, across: bool, colours: Palette) -> dict[str, Any]:
    if not group.ranges:
        return {}
    reach = {
        "type": "data",
        "symmetric": False,
        "array": [most - at for at, (_l, most) in zip(group.values, group.ranges, strict=True)],
        "arrayminus": [at - low for at, (low, _m) in zip(group.values, group.ranges, strict=True)],
        "color": colours.ink,
        "thickness": 1.5,
    }
    return {"error_x" if across else "error_y": reach}


def _drawable(values: Numbers, log: bool) -> list[float | None]:
    """Return values without the zeros that a log axis would draw at minus infinity."""
    return [None if log and value == 0 else value for value in values]


def _zeros(lines: Sequence[Line], colours: Palette) -> list[go.Scatter]:
    """Return a mark at the lower border for each zero, which a log axis cannot show."""
    positive = [value for line in lines for value in line.y if value and value > 0]
    floor = min(positive, default=1.0) / ZERO_BELOW
    return [
        go.Scatter(
            x=places,
            y=[floor] * len(places),
            mode="markers",
            showlegend=False,
            name=f"{line.name}: 0",
            hovertemplate="%{x}: 0<extra>%{fullData.name}</extra>",
            marker={
                "symbol": "triangle-down-open",
                "size": 9,
                "color": _colour(colours, line.meaning),
            },
        )
        for line in lines
        if (places := [at for at, value in zip(line.x, line.y, strict=True) if value == 0])
    ]


def _limits(lines: Sequence[Line]) -> tuple[float, float]:
    """Return limits of a log axis around all values, and around the marks of zeros."""
    values = [v for line in lines for v in line.y if v and math.isfinite(v) and v > 0] or [0.1, 10]
    low, high = min(values), max(values)
    if any(v == 0 for line in lines for v in line.y):
        low /= ZERO_BELOW
    room = (high / low) ** 0.05 if high > low else 2
    return low / room, high * room


def _colour(colours: Palette, meaning: Meaning) -> str:
    return {
        "plain": colours.plain,
        "residual": colours.residual,
        "shortcut": colours.shortcut,
        "ink": colours.ink,
        "muted": colours.muted,
        "conv": colours.kinds["conv"],
        "conv_small": mix(colours.kinds["conv"], colours.ink, 0.4),
    }[meaning]
