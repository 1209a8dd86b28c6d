"""Nets of the past: what they cost and how well they did, and when they came."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from resnet.course.literature import ImageNetError, Milestone
from resnet.drawing.figures.axes import PERCENT
from resnet.drawing.palette import Theme, blank_figure, palette
from resnet.language import translate
from resnet.language import translate as _
from resnet.models.registry import architecture

# Where a name would lie on another.
_BESIDE = {
    "googlenet": "middle left",
    "resnet34": "middle left",
    "resnet50_imagenet": "bottom left",
    "resnet101": "top center",
    "resnet152": "bottom center",
}
LARGEST = 44  # pixels, diameter of the net with most weights
ROW = 46  # pixels a net, on the ladder


def bubble_chart(
    errors: Sequence[ImageNetError], counts: Mapping[str, Mapping[str, Any]], theme: Theme
) -> go.Figure:
    """Draw top-5 error against multiply-adds (log10); a bubble's area is the net's parameters.

    counts: parameters and multiply_adds by net.
    """
    colours, figure = palette(theme), blank_figure(theme, 440)
    most = max(counts[error.net]["parameters"] for error in errors)
    for error in errors:
        net, counted = architecture(error.net), counts[error.net]
        size = LARGEST * math.sqrt(counted["parameters"] / most)
        colour = colours.net(net.plain)
        figure.add_trace(
            go.Scatter(
                x=[counted["multiply_adds"]],
                y=[error.top5],
                mode="markers+text",
                text=[net.title],
                textposition=_BESIDE.get(error.net, "top center"),
                name=net.title,
                showlegend=False,
                marker={
                    "size": size,
                    "color": colours.faint(colour, 0.35),
                    "line": {"color": colour, "width": 2},
                },
                textfont={"color": colours.text(colour)},
                customdata=[[counted["parameters"], error.source]],
                hovertemplate="%{text}<br>%{y:.2%}, %{x:.3s}, %{customdata[0]:,}"
                "<br>%{customdata[1]}<extra></extra>",
            )
        )
    costs = [math.log10(counts[error.net]["multiply_adds"]) for error in errors]
    figure.update_xaxes(
        type="log",
        title_text=_("multiply-adds for one image"),
        dtick=1,
        range=[min(costs) - 0.2, max(costs) + 0.18],
    )
    figure.update_yaxes(title_text=_("top-5 error"), **PERCENT, range=[0, 0.22])
    return figure


def depth_ladder(milestones: Sequence[Milestone], theme: Theme) -> go.Figure:
    """Draw each net's depth (log10) as a bar, oldest first, and above it its year and idea.

    The words have rows of their own, so that they lie on nothing on a phone either.
    """
    colours, figure = palette(theme), blank_figure(theme, 60 + ROW * len(milestones))
    names = [milestone.name for milestone in milestones]
    figure.add_trace(
        go.Bar(
            x=[milestone.depth for milestone in milestones],
            y=names,
            orientation="h",
            width=0.22,
            marker={"color": [colours.net(not name.startswith("ResNet")) for name in names]},
            text=[f"{milestone.depth:,}" for milestone in milestones],
            textposition="outside",
            textfont={"color": colours.ink},
            constraintext="none",
            cliponaxis=False,
            hovertemplate="%{y}: %{x:,}<extra></extra>",
        )
    )
    for milestone in milestones:
        figure.add_annotation(
            text=f"<b>{milestone.name}</b> {int(milestone.year)} · {translate(milestone.idea)}",
            x=0,
            xref="paper",
            xanchor="left",
            y=milestone.name,
            yanchor="bottom",
            yshift=7,
            showarrow=False,
            font={"color": colours.ink},
        )
    figure.update_yaxes(autorange="reversed", showticklabels=False, showgrid=False, ticks="")
    figure.update_xaxes(
        type="log", title_text=_("layers with weights"), range=[0, 3.4], tickvals=[1, 10, 100, 1000]
    )
    return figure
