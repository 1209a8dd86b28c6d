"""Every colour of the lab, by what it means, and the one look that Plotly and matplotlib share."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import pandas  # noqa: F401 - whole: Plotly trips over one that another thread is importing
import plotly.graph_objects as go

Theme = Literal["light", "dark"]

FONT = "Source Sans, sans-serif"
PLOT_FONT_SIZE = 14  # pixels
SCALE = "Cividis"
TEXT_SHARE = 0.7
LINE_WIDTH = {True: 2.6, False: 1.2}  # with BatchNorm and without

# Mid-tones: each keeps 3:1 on white and on the dark page, so one hue serves both themes and the
# theme-free SVG drawings.
KIND_COLOURS: Mapping[str, str] = {
    "input": "#737B87",
    "conv": "#7B6FB8",
    "batch_norm": "#9A7B1E",
    "relu": "#B25F86",
    "pool": "#3F8796",
    "pad": "#737B87",
    "add": "#009E73",
    "dense": "#94634B",
    "flatten": "#737B87",
    "other": "#737B87",
}


@dataclass(frozen=True)
class Palette:
    """Colours by meaning for one theme; `kinds` maps a layer's kind to its quiet hue."""

    paper: str
    ink: str
    muted: str
    grid: str
    residual: str
    plain: str
    shortcut: str
    problem: str
    kinds: Mapping[str, str]

    def net(self, plain: bool) -> str:
        """Return the colour of a plain or a residual net."""
        return self.plain if plain else self.residual

    def tint(self, plain: bool, depth: float) -> str:
        """Return the colour of one depth of several: from light to its kind's own at depth 1."""
        return mix(self.net(plain), self.paper, 0.3 + 0.7 * depth)

    def text(self, colour: str) -> str:
        """Return `colour` drawn towards the ink until words in it keep 4.5:1 on the paper."""
        return mix(colour, self.ink, TEXT_SHARE)

    def faint(self, colour: str, opacity: float = 0.18) -> str:
        """Return `colour` as a wash for bands and fills."""
        red, green, blue = _channels(colour)
        return f"rgba({red},{green},{blue},{opacity})"


PALETTES: Mapping[Theme, Palette] = {
    "light": Palette(
        paper="#ffffff",
        ink="#31333F",
        muted="#6B7280",
        grid="#E3E6EB",
        residual="#0072B2",
        plain="#D55E00",
        shortcut="#009E73",
        problem="#D32F2F",
        kinds=KIND_COLOURS,
    ),
    "dark": Palette(
        paper="#14171C",
        ink="#fafafa",
        muted="#9AA3AF",
        grid="#2B303B",
        residual="#4FA8DC",
        plain="#F5893D",
        shortcut="#2BC095",
        problem="#FF6B6B",
        kinds=KIND_COLOURS,
    ),
}


def palette(theme: Theme) -> Palette:
    """Return the colours of `theme`."""
    return PALETTES[theme]


def _channels(colour: str) -> tuple[int, int, int]:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return red, green, blue


def mix(colour: str, other: str, share: float) -> str:
    """Return `share` of `colour` with the rest of `other`, as CSS's color-mix does in sRGB."""
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return "#" + "".join(f"{round(a * share + b * (1 - share)):02x}" for a, b in pairs)


def contrast(one: str, other: str) -> float:
    """Return the WCAG 2.2 contrast ratio of two colours, 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for c in (channel / 255 for channel in _channels(colour))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@cache
def plotly_template(theme: Theme) -> go.layout.Template:
    """Return the look of every Plotly figure; the paper is clear, so figures sit on the page."""
    colours = palette(theme)
    axis = {
        "gridcolor": colours.grid,
        "linecolor": colours.muted,
        "tickcolor": colours.muted,
        "zeroline": False,
        "showline": True,
        "ticks": "outside",
        "ticklen": 4,
        "automargin": True,
        "title": {"standoff": 10},
    }
    layout = go.Layout(
        font={"family": FONT, "size": PLOT_FONT_SIZE, "color": colours.ink},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        colorway=[colours.residual, colours.plain, colours.shortcut, *KIND_COLOURS.values()],
        colorscale={"sequential": SCALE, "sequentialminus": SCALE},
        coloraxis={"colorbar": {"outlinewidth": 0, "thickness": 12}},
        margin={"l": 8, "r": 24, "t": 44, "b": 8},
        legend={"orientation": "h", "x": 0, "y": 1.04, "yanchor": "bottom"},
        hoverlabel={
            "bgcolor": colours.paper,
            "bordercolor": colours.muted,
            "font": {"family": FONT, "size": 13, "color": colours.ink},
            "align": "left",
        },
        xaxis=axis,
        yaxis=axis,
        sliderdefaults={
            "bordercolor": colours.muted,
            "tickcolor": colours.muted,
            "bgcolor": colours.grid,
        },
        updatemenudefaults={"bordercolor": colours.muted, "bgcolor": colours.grid},
        modebar={
            "remove": ["zoom", "pan", "select", "lasso", "autoscale", "zoomin", "zoomout"],
            "bgcolor": "rgba(0,0,0,0)",
            "color": colours.muted,
            "activecolor": colours.ink,
        },
    )
    return go.layout.Template(layout=layout)


def blank_figure(theme: Theme, height: int = 420) -> go.Figure:
    """Return an empty figure in the lab's look, `height` pixels high."""
    return go.Figure(layout={"template": plotly_template(theme), "height": height})


def matplotlib_style(theme: Theme) -> dict[Any, Any]:
    """Return the rc settings of every matplotlib picture, for `matplotlib.rc_context`."""
    colours = palette(theme)
    return {
        "font.family": "sans-serif",
        "font.sans-serif": ["Source Sans 3", "Noto Sans CJK SC", "DejaVu Sans"],
        "font.size": 11,
        "text.color": colours.ink,
        "axes.labelcolor": colours.ink,
        "axes.edgecolor": colours.muted,
        "axes.titlesize": 11,
        "xtick.color": colours.ink,
        "ytick.color": colours.ink,
        "figure.facecolor": "none",
        "axes.facecolor": "none",
        "savefig.facecolor": "none",
        "image.cmap": SCALE.lower(),
        "image.interpolation": "nearest",
    }
