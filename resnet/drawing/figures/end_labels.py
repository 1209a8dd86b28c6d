"""Name lines where they end, without one name lying on another."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from resnet.drawing.palette import Palette

LINE_HEIGHT = 16.0  # pixels
PLOT_HEIGHT = 310.0  # of a figure of the usual height, about
LETTER_WIDTH = 7.4
MOST = 12  # more names than these belong into a legend, and longer ones beside a plot:
LONGEST = 14  # letters; on a phone they would take a third of its width
FARTHEST = 2  # lines of text from its end, where a name in the plot lies on other lines


@dataclass(frozen=True)
class End:
    """A line's name, where it stands on the height of the plot (0 bottom, 1 top), its colour."""

    name: str
    height: float
    colour: str


def name_ends(figure: go.Figure, ends: Sequence[End], colours: Palette, x: float = 1.0) -> bool:
    """Write each name beside the end of its line; tell whether they stand there, else in a legend.

    x: where the ends are, 1 at the right border, where a margin is made for the names, and 0 at
    the left, where they stand in the plot.
    """
    longest = max((_letters(end.name) for end in ends), default=0)
    if not 0 < len(ends) <= MOST or (x == 1.0 and longest > LONGEST):
        return False
    line = LINE_HEIGHT / PLOT_HEIGHT
    heights = spread([end.height for end in ends], line)
    moved = max(abs(height - end.height) for end, height in zip(ends, heights, strict=True))
    if x == 0.0 and moved > FARTHEST * line:
        return False
    for end, height in zip(ends, heights, strict=True):
        figure.add_annotation(
            text=end.name,
            x=x,
            xref="paper",
            xanchor="left",
            xshift=6,
            y=height,
            yref="paper",
            yanchor="middle",
            showarrow=False,
            font={"color": colours.text(end.colour), "size": 13},
        )
    if x == 1.0:
        figure.update_layout(margin_r=round(16 + LETTER_WIDTH * longest))
    return True


def _letters(name: str) -> int:
    """Return a name's width in Latin letters: a Chinese one is as wide as two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "FW" else 1 for letter in name)


def spread(places: Sequence[float], gap: float) -> list[float]:
    """Return places in the same order, at least `gap` apart, from 0 up, as near as they can be."""
    order = sorted(range(len(places)), key=places.__getitem__)
    stacks: list[tuple[float, list[int]]] = []  # the lowest place of each, and its members
    for member in order:
        start, members = max(0.0, places[member]), [member]
        while stacks and start < stacks[-1][0] + gap * len(stacks[-1][1]):
            members = stacks.pop()[1] + members
            middle = sum(places[m] - gap * k for k, m in enumerate(members)) / len(members)
            start = max(0.0, middle)
        stacks.append((start, members))
    moved = {m: start + gap * k for start, members in stacks for k, m in enumerate(members)}
    return [moved[i] for i in range(len(places))]
