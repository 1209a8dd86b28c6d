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


def landscapes(grounds: Sequence[Ground], angle: float, theme: Theme) -> go.Figure:
    """Draw surfaces of log10 loss beside each other, all seen from `angle` degrees."""
    colours = palette(theme)
    figure = blank_figure(theme, HEIGHT)
    heights = [[[math.log10(max(loss, 1e-4)) for loss in row] for row in g.losses] for g in grounds]
    low = min(min(map(min, rows)) for rows in heights)
    high = max(max(map(max, rows)) for rows in heights)
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
                x=list(ground.steps), y=list(ground.steps), z=rows, scene=scene, cmin=low,
                cmax=high, colorscale=SCALE, showscale=number == len(grounds) - 1,
                colorbar={"title": {"text": _("log10 loss")}, "thickness": 12, "outlinewidth": 0},
                name=ground.name,
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
                    "zaxis": {**axis, "title": {"text": _("log10 loss")}, "range": [low, high]},
                }
            }
        )
        figure.add_annotation(
            text=ground.name, x=left + 0.5 / len(grounds), y=1, xref="paper", yref="paper",
            showarrow=False, font={"color": colours.text(colours.net(ground.plain)), "size": 16},
        )  # fmt: skip
    return figure
