"""Gradient norms over training: all steps at once as a heat map, or one after another."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from resnet.drawing.figures.axes import log_axis
from resnet.drawing.figures.gradient_curves import (
    GradientSeries,
    depth_axis,
    depth_positions,
    gradient_curves,
    gradient_traces,
    log_range,
)
from resnet.drawing.palette import SCALE, Theme, blank_figure, palette
from resnet.language import translate as _

MOST_ROWS = 200
MOST_FRAMES = 60


def gradient_heatmap(
    layers: Sequence[str],
    steps: Sequence[int],
    norms: np.ndarray | Sequence[Sequence[float]],
    theme: Theme,
    limits: tuple[float, float] | None = None,
) -> go.Figure:
    """Draw norms (steps, layers) over training: colour log10, input left, time upwards.

    Zeros and norms that are no number stay out of the colour map and carry marks of their own.
    More than 200 steps are thinned evenly. limits: of the colours, where several maps share them.
    """
    rows = _evenly(len(steps), MOST_ROWS)
    steps = [int(steps[row]) for row in rows]
    norms = np.asarray(norms, dtype=float)[rows]
    usable = np.isfinite(norms) & (norms > 0)
    figure = blank_figure(theme)
    figure.add_trace(_map(layers, steps, np.where(usable, norms, np.nan)))
    _add_cell_marks(figure, layers, steps, norms, theme)
    figure.update_xaxes(**depth_axis())
    figure.update_yaxes(title_text=_("training step"))
    if len(steps) == 1:  # Plotly would spread a single row over a step of its own making
        figure.update_yaxes(range=[steps[0] - 1, steps[0] + 1], tickvals=steps)
    return figure.update_layout(coloraxis=_colour_axis(limits or log_range(norms.ravel())))


def gradient_film(
    steps: Sequence[int], moments: Sequence[Sequence[GradientSeries]], theme: Theme
) -> go.Figure:
    """Draw the gradient curves of every net at each step, with a slider and a play button.

    `moments` holds the same nets in the same order for each step. More than 60 steps are thinned.
    """
    picked = _evenly(len(steps), MOST_FRAMES)
    everything = [line for row in picked for line in moments[row]]
    limits = log_range(norm for line in everything for norm in line.norms)
    figure = gradient_curves(moments[picked[-1]], theme, moving=True)
    figure.update_yaxes(**log_axis(*limits))
    figure.data[-2].y = [limits[0]] * len(figure.data[-2].x)
    figure.data[-1].y = [limits[1]] * len(figure.data[-1].x)
    figure.frames = [
        go.Frame(
            name=str(steps[row]),
            data=[_moving_part(t) for t in gradient_traces(moments[row], limits, palette(theme))],
        )
        for row in picked
    ]
    return figure.update_layout(height=560, **_player([str(steps[row]) for row in picked]))


def _moving_part(trace: go.Scatter) -> go.Scatter:
    """Return only what changes from frame to frame: a line's norms, or which marks are there."""
    marks = trace.mode == "markers"
    return go.Scatter(marker_size=trace.marker.size) if marks else go.Scatter(y=trace.y)


def _evenly(count: int, most: int) -> list[int]:
    return sorted({round(i) for i in np.linspace(0, count - 1, min(count, most))})


def _map(layers: Sequence[str], steps: Sequence[int], norms: np.ndarray) -> go.Heatmap:
    hover = _("{layer}<br>step {step}<br>norm {norm}").format(
        layer="%{text}", step="%{y}", norm="%{customdata:.3g}"
    )
    return go.Heatmap(
        x=depth_positions(len(layers)),
        y=list(steps),
        z=np.round(np.log10(norms), 3),
        customdata=norms,
        text=[list(layers)] * len(steps),
        coloraxis="coloraxis",
        hoverongaps=False,
        hovertemplate=hover + "<extra></extra>",
    )


def _add_cell_marks(
    figure: go.Figure,
    layers: Sequence[str],
    steps: Sequence[int],
    norms: np.ndarray | Sequence[Sequence[float]],
    theme: Theme,
) -> None:
    colours, x = palette(theme), depth_positions(len(layers))
    marks = (
        (norms == 0, _("zero"), "circle-open", colours.muted),
        (~np.isfinite(norms), _("not a number"), "x-thin-open", colours.problem),
    )
    for where, name, symbol, colour in marks:
        cells = np.argwhere(where)
        if len(cells):
            figure.add_trace(
                go.Scatter(
                    x=[x[column] for _row, column in cells],
                    y=[steps[row] for row, _column in cells],
                    mode="markers",
                    name=name,
                    text=[layers[column] for _row, column in cells],
                    marker={"symbol": symbol, "size": 6, "color": colour, "line_width": 1.5},
                    hovertemplate="%{text}: " + name + "<extra></extra>",
                )
            )


def _colour_axis(limits: tuple[float, float]) -> dict[str, Any]:
    axis = log_axis(*limits)
    low, high = axis["range"]
    return {
        "colorscale": SCALE,
        "cmin": low,
        "cmax": high,
        "colorbar": {
            "tickvals": [math.log10(tick) for tick in axis["tickvals"]],
            "ticktext": axis["ticktext"],
            "title": {"text": _("norm")},
        },
    }


def _player(frames: Sequence[str]) -> dict[str, Any]:
    """Return the slider and the buttons that walk through named frames."""
    still = {"frame": {"duration": 0, "redraw": False}, "mode": "immediate"}
    moving = {"frame": {"duration": 120, "redraw": False}, "fromcurrent": True}
    slider = {
        "steps": [{"method": "animate", "label": name, "args": [[name], still]} for name in frames],
        "active": len(frames) - 1,
        "currentvalue": {"prefix": _("step") + " ", "xanchor": "left"},
        "pad": {"t": 56},
    }
    buttons = {
        "type": "buttons",
        "direction": "right",
        "showactive": False,
        "x": 0,
        "y": 0,
        "xanchor": "left",
        "yanchor": "top",
        "pad": {"t": 150},
        "buttons": [
            {"label": "▶", "method": "animate", "args": [None, moving]},
            {"label": "❚❚", "method": "animate", "args": [[None], still]},
        ],
    }
    return {"sliders": [slider], "updatemenus": [buttons]}
