"""Gradient norms over a net's depth, from its input to its output."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from resnet.drawing.figures.axes import log_axis
from resnet.drawing.figures.end_labels import LINE_HEIGHT, PLOT_HEIGHT, End, name_ends
from resnet.drawing.palette import LINE_WIDTH, Palette, Theme, blank_figure, palette
from resnet.language import translate as _

NAMES_SHARE = 0.6  # of the plot's width, that the longest name takes on a phone


@dataclass(frozen=True)
class GradientSeries:
    """Gradient norms of one net, ordered from its input to its output."""

    net: str
    plain: bool
    layers: tuple[str, ...]
    norms: tuple[float, ...]
    batch_norm: bool = True
    depth: int | None = None


def gradient_curves(
    series: Sequence[GradientSeries], theme: Theme, moving: bool = False
) -> go.Figure:
    """Draw gradient norm (log10) against depth, input left and output right.

    Depth is linear, so that a product of equal factors is a straight line. Several depths of one
    kind are tints of its colour, light to dark. A norm of zero and one that is no number sit on the
    lower and upper border with marks of their own. Names stand at the ends; in a legend where the
    ends lie too close, and where the lines will move (moving).
    """
    limits = log_range(norm for line in series for norm in line.norms)
    colours, figure = palette(theme), blank_figure(theme)
    ends = [] if moving else _gradient_ends(series, limits, colours)
    named = name_ends(figure, ends, colours, x=0.0)
    figure.add_traces(gradient_traces(series, limits, colours, in_legend=not named))
    figure.update_yaxes(title_text=_("gradient norm"), **log_axis(*limits))
    return figure.update_xaxes(**depth_axis())


def depth_positions(count: int) -> list[float]:
    """Return where `count` layers stand on the depth axis, 0 (input) to 1 (output)."""
    return [i / max(count - 1, 1) for i in range(count)]


def depth_axis() -> dict[str, Any]:
    """Return the settings of a depth axis."""
    ticks = {0: _("input"), 0.25: "25 %", 0.5: "50 %", 0.75: "75 %", 1: _("output")}
    return {
        "tickvals": list(ticks),
        "ticktext": list(ticks.values()),
        "tickangle": 0,
        "range": [-0.02, 1.02],
        "title_text": _("depth of the layer"),
    }


def log_range(norms: Iterable[float]) -> tuple[float, float]:
    """Return limits of a log axis around every norm that is positive and finite."""
    seen = [norm for norm in norms if math.isfinite(norm) and norm > 0] or [0.1, 10]
    decades = math.log10(max(seen)) - math.log10(min(seen))
    room = min(2.0, max(0.5, 0.1 * decades))  # a line's name stands over or under its first point
    return min(seen) / 10**room, max(seen) * 10**room


def gradient_traces(
    series: Sequence[GradientSeries],
    limits: tuple[float, float],
    colours: Palette,
    in_legend: bool = True,
) -> list[go.Scatter]:
    """Return a line for each net, then the marks of zeros and of norms that are no number.

    in_legend: whether the legend has the lines.
    """
    low, high = limits
    tints = _tints(series, colours)
    return [
        *(_gradient_line(line, tint, in_legend) for line, tint in zip(series, tints, strict=True)),
        _border_marks(
            series, colours, _("zero"), "triangle-down-open", low, lambda norm: norm == 0
        ),
        _border_marks(
            series,
            colours,
            _("not a number"),
            "x-thin-open",
            high,
            lambda norm: not math.isfinite(norm),
        ),
    ]


def _tints(series: Sequence[GradientSeries], colours: Palette) -> list[str]:
    """Return each line's colour: that of its kind, lighter the shallower it is."""
    depths = sorted({line.depth or 0 for line in series})
    return [
        colours.tint(line.plain, (depths.index(line.depth or 0) + 1) / len(depths))
        for line in series
    ]


