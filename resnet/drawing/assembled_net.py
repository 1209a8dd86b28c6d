"""A net that a learner puts together: its stages as blocks under their shortcuts, and tensors."""

import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass

from resnet.drawing.graph import block_count, stage_label
from resnet.drawing.palette import palette
from resnet.drawing.svg import (
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

SCALE = 4.0  # units a pixel of a map
CELL, STEP, TALL = 14.0, 19.0, 46.0  # a block's width, from block to block, its height
MOST = 8  # blocks a stage has room for
SLOT = 100.0  # of a tensor, along
PITCH = MOST * STEP + SLOT + 8
ROW, NARROW = 142.0, 400.0  # where stages stand under each other


@dataclass(frozen=True)
class Stage:
    """A stage as it was put together: its number, its blocks, what it gives, what it should."""

    number: int
    blocks: int
    shape: Shape
    wanted: Shape
    right: bool


def assembly_svg(stages: Sequence[Stage], start: Shape) -> str:
    """Draw stages from left to right, on a phone under each other; `start` is what the stem gives.

    A tensor that is not the wanted one has the wanted one's outline around it, and its shape below.
    """
    told = "; ".join(map(_told, stages))
    wide = picture(SLOT + len(stages) * PITCH, 172, _("Your net, stage by stage"), told)
    _tensor(wide, (SLOT / 2, 86), start, stage_label("stem"))
    for i, stage in enumerate(stages):
        _stage(wide, (SLOT + i * PITCH, 86), stage)
    narrow = picture(NARROW, (len(stages) + 1) * ROW + 20, _("Your net, stage by stage"), told)
    _tensor(narrow, (40 + MOST * STEP + 8 + SLOT / 2, ROW / 2), start, stage_label("stem"))
    for i, stage in enumerate(stages, 1):
        _stage(narrow, (40, ROW / 2 + i * ROW), stage)
    return ET.tostring(fit(wide, narrow), encoding="unicode")


def _told(stage: Stage) -> str:
    """Return a stage as screen readers tell it."""
    missed = "" if stage.shape == stage.wanted else f" ≠ {shape_text(stage.wanted)}"
    blocks = block_count(stage.blocks)
    return f"{stage_label(str(stage.number))}: {blocks}, {shape_text(stage.shape)}{missed}"


def _stage(root: ET.Element, at: Point, stage: Stage) -> None:
    """Draw a stage whose main path enters at `at`."""
    x, y = at
    end = x + MOST * STEP
    line(root, (x - 8, y), (end + 6, y), arrow=True)
    first = x + (MOST - stage.blocks) * STEP / 2
    blue = palette("light").residual
    for k in range(stage.blocks):
        left = first + k * STEP + (STEP - CELL) / 2
        add(root, "rect", x=left, y=y - TALL / 2, width=CELL, height=TALL, rx=3, fill=blue,
            fill_opacity=".4", stroke=blue, stroke_width=1.6)  # fmt: skip
        add(root, "path", stroke=SHORTCUT, stroke_width=2.4, d=_arc(left - 2, left + CELL + 2, y))
    name = stage_label(str(stage.number)) + (" ✓" if stage.right else "")
    write(root, (x + MOST * STEP / 2, y - 60), name, 16)
    write(root, (x + MOST * STEP / 2, y + TALL / 2 + 18), block_count(stage.blocks), 15)
    _tensor(root, (end + 8 + SLOT / 2, y), stage.shape, "", stage.wanted)


def _arc(left: float, right: float, y: float) -> str:
    top = y - TALL / 2
    bend = f"C{left:g},{top - 20:g} {right:g},{top - 20:g} {right:g},{top:g}"
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
        write(root, (x, y - 60), name, 16)
