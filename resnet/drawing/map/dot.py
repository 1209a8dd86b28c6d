"""A graph in Graphviz's language, and as SVG or PNG where Graphviz is installed."""

import shutil
from typing import Literal

import pydot

from resnet.drawing.map.graph import Graph, Node, node_colour, stage_label
from resnet.drawing.palette import Palette, Theme, mix, palette
from resnet.drawing.svg.pieces import shape_text
from resnet.errors import LabError
from resnet.language import translate as _

Format = Literal["svg", "png"]

_FONT = "Source Sans 3,Noto Sans CJK SC,sans-serif"


def to_dot(graph: Graph, theme: Theme = "light") -> pydot.Dot:
    """Return the graph top to bottom, a cluster a stage, shortcuts green.

    Nodes are n0, n1, …; names of layers stand only in escaped, quoted labels.
    """
    colours = palette(theme)
    dot = pydot.Dot("net", rankdir="TB", bgcolor=_quoted("transparent"))
    dot.set_node_defaults(
        shape="box",
        style=_quoted("rounded,filled"),
        fontname=_quoted(_FONT),
        fontsize="12",
        fontcolor=_quoted(colours.ink),
    )
    dot.set_edge_defaults(color=_quoted(colours.ink), arrowsize="0.7")
    ids = {node.id: f"n{i}" for i, node in enumerate(graph.nodes)}
    clusters: dict[str, pydot.Graph] = {"": dot}
    for node in graph.nodes:
        if node.stage and node.kind != "stage" and node.stage not in clusters:
            cluster = _cluster(len(clusters), node.stage, colours)
            dot.add_subgraph(cluster)  # type: ignore[arg-type]  # pydot types it too narrowly
            clusters[node.stage] = cluster
        clusters.get(node.stage, dot).add_node(_dot_node(ids[node.id], node, colours))
    for edge in graph.edges:
        arrow = pydot.Edge(ids[edge.source], ids[edge.target])
        if edge.kind == "shortcut":
            arrow.set("color", _quoted(colours.shortcut))
            arrow.set("penwidth", "3")
        dot.add_edge(arrow)
    return dot


def dot_source(graph: Graph, theme: Theme = "light") -> str:
    """Return the graph as DOT text; needs no Graphviz."""
    return to_dot(graph, theme).to_string()


def graphviz_available() -> bool:
    """Return whether Graphviz's `dot` can be run here."""
    return shutil.which("dot") is not None


def render(graph: Graph, kind: Format, theme: Theme = "light") -> bytes:
    """Return the graph as an SVG or PNG file. Raises LabError without Graphviz."""
    if not graphviz_available():
        raise LabError(
            _(
                "Drawing a graph as {kind} needs Graphviz, and its program “dot” was not found: "
                "install Graphviz (on Debian and Ubuntu: apt install graphviz), or take DOT."
            ).format(kind=kind.upper())
        )
    drawn = to_dot(graph, theme).create(format=kind)
    return drawn if isinstance(drawn, bytes) else drawn.encode()


def _cluster(number: int, stage: str, colours: Palette) -> pydot.Cluster:
    return pydot.Cluster(
        f"s{number}",
        label=_quoted(stage_label(stage)),
        labeljust="l",
        style=_quoted("rounded"),
        color=_quoted(colours.grid),
        fontname=_quoted(_FONT),
        fontcolor=_quoted(colours.muted),
    )


def _dot_node(id: str, node: Node, colours: Palette) -> pydot.Node:
    hue = node_colour(node, colours)
    return pydot.Node(
        id,
        label=_quoted(_label(node)),
        color=_quoted(hue),
        fillcolor=_quoted(mix(hue, colours.paper, 0.2)),
    )


def _label(node: Node) -> str:
    """Return the node's name over the shape it gives."""
    name = node.label
    if node.kind == "block":
        name = _("block {name}").format(name=node.label)
    return f"{name}\n{shape_text(node.layers[-1].output_shape)}"


def _quoted(text: str) -> str:
    """Return text as a DOT string: pydot passes what is already quoted through as it is."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    lines = ("".join(c for c in line if c.isprintable()) for line in escaped.split("\n"))
    return '"' + "\\n".join(lines) + '"'
