"""Places and draws the two paths of a block, from left to right or from top to bottom."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from resnet.drawing import svg
from resnet.drawing.svg import Point, Shape, shape_text

TYPE = 16.0
CORNER = 44.0
FORK = 24.0  # from the place where the paths part to the first layer
LABEL = 28.0  # height of a shape under its box
WIDEST_TYPE = 0.53  # width of a digit, of its height


@dataclass(frozen=True)
class Tensor:
    """A tensor to draw, with the names of the layers that made it."""

    shape: Shape
    made_by: frozenset[str]
    ghost: bool = False


@dataclass(frozen=True)
class Chip:
    """A layer to draw, with the lines written on it."""

    kind: str
    words: tuple[str, ...]
    name: str = ""
    faded: bool = False


@dataclass(frozen=True)
class Join:
    """The place of ⊕: there also when no shortcut lands in it."""


Item = Tensor | Chip | Join


@dataclass(frozen=True)
class Plan:
    """Measures of one layout: `along` follows the main path, `cross` is at a right angle to it.

    base: where the main path lies across; lane: how far beside it the shortcut runs; side: the
    largest map; slot: the place of a tensor along; plate and bar: a convolution's and another
    layer's size (along, across).
    """

    name: str
    along: float
    cross: float
    base: float
    lane: float
    side: float
    slot: float
    plate: Point
    bar: Point
    lane_across: float
    upright: bool = False
    join: float = 17
    gap: float = 4

    def at(self, along: float, cross: float = 0) -> Point:
        """Return the point `along` the main path and `cross` beside it."""
        return (self.base + cross, along) if self.upright else (along, self.base + cross)

    def size(self) -> Point:
        """Return the width and height of the drawing."""
        return (self.cross, self.along) if self.upright else (self.along, self.cross)

    def turned(self, size: Point) -> Point:
        """Return (along, across) as (width, height), and the other way round."""
        return (size[1], size[0]) if self.upright else size

    def space(self, item: Item) -> float:
        """Return the length an item's place takes along the path, whatever it holds."""
        if isinstance(item, Tensor):
            return self.slot
        if isinstance(item, Join):
            return 2 * self.join
        return self.plate[0] if item.kind in ("conv", "pad") else self.bar[0]


PLANS = {
    "wide": Plan(
        name="wide",
        along=1040,
        cross=316,
        base=226,
        lane=-158,
        side=86,
        slot=80,
        plate=(86, 96),
        bar=(25, 96),
        lane_across=96,
    ),
    "narrow": Plan(
        name="narrow",
        along=824,
        cross=360,
        base=92,
        lane=196,
        side=44,
        slot=56,
        plate=(58, 150),
        bar=(21, 150),
        lane_across=120,
        upright=True,
    ),
}


@dataclass(frozen=True)
class Placed:
    """An item with its middle along the path and the length it covers."""

    item: Item
    middle: float
    reach: float  # half of what is drawn along
    tail: float = 0  # what is written after it on the line


