"""A few numbers on their way through a block, step by step, as an SVG."""

import math
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass

from resnet.drawing.numbers import Numbers
from resnet.drawing.svg.pieces import (
    SHORTCUT,
    add,
    fit,
    line,
    picture,
    plus,
    shortcut_line,
    traveller,
    write,
)
from resnet.language import translate as _

CELL, TOP = 40, 96


@dataclass(frozen=True)
class _Sizes:
    """Width of a number's cell, the gap between columns, and the size of words."""

    wide: float
    gap: float
    words: float


_DESK, _PHONE = _Sizes(64, 62, 15), _Sizes(46, 20, 14)


@dataclass(frozen=True)
class Column:
    """One vector: its name, what was done to get it, and its numbers."""

    name: str
    done: str
    values: Numbers


@dataclass(frozen=True)
class Shortcut:
    """The columns at which a shortcut leaves, and into which it is added."""

    leaves: int
    joins: int


def steps_svg(
    columns: Sequence[Column], shown: int, shortcut: Shortcut | None, back: bool = False
) -> str:
    """Draw vectors one after the other, the first `shown` of them clear and the others faint.

    They run from left to right; back: from right to left, as gradients do.
    """
    drawings = (_steps(columns, shown, shortcut, back, sizes) for sizes in (_DESK, _PHONE))
    return ET.tostring(fit(*drawings), encoding="unicode")


def _steps(
    columns: Sequence[Column], shown: int, shortcut: Shortcut | None, back: bool, sizes: _Sizes
) -> ET.Element:
    rows, pitch = len(columns[0].values), sizes.wide + sizes.gap
    root = picture(
        20 + len(columns) * pitch,
        TOP + rows * CELL + 10,
        _("A gradient on its way back through a block")
        if back
        else _("A vector on its way through a block"),
        "; ".join(f"{c.name}: {', '.join(map(_number, c.values))}" for c in columns[:shown]),
    )
    middle = TOP + rows * CELL / 2

    def left_of(place: int) -> float:
        return 20 + (len(columns) - 1 - place if back else place) * pitch

    for place, column in enumerate(columns):
        group = add(root, "g", **({} if place < shown else {"class_": "off"}))
        left = left_of(place)
        _draw_column(group, left, column, sizes)
        if place:
            ends = (left - sizes.gap + 3, middle), (left - 4, middle)
            if back:
                ends = (left + pitch - 3, middle), (left + sizes.wide + 4, middle)
            if shortcut and place == shortcut.joins:
                _join(group, *ends)
            else:
                line(group, *ends, arrow=True)
                place_of_words = ((ends[0][0] + ends[1][0]) / 2, TOP - 44)
                _write_symbol(group, place_of_words, column.done, sizes.words - 1)
    if shortcut:
        group = add(root, "g", **({} if shortcut.joins < shown else {"class_": "off"}))
        first = left_of(shortcut.leaves) + sizes.wide / 2
        at = left_of(shortcut.joins) + (sizes.wide + sizes.gap / 2 if back else -sizes.gap / 2)
        points = [(first, TOP - 34.0), (first, 22.0), (at, 22.0), (at, middle - 14)]
        shortcut_line(group, points, 16, arrow=True)
    return root


def _write_symbol(group: ET.Element, at: tuple[float, float], name: str, size: float) -> None:
    """Write a[l] as the formulas do, its bracket raised."""
    letter, bracket, layer = name.partition("[")
    word = write(group, at, letter, size)
    if bracket:
        add(word, "tspan", bracket + layer, dy=-0.35 * size, font_size=0.75 * size)


def _join(group: ET.Element, start: tuple[float, float], end: tuple[float, float]) -> None:
    centre, radius = ((start[0] + end[0]) / 2, start[1]), min(13.0, abs(end[0] - start[0]) / 2)
    side = math.copysign(radius, end[0] - start[0])
    line(group, start, (centre[0] - side, start[1]), arrow=False)
    plus(group, centre, radius, problem=False)
    line(group, (centre[0] + side, start[1]), end, arrow=True)


def _draw_column(group: ET.Element, left: float, column: Column, sizes: _Sizes) -> None:
    _write_symbol(group, (left + sizes.wide / 2, TOP - 20), column.name, sizes.words + 1)
    largest = max(1e-9, *(abs(value) for value in column.values))
    for row, value in enumerate(column.values):
        add(
            group,
            "rect",
            x=float(left),
            y=float(TOP + row * CELL),
            width=float(sizes.wide),
            height=float(CELL - 4),
            rx=5,
            fill="currentColor",
            stroke="currentColor",
            fill_opacity=f"{0.04 + 0.2 * abs(value) / largest:.2f}",
            stroke_opacity=".35",
        )
        centre = (left + sizes.wide / 2, TOP + row * CELL + CELL / 2 - 2)
        write(group, centre, _number(value), sizes.words)


