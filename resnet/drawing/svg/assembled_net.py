"""A net that a learner puts together: its stages as blocks under their shortcuts, and tensors."""

import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass

from resnet.drawing.map.graph import block_count, stage_label
from resnet.drawing.palette import palette
from resnet.drawing.svg.pieces import (
    SHORTCUT,
    Point,
    Shape,
    add,
    box_size,
    fit,
    line,
    picture,
    shape_text,
    tensor,
    write,
)
from resnet.language import translate as _

SCALE = 2.4  # units a pixel of a map
CELL, STEP, TALL = 10.0, 14.0, 46.0  # a block's width, from block to block, its height
MOST = 8  # blocks a stage has room for
SLOT = 96.0  # of a tensor, along
STAGE = MOST * STEP + 8 + SLOT
IMAGE, WAY = 76.0, 150.0  # an image's place, and the way through the stem or the head
OUTPUTS = 72.0
MIDDLE, HEIGHT = 126.0, 250.0  # where the way runs, and how high the drawing is
ROW, NARROW, INDENT = 122.0, 372.0, 110.0  # where stages stand under each other


@dataclass(frozen=True)
class AssembledStage:
    """A stage as it was put together: its number, its blocks, what it gives, what it should."""

    number: int
    blocks: int
    shape: Shape
    wanted: Shape
    right: bool


def assembly_svg(stages: Sequence[AssembledStage], image: Shape, start: Shape, classes: int) -> str:
    """Draw a net from its image to its probabilities, on a phone its stages under each other.

    start: what the stem makes of the image. A tensor that is not the wanted one has the wanted
    one's outline around it, and its shape below.
    """
    description = "; ".join(map(_description, stages))
    width = IMAGE + WAY + SLOT + len(stages) * STAGE + WAY + OUTPUTS
    wide = picture(width, HEIGHT, _("Your net, stage by stage"), description)
    x = _stem(wide, (0, MIDDLE), image, start)
    for stage in stages:
        x = _stage(wide, (x, MIDDLE), stage)
    _head(wide, (x, MIDDLE), classes)
    narrow = picture(
        NARROW, HEIGHT + len(stages) * ROW + 84, _("Your net, stage by stage"), description
    )
    _stem(narrow, (0, MIDDLE), image, start)
    y = MIDDLE + 26
    for stage in stages:
        y += ROW
        _stage(narrow, (INDENT, y), stage)
    _head(narrow, (INDENT, y + ROW - 6), classes)
    return ET.tostring(fit(wide, narrow), encoding="unicode")


def _description(stage: AssembledStage) -> str:
    """Return a stage as screen readers tell it."""
    missed = "" if stage.shape == stage.wanted else f" ≠ {shape_text(stage.wanted)}"
    blocks = block_count(stage.blocks)
    return f"{stage_label(str(stage.number))}: {blocks}, {shape_text(stage.shape)}{missed}"


def _stem(root: ET.Element, at: Point, image: Shape, start: Shape) -> float:
    """Draw the image and what the stem makes of it; return where that ends."""
    x, y = at
    _tensor(root, (x + IMAGE / 2, y), image, _("image"))
    end = x + IMAGE + WAY
    _way(
        root,
        (x + IMAGE, y),
        (end, y),
        stage_label("stem"),
        _("7×7, stride 2"),
        _("max-pool 3×3, stride 2"),
    )
    _tensor(root, (end + SLOT / 2, y), start, "")
    return end + SLOT


def _head(root: ET.Element, at: Point, classes: int) -> None:
    """Draw the way from the last tensor to a probability for each class."""
    x, y = at
    end = x + WAY
    _way(root, (x, y), (end, y), stage_label("head"), _("average pool 2×2"), _("dense, softmax"))
    for k in range(classes):
        height = y + (k - (classes - 1) / 2) * 13
        add(root, "circle", cx=end + 14, cy=height, r=4.5, stroke="currentColor", stroke_width=1.6)
    write(root, (end + 22, y + classes * 6.5 + 12), _("{n} classes").format(n=classes), 15)


def _way(root: ET.Element, start: Point, end: Point, name: str, *does: str) -> None:
    """Draw an arrow with its name above it and what happens on it below."""
    line(root, (start[0] - 6, start[1]), (end[0] + 4, end[1]), arrow=True)
    middle = (start[0] + end[0]) / 2
    write(root, (middle, start[1] - 16), name, 16)
    for i, words in enumerate(does):
        write(root, (middle, start[1] + 17 + 18 * i), words, 13.5)


def _stage(root: ET.Element, at: Point, stage: AssembledStage) -> float:
    """Draw a stage whose main path enters at `at`; return where its tensor ends."""
    x, y = at
    end = x + MOST * STEP
    line(root, (x - 8, y), (end + 6, y), arrow=True)
    first = x + (MOST - stage.blocks) * STEP / 2
    blue = palette("light").residual
    for k in range(stage.blocks):
        left = first + k * STEP + (STEP - CELL) / 2
        add(
            root,
            "rect",
            x=left,
            y=y - TALL / 2,
            width=CELL,
            height=TALL,
            rx=3,
            fill=blue,
            fill_opacity=".4",
            stroke=blue,
            stroke_width=1.6,
        )
        add(
            root,
            "path",
            stroke=SHORTCUT,
            stroke_width=2.4,
            d=_arc(left - 1.5, left + CELL + 1.5, y),
        )
    name = stage_label(str(stage.number)) + (" ✓" if stage.right else "")
    write(root, (x + MOST * STEP / 2, y - 56), name, 16)
    write(root, (x + MOST * STEP / 2, y + TALL / 2 + 16), block_count(stage.blocks), 15)
    _tensor(root, (end + 8 + SLOT / 2, y), stage.shape, "", stage.wanted)
    return end + 8 + SLOT


def _arc(left: float, right: float, y: float) -> str:
    top = y - TALL / 2
    bend = f"C{left:g},{top - 18:g} {right:g},{top - 18:g} {right:g},{top:g}"
    return f"M{left:g},{y:g}V{top:g}{bend}V{y:g}"


def _tensor(
    root: ET.Element, centre: Point, shape: Shape, name: str, wanted: Shape | None = None
) -> None:
    x, y = centre
    tensor(root, centre, shape, SCALE)
    wanted = wanted or shape
    below = y + max(box_size(shape, SCALE)[1], box_size(wanted, SCALE)[1]) / 2 + 14
    write(root, (x, below), shape_text(shape), 15)
    if shape != wanted:
        tensor(root, centre, wanted, SCALE, ghost=True)
        write(root, (x, below + 19), "≠ " + shape_text(wanted), 15, "problem")
    if name:
        write(root, (x, y - box_size(shape, SCALE)[1] / 2 - 14), name, 16)
