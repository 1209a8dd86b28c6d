"""A loss surface, flat as a map and as hills seen from one side."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from resnet.drawing.palette import SCALE, Theme, blank_figure, palette
from resnet.language import translate as _

HEIGHT, SCALE_HEIGHT = 420, 80  # pixels, and of the colours under a map
DISTANCE = 2.1
Limits = tuple[float, float]  # log10 of the lowest and the highest loss


@dataclass(frozen=True)
class Ground:
    """The losses around one net, a row for each step along the first direction."""

    name: str
    plain: bool
    steps: Sequence[float]
    losses: Sequence[Sequence[float]]


def common_limits(grounds: Iterable[Ground]) -> Limits:
    """Return the limits within which several grounds can be compared."""
    every = [height for ground in grounds for row in _heights(ground) for height in row]
    return min(every), max(every)


def landscape_map(ground: Ground, limits: Limits, theme: Theme) -> go.Figure:
    """Draw a map of log10 loss with contour lines; the trained net is a cross."""
    figure, steps = _named_figure(ground, theme), list(ground.steps)
    figure.add_trace(
        go.Contour(
            x=steps,
            y=steps,
            z=_heights(ground),
            zmin=limits[0],
            zmax=limits[1],
            colorscale=SCALE,
            name=ground.name,
            colorbar={
                "title": {"text": _("log10 loss"), "side": "top"},
                "orientation": "h",
                "y": -0.22,
                "yanchor": "top",
                "thickness": 12,
                "outlinewidth": 0,
            },
            contours={"start": limits[0], "end": limits[1], "size": 0.2},
            hovertemplate=_("loss") + " 10^%{z:.2f}<extra>%{fullData.name}</extra>",
        )
    )
    figure.add_trace(
        go.Scatter(
            x=[0],
            y=[0],
            mode="markers",
            showlegend=False,
            hoverinfo="skip",
            marker={
                "symbol": "cross",
                "size": 11,
                "color": "white",
                "line": {"color": "black", "width": 1},
            },
        )
    )
    figure.update_layout(height=HEIGHT + SCALE_HEIGHT)
    figure.update_xaxes(title_text=_("direction 1"), constrain="domain", constraintoward="left")
    return figure.update_yaxes(
        title_text=_("direction 2"), scaleanchor="x", constrain="domain", constraintoward="top"
    )


def landscape(ground: Ground, angle: float, limits: Limits, theme: Theme) -> go.Figure:
    """Draw the surface of log10 loss, seen from `angle` degrees."""
    colours, figure, steps = palette(theme), _named_figure(ground, theme), list(ground.steps)
    eye = {
        "x": DISTANCE * math.cos(math.radians(angle)),
        "y": DISTANCE * math.sin(math.radians(angle)),
        "z": 0.9,
    }
    axis = {"gridcolor": colours.grid, "showbackground": False, "color": colours.ink}
    figure.add_trace(
        go.Surface(
            x=steps,
            y=steps,
            z=_heights(ground),
            cmin=limits[0],
            cmax=limits[1],
            colorscale=SCALE,
            showscale=False,
            name=ground.name,
            hovertemplate=_("loss") + " 10^%{z:.2f}<extra>%{fullData.name}</extra>",
        )
    )
    return figure.update_layout(
        scene={
            "camera": {"eye": eye},
            "xaxis": {**axis, "title": {"text": _("direction 1")}},
            "yaxis": {**axis, "title": {"text": _("direction 2")}},
            "zaxis": {**axis, "title": {"text": _("log10 loss")}, "range": limits},
        }
    )


def _heights(ground: Ground) -> list[list[float]]:
    return [[math.log10(max(loss, 1e-4)) for loss in row] for row in ground.losses]


def _named_figure(ground: Ground, theme: Theme) -> go.Figure:
    colours, figure = palette(theme), blank_figure(theme, HEIGHT)
    figure.add_annotation(
        text=ground.name,
        x=0,
        y=1.1,
        xref="paper",
        yref="paper",
        xanchor="left",
        showarrow=False,
        font={"color": colours.text(colours.net(ground.plain)), "size": 16},
    )
    return figure
