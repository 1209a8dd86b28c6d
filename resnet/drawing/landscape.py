"""Loss surfaces of two nets, side by side and seen from one side."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from resnet.drawing.palette import SCALE, Theme, blank_figure, palette
from resnet.language import translate as _

HEIGHT, DISTANCE = 480, 2.1


@dataclass(frozen=True)
class Ground:
    """The losses around one net, a row for each step along the first direction."""

    name: str
    plain: bool
    steps: Sequence[float]
    losses: Sequence[Sequence[float]]


def landscape_maps(grounds: Sequence[Ground], theme: Theme) -> go.Figure:
    """Draw maps of log10 loss with contour lines beside each other; the trained net is a cross."""
    figure = blank_figure(theme, HEIGHT - 60)
    heights, limits = _heights(grounds)
    for number, (ground, rows) in enumerate(zip(grounds, heights, strict=True), 1):
        last = number == len(grounds)
        steps, axes = list(ground.steps), {"xaxis": f"x{number}", "yaxis": f"y{number}"}
        figure.add_trace(
            go.Contour(
                x=steps, y=steps, z=rows, zmin=limits[0], zmax=limits[1], colorscale=SCALE,
                showscale=last, name=ground.name, **axes,
                colorbar={"title": {"text": _("log10 loss")}, "thickness": 12, "outlinewidth": 0},
                contours={"start": limits[0], "end": limits[1], "size": 0.2},
                hovertemplate=_("loss") + " 10^%{z:.2f}<extra>%{fullData.name}</extra>",
            )
        )  # fmt: skip
        figure.add_trace(
            go.Scatter(x=[0], y=[0], mode="markers", showlegend=False, hoverinfo="skip", **axes,
                       marker={"symbol": "cross", "size": 11, "color": "white",
                               "line": {"color": "black", "width": 1}})
        )  # fmt: skip
        domain = [(number - 1) / len(grounds), number / len(grounds) - 0.08]
        figure.update_layout(
            {
                f"xaxis{number}": {"domain": domain, "title": {"text": _("direction 1")},
                                   "anchor": f"y{number}"},
                f"yaxis{number}": {"anchor": f"x{number}", "title": {"text": _("direction 2")}},
            }
        )  # fmt: skip
        _name(figure, ground, sum(domain) / 2, theme)
    return figure


def landscapes(grounds: Sequence[Ground], angle: float, theme: Theme) -> go.Figure:
    """Draw surfaces of log10 loss beside each other, all seen from `angle` degrees."""
    colours, figure = palette(theme), blank_figure(theme, HEIGHT)
    heights, limits = _heights(grounds)
    eye = {
        "x": DISTANCE * math.cos(math.radians(angle)),
        "y": DISTANCE * math.sin(math.radians(angle)),
        "z": 0.9,
    }
    axis = {"gridcolor": colours.grid, "showbackground": False, "color": colours.ink}
    for number, (ground, rows) in enumerate(zip(grounds, heights, strict=True)):
        scene = f"scene{number + 1}" if number else "scene"
        figure.add_trace(
            go.Surface(
                x=list(ground.steps), y=list(ground.steps), z=rows, scene=scene, cmin=limits[0],
                cmax=limits[1], colorscale=SCALE, showscale=False, name=ground.name,
                hovertemplate=_("loss") + " 10^%{z:.2f}<extra>%{fullData.name}</extra>",
            )
        )  # fmt: skip
        left = number / len(grounds)
        figure.update_layout(
            {
                scene: {
                    "domain": {"x": [left, left + 1 / len(grounds)], "y": [0, 0.94]},
                    "camera": {"eye": eye},
                    "xaxis": {**axis, "title": {"text": _("direction 1")}},
                    "yaxis": {**axis, "title": {"text": _("direction 2")}},
                    "zaxis": {**axis, "title": {"text": _("log10 loss")}, "range": limits},
                }
            }
        )
        _name(figure, ground, left + 0.5 / len(grounds), theme)
    return figure


def _heights(grounds: Sequence[Ground]) -> tuple[list[list[list[float]]], list[float]]:
    """Return log10 of each net's losses, and the lowest and highest of all."""
    heights = [[[math.log10(max(loss, 1e-4)) for loss in row] for row in g.losses] for g in grounds]
    every = [height for rows in heights for row in rows for height in row]
    return heights, [min(every), max(every)]


def _name(figure: go.Figure, ground: Ground, x: float, theme: Theme) -> None:
    colours = palette(theme)
    figure.add_annotation(
        text=ground.name, x=x, y=1.08, xref="paper", yref="paper", showarrow=False,
        font={"color": colours.text(colours.net(ground.plain)), "size": 16},
    )  # fmt: skip
