"""Plain lines and bars, in the colours of what they stand for."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import plotly.graph_objects as go

from resnet.drawing.palette import LINE_WIDTH, Palette, Theme, blank_figure, mix, palette

Meaning = Literal["plain", "residual", "shortcut", "ink", "muted", "conv", "conv_small"]


@dataclass(frozen=True)
class Line:
    """One line of a plot. thin: BatchNorm off; dashed: test data; points: marks without a line."""

    name: str
    x: Sequence[float]
    y: Sequence[float]
    meaning: Meaning = "ink"
    thin: bool = False
    dashed: bool = False
    points: bool = False
    marks: bool = False


@dataclass(frozen=True)
class Bars:
    """Bars of one meaning, one for each label of the chart."""

    name: str
    values: Sequence[float]
    meaning: Meaning = "ink"


def line_plot(
    lines: Sequence[Line],
    theme: Theme,
    x: str,
    y: str,
    *,
    log: bool = False,
    percent: bool = False,
    height: int = 360,
) -> go.Figure:
    """Draw lines over a common axis; x, y: the axes' titles."""
    colours = palette(theme)
    figure = blank_figure(theme, height)
    for line in lines:
        colour = _colour(colours, line.meaning)
        mode = "markers" if line.points else "lines+markers" if line.marks else "lines"
        style: dict[str, Any] = {"color": colour, "width": LINE_WIDTH[not line.thin]}
        if line.dashed:
            style["dash"] = "dash"
        figure.add_trace(
            go.Scatter(
                x=list(line.x), y=_drawable(line.y, log), name=line.name, mode=mode, line=style,
                marker={"color": colour, "size": 6},
            )
        )  # fmt: skip
    figure.update_xaxes(title_text=x)
    figure.update_yaxes(title_text=y)
    if log:
        figure.add_traces(_zeros(lines, colours))
        figure.update_yaxes(type="log", exponentformat="power", **_decades(lines))
    if percent:
        figure.update_yaxes(tickformat=".0%", rangemode="tozero")
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
    """Draw groups of bars, beside or on each other; across: lying, labels at the left."""
    colours = palette(theme)
    figure = blank_figure(theme, height)
    for group in bars:
        along = {"x": list(group.values), "y": list(labels)} if across else {
            "x": list(labels), "y": list(group.values)}  # fmt: skip
        figure.add_trace(
            go.Bar(**along, name=group.name, orientation="h" if across else "v",
                   marker={"color": _colour(colours, group.meaning), "line": {"width": 0}})
        )  # fmt: skip
    figure.update_layout(barmode="stack" if stacked else "group", bargap=0.25)
    value_axis, label_axis = (
        (figure.update_xaxes, figure.update_yaxes)
        if across
        else (figure.update_yaxes, figure.update_xaxes)
    )
    value_axis(title_text=y)
    if percent:
        value_axis(tickformat=".0%", range=[0, 1])
    label_axis(type="category")
    if across:
        figure.update_yaxes(autorange="reversed")
    return figure.update_layout(showlegend=len(bars) > 1, legend_traceorder="normal")


def _drawable(values: Sequence[float], log: bool) -> list[float | None]:
    """Return values without the zeros that a log axis would draw at minus infinity."""
    return [None if log and value == 0 else value for value in values]


def _zeros(lines: Sequence[Line], colours: Palette) -> list[go.Scatter]:
    """Return a mark at the lower border for each zero, which a log axis cannot show."""
    positive = [value for line in lines for value in line.y if value and value > 0]
    floor = min(positive, default=1.0) / 3
    return [
        go.Scatter(
            x=places, y=[floor] * len(places), mode="markers", showlegend=False,
            name=f"{line.name}: 0", hovertemplate="%{x}: 0<extra>%{fullData.name}</extra>",
            marker={"symbol": "triangle-down-open", "size": 9,
                    "color": _colour(colours, line.meaning)},
        )
        for line in lines
        if (places := [at for at, value in zip(line.x, line.y, strict=True) if value == 0])
    ]  # fmt: skip


def _decades(lines: Sequence[Line]) -> dict[str, Any]:
    """Return ticks at whole powers of ten, every one or every few of them."""
    values = [abs(v) for line in lines for v in line.y if v and math.isfinite(v)]
    span = math.log10(max(values) / min(values)) if values else 0
    return {"dtick": max(1, round(span / 7))} if span >= 1 else {}


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
