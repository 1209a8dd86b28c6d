"""Charts of a finished net: what it confuses, what it says of one image, and after which block."""

import base64
from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from resnet.drawing.numbers import Numbers
from resnet.drawing.palette import Theme, blank_figure, mix, palette
from resnet.language import translate as _

PICTURE_WIDTH, WIDE_PICTURE = 42, 54  # pixels: beside a bar, beside a row of the film
PICTURE_SHARE = 0.5  # of the plot's width, at most: a picture is as high as its row


def confusion_matrix(counts: np.ndarray, labels: Sequence[str], theme: Theme) -> go.Figure:
    """Draw counts (true, predicted): shade is the share of the true class, text the count."""
    colours = palette(theme)
    counts = np.asarray(counts)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    hover = _("true {true}, predicted {predicted}: {count} ({share} of the class)").format(
        true="%{y}", predicted="%{x}", count="%{customdata}", share="%{z:.0%}"
    )
    figure = blank_figure(theme)
    figure.add_trace(
        go.Heatmap(
            x=list(labels),
            y=list(labels),
            z=np.round(shares, 4),
            zmin=0,
            zmax=1,
            text=np.where(counts, counts.astype(str), ""),  # zeros would drown the rest
            customdata=counts,
            texttemplate="%{text}",
            colorscale=[[0, mix(colours.ink, colours.paper, 0.05)], [1, colours.ink]],
            showscale=False,
            xgap=2,
            ygap=2,
            hovertemplate=hover + "<extra></extra>",
        )
    )
    bare = {"type": "category", "showline": False, "showgrid": False, "ticks": ""}
    figure.update_xaxes(
        **bare, title_text=_("predicted"), constrain="domain", constraintoward="left"
    )
    figure.update_yaxes(
        **bare,
        title_text=_("true"),
        autorange="reversed",
        scaleanchor="x",
        constrain="domain",
        constraintoward="top",
    )
    return figure.update_layout(margin_t=8)


def class_probabilities(
    probabilities: Numbers, labels: Sequence[str], theme: Theme, pictures: Sequence[str] = ()
) -> go.Figure:
    """Draw one bar a class, its probability written at its end; the likeliest is in ink.

    pictures: what stands beside each label, as SVG.
    """
    colours = palette(theme)
    best = int(np.argmax(probabilities))
    figure = blank_figure(theme, height=36 * len(labels) + 50)
    figure.add_trace(
        go.Bar(
            x=[float(p) for p in probabilities],
            y=list(labels),
            orientation="h",
            marker={
                "color": [colours.ink if i == best else colours.muted for i in range(len(labels))],
                "cornerradius": 4,
            },
            text=[f"{p:.1%}" for p in probabilities],
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{y}: %{x:.2%}<extra></extra>",
        )
    )
    figure.update_xaxes(range=[0, 1.14], tickformat=".0%", tickvals=[0, 0.25, 0.5, 0.75, 1])
    figure.update_yaxes(type="category", autorange="reversed", ticks="")
    figure.update_layout(margin_t=8, bargap=0.3, showlegend=False)
    return _illustrate(figure, pictures)


def refinement(
    probabilities: Sequence[Sequence[float]],
    steps: Sequence[str],
    labels: Sequence[str],
    theme: Theme,
    pictures: Sequence[str] = (),
) -> go.Figure:
    """Draw class probabilities (steps, classes) as columns, input → output; shade is probability.

    Each column's likeliest class is written in it. pictures: what stands beside each label, as SVG.
    """
    colours = palette(theme)
    shares = np.asarray(probabilities, float).T  # (classes, steps)
    best = shares.argmax(axis=0)
    text = [
        [f"{share:.0%}" if row == best[column] else "" for column, share in enumerate(shares_of)]
        for row, shares_of in enumerate(shares)
    ]
    figure = blank_figure(theme, height=40 * len(labels) + 70)
    figure.add_trace(
        go.Heatmap(
            x=list(steps),
            y=list(labels),
            z=np.round(shares, 4),
            zmin=0,
            zmax=1,
            text=text,
            texttemplate="%{text}",
            showscale=False,
            xgap=3,
            ygap=2,
            colorscale=[[0, mix(colours.ink, colours.paper, 0.05)], [1, colours.ink]],
            hovertemplate=_("{step}: class {label}, {share}").format(
                step="%{x}", label="%{y}", share="%{z:.1%}"
            )
            + "<extra></extra>",
        )
    )
    bare = {"type": "category", "showline": False, "showgrid": False, "ticks": ""}
    figure.update_xaxes(**bare)
    figure.update_yaxes(**bare, title_text="" if pictures else _("class"), autorange="reversed")
    return _illustrate(figure.update_layout(margin_t=8), pictures, WIDE_PICTURE)


def _illustrate(
    figure: go.Figure, pictures: Sequence[str], width: float = PICTURE_WIDTH
) -> go.Figure:
    """Set a picture at the left of each category of the y axis, and its label left of that."""
    for place, picture in enumerate(pictures):
        data = base64.b64encode(picture.encode()).decode()
        figure.add_layout_image(
            source=f"data:image/svg+xml;base64,{data}",
            xref="paper",
            yref="y",
            x=-0.005,
            y=place,
            xanchor="right",
            yanchor="middle",
            sizex=PICTURE_SHARE,
            sizey=0.94,
        )
    if pictures:
        figure.update_yaxes(ticklabelstandoff=width)
    return figure


def class_counts(train: Numbers, test: Numbers, labels: Sequence[str], theme: Theme) -> go.Figure:
    """Draw how many training and test images each class has, the counts on the bars."""
    colours = palette(theme)
    figure = blank_figure(theme, height=320)
    for counts, name, colour in (
        (train, _("training"), colours.ink),
        (test, _("test"), colours.muted),
    ):
        figure.add_trace(
            go.Bar(
                x=list(labels),
                y=[int(count) for count in counts],
                name=name,
                marker={"color": colour, "cornerradius": 4},
                text=[int(count) for count in counts],
                textposition="outside",
                cliponaxis=False,
                hovertemplate="%{x}: %{y}<extra>" + name + "</extra>",
            )
        )
    figure.update_xaxes(type="category", title_text=_("class"))
    figure.update_yaxes(title_text=_("images"))
    return figure.update_layout(barmode="group")
