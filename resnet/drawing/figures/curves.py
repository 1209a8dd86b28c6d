"""Curves over epochs, over seeds and over the depth of nets."""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import plotly.graph_objects as go

from resnet.drawing.figures.axes import PERCENT
from resnet.drawing.figures.end_labels import End, name_ends
from resnet.drawing.palette import LINE_WIDTH, Palette, Theme, blank_figure, palette
from resnet.language import translate as _

Measure = Literal["error", "accuracy", "loss"]
Part = Literal["train", "test"]

# As screens offer them.
MEASURES: tuple[Measure, ...] = ("accuracy", "error", "loss")
PARTS: tuple[Part, ...] = ("train", "test")
FEW_POINTS = 40  # of a curve: more would cover its dashes
_SYMBOLS = {True: "circle-open", False: "circle"}
DASH = {"train": "solid", "test": "dash"}


@dataclass(frozen=True)
class LearningCurve:
    """One measured line of one run: `y` (a fraction, or a loss) at `x` (epochs)."""

    net: str
    plain: bool
    part: Part
    x: tuple[float, ...]
    y: tuple[float, ...]
    depth: int | None = None
    seed: int | None = None
    batch_norm: bool = True
    synthetic: bool = False
    moving: bool = False


@dataclass(frozen=True)
class DepthPoint:
    """Final error (a fraction) of one net of a depth; `approximate` if read off a figure."""

    depth: int
    plain: bool
    part: Part
    error: float
    seed: int | None = None
    synthetic: bool = False
    approximate: bool = False


def training_curves(
    curves: Sequence[LearningCurve], measure: Measure, theme: Theme, smoothing: float = 0.0
) -> go.Figure:
    """Draw each run's line over epochs with its raw points under any smoothing.

    Training is solid and test dashed; synthetic data has hollow points; the run that moves is
    on top. `smoothing` is the weight of the past, 0 to below 1, for the training line: a test
    accuracy stands for all test images already.
    """
    colours = palette(theme)
    figure = blank_figure(theme)
    for curve in sorted(curves, key=lambda curve: curve.moving):
        colour = colours.net(curve.plain)
        name = _curve_name(curve)
        weight = smoothing if curve.part == "train" else 0.0
        figure.add_trace(_points(curve.x, curve.y, colour, curve.synthetic, name, weight > 0))
        figure.add_trace(
            go.Scatter(
                x=list(curve.x),
                y=np.asarray(smoothed(curve.y, weight)),
                mode="lines",
                name=name,
                legendgroup=name,
                line=_line(colour, curve.part, curve.batch_norm),
                hoverinfo="skip",
            )
        )
    figure.update_xaxes(title_text=_("epoch"), rangemode="tozero")
    _measure_axis(figure, measure)
    return figure


def smoothed(values: Sequence[float], weight: float) -> list[float]:
    """Return the debiased exponential average of `values`; a gap (no number) is passed over."""
    average, total, result = 0.0, 0.0, []
    for value in values:
        if math.isfinite(value):
            average = weight * average + (1 - weight) * value
            total = weight * total + (1 - weight)
        result.append(average / total if total else math.nan)
    return result


def comparison_curves(curves: Sequence[LearningCurve], measure: Measure, theme: Theme) -> go.Figure:
    """Draw many runs: a mean line for each net over its seeds, the band of all seeds, the points.

    Deeper nets are drawn stronger, so depth reads within one colour.
    """
    colours = palette(theme)
    figure = blank_figure(theme)
    groups: dict[tuple, list[LearningCurve]] = defaultdict(list)
    for curve in curves:
        net = curve.plain, curve.depth or 0, curve.net
        groups[*net, curve.part, curve.batch_norm].append(curve)
    depths = sorted({depth for _plain, depth, *_rest in groups})
    one_part = len({curve.part for curve in curves}) == 1
    top = 1.05 * max((y for curve in curves for y in curve.y if math.isfinite(y)), default=1.0)
    ends = []
    for (plain, depth, _net, part, batch_norm), runs in sorted(groups.items()):
        colour = colours.tint(plain, (depths.index(depth) + 1) / len(depths))
        name = _curve_name(runs[0])
        for run in runs:
            figure.add_trace(_points(run.x, run.y, colour, run.synthetic, name, faint=True))
        line = _add_mean_and_band(
            figure, [(run.x, run.y) for run in runs], colours, colour, name, part, batch_norm
        )
        if line.y:
            short = _curve_name(runs[0], with_part=not one_part)
            ends.append(End(short, line.y[-1] / top, colours.net(plain)))
    figure.update_xaxes(title_text=_("epoch"), rangemode="tozero")
    _measure_axis(figure, measure)
    if name_ends(figure, ends, colours):
        figure.update_layout(showlegend=False, yaxis_range=[0, top])
    return figure


def class_curves(curves: Sequence[LearningCurve], theme: Theme, chance: float) -> go.Figure:
    """Draw everyone's test accuracy: what moves is strong and has a head, the rest faint.

    Each curve's `net` is what pointing at it tells; `chance` is what guessing would reach.
    """
    colours = palette(theme)
    figure = blank_figure(theme)
    for curve in sorted(curves, key=lambda curve: curve.moving):
        colour = colours.net(curve.plain)
        head = len(curve.x) - 1
        figure.add_trace(
            go.Scatter(
                x=list(curve.x),
                y=np.asarray(curve.y, dtype=float),
                mode="lines+markers",
                name=curve.net,
                showlegend=False,
                opacity=1 if curve.moving else 0.35,
                line=_line(colour, "train", curve.batch_norm),
                marker={
                    "color": colour,
                    "size": [9 if curve.moving and i == head else 4 for i in range(head + 1)],
                },
                hovertemplate="%{fullData.name}<br>%{x}: %{y}<extra></extra>",
            )
        )
    for plain in sorted({curve.plain for curve in curves}):
        key = {"color": colours.net(plain), "width": LINE_WIDTH[True]}
        figure.add_scatter(
            x=[None], y=[None], mode="lines", name=_kind_word(plain), line=key, hoverinfo="skip"
        )
    figure.add_hline(chance, line_dash="dot", line_color=colours.muted)
    figure.update_xaxes(title_text=_("epoch"), rangemode="tozero")
    _measure_axis(figure, "accuracy")
    figure.update_yaxes(title_text=_("test accuracy"), range=[0, 1.03])
    return figure


