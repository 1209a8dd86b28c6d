"""Many small curves on one scale: a panel a trial, to be compared at a glance."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from resnet.drawing.palette import LINE_WIDTH, Theme, blank_figure, palette
from resnet.language import translate as _

PANEL = 105  # pixels high
DIVERGED = "✕"


@dataclass(frozen=True)
class Panel:
    """The curves of one panel, one a seed: errors at each of x, fewer where it diverged."""

    x: Sequence[float]
    curves: Sequence[Sequence[float]]
    plain: bool
    batch_norm: bool
    best: bool = False


def small_curves(
    panels: Sequence[Sequence[Panel]], rows: Sequence[str], columns: Sequence[str], theme: Theme
) -> go.Figure:
    """Draw rows of panels on one scale: the best of each row is framed, each run that diverged
    leaves a cross in its panel.

    rows, columns: their titles, in as many lines as a narrow screen needs.
    """
    colours = palette(theme)
    figure = make_subplots(
        len(rows),
        len(columns),
        shared_xaxes="all",
        shared_yaxes="all",
        horizontal_spacing=0.02,
        vertical_spacing=0.04,
        row_titles=list(rows),
        column_titles=list(columns),
        figure=blank_figure(theme, 80 + PANEL * len(rows)),
    )
    for row, line in enumerate(panels, 1):
        for column, panel in enumerate(line, 1):
            place = {"row": row, "col": column}
            for seed, curve in enumerate(panel.curves):
                figure.add_trace(
                    _curve(panel, curve, f"{rows[row - 1]}, {columns[column - 1]}", seed, theme),
                    **place,
                )
            if diverged := sum(len(curve) < len(panel.x) for curve in panel.curves):
                # In a corner of its own: most diverge before their curve has a first point.
                crosses = {"text": DIVERGED * diverged, "font": {"color": colours.problem}}
                figure.add_annotation(x=0.04, y=0.04, **crosses, **_CORNER, **place)
            if panel.best:
                edge = {"color": colours.net(panel.plain), "width": 2}
                figure.add_shape(
                    type="rect", x0=0, x1=1, y0=0, y1=1, line=edge, **place, **_WHOLE_PANEL
                )
    figure.update_yaxes(range=[0, 1], tickvals=[0, 0.5, 1], tickformat=".0%")
    figure.update_xaxes(nticks=3)
    figure.update_xaxes(title_text=_("training step"), row=len(rows), col=(len(columns) + 1) // 2)
    figure.update_layout(margin={"r": 44, "t": 48})
    return figure.update_annotations(font_size=13).update_layout(showlegend=False)


_WHOLE_PANEL = {"xref": "x domain", "yref": "y domain"}
_CORNER = {**_WHOLE_PANEL, "xanchor": "left", "yanchor": "bottom", "showarrow": False}


def _curve(panel: Panel, curve: Sequence[float], name: str, seed: int, theme: Theme) -> go.Scatter:
    colours = palette(theme)
    return go.Scatter(
        x=list(panel.x[: len(curve)]),
        y=list(curve),
        mode="lines",
        name=_("{name}, seed {seed}").format(name=name.replace("<br>", " "), seed=seed),
        line={"color": colours.net(panel.plain), "width": LINE_WIDTH[panel.batch_norm] * 0.6 + 0.4},
    )
