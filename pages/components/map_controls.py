"""The controls of the map: which net, what is unfolded, what was clicked, what to download."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from resnet.language import current_language, translate
from resnet.language import translate as _
from resnet.models.registry import architecture, architectures

if TYPE_CHECKING:  # importing them for real would import Keras
    from resnet.analysis.cost import LayerCost
    from resnet.drawing.graph import Graph


@dataclass(frozen=True)
class Choice:
    """What the learner chose to look at."""

    net: str
    side: int | None
    classes: int | None
    overlay: str
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
    overlays = {
        "kind": _("kind of layer"),
        "parameters": _("parameters"),
        "multiply_adds": _("multiply-adds"),
        "memory": _("memory"),
        "receptive_field": _("receptive field"),
    }
    overlay = st.selectbox(
        _("Colour shows"),
        list(overlays),
        format_func=overlays.get,
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
        side = st.number_input(
            _("Input height and width"), 8, 512, None, key="map_side", bind="query-params",
            placeholder=str(architecture(net).input_shape[0]),
        )  # fmt: skip
        classes = st.number_input(
            _("Classes"), 2, 1000, None, key="map_classes", bind="query-params",
            placeholder=str(architecture(net).classes),
        )  # fmt: skip
    return Choice(net, side, classes, overlay, search, twin)


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


def show_details(costs: list["LayerCost"], graph: "Graph", name: str | None) -> None:
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
            st.metric(_("Memory"), f"{cost.activation_bytes / 1024:,.0f} KiB")
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


def offer_downloads(net: str, graph: "Graph") -> None:
    """Offer the graph as DOT, and as SVG and PNG where Graphviz is installed."""
    from resnet.drawing.dot import dot_source, graphviz_available

    with st.container(horizontal=True):
        st.download_button("DOT", dot_source(graph), f"{net}.dot", "text/vnd.graphviz")
        if graphviz_available():
            for kind, mime in (("svg", "image/svg+xml"), ("png", "image/png")):
                st.download_button(
                    kind.upper(),
                    _rendered(net, kind, current_language(), graph),
                    f"{net}.{kind}",
                    mime,
                    on_click="ignore",
                )
    if not graphviz_available():
        st.caption(_("SVG and PNG need Graphviz on the server: install the package graphviz."))


@st.cache_data(max_entries=16, show_spinner=False)
def _rendered(net: str, kind: str, language: str, _graph: "Graph") -> bytes:
    """Draw with Graphviz; the net's name stands for its graph in the cache."""
    from resnet.drawing.dot import render

    return render(_graph, kind)