def depth_curves(points: Sequence[DepthPoint], theme: Theme) -> go.Figure:
    """Draw final error against depth for plain and residual nets, seeds as points in a band.

    Values read off a figure are hollow; put published results in a figure of their own beside.
    """
    colours = palette(theme)
    figure = blank_figure(theme)
    groups: dict[tuple[bool, Part], dict[int, list[DepthPoint]]] = defaultdict(dict)
    for point in sorted(points, key=lambda point: point.depth):
        groups[point.plain, point.part].setdefault(point.depth, []).append(point)
    for (plain, part), by_depth in sorted(groups.items(), key=lambda item: item[0][1] != "train"):
        colour, name = colours.net(plain), f"{_kind_word(plain)}, {_part_word(part)}"
        flat = [point for group in by_depth.values() for point in group]
        hollow = [point.synthetic or point.approximate for point in flat]
        x, y = [point.depth for point in flat], [point.error for point in flat]
        figure.add_trace(_points(x, y, colour, hollow, name))
        seeds = _by_seed(by_depth)
        _add_mean_and_band(figure, seeds, colours, colour, name, part, True)
    depths = sorted({point.depth for point in points})
    figure.update_xaxes(
        type="log", tickvals=depths, ticktext=[str(depth) for depth in depths], minor_ticks=""
    )
    figure.update_xaxes(title_text=_("depth (layers)"))
    _measure_axis(figure, "error")
    return figure


def _by_seed(by_depth: dict[int, list[DepthPoint]]) -> list[tuple[list[int], list[float]]]:
    seeds: dict[int | None, tuple[list[int], list[float]]] = {}
    for depth, group in by_depth.items():
        for point in group:
            x, y = seeds.setdefault(point.seed, ([], []))
            x.append(depth)
            y.append(point.error)
    return list(seeds.values())


def _line(colour: str, part: Part, batch_norm: bool) -> dict:
    return {"color": colour, "dash": DASH[part], "width": LINE_WIDTH[batch_norm]}


def _kind_word(plain: bool) -> str:
    return _("plain") if plain else _("residual")


def _part_word(part: Part) -> str:
    return _("training") if part == "train" else _("test")


def _curve_name(curve: LearningCurve, with_part: bool = True) -> str:
    words = [curve.net, *([_part_word(curve.part)] if with_part else [])]
    words += [] if curve.batch_norm else [_("no BatchNorm")]
    words += [_("synthetic")] if curve.synthetic else []
    return ", ".join(words)


def _measure_axis(figure: go.Figure, measure: Measure) -> None:
    titles = {"error": _("error"), "accuracy": _("accuracy"), "loss": _("loss")}
    figure.update_yaxes(title_text=titles[measure], rangemode="tozero")
    if not figure.data:  # Plotly's own empty axes go to 400 %
        figure.update_yaxes(range=[0, 1])
    if measure != "loss":
        figure.update_yaxes(**PERCENT)


def _points(
    x: Sequence[float],
    y: Sequence[float],
    colour: str,
    hollow: bool | Sequence[bool],
    name: str,
    faint: bool = False,
) -> go.Scatter:
    # One symbol for all, where it is one: Plotly looks at every member of a list.
    symbols = _SYMBOLS[hollow] if isinstance(hollow, bool) else [_SYMBOLS[flag] for flag in hollow]
    return go.Scatter(
        x=list(x),
        y=np.asarray(y, dtype=float),
        mode="markers",
        name=name,
        legendgroup=name,
        showlegend=False,
        opacity=0.55 if faint else 1,
        marker={
            "color": colour,
            "size": 5 if faint else 7 if len(x) <= FEW_POINTS else 3,
            "line": {"color": colour, "width": 1.5 if len(x) <= FEW_POINTS else 0.5},
            "symbol": symbols,
        },
        hovertemplate="%{fullData.name}<br>%{x}: %{y}<extra></extra>",
    )


def _add_mean_and_band(
    figure: go.Figure,
    lines: Sequence[tuple[Sequence[float], Sequence[float]]],
    colours: Palette,
    colour: str,
    name: str,
    part: Part,
    batch_norm: bool,
) -> go.Scatter:
    """Add the mean of the lines, which is returned, in a band from the lowest to the highest."""
    values: dict[float, list[float]] = defaultdict(list)
    for x, y in lines:
        for at, value in zip(x, y, strict=True):
            if math.isfinite(value):
                values[at].append(value)
    where = sorted(values)
    if len(lines) > 1:
        edges = [max(values[at]) for at in where] + [min(values[at]) for at in reversed(where)]
        figure.add_trace(
            go.Scatter(
                x=where + where[::-1],
                y=edges,
                fill="toself",
                fillcolor=colours.faint(colour),
                line={"width": 0},
                mode="lines",
                legendgroup=name,
                showlegend=False,
                hoverinfo="skip",
            )
        )
    mean = go.Scatter(
        x=where,
        y=[sum(values[at]) / len(values[at]) for at in where],
        mode="lines",
        name=name,
        legendgroup=name,
        line=_line(colour, part, batch_norm),
        hoverinfo="skip",
    )
    figure.add_trace(mean)
    return mean
