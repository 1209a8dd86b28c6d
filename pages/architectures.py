"""Open a net like a map: fold and unfold it, search it, see what every layer costs."""

import streamlit as st

from pages.components import frame, map_controls
from pages.components.charts import chart
from pages.components.expectation import expect
from pages.components.startup import wait_for_keras
from pages.components.tables import show_costs
from resnet.drawing.numbers import compact
from resnet.errors import LabError
from resnet.language import translate as _
from resnet.models.registry import architecture

frame.question(
    _("What is inside ResNet-50?"),
    _("Sixteen blocks in four stages, one arc over each. Unfold a stage, then a block."),
)
picture, controls = frame.picture_and_controls()
with controls:
    choice = map_controls.choose()
with picture:
    place = st.container()
    wait_for_keras()

from resnet.analysis.cost import layer_costs, model_cost  # noqa: E402
from resnet.drawing.graph import fold, model_graph  # noqa: E402
from resnet.drawing.network_figure import network_figure  # noqa: E402
from resnet.models.registry import build  # noqa: E402


@st.cache_resource(max_entries=64, show_spinner=_("Building the net…"))
def mapped(name: str, side: int | None, classes: int | None, shortcut: bool | None):
    """Build a net and return its graph, its layers' costs and its totals."""
    net = architecture(name)
    input_shape = (side, side, net.input_shape[2]) if side else None
    model = build(name, input_shape, classes, shortcut=shortcut)
    return model_graph(model), layer_costs(model), model_cost(model)


def matching(text: str) -> frozenset[str]:
    """Return the layers whose name contains the searched text."""
    text = text.strip().lower()
    return frozenset(cost.name for cost in costs if text and text in cost.name.lower())


with place:
    try:
        graph, costs, total = mapped(choice.net, choice.side, choice.classes, None)
        twin = mapped(choice.net, choice.side, choice.classes, False)[0] if choice.twin else None
    except LabError as error:
        st.error(str(error), icon=":material/block:")
        st.stop()
found = matching(choice.search)
with controls:
    unfolded = map_controls.choose_unfolded(graph, found)
    selected = map_controls.choose_layer(graph)
with place:
    figure = network_figure(
        fold(graph, unfolded),
        overlay=choice.overlay,
        selected=selected,
        found=found,
        theme=frame.theme(),
        second=fold(twin, unfolded) if twin else None,
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
    if choice.search and not found:
        st.info(_("No layer's name contains “{text}”.").format(text=choice.search))
    with st.container(horizontal=True):
        st.metric(_("Parameters"), f"{total.parameters:,}", help=_("All weights and biases."))
        st.metric(_("of them trained"), f"{total.trainable_parameters:,}")
        st.metric(
            _("Multiply-adds"), compact(total.multiply_adds), help=_("Of convolutions and dense.")
        )
        st.metric(_("Layers"), len(total.layers))
    map_controls.show_details(costs, graph, selected)

paper = architecture(choice.net).paper
summary, downloads = st.tabs([_("Every layer"), _("Download")], key="map_tab", on_change="rerun")
if summary.open:
    with summary:
        show_costs(costs, alt=_("Every layer of the net"))
if downloads.open:
    with downloads:
        map_controls.offer_downloads(choice.net, graph)
expect(
    "map_guess",
    _("Of ResNet-50's weights 64 % belong to stage 5 (64×64 pixels, six classes). Which stage "
      "does most of the work?"),
    {
        _("Stage 2: its maps are the largest"): _(
            "Large maps, but few channels: of the multiply-adds 16 %. Let the colour show them, "
            "and look again."
        ),
        _("Stage 4"): _(
            "Yes: of the multiply-adds it does 37 %, of the weights it has 30 %. In stage 5 each "
            "weight is used at 2×2 places only: of the weights it has 64 %, of the "
            "multiply-adds it does 19 %."
        ),
        _("Stage 5: it has the weights"): _(
            "A weight works once at every place of its map, and stage 5's map has 2×2: of the "
            "multiply-adds 19 %. Let the colour show them."
        ),
    },
    answer=_("Stage 4"),
)  # fmt: skip
frame.sources(f"{paper.authors} ({paper.year}). [{paper.title}]({paper.url}). {paper.section}")
