"""A model as nodes and edges that fold by stage and block, with its shortcuts found."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from resnet.drawing.palette import Palette
from resnet.language import mark, translate

if TYPE_CHECKING:
    import keras

    from resnet.analysis.cost import LayerCost

_STAGE = mark("stage {number}")
_BLOCK, _BLOCKS = mark("1 block"), mark("{count} blocks")
_NAMED_STAGES = {"stem": mark("stem"), "head": mark("head")}


@dataclass(frozen=True)
class Node:
    """A layer, or a folded block or stage, with the costs of every layer in it.

    kind is a layer's kind (LayerCost), "block" or "stage".
    """

    id: str
    label: str
    kind: str
    stage: str
    block: str
    layers: tuple["LayerCost", ...]

    @property
    def is_group(self) -> bool:
        """Return whether this is a folded block or stage."""
        return self.kind in ("block", "stage")


@dataclass(frozen=True)
class Edge:
    """Source feeds target."""

    source: str
    target: str
    kind: Literal["main", "shortcut"]


@dataclass(frozen=True)
class Graph:
    """Nodes from input to output, and edges; `name` is the model's."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    name: str = ""

    @cached_property
    def layers(self) -> tuple["LayerCost", ...]:
        """Every layer, input → output, however the graph is folded."""
        return tuple(layer for node in self.nodes for layer in node.layers)

    def groups(self) -> list[str]:
        """Return the ids of every stage and block in order: "stage2", "stage2/a", …"""
        return list(dict.fromkeys(group for layer in self.layers for group in groups_of(layer)))

    def groups_of(self, layer_names: Iterable[str]) -> frozenset[str]:
        """Return the stages and blocks that must unfold before these layers show."""
        wanted = frozenset(layer_names)
        return frozenset(
            group for layer in self.layers if layer.name in wanted for group in groups_of(layer)
        )


def groups_of(layer: "LayerCost") -> list[str]:
    """Return the ids of the stage and the block a layer belongs to, outermost first."""
    if not layer.stage:
        return []
    return [layer.stage, f"{layer.stage}/{layer.block}"] if layer.block else [layer.stage]


def stage_label(stage: str) -> str:
    """Return a stage's name in words: "stage 3", "stem"."""
    if stage in _NAMED_STAGES:
        return translate(_NAMED_STAGES[stage])
    return translate(_STAGE).format(number=stage.removeprefix("stage"))


def block_count(count: int) -> str:
    """Return how many blocks a stage has, in words."""
    return translate(_BLOCKS).format(count=count) if count != 1 else translate(_BLOCK)


def node_colour(node: Node, colours: Palette) -> str:
    """Return a layer's hue, or that of residual or plain nets for a folded block or stage."""
    if not node.is_group:
        return colours.kinds[node.kind]
    if node.stage in _NAMED_STAGES:
        return colours.kinds["other"]
    return colours.net(plain=not any(layer.kind == "add" for layer in node.layers))


def model_graph(model: "keras.Model") -> Graph:
    """Return a model layer by layer. Its input size must be fixed."""
    from resnet.analysis.cost import layer_costs

    costs = layer_costs(model)
    nodes = tuple(
        Node(cost.name, cost.name, cost.kind, cost.stage, cost.block, (cost,)) for cost in costs
    )
    shortcuts = shortcut_edges({cost.name: cost for cost in costs})
    edges = tuple(
        Edge(source, cost.name, "shortcut" if (source, cost.name) in shortcuts else "main")
        for cost in costs
        for source in cost.inputs
    )
    return Graph(nodes, edges, model.name)


def shortcut_edges(costs: Mapping[str, "LayerCost"]) -> frozenset[tuple[str, str]]:
    """Return the edges, as (source, target), that lie on a shortcut.

    Where two paths meet in an addition, the shortcut is the one with fewer convolutions since
    they parted. It is found from the connections alone, whatever the layers are called.
    """
    edges: set[tuple[str, str]] = set()
    for cost in costs.values():
        if cost.kind == "add" and len(cost.inputs) == 2:
            paths = [_way_back(name, costs) for name in cost.inputs]
            fork = next(name for name in paths[0] if name in paths[1])
            branches = [path[: path.index(fork) + 1] for path in paths]
            shortcut = min(branches, key=lambda branch: _weight(branch[:-1], costs))
            chain = [cost.name, *shortcut]
            edges |= {(source, target) for target, source in pairwise(chain)}
    return frozenset(edges)


def _way_back(name: str, costs: Mapping[str, "LayerCost"]) -> list[str]:
    """Return the layers from `name` to the input; two paths have met before any addition."""
    path = [name]
    while inputs := costs[path[-1]].inputs:
        path.append(inputs[0])
    return path


def _weight(branch: list[str], costs: Mapping[str, "LayerCost"]) -> tuple[int, int]:
    return sum(costs[name].kind == "conv" for name in branch), len(branch)


def fold(graph: Graph, unfolded: frozenset[str]) -> Graph:
    """Fold every stage and block that is not in `unfolded` into one node.

    A block shows its layers when it and its stage are unfolded. Edges between the same nodes
    merge; a merged edge is a shortcut only if every edge in it was.
    """
    place = {node.id: _folded_into(node, unfolded) for node in graph.nodes}
    members: dict[str, list[Node]] = {}
    for node in graph.nodes:
        members.setdefault(place[node.id], []).append(node)
    kinds: dict[tuple[str, str], set[str]] = {}
    for edge in graph.edges:
        ends = place[edge.source], place[edge.target]
        if ends[0] != ends[1]:
            kinds.setdefault(ends, set()).add(edge.kind)
    return Graph(
        tuple(_merged(id, nodes) for id, nodes in members.items()),
        tuple(
            Edge(*ends, "shortcut" if found == {"shortcut"} else "main")
            for ends, found in kinds.items()
        ),
        graph.name,
    )


def _folded_into(node: Node, unfolded: frozenset[str]) -> str:
    closed = (group for group in groups_of(node.layers[0]) if group not in unfolded)
    return next(closed, node.id)


def _merged(id: str, nodes: list[Node]) -> Node:
    if [node.id for node in nodes] == [id]:
        return nodes[0]
    layers = tuple(layer for node in nodes for layer in node.layers)
    first = nodes[0]
    if "/" in id:
        return replace(first, id=id, label=first.block, kind="block", layers=layers)
    return replace(
        first, id=id, label=stage_label(first.stage), kind="stage", block="", layers=layers
    )