def _gradient_ends(
    series: Sequence[GradientSeries], limits: tuple[float, float], colours: Palette
) -> list[End]:
    """Return the names of the lines where they reach the input: above, but below one that rises.

    Of two that begin together the lower one is named below, too.
    """
    low, high = map(math.log10, limits)
    alike = len({line.batch_norm for line in series}) == 1
    firsts = [
        next((norm for norm in line.norms if math.isfinite(norm) and norm > 0), limits[0])
        for line in series
    ]
    starts = [(math.log10(first) - low) / (high - low) for first in firsts]
    height = LINE_HEIGHT / PLOT_HEIGHT
    ends = []
    for line, start in zip(series, starts, strict=True):
        twins = [
            other.norms
            for other, begins in zip(series, starts, strict=True)
            if 0 < begins - start < 1.2 * height
        ]
        below = _rises(line.norms) or bool(twins)
        place = start + 0.7 * height
        if below:
            lowest = min(_lowest(norms) for norms in (line.norms, *twins))
            fallen = (math.log10(lowest) - low) / (high - low)
            # Under the line all along the name, but not so far that nobody knows whose it is.
            place = max(min(start, fallen), start - 3 * height) - 0.7 * height
        name = line.net if alike else _gradient_name(line)
        ends.append(End(name, place, colours.net(line.plain)))
    return ends


def _lowest(norms: Sequence[float]) -> float:
    """Return the smallest norm over the part of the depth axis that a name takes on a phone."""
    early = [
        norm
        for norm, at in zip(norms, depth_positions(len(norms)), strict=True)
        if at <= NAMES_SHARE and math.isfinite(norm) and norm > 0
    ]
    return min(early, default=math.inf)


def _rises(norms: Sequence[float]) -> bool:
    """Tell whether a line goes up where its name would stand: over its first layers."""
    early = [norm for norm in norms[: 2 + len(norms) // 6] if math.isfinite(norm) and norm > 0]
    return len(early) > 1 and early[-1] > 1.5 * early[0]


def _gradient_name(line: GradientSeries) -> str:
    return line.net if line.batch_norm else f"{line.net}, {_('no BatchNorm')}"


def _gradient_line(line: GradientSeries, colour: str, in_legend: bool) -> go.Scatter:
    shown = [norm if math.isfinite(norm) and norm > 0 else None for norm in line.norms]
    return go.Scatter(
        x=depth_positions(len(line.norms)),
        y=shown,
        mode="lines+markers",
        name=_gradient_name(line),
        showlegend=in_legend,
        customdata=line.layers,
        line={"color": colour, "width": LINE_WIDTH[line.batch_norm]},
        marker={"size": 5 if line.batch_norm else 4},
        hovertemplate="%{customdata}: %{y:.3g}<extra>%{fullData.name}</extra>",
    )


def _border_marks(
    series: Sequence[GradientSeries],
    colours: Palette,
    name: str,
    symbol: str,
    edge: float,
    belongs: Callable[[float], bool],
) -> go.Scatter:
    """Return marks on the border at `edge`, of no size for the norms that do not belong there.

    Every layer keeps its mark, so that a film can show and hide them.
    """
    places = [
        (x, f"{line.net}: {layer}: {name}", colours.net(line.plain), belongs(norm))
        for line in series
        for x, layer, norm in zip(
            depth_positions(len(line.norms)), line.layers, line.norms, strict=True
        )
    ]
    xs, texts, fills, shown = zip(*places, strict=True) if places else ([], [], [], [])
    return go.Scatter(
        x=xs,
        y=[edge] * len(xs),
        mode="markers",
        name=name,
        showlegend=any(shown),
        text=texts,
        hoverinfo=["text" if mark else "none" for mark in shown],
        marker={
            "symbol": symbol,
            "size": [9 if mark else 0 for mark in shown],
            "color": fills,
            "line": {"width": 2},
        },
        cliponaxis=False,
    )
