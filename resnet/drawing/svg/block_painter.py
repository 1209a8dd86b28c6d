"""Places and draws the two paths of a block, from left to right."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from resnet.drawing.svg import pieces
from resnet.drawing.svg.pieces import Point, Shape, shape_text

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
    """Measures of one layout, in its own units."""

    width: float
    height: float
    base: float  # how deep the main path lies
    lane: float  # how far beside it the shortcut runs
    side: float  # of the largest map
    long: float  # a tensor's length, of the usual
    slot: float  # a tensor's place along the path
    label: float  # the room of its shape
    plate: float  # width of a convolution
    bar: float  # width of another layer
    tall: float  # height of both
    tall_beside: float  # on the shortcut
    type: float
    corner: float
    fork: float  # from the place where the paths part to the first layer
    join: float  # radius of ⊕
    gap: float = 4  # between layers that touch
    keyed: bool = False  # too narrow for words: filters stand above, a key names the hues

    def at(self, along: float, beside: float = 0) -> Point:
        """Return the point `along` the main path and `beside` it."""
        return along, self.base + beside

    def space(self, item: Item) -> float:
        """Return the length an item's place takes along the path, whatever it holds."""
        if isinstance(item, Tensor):
            return self.slot
        if isinstance(item, Join):
            return 2 * self.join
        return self.plate if item.kind in ("conv", "pad") else self.bar


PLANS = {
    "wide": Plan(
        width=1040,
        height=316,
        base=226,
        lane=-158,
        side=86,
        long=1,
        slot=80,
        label=94,
        plate=86,
        bar=25,
        tall=96,
        tall_beside=96,
        type=16,
        corner=44,
        fork=24,
        join=17,
    ),
    "narrow": Plan(
        width=372,
        height=236,
        base=148,
        lane=-96,
        side=32,
        long=0.5,
        slot=24,
        label=71,
        plate=14,
        bar=9,
        tall=48,
        tall_beside=30,
        type=12.5,
        corner=24,
        fork=12,
        join=11,
        keyed=True,
        gap=2,
    ),
}


@dataclass(frozen=True)
class Placed:
    """An item with its middle along the path and the length it covers."""

    item: Item
    middle: float
    reach: float  # half of what is drawn along


