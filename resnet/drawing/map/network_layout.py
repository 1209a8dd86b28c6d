"""Where the cells and arcs of a net's ribbon stand; lengths are in units of one block."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from resnet.drawing.map.graph import Graph, Node, groups_of

Point = tuple[float, float]

GAP = 0.12
LEAST_SHARE = 0.085  # of the whole length, for a folded stage: so that its name has room
LEAST_HEIGHT = 0.1
LANE = 0.24  # of an arc over the cells it spans
SHORTCUT_LAYERS = ("projection", "pad")
_DEPTH = {"stage": 0, "block": 1}  # how many of a cell's groups are open
_UNIT = {"stage": 2.0, "block": 1.0}


@dataclass(frozen=True)
class RibbonCell:
    """A node as a rectangle with its middle at (x, y)."""

    node: Node
    x: float
    y: float
    width: float
    height: float

    @property
    def left(self) -> float:
        """The left edge."""
        return self.x - self.width / 2

    @property
    def right(self) -> float:
        """The right edge."""
        return self.x + self.width / 2

    @property
    def top(self) -> float:
        """The upper edge."""
        return self.y + self.height / 2

    def joints(self) -> list[float]:
        """Return where one block of a folded stage ends and the next begins."""
        blocks = len({layer.block for layer in self.node.layers if layer.block})
        folded = blocks if self.node.kind == "stage" else 0
        return [self.left + i * self.width / folded for i in range(1, folded)]


@dataclass(frozen=True)
class Arc:
    """A shortcut from one point to another, as high as `peak`; `growing` if it has layers."""

    start: Point
    end: Point
    peak: float
    growing: bool

    def points(self) -> Iterator[Point]:
        """Yield points along an arch: upright at its feet, flat on top."""
        count = 11 if self.end[0] - self.start[0] < 1.5 else 31
        middle, reach = (self.start[0] + self.end[0]) / 2, (self.end[0] - self.start[0]) / 2
        for i in range(count):
            angle = math.pi * (1 - i / (count - 1))
            foot = self.start[1] if i < count / 2 else self.end[1]
            flat = math.copysign(abs(math.cos(angle)) ** 0.7, math.cos(angle))
            yield (
                round(middle + reach * flat, 3),
                round(foot + (self.peak - foot) * math.sin(angle) ** 0.7, 3),
            )

    @property
    def crown(self) -> Point:
        """The highest point."""
        return (self.start[0] + self.end[0]) / 2, self.peak


@dataclass(frozen=True)
class Ribbon:
    """A net laid out from left to right around the height y = `base`."""

    cells: tuple[RibbonCell, ...]
    arcs: tuple[Arc, ...]
    base: float

    @property
    def length(self) -> float:
        """The right end of the ribbon."""
        return max(cell.right for cell in self.cells)

    def open_groups(self) -> list[tuple[str, float, float]]:
        """Return (id, left, right) of each stage and block that shows what is inside it."""
        open_groups: dict[str, list[RibbonCell]] = {}
        for cell in self.cells:
            closed = _DEPTH.get(cell.node.kind, 2)
            for group in groups_of(cell.node.layers[0])[:closed]:
                open_groups.setdefault(group, []).append(cell)
        return [
            (group, min(cell.left for cell in cells), max(cell.right for cell in cells))
            for group, cells in open_groups.items()
        ]


def ribbon(graph: Graph, base: float = 0.0, beside: Ribbon | None = None) -> Ribbon:
    """Lay out a graph; with `beside`, cells that both have stand under each other."""
    branch = branch_nodes(graph)
    path = [node for node in graph.nodes if node.id not in branch]
    sides = [side(node) for node in path]
    widths = _widths(path)
    known = {cell.node.id: cell for cell in beside.cells} if beside else {}
    cells, x = [], 0.0
    for node, width, tall in zip(path, widths, sides, strict=True):
        height = max(math.sqrt(tall / max(sides)), LEAST_HEIGHT)
        cells.append(RibbonCell(node, x + width / 2, base, width, height))
        x += width + GAP
    if known and all(cell.node.id in known for cell in cells):
        twins = [known[cell.node.id] for cell in cells]
        cells = [
            replace(c, x=twin.x, width=twin.width) for c, twin in zip(cells, twins, strict=True)
        ]
    spans = list(_spans(graph, branch, {cell.node.id: cell for cell in cells}, cells))
    lifted = [cell for arc, members in spans for cell in _on_arc(arc, members, cells)]
    arcs = [arc for cell in cells for arc in _folded_arcs(cell)] + [arc for arc, _nodes in spans]
    return Ribbon((*cells, *lifted), tuple(arcs), base)


def side(node: Node) -> int:
    """Return the height in pixels of what a node gives; 1 after the last pooling."""
    shape = node.layers[-1].output_shape
    return shape[0] if len(shape) == 3 else 1


def branch_nodes(graph: Graph) -> frozenset[str]:
    """Return the nodes that stand on a shortcut: every edge of theirs is one."""
    main = {end for e in graph.edges if e.kind == "main" for end in (e.source, e.target)}
    shortcut = {end for e in graph.edges if e.kind == "shortcut" for end in (e.source, e.target)}
    return frozenset(shortcut - main)


def _widths(nodes: Sequence[Node]) -> list[float]:
    """Return widths that follow the channels, a folded stage never too small for its name."""
    widths = []
    for node in nodes:
        channels = node.layers[-1].output_shape[-1]
        unit = _UNIT.get(node.kind, 0.5)
        widths.append(unit * min(0.6 + 0.08 * math.log2(channels), 1.5))
    for _round in range(8):  # widening a stage lengthens the whole; this settles quickly
        least = LEAST_SHARE * sum(widths)
        widths = [
            max(width, least) if node.kind == "stage" else width
            for node, width in zip(nodes, widths, strict=True)
        ]
    return widths


def _folded_arcs(cell: RibbonCell) -> Iterator[Arc]:
    """Yield one arc for each addition inside a folded cell, side by side over it."""
    additions = [layer for layer in cell.node.layers if layer.kind == "add"]
    if not cell.node.is_group or not additions:
        return
    growing = {layer.block for layer in cell.node.layers if layer.role in SHORTCUT_LAYERS}
    step = cell.width / len(additions)
    for i, layer in enumerate(additions):
        left, right = cell.left + (i + 0.14) * step, cell.left + (i + 0.86) * step
        peak = cell.top + min(LANE, 0.35 * step + 0.06)
        yield Arc((left, cell.top), (right, cell.top), peak, layer.block in growing)


def _spans(
    graph: Graph, branch: frozenset[str], at: Mapping[str, RibbonCell], cells: Sequence[RibbonCell]
) -> Iterator[tuple[Arc, list[Node]]]:
    """Yield the arc of every shortcut that shows, with the nodes that stand on it."""
    source = {e.target: e.source for e in graph.edges if e.kind == "shortcut"}
    nodes = {node.id: node for node in graph.nodes}
    for end in (id for id in source if id not in branch):
        members: list[Node] = []
        start = source[end]
        while start in branch:
            members.insert(0, nodes[start])
            start = source[start]
        first, last = at[start], at[end]
        under = [cell.top for cell in cells if first.x <= cell.x <= last.x]
        peak = max(under) + LANE + (0.1 if members else 0)
        feet = (first.right + GAP / 2, first.y), (last.x, last.top)
        yield Arc(*feet, peak, growing=False), members


def _on_arc(arc: Arc, nodes: Sequence[Node], cells: Sequence[RibbonCell]) -> Iterator[RibbonCell]:
    width = 0.6
    left = arc.crown[0] - (len(nodes) * (width + GAP) - GAP) / 2
    for i, node in enumerate(nodes):
        yield RibbonCell(node, left + width / 2 + i * (width + GAP), arc.peak, width, 0.17)