def mixing_svg(
    weights: Sequence[Sequence[float]], pixel: Sequence[float], mixed: Sequence[float]
) -> str:
    """Draw a pixel's channels, the weights that mix them, and the new channels.

    weights: (F, C), one row for each new channel.
    """
    drawings = (_mixing(weights, pixel, mixed, sizes) for sizes in (_DESK, _PHONE))
    return ET.tostring(fit(*drawings), encoding="unicode")


def _mixing(
    weights: Sequence[Sequence[float]],
    pixel: Sequence[float],
    mixed: Sequence[float],
    sizes: _Sizes,
) -> ET.Element:
    rows, channels, pitch = len(weights), len(pixel), sizes.wide + 6
    height = TOP + max(rows, channels) * CELL + 10
    left = 20 + sizes.wide + sizes.gap
    end = left + channels * pitch
    label = f"{', '.join(map(_number, pixel))} → {', '.join(map(_number, mixed))}"
    width = end + 2 * sizes.gap + sizes.wide
    root = picture(width, height, _("A 1×1 convolution at one pixel"), label)
    _draw_column(root, 20, Column(_("pixel"), "", pixel), sizes)
    for channel in range(channels):
        name = "RGB"[channel] if channels == 3 else str(channel)
        column = Column(name, "", [row[channel] for row in weights])
        _draw_column(root, left + channel * pitch, column, sizes)
    write(root, ((left + end) / 2, 30), _("weights, the same at every pixel"), sizes.words)
    middle = TOP + rows * CELL / 2
    write(root, (left - sizes.gap / 2, middle), "×", 24)
    line(root, (end + 2, middle), (end + sizes.gap - 4, middle), arrow=True)
    _draw_column(root, end + sizes.gap, Column(_("new"), "", mixed), sizes)
    return root


def _number(value: float) -> str:
    return f"{round(value, 2) + 0:.2f}".replace("-", "\N{MINUS SIGN}")


def ways_past_svg() -> str:
    """Draw six ways past a layer, from plain to transformer, three in a row, two on a phone."""
    return ET.tostring(fit(_ways_past(3), _ways_past(2)), encoding="unicode")


def _ways_past(columns: int) -> ET.Element:
    kinds = (
        (_("plain"), "", ""),
        (_("highway"), "×", _("gates")),
        (_("residual"), "+", ""),
        (_("pre-activation"), "+", _("norm first")),
        ("DenseNet", "‖", _("joined")),
        (_("transformer"), "++", _("twice")),
    )
    width, height = 200, 250
    root = picture(
        columns * width,
        len(kinds) / columns * height,
        _("Six ways past a layer"),
        ", ".join(name for name, *_look in kinds),
    )
    for number, (name, sign, remark) in enumerate(kinds):
        x, y = (number % columns) * width, (number // columns) * height
        group = add(root, "g", transform=f"translate({x} {y})")
        write(group, (width / 2, 20), name, 17)
        write(group, (width / 2, height - 14), remark, 14)
        _way_past(group, sign)
    return root


def _joined(group: ET.Element, centre: tuple[float, float], radius: float) -> None:
    """Draw where channels are put beside each other, not added."""
    (x, y), arm = centre, 0.5 * radius
    ring = add(group, "g", stroke=SHORTCUT, stroke_width=3)
    add(ring, "circle", cx=x, cy=y, r=radius, fill=SHORTCUT, fill_opacity=".14")
    add(ring, "path", d=f"M{x - 3},{y - arm}v{2 * arm}M{x + 3},{y - arm}v{2 * arm}")


def _way_past(group: ET.Element, sign: str) -> None:
    x, beside = 78.0, 150.0
    halves = [(44.0, 128.0), (128.0, 212.0)] if sign == "++" else [(44.0, 212.0)]
    for top, bottom in halves:
        centre = (top + bottom) / 2 - 6
        tall = 40.0 if len(halves) > 1 else 70.0
        line(group, (x, top), (x, centre - tall / 2), arrow=True)
        traveller(group, f"M{x},{top}V{bottom}", "currentColor")
        add(
            group,
            "rect",
            x=x - 40,
            y=centre - tall / 2,
            width=80.0,
            height=tall,
            rx=6,
            fill="currentColor",
            fill_opacity=".08",
            stroke="currentColor",
            stroke_width=1.6,
        )
        word = {"×": "H(x)", "‖": "H(x)", "": "F(x)"}.get(sign, "F(x)")
        write(group, (x, centre), word, 15)
        end = bottom - 12
        if not sign:
            line(group, (x, centre + tall / 2), (x, bottom), arrow=True)
            continue
        line(group, (x, centre + tall / 2), (x, end - 9), arrow=False)
        shortcut_line(
            group, [(x, top + 4), (beside, top + 4), (beside, end), (x + 9, end)], 12, arrow=True
        )
        traveller(group, f"M{x},{top + 4}H{beside}V{end}H{x}V{bottom}", SHORTCUT)
        if sign == "×":
            write(group, (beside + 24, centre), "1 − T", 14, "shortcut")
        if sign in ("+", "++", "×"):
            plus(group, (x, end), 9, problem=False)
        else:
            _joined(group, (x, end), 9)
        line(group, (x, end + 9), (x, bottom + 4), arrow=False)
