"""See how much gradient reaches each layer, with and without shortcuts."""

import streamlit as st

from pages.components import frame, norms_over_training
from pages.components.charts import chart
from pages.components.expectation import expect
from pages.components.experiments import POLL, experiment, outcome
from pages.components.language import fragment
from pages.components.recordings import GradientQuestion, recorded_norms
from resnet.data.signs import find_signs
from resnet.drawing.gradient_curves import GradientSeries, gradient_curves
from resnet.jobs import tasks
from resnet.language import translate as _

DEPTHS = [8, 20, 32, 44, 56, 110]
INITIALIZERS = ["glorot_uniform", "he_normal", "orthogonal", "random_normal"]

frame.question(
    _("How much gradient reaches the first layers?"),
    _("One batch forwards, one backwards: how large the gradient is at every depth."),
)
picture, controls = frame.picture_and_controls()
with controls:
    depths = st.pills(
        _("Depths"),
        DEPTHS,
        selection_mode="multi",
        default=[20, 56],
        key="norms_depths",
        bind="query-params",
        help=_("Weighted layers; 6n + 2 as in He et al. 2015, §4.2."),
    )
    kinds = st.pills(
        _("Nets"),
        ["plain", "resnet"],
        selection_mode="multi",
        default=["plain", "resnet"],
        format_func=lambda kind: {"plain": _("plain"), "resnet": _("residual")}[kind],
        key="norms_kinds",
        bind="query-params",
        help=_("A plain net is its residual twin without the shortcuts."),
    )
    batch_norm = st.toggle(
        _("BatchNorm"),
        value=False,
        key="norms_bn",
        bind="query-params",
        help=_("Without it deep plain nets vanish or explode; with it, look again."),
    )
    initializer = st.selectbox(
        _("Initial weights"),
        INITIALIZERS,
        key="norms_init",
        bind="query-params",
        help=_(
            "Glorot, the default of Keras, lets the signal shrink at every ReLU; He keeps its size."
        ),
    )
    place = st.segmented_control(
        _("Gradient of"),
        ["block", "weight"],
        format_func={"block": _("block outputs"), "weight": _("weights")}.get,
        default="block",
        required=True,
        key="norms_of",
        bind="query-params",
        help=_("What arrives at each block on the way back, or what each layer's weights get."),
    )
    seed = st.number_input(
        _("Seed"), 0, 9999, 0, key="norms_seed", bind="query-params",
        help=_("Another seed draws other weights and another batch."),
    )  # fmt: skip
    data = "signs" if find_signs() else "synthetic"

questions = [
    GradientQuestion(f"{kind}{depth}", batch_norm, initializer, seed, data)
    for depth in sorted(depths)
    for kind in kinds
]


def asked(question: GradientQuestion) -> tuple:
    """Return the task and its arguments for one net."""
    return (tasks.gradient_norms_of, *question)


def series(question: GradientQuestion, norms) -> GradientSeries:
    """Turn one net's norms into a line of the figure."""
    return GradientSeries(
        net=question.net,
        plain=question.net.startswith("plain"),
        layers=norms.blocks if place == "block" else norms.layers,
        norms=norms.block_norms if place == "block" else norms.weight_norms,
        batch_norm=question.batch_norm,
    )


def curves() -> None:
    """Draw every curve that is there: live ones, and shipped ones until theirs arrive."""
    lines, waiting, shipped = [], [], []
    for question in questions:
        norms = outcome(*asked(question))
        if norms is None:
            waiting.append(question.net)
            norms = recorded_norms(question)
            if norms is None:
                continue
            shipped.append(question.net)
        lines.append(series(question, norms))
    chart(
        gradient_curves(lines, frame.theme()),
        key="norms_figure",
        alt=_("Gradient norm of every layer, from the input to the output"),
    )
    if waiting:
        st.progress(
            1 - len(waiting) / len(questions),
            text=_("Computing {nets}").format(nets=", ".join(waiting)),
        )
    st.caption(
        _(
            "{data} images, one batch of 32, seed {seed}, BatchNorm {state}, {initializer}. "
            "Look at the left edge: the layers next to the image."
        ).format(
            data=_("Real SIGNS") if data == "signs" else _("Synthetic"),
            seed=seed,
            state=_("on") if batch_norm else _("off"),
            initializer=initializer,
        )
        + (
            _(" Shipped recording, live one on its way: {nets}.").format(nets=", ".join(shipped))
            if shipped
            else ""
        )
    )


with picture:
    if questions:
        unfinished = any(not experiment(*asked(q)).done() for q in questions)
        fragment(run_every=POLL if unfinished else None)(curves)()
    else:
        st.info(_("Choose at least one depth and one kind of net."))

expect(
    "norms_guess",
    _("With BatchNorm on, does the gradient of a deep plain net vanish before training?"),
    {
        _("It vanishes"): _(
            "Switch BatchNorm on and look: the first layers get as much gradient as before, or "
            "more. Vanishing needs a deep plain net without BatchNorm and initial weights that let "
            "the signal shrink, as Glorot's do after ReLU."
        ),
        _("It stays or grows"): _(
            "Yes. At the start a deep plain net with BatchNorm tends to explode towards the input "
            "(Yang et al. 2019). That plain nets train worse with depth is degradation, which is "
            "something else: it shows in the training error (He et al. 2015, §4.1)."
        ),
    },
    answer=_("It stays or grows"),
)
st.header(_("And while it trains?"), anchor=False)
norms_over_training.show(data)
frame.sources(
    _("He et al. 2015, §4.1: plain nets with BatchNorm keep healthy gradient norms."),
    _("Yang et al. 2019, A Mean Field Theory of Batch Normalization: gradient explosion."),
    _("He et al. 2015b, Delving Deep into Rectifiers: the he_normal initial weights."),
)