class Painter:
    """Draws a block's items into `root` at `scale` units a pixel."""

    def __init__(self, root: ET.Element, plan: Plan, scale: float, changed: frozenset[str]):
        self.root, self.plan, self.scale, self.changed = root, plan, scale, changed

    def draw(
        self,
        main: Sequence[Item],
        beside: Sequence[Item],
        name: str,
        shortcut_shape: Shape | None,
        problem: bool,
        parting: int = 0,
    ) -> None:
        """Draw both paths, which part after the main item number `parting`.

        Without a shortcut_shape the arc is faded but keeps its place.
        """
        placed = list(self._spread(main, parting))
        fork = placed[parting + 1].middle - placed[parting + 1].reach - FORK
        joint = next(p for p in placed if isinstance(p.item, Join)).middle
        on = shortcut_shape is not None
        arc = add_class(svg.add(self.root, "g"), "arc" if on else "arc off")
        self._arc(arc, fork, joint, beside, name, shortcut_shape)
        linked = [one for one in placed if on or not isinstance(one.item, Join)]
        for one, following in pairwise(linked):
            self._link(one, following, faded=problem and one.middle >= joint)
        for one in placed:
            if isinstance(one.item, Join):
                self._join(joint, main, shortcut_shape, problem)
            else:
                self._item(self.root, one, 0)
        self._travellers(fork, joint, placed, on, problem)

    def _spread(self, items: Sequence[Item], parting: int) -> Iterator[Placed]:
        """Yield the items placed along the whole length; free length goes into the gaps."""
        touching = [isinstance(a, Chip) and isinstance(b, Chip) for a, b in pairwise(items)]
        touching[parting] = False
        free = self.plan.along - sum(self.plan.space(item) for item in items)
        free -= self.plan.gap * sum(touching) + FORK
        gap = free / (touching.count(False) + 1)
        along = gap / 2
        for i, (item, touches) in enumerate(zip(items, [*touching, False], strict=True)):
            space = self.plan.space(item)
            yield Placed(item, along + space / 2, self._reach(item))
            along += space + (self.plan.gap if touches else gap) + FORK * (i == parting)

    def _reach(self, item: Item) -> float:
        if isinstance(item, Tensor):
            size = svg.box_size(item.shape, self.scale)
            return size[1 if self.plan.upright else 0] / 2
        return self.plan.space(item) / 2

    def _link(self, one: Placed, following: Placed, faded: bool) -> None:
        length = following.middle - following.reach - one.middle - one.reach
        group = svg.add(self.root, "g")
        if faded:
            add_class(group, "off")
        start = self.plan.at(one.middle + one.reach)
        end = self.plan.at(following.middle - following.reach)
        svg.line(group, start, end, arrow=length > self.plan.gap + 1)

    def _item(self, parent: ET.Element, placed: Placed, cross: float) -> None:
        item, plan = placed.item, self.plan
        if isinstance(item, Chip):
            along, across = plan.plate if item.kind in ("conv", "pad") else plan.bar
            across = plan.lane_across if cross else across
            size = plan.turned((along, across))
            group = svg.chip(parent, plan.at(placed.middle, cross), size, item.kind, item.words)
            if item.faded:
                add_class(group, "off")
        elif isinstance(item, Tensor):
            centre = plan.at(placed.middle, cross)
            svg.tensor(parent, centre, item.shape, self.scale, item.ghost)
            self._shape(parent, item, centre, beside=plan.upright and not cross)

    def _shape(self, parent: ET.Element, item: Tensor, centre: Point, beside: bool) -> None:
        text = "?" if item.ghost else shape_text(item.shape)
        width, height = svg.box_size(item.shape, self.scale)
        size = min(TYPE, (self.plan.slot + 14) / (WIDEST_TYPE * len(text)))
        if beside:
            at, anchor = (centre[0] + width / 2 + 9, centre[1]), "start"
        else:
            at, anchor = (centre[0], centre[1] + height / 2 + 15), "middle"
        if self.changed & item.made_by:
            self._mark(parent, at, size * WIDEST_TYPE * len(text), beside)
        svg.write(parent, at, text, size, anchor=anchor)

    def _mark(self, parent: ET.Element, at: Point, width: float, beside: bool) -> None:
        """Lay the mark of a changed shape under its words."""
        left = at[0] - 5 if beside else at[0] - width / 2 - 5
        svg.add(
            parent,
            "rect",
            x=left,
            y=at[1] - 12.0,
            width=width + 10,
            height=24.0,
            rx=6,
            fill=svg.CHANGED,
            class_="changed",
        )

    def _arc(
        self,
        arc: ET.Element,
        fork: float,
        joint: float,
        beside: Sequence[Item],
        name: str,
        shape: Shape | None,
    ) -> None:
        plan = self.plan
        places = list(self._spread_on_arc(beside, fork, joint))
        stops = [
            fork,
            *(edge for p in places for edge in (p.middle - p.reach, p.middle + p.reach + p.tail)),
            joint,
        ]
        for i, (start, end) in enumerate(zip(stops[::2], stops[1::2], strict=True)):
            points = [plan.at(start, plan.lane), plan.at(end, plan.lane)]
            if i == 0:
                points.insert(0, plan.at(fork))
            if end == joint:
                points.append(plan.at(joint, self._landing()))
            svg.shortcut_line(arc, points, CORNER, arrow=end == joint)
        svg.add(arc, "circle", cx=plan.at(fork)[0], cy=plan.at(fork)[1], r=5, fill=svg.SHORTCUT)
        for placed in places:
            self._item(arc, placed, plan.lane)
        middle = (fork + places[0].middle - places[0].reach + CORNER) / 2 if places else None
        self._name(middle or (fork + joint) / 2, name, None if beside else shape)

    def _landing(self) -> float:
        return (self.plan.join + 2) * (1 if self.plan.lane > 0 else -1)

    def _spread_on_arc(self, items: Sequence[Item], fork: float, joint: float) -> Iterator[Placed]:
        """Yield the arc's items: layers in its middle, the tensor towards ⊕."""
        chips = [item for item in items if isinstance(item, Chip)]
        length = sum(self.plan.space(chip) + self.plan.gap for chip in chips)
        along = fork + (joint - fork) * 0.42 - length / 2
        for chip in chips:
            space = self.plan.space(chip)
            yield Placed(chip, along + space / 2, space / 2)
            along += space + self.plan.gap
        for item in items:
            if isinstance(item, Tensor):
                tail = LABEL if self.plan.upright else 0
                yield Placed(item, fork + (joint - fork) * 0.78, self._reach(item), tail)

    def _name(self, along: float, name: str, shape: Shape | None) -> None:
        """Write what kind of shortcut this is; an identity also says what it carries."""
        x, y = self.plan.at(along, self.plan.lane)
        lines = [name, shape_text(shape)] if shape else [name]
        if self.plan.upright:
            for i, line in enumerate(lines):
                svg.write(self.root, (x - 12, y + 20 * i), line, TYPE, "shortcut", anchor="end")
        else:
            svg.write(self.root, (x, y - 16), " · ".join(lines), TYPE, "shortcut")

    def _join(
        self, joint: float, main: Sequence[Item], shortcut_shape: Shape | None, problem: bool
    ) -> None:
        """Draw ⊕ if a shortcut lands there; print at it the two shapes that do not meet."""
        if shortcut_shape is None:
            return
        svg.plus(self.root, self.plan.at(joint), self.plan.join, problem)
        if not problem:
            return
        arriving = [item for item in main if isinstance(item, Tensor) and not item.ghost][-1]
        x, y = self.plan.at(joint)
        if self.plan.upright:
            above, below = (x + 30, y - 16), (x + 30, y + 18)
        else:
            above, below = (x + 14, y - 66), (x - 22, y + 66)
        svg.write(self.root, above, shape_text(shortcut_shape), TYPE, "problem", anchor="start")
        svg.write(self.root, below, shape_text(arriving.shape), TYPE, "problem", anchor="start")

    def _travellers(
        self, fork: float, joint: float, placed: Sequence[Placed], on: bool, problem: bool
    ) -> None:
        """Send a dot along each path, to meet at ⊕ and go on as one."""
        plan, end = self.plan, placed[-1].middle - placed[-1].reach
        straight = svg.rounded([plan.at(fork), plan.at(joint)], 0)
        svg.traveller(self.root, straight, "currentColor")
        if on:
            corners = [plan.at(fork), plan.at(fork, plan.lane), plan.at(joint, plan.lane)]
            path = svg.rounded([*corners, plan.at(joint)], CORNER)
            svg.traveller(self.root, path, svg.SHORTCUT)
        if not problem:
            onwards = svg.rounded([plan.at(joint), plan.at(end)], 0)
            svg.traveller(self.root, onwards, svg.SHORTCUT if on else "currentColor", "after")


def add_class(element: ET.Element, name: str) -> ET.Element:
    """Add a class to an element and return it."""
    element.set("class", f"{element.get('class', '')} {name}".strip())
    return element
