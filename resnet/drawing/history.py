"""Nets of the past: what they cost and how well they did, and when they came."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from resnet.drawing.palette import Theme, blank_figure, palette
from resnet.language import translate
from resnet.language import translate as _
from resnet.literature import ImageNetError, Milestone
from resnet.models.registry import architecture

# Where a name would lie on another.
_BESIDE = {
    "resnet34": "middle left",
    "resnet50_imagenet": "bottom left",
    "resnet101": "top center",
    "resnet152": "bottom center",
}
LARGEST = 60  # pixels, diameter of the net with most weights


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
                x=[counted["multiply_adds"]], y=[error.top5], mode="markers+text",
                text=[net.title], textposition=_BESIDE.get(error.net, "top center"),
                name=net.title, showlegend=False,
                marker={"size": size, "color": colours.faint(colour, 0.35),
                        "line": {"color": colour, "width": 2}},
                textfont={"color": colours.text(colour)},
                customdata=[[counted["parameters"], error.source]],
                hovertemplate="%{text}<br>%{y:.2%}, %{x:.3s}, %{customdata[0]:,}"
                "<br>%{customdata[1]}<extra></extra>",
            )
        )  # fmt: skip
    figure.update_xaxes(type="log", title_text=_("multiply-adds for one image"), dtick=1)
    figure.update_yaxes(title_text=_("top-5 error"), tickformat=".0%", range=[0, 0.22])
    return figure


def depth_timeline(milestones: Sequence[Milestone], theme: Theme) -> go.Figure:
    """Draw depth (log10) by year, each net with its idea."""
    colours, figure = palette(theme), blank_figure(theme, 380)
    colour = [colours.net(not m.name.startswith("ResNet")) for m in milestones]
    figure.add_trace(
        go.Scatter(
            x=[m.year for m in milestones], y=[m.depth for m in milestones],
            mode="markers+text",
            text=[f"<b>{m.name}</b><br>{translate(m.idea)}" for m in milestones],
            textposition=["top right", "top left", "bottom left", "top left", "bottom right",
                          "middle right", "middle right"][: len(milestones)],
            marker={"size": 11, "color": colour}, hoverinfo="text", cliponaxis=False,
        )
    )  # fmt: skip
    figure.update_xaxes(range=[1996, 2019], dtick=4)
    figure.update_yaxes(type="log", title_text=_("layers with weights"), range=[0.4, 3.4])
    return figure
