"""Pick a block's parameters and watch every shape follow."""

import streamlit as st

from pages.block import controls as block_controls
from pages.block.feature_maps import show_feature_maps
from pages.components import frame
from pages.components.drawing import drawing
from pages.components.expectation import expect
from pages.components.language import fragment
from pages.components.tables import show_costs
from pages.server.startup import wait_for_keras
from resnet.drawing.numbers import memory
from resnet.errors import LabError
from resnet.language import current_language
from resnet.language import translate as _

frame.question(
    _("What does a residual block do to a tensor?"),
    _("The input takes two ways: through the convolutions, and past them. Both meet at ⊕."),
)


@st.cache_resource(max_entries=512, show_spinner=False)
def traced(block, input_shape, language: str):
    """Build and read the block; what does not fit is an error in the reader's language."""
    from resnet.analysis.block_trace import trace_block

    return trace_block(block, input_shape)


def changed_layers(trace) -> frozenset[str]:
    """Return the layers whose shape differs from the drawing before this one."""
    shapes = {cost.name: cost.output_shape for cost in (*trace.main, *trace.shortcut)}
    before = st.session_state.get("block_shapes_before", shapes)
    st.session_state["block_shapes_before"] = shapes
    return frozenset(name for name in shapes if before.get(name) != shapes[name])


@fragment()  # a moved slider leaves the navigation and the rest of the page alone
def block_and_controls() -> None:
    """Show the controls, and the block that they describe."""
    block_controls.show_presets()
    picture, controls = frame.picture_and_controls()
    with controls:
        block, input_shape = block_controls.choose()
    with picture:
        wait_for_keras()
        trace = show(block, input_shape)
    if trace:
        details(block, input_shape, trace)


def show(block, input_shape):
    """Draw the block with its shapes and costs; return its trace, None where there is no block."""
    from resnet.drawing.svg.block_diagram import block_svg
    from resnet.drawing.svg.block_equation import block_equation

    try:
        trace = traced(block, input_shape, current_language())
    except LabError as error:
        st.error(str(error), icon=":material/block:")
        return None
    drawing(block_svg(trace, block, changed=changed_layers(trace)), key="block_drawing", moves=True)
    if trace.problem:
        st.error(str(trace.problem), icon=":material/block:")
        block_controls.offer_remedies(block, input_shape)
    with st.container(key="block_numbers"):
        st.latex(block_equation(block, frame.theme()))
        show_numbers(trace)
    return trace


def show_numbers(trace) -> None:
    """Show what the block costs altogether."""
    with st.container(horizontal=True):
        st.metric(_("Parameters"), f"{sum(cost.parameters for cost in trace.costs):,}")
        st.metric(_("Multiply-adds"), f"{sum(cost.multiply_adds for cost in trace.costs):,}")
        st.metric(
            _("Activation memory, one image"),
            memory(sum(cost.activation_bytes for cost in trace.costs)),
        )
    st.caption(_("Read off the Keras layers that were just built, not from a formula."))


def details(block, input_shape, trace) -> None:
    """Offer the block's layers, code and feature maps; only the open one is made."""
    table, code, maps = st.tabs(
        [_("Layer by layer"), _("Keras code"), _("Feature maps")],
        key="block_tab",
        on_change="rerun",
    )
    if table.open:
        with table:
            show_costs(trace.costs, alt=_("Every layer of the block"))
    if code.open:
        with code:
            if trace.problem:
                st.info(_("There is no code for a block whose two paths do not meet."))
            else:
                from resnet.models.block_code import block_code

                st.code(block_code(block, input_shape), language="python")
    if maps.open:
        with maps:
            if trace.problem:
                st.info(_("There are no feature maps while the two paths do not meet."))
            else:
                show_feature_maps(block, input_shape)


frame.keep_in_sight("block_drawing", after="block_numbers")
block_and_controls()
expect(
    "block_guess",
    _(
        "The course's identity block, 15×15×256: a projection in place of the identity. How many "
        "multiply-adds more?"
    ),
    {
        _("Hardly any: one 1×1 layer"): _(
            "Press “Course: identity block”, then choose “projection”: from 15.7 to 30.4 million. "
            "That 1×1 goes from 256 to 256 channels, the others to and from 64 only."
        ),
        _("About as many again"): _(
            "Yes, 15.7 become 30.4 million: this 1×1 goes from 256 to 256 channels, without the "
            "narrow waist of the branch. So shortcuts are identities wherever the shapes allow it "
            "(He et al. 2015, §3.3)."
        ),
        _("Four times as many"): _(
            "It is dear, but not so much. Press “Course: identity block”, choose “projection”, and "
            "read the multiply-adds."
        ),
    },
    answer=_("About as many again"),
)
frame.sources(
    _("Identity and convolutional block: Andrew Ng, “Residual Networks” (course assignment)."),
    _("Basic and bottleneck block, shortcuts A and B: He et al. 2015, §3.3 and Fig. 5."),
    _("Pre-activation: He et al. 2016, Fig. 1b."),
)
