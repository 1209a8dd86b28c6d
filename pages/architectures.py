"""Open a net like a map: fold and unfold it, search it, see what every layer costs."""

from typing import TYPE_CHECKING, NamedTuple

import streamlit as st

from pages.components import frame
from pages.components.charts import chart
from pages.components.expectation import expect
from pages.components.tables import show_costs
from pages.map import controls as map_controls
from pages.map.controls import Choice
from pages.server.startup import wait_for_keras
from resnet.drawing.numbers import compact
from resnet.errors import LabError
from resnet.language import translate
from resnet.language import translate as _
from resnet.models.registry import architecture

if TYPE_CHECKING:  # importing them for real would import Keras
    from resnet.analysis.cost import ModelCost
    from resnet.drawing.map.graph import Graph


RESNET_50 = "resnet50"


class Map(NamedTuple):
    """A net's graph and what it costs, and the graph of its plain twin where it is wanted."""

    graph: "Graph"
    total: "ModelCost"
    twin: "Graph | None"


@st.cache_resource(max_entries=64, show_spinner=_("Building the net…"))
def mapped(
    name: str, side: int | None, classes: int | None, shortcut: bool | None
) -> "tuple[Graph, ModelCost]":
    """Read a net and return its graph and what it costs; the net itself is dropped."""
    from resnet.analysis.cost import model_cost
    from resnet.backend import without_values
    from resnet.drawing.map.graph import model_graph
    from resnet.models.registry import build

    input_shape = (side, side, architecture(name).input_shape[2]) if side else None
    model = without_values(build, name, input_shape, classes, shortcut=shortcut)
    return model_graph(model), model_cost(model)


def read(choice: Choice) -> Map:
    """Return the map of the chosen net; the page ends with a sentence where it cannot be built."""
    try:
        graph, total = mapped(choice.net, choice.side, choice.classes, None)
        twin = mapped(choice.net, choice.side, choice.classes, False)[0] if choice.twin else None
    except LabError as error:
        st.error(str(error), icon=":material/block:")
        st.stop()
    return Map(graph, total, twin)


def matching(total: "ModelCost", text: str) -> frozenset[str]:
    """Return the layers whose name contains the searched text."""
    text = text.strip().lower()
    return frozenset(cost.name for cost in total.layers if text and text in cost.name.lower())


def show_ribbon(
    shown: Map,
    choice: Choice,
    found: frozenset[str],
    unfolded: frozenset[str],
    selected: str | None,
) -> None:
    """Draw the net as a ribbon, with its twin below where it is wanted."""
    from resnet.drawing.map.graph import fold
    from resnet.drawing.map.network_figure import network_figure

    figure = network_figure(
        fold(shown.graph, unfolded),
        overlay=choice.overlay,
        selected=selected,
        found=found,
        theme=frame.theme(),
        second=fold(shown.twin, unfolded) if shown.twin else None,
    )
    chart(
        figure,
        key="map_figure",
        alt=_("The net {name} as a ribbon of stages and blocks").format(name=choice.net),
        on_select=map_controls.on_click,
        numbers=False,  # the table of every layer is below
    )
    st.caption(
        _(
            "Click a stage or a block to unfold or fold it, a layer to read its facts. "
            "Height follows the map's size, width follows the channels."
        )
    )


def show_totals(total: "ModelCost") -> None:
    """Show what the whole net costs."""
    with st.container(horizontal=True):
        st.metric(_("Parameters"), f"{total.parameters:,}", help=_("All weights and biases."))
        st.metric(_("of them trained"), f"{total.trainable_parameters:,}")
        st.metric(
            _("Multiply-adds"), compact(total.multiply_adds), help=_("Of convolutions and dense.")
        )
        st.metric(
            _("Keras layers"),
            len(total.layers),
            help=_(
                "Keras counts BatchNorm, ReLU, pooling and additions, too. {count} of them are "
                "convolutions and dense layers on the main path: those, a net's name counts."
            ).format(count=map_controls.weighted_layers(total.layers)),
        )


heading = st.container()
picture, controls = frame.picture_and_controls()
with controls:
    choice = map_controls.choose()
net = architecture(choice.net)
with heading:
    st.title(_("What is inside {net}?").format(net=translate(net.title)), anchor=False)
with picture:
    place = st.container()
    wait_for_keras()

with place:
    shown = read(choice)
with heading:
    st.caption(map_controls.outline(shown.graph))
found = matching(shown.total, choice.search)
with controls:
    unfolded = map_controls.choose_unfolded(shown.graph, found)
    selected = map_controls.choose_layer(shown.graph)
with place:
    show_ribbon(shown, choice, found, unfolded, selected)
    if choice.search and not found:
        st.info(_("No layer's name contains “{text}”.").format(text=choice.search))
    show_totals(shown.total)
    map_controls.show_details(shown.total.layers, shown.graph, selected)

paper = net.paper
summary, downloads = st.tabs([_("Every layer"), _("Download")], key="map_tab", on_change="rerun")
if summary.open:
    with summary:
        show_costs(shown.total.layers, alt=_("Every layer of the net"))
if downloads.open:
    with downloads:
        map_controls.offer_downloads(choice.net, shown.graph, unfolded)
if choice.net == RESNET_50:  # whose stages the question is about
    expect(
        "map_guess",
        _(
            "Of ResNet-50's weights 64 % belong to stage 5 (64×64 pixels, six classes). Which "
            "stage does most of the work?"
        ),
        {
            _("Stage 2: its maps are the largest"): _(
                "Large maps, but few channels: of the multiply-adds 16 %. Let the colour show "
                "them, and look again."
            ),
            _("Stage 4"): _(
                "Yes: of the multiply-adds it does 37 %, of the weights it has 30 %. In stage 5 "
                "each weight is used at 2×2 places only: of the weights it has 64 %, of the "
                "multiply-adds it does 19 %."
            ),
            _("Stage 5: it has the weights"): _(
                "A weight works once at every place of its map, and stage 5's map has 2×2: of the "
                "multiply-adds 19 %. Let the colour show them."
            ),
        },
        answer=_("Stage 4"),
    )
frame.sources(f"{paper.authors} ({paper.year}). [{paper.title}]({paper.url}). {paper.section}")
