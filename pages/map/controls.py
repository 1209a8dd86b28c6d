"""The controls of the map: which net, what is unfolded, what was clicked, what to download."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from resnet.drawing.numbers import memory
from resnet.language import current_language, translate
from resnet.language import translate as _
from resnet.models.registry import architecture, architectures

if TYPE_CHECKING:  # importing them for real would import Keras
    from resnet.analysis.cost import LayerCost
    from resnet.drawing.map.cell_facts import Overlay
    from resnet.drawing.map.dot import Format
    from resnet.drawing.map.graph import Graph


@dataclass(frozen=True)
class Choice:
    """What the learner chose to look at."""

    net: str
    side: int | None
    classes: int | None
    overlay: "Overlay"
    search: str
    twin: bool


def choose() -> Choice:
    """Draw the controls and return the choice."""
    names = [net.name for net in architectures()]
    st.session_state.setdefault("map_net", "resnet50")
    net = st.selectbox(
        _("Net"),
        names,
        format_func=lambda name: translate(architecture(name).title),
        key="map_net",
        bind="query-params",
        help=architecture(st.session_state["map_net"]).description
        if st.session_state["map_net"] in names
        else None,
    )
    overlays: dict[Overlay, str] = {
        "kind": _("kind of layer"),
        "parameters": _("parameters"),
        "multiply_adds": _("multiply-adds"),
        "memory": _("memory"),
        "receptive_field": _("receptive field"),
    }
    overlay = st.selectbox(
        _("Colour shows"),
        list(overlays),
        format_func=overlays.__getitem__,
        key="map_overlay",
        bind="query-params",
        help=_("What the colour of a cell stands for."),
    )
    search = st.text_input(
        _("Find a layer"),
        key="map_search",
        bind="query-params",
        max_chars=60,
        placeholder="res4b",
        help=_("Part of a layer's name; its block unfolds."),
    )
    twin = st.toggle(
        _("Plain twin below"),
        key="map_twin",
        bind="query-params",
        help=_("The same net with every shortcut left out."),
    )
    with st.expander(_("Input and classes")):
        side, classes = _input_and_classes(net)
    return Choice(net, side, classes, overlay, search, twin)


def _input_and_classes(net: str) -> tuple[int | None, int | None]:
    side = st.number_input(
        _("Input height and width"),
        8,
        512,
        None,
        key="map_side",
        bind="query-params",
        placeholder=str(architecture(net).input_shape[0]),
    )
    classes = st.number_input(
        _("Classes"),
        2,
        1000,
        None,
        key="map_classes",
        bind="query-params",
        placeholder=str(architecture(net).classes),
    )
    return side, classes


def outline(graph: "Graph") -> str:
    """Say in a sentence what the map shows: blocks in stages under arcs, or stages of layers."""
    stages = {layer.stage for layer in graph.layers if layer.stage.startswith("stage")}
    blocks = {(layer.stage, layer.block) for layer in graph.layers if layer.block}
    if any(layer.kind == "add" for layer in graph.layers):
        return _(
            "{blocks} blocks in {stages} stages, one arc over each. Unfold a stage, then a block."
        ).format(blocks=len(blocks), stages=len(stages))
    if stages:
        return _("{stages} stages, no shortcuts. Unfold a stage.").format(stages=len(stages))
    return _("One layer after another, no shortcuts.")


def weighted_layers(costs: Sequence["LayerCost"]) -> int:
    """Return how many convolutions and dense layers stand on the main path."""
    return sum(cost.kind in ("conv", "dense") and cost.role != "projection" for cost in costs)


def choose_unfolded(graph: "Graph", found: frozenset[str]) -> frozenset[str]:
    """Let the learner unfold stages and blocks by name; what a search found unfolds by itself."""
    groups = graph.groups()
    st.session_state["map_open"] = [
        group for group in st.session_state.get("map_open", []) if group in groups
    ]
    chosen = st.multiselect(
        _("Unfolded"),
        groups,
        key="map_open",
        bind="query-params",
        placeholder=_("Click the map, or choose here"),
        help=_("Stages and blocks that show what is inside them."),
    )
    return frozenset(chosen) | graph.groups_of(found)


def choose_layer(graph: "Graph") -> str | None:
    """Let the learner pick the layer whose facts are shown."""
    names = [node.id for node in graph.nodes]
    if st.session_state.get("map_layer") not in names:
        st.session_state["map_layer"] = None
    return st.selectbox(
        _("Layer"),
        names,
        key="map_layer",
        bind="query-params",
        placeholder=_("Click the map, or choose here"),
        help=_("Its facts stand under the map."),
    )


def on_click() -> None:
    """Unfold or fold the clicked group, or select the clicked layer."""
    points = st.session_state["map_figure"].selection.points
    if not points:
        return
    clicked, is_group = points[0]["customdata"][:2]
    if not is_group:
        st.session_state["map_layer"] = clicked
        return
    unfolded = set(st.session_state.get("map_open", []))
    inside = {group for group in unfolded if group.startswith(f"{clicked}/")}
    unfolded = unfolded - inside - {clicked} if clicked in unfolded else unfolded | {clicked}
    st.session_state["map_open"] = sorted(unfolded)


def show_details(costs: Sequence["LayerCost"], graph: "Graph", name: str | None) -> None:
    """Show the facts of the selected layer."""
    cost = next((cost for cost in costs if cost.name == name), None)
    if cost is None:
        return
    with st.container(border=True):
        st.markdown(f"**{cost.name}** · {cost.kind}")
        with st.container(horizontal=True):
            st.metric(_("Output"), "×".join(map(str, cost.output_shape)))
            st.metric(_("Parameters"), f"{cost.parameters:,}")
            st.metric(_("Multiply-adds"), f"{cost.multiply_adds:,}")
            st.metric(_("Memory"), memory(cost.activation_bytes))
            st.metric(
                _("Receptive field"),
                _("whole input") if cost.receptive_field is None else str(cost.receptive_field),
            )
        followers = [edge.target for edge in graph.edges if edge.source == cost.name]
        st.caption(
            _("Takes {inputs}; feeds {outputs}.").format(
                inputs=", ".join(cost.inputs) or _("the image"),
                outputs=", ".join(followers) or _("the answer"),
            )
        )


def offer_downloads(net: str, graph: "Graph", unfolded: frozenset[str]) -> None:
    """Offer the graph as DOT, and as SVG and PNG: by Graphviz, or the ribbon as it is unfolded."""
    from resnet.drawing.map.dot import dot_source, graphviz_available
    from resnet.drawing.map.graph import fold

    drawn = graph if graphviz_available() else fold(graph, unfolded)
    with st.container(horizontal=True):
        st.download_button("DOT", dot_source(graph), f"{net}.dot", "text/vnd.graphviz")
        files: dict[Format, str] = {"svg": "image/svg+xml", "png": "image/png"}
        for kind, mime in files.items():
            st.download_button(
                kind.upper(),
                _rendered(f"{net} {[n.id for n in drawn.nodes]}", kind, current_language(), drawn),
                f"{net}.{kind}",
                mime,
                on_click="ignore",
            )
    if not graphviz_available():
        st.caption(
            _(
                "SVG and PNG show the map as it is unfolded; with Graphviz on the server they show "
                "every layer."
            )
        )


@st.cache_data(max_entries=16, show_spinner=False)
def _rendered(named: str, kind: "Format", language: str, _graph: "Graph") -> bytes:
    """Draw a graph; the names of its nodes stand for it in the cache."""
    from resnet.drawing.map.dot import graphviz_available, render
    from resnet.drawing.map.ribbon_file import ribbon_file

    return (render if graphviz_available() else ribbon_file)(_graph, kind)