class Painter:
    """Draws a block's items into `root` at `scale` units a pixel."""

    def __init__(self, root: ET.Element, plan: Plan, scale: float, changed: frozenset[str]):
        self.root, self.plan, self.scale, self.changed = root, plan, scale, changed
        self.row_end = 0.0  # how far the row of shapes under the main path is written

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
        fork = placed[parting + 1].middle - placed[parting + 1].reach - self.plan.fork
        joint = next(p for p in placed if isinstance(p.item, Join)).middle
        on = shortcut_shape is not None
        arc = add_class(pieces.add(self.root, "g"), "arc" if on else "arc off")
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
        if self.plan.keyed:
            self._key([*main, *beside])

    def _spread(self, items: Sequence[Item], parting: int) -> Iterator[Placed]:
        """Yield the items placed along the whole length; free length goes into the gaps."""
        touching = [isinstance(a, Chip) and isinstance(b, Chip) for a, b in pairwise(items)]
        touching[parting] = False
        free = self.plan.width - sum(self.plan.space(item) for item in items)
        free -= self.plan.gap * sum(touching) + self.plan.fork
        gap = free / (touching.count(False) + 1)
        along = gap / 2
        for i, (item, touches) in enumerate(zip(items, [*touching, False], strict=True)):
            space = self.plan.space(item)
            yield Placed(item, along + space / 2, self._reach(item))
            along += space + (self.plan.gap if touches else gap) + self.plan.fork * (i == parting)

    def _reach(self, item: Item) -> float:
        if isinstance(item, Tensor):
            return pieces.box_size(item.shape, self.scale, self.plan.long)[0] / 2
        return self.plan.space(item) / 2

    def _link(self, one: Placed, following: Placed, faded: bool) -> None:
        length = following.middle - following.reach - one.middle - one.reach
        group = pieces.add(self.root, "g")
        if faded:
            add_class(group, "off")
        start = self.plan.at(one.middle + one.reach)
        end = self.plan.at(following.middle - following.reach)
        pieces.line(group, start, end, arrow=length > self.plan.gap + 1)

    def _item(self, parent: ET.Element, placed: Placed, beside: float) -> None:
        item, centre = placed.item, self.plan.at(placed.middle, beside)
        if isinstance(item, Chip):
            self._chip(parent, item, centre, self.plan.tall_beside if beside else self.plan.tall)
        elif isinstance(item, Tensor):
            pieces.tensor(parent, centre, item.shape, self.scale, item.ghost, self.plan.long)
            self._shape(parent, item, centre)

    def _chip(self, parent: ET.Element, item: Chip, centre: Point, tall: float) -> None:
        within, above = ((), item.words[1:]) if self.plan.keyed else (item.words, ())
        group = pieces.chip(parent, centre, (self.plan.space(item), tall), item.kind, within)
        for i, word in enumerate(reversed(above)):
            at = (centre[0] - self.plan.plate / 2, centre[1] - tall / 2 - 8 - 13 * i)
            pieces.write(group, at, word, self.plan.type - 0.5, anchor="start")
        if item.faded:
            add_class(group, "off")

    def _shape(self, parent: ET.Element, item: Tensor, centre: Point) -> None:
        text = "?" if item.ghost else shape_text(item.shape)
        size = min(self.plan.type, self.plan.label / (WIDEST_TYPE * len(text)))
        width = size * WIDEST_TYPE * len(text)
        x = min(max(centre[0], width / 2 + 1), self.plan.width - width / 2 - 1)
        in_row = self.plan.keyed and centre[1] == self.plan.base  # under the plates, all of them
        tall = self.plan.tall if in_row else pieces.box_size(item.shape, self.scale)[1]
        y = centre[1] + tall / 2 + self.plan.type * 0.95
        if in_row:
            y += size * 1.1 if x - width / 2 < self.row_end else 0
            self.row_end = x + width / 2
        at = (x, y)
        if self.changed & item.made_by:
            self._mark(parent, at, width)
        pieces.write(parent, at, text, size)

    def _mark(self, parent: ET.Element, at: Point, width: float) -> None:
        """Lay the mark of a changed shape under its words."""
        tall = 1.5 * self.plan.type
        pieces.add(
            parent,
            "rect",
            x=at[0] - width / 2 - 5,
            y=at[1] - tall / 2,
            width=width + 10,
            height=tall,
            rx=6,
            fill=pieces.CHANGED,
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
            *(edge for p in places for edge in (p.middle - p.reach, p.middle + p.reach)),
            joint,
        ]
        for i, (start, end) in enumerate(zip(stops[::2], stops[1::2], strict=True)):
            points = [plan.at(start, plan.lane), plan.at(end, plan.lane)]
            if i == 0:
                points.insert(0, plan.at(fork))
            if end == joint:
                points.append(plan.at(joint, -plan.join - 2))
            pieces.shortcut_line(arc, points, plan.corner, arrow=end == joint)
        pieces.add(
            arc, "circle", cx=plan.at(fork)[0], cy=plan.at(fork)[1], r=5, fill=pieces.SHORTCUT
        )
        for placed in places:
            self._item(arc, placed, plan.lane)
        if places:
            self._name(places[0].middle - places[0].reach - 8, name, "end")
        else:
            label = f"{name} · {shape_text(shape)}" if shape else name
            self._name((fork + joint) / 2, label, "middle")

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
                yield Placed(item, fork + (joint - fork) * 0.78, self._reach(item))

    def _name(self, along: float, words: str, anchor: str) -> None:
        """Write over the arc what kind of shortcut this is."""
        x, y = self.plan.at(along, self.plan.lane)
        pieces.write(self.root, (x, y - self.plan.type), words, self.plan.type, "shortcut", anchor)

    def _join(
        self, joint: float, main: Sequence[Item], shortcut_shape: Shape | None, problem: bool
    ) -> None:
        """Draw ⊕ if a shortcut lands there; print at it the two shapes that do not meet."""
        if shortcut_shape is None:
            return
        pieces.plus(self.root, self.plan.at(joint), self.plan.join, problem)
        if not problem:
            return
        arriving = [item for item in main if isinstance(item, Tensor) and not item.ghost][-1]
        x, y = self.plan.at(joint)
        size, end = self.plan.type, self.plan.width - 1
        if self.plan.keyed:  # the rows that are free there, whatever the two shapes' length
            above, below, anchor = (end, y + self.plan.lane + 34), (end, y + 49), "end"
        else:
            above, below, anchor = (x + 14, y - 66), (x - 22, y + 66), "start"
        pieces.write(self.root, above, shape_text(shortcut_shape), size, "problem", anchor)
        pieces.write(self.root, below, shape_text(arriving.shape), size, "problem", anchor)

    def _key(self, items: Sequence[Item]) -> None:
        """Name the hues of the layers along the drawing's foot."""
        names = {item.kind: item.words[0] for item in items if isinstance(item, Chip)}
        key = pieces.add(self.root, "g", class_="key")
        x, y = 1.0, self.plan.height - 12
        for kind, name in names.items():
            pieces.chip(key, (x + 5, y), (10, 14), kind, ())
            pieces.write(key, (x + 15, y), name, self.plan.type, anchor="start")
            x += 30 + self.plan.type * 0.55 * sum(1 + (letter > "⺀") for letter in name)

    def _travellers(
        self, fork: float, joint: float, placed: Sequence[Placed], on: bool, problem: bool
    ) -> None:
        """Send a dot along each path, to meet at ⊕ and go on as one."""
        plan, end = self.plan, placed[-1].middle - placed[-1].reach
        straight = pieces.rounded([plan.at(fork), plan.at(joint)], 0)
        pieces.traveller(self.root, straight, "currentColor")
        if on:
            corners = [plan.at(fork), plan.at(fork, plan.lane), plan.at(joint, plan.lane)]
            path = pieces.rounded([*corners, plan.at(joint)], plan.corner)
            pieces.traveller(self.root, path, pieces.SHORTCUT)
        if not problem:
            onwards = pieces.rounded([plan.at(joint), plan.at(end)], 0)
            pieces.traveller(self.root, onwards, pieces.SHORTCUT if on else "currentColor", "after")


def add_class(element: ET.Element, name: str) -> ET.Element:
    """Add a class to an element and return it."""
    element.set("class", f"{element.get('class', '')} {name}".strip())
    return element
