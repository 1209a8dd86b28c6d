"""See how much gradient reaches each layer, with and without shortcuts."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from pages.components import frame
from pages.components.charts import chart, drawn
from pages.components.expectation import expect
from pages.components.follow import follow
from pages.components.initial_weights import choose_initial_weights
from pages.components.numbers_behind import numbers_behind
from pages.components.recordings import GradientQuestion, recorded_norms
from pages.components.short_tasks import POLL, outcome, submit
from pages.norms import over_training
from resnet.data.signs import data_here
from resnet.drawing.figures.gradient_curves import GradientSeries, gradient_curves
from resnet.jobs import tasks
from resnet.language import translate as _
from resnet.models.registry import architecture

if TYPE_CHECKING:
    from resnet.analysis.gradients import GradientNorms

DEPTHS = [8, 20, 32, 44, 56, 110]
INITIALIZERS = ("glorot_uniform", "he_normal", "orthogonal", "random_normal")


def choose() -> tuple[list[GradientQuestion], str]:
    """Draw the controls; return what to compute, and "block" or "weight": of which."""
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
    batch_norm, initializer = choose_start()
    place = st.segmented_control(
        _("Gradient of"),
        ["block", "weight"],
        format_func={"block": _("block outputs"), "weight": _("weights")}.__getitem__,
        default="block",
        required=True,
        key="norms_of",
        bind="query-params",
        help=_("What arrives at each block on the way back, or what each layer's weights get."),
    )
    seed = st.number_input(
        _("Seed"),
        0,
        9999,
        0,
        key="norms_seed",
        bind="query-params",
        help=_("Another seed draws other weights and another batch."),
    )
    nets = [f"{kind}{depth}" for depth in sorted(depths) for kind in kinds]
    return [
        GradientQuestion(net, batch_norm, initializer, seed, data_here()) for net in nets
    ], place


def choose_start() -> tuple[bool, str]:
    """Draw the controls of what the nets start with: BatchNorm, and the initial weights."""
    batch_norm = st.toggle(
        _("BatchNorm"),
        value=False,
        key="norms_bn",
        bind="query-params",
        help=_("Without it deep plain nets vanish or explode; with it, look again."),
    )
    return batch_norm, choose_initial_weights("norms_init", INITIALIZERS)


def task_of(question: GradientQuestion) -> tuple:
    """Return the task and its arguments for one net."""
    return (tasks.gradient_norms_of, *question)


def unfinished(questions: Sequence[GradientQuestion]) -> bool:
    """Start what is not there yet, and tell whether any of it still runs."""
    submitted = [submit(*task_of(question)) for question in questions]
    return not all(future.done() for future in submitted)


def series(question: GradientQuestion, norms: "GradientNorms", place: str) -> GradientSeries:
    """Turn one net's norms into a line of the figure."""
    return GradientSeries(
        net=question.net,
        plain=question.net.startswith("plain"),
        layers=norms.blocks if place == "block" else norms.layers,
        norms=norms.block_norms if place == "block" else norms.weight_norms,
        batch_norm=question.batch_norm,
        depth=architecture(question.net).depth,
    )


def curves(questions: Sequence[GradientQuestion], place: str) -> None:
    """Draw every curve that is there: live ones, and shipped ones until theirs arrive."""
    lines, waiting, shipped = [], [], []
    first = questions[0]  # what all of them share
    for question in questions:
        norms = outcome(*task_of(question))
        if norms is None:
            waiting.append(question.net)
            norms = recorded_norms(question)
            if norms is None:
                continue
            shipped.append(question.net)
        lines.append(series(question, norms, place))
    chart(
        drawn(gradient_curves, tuple(lines)),
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
            data=_("Real SIGNS") if first.data == "signs" else _("Synthetic"),
            seed=first.seed,
            state=_("on") if first.batch_norm else _("off"),
            initializer=first.initializer,
        )
        + (
            _(" Shipped recording, live one on its way: {nets}.").format(nets=", ".join(shipped))
            if shipped
            else ""
        )
    )
    if shipped:
        numbers_behind("gradient_norms", key="norms_behind")


frame.question(
    _("How much gradient reaches the first layers?"),
    _("One batch forwards, one backwards: how large the gradient is at every depth."),
)
picture, controls = frame.picture_and_controls()
with controls:
    questions, place = choose()
with picture:
    if questions:
        follow(lambda: POLL if unfinished(questions) else None, lambda: curves(questions, place))
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
over_training.show(data_here())
frame.sources(
    _("He et al. 2015, §4.1, report healthy gradient norms in plain nets with BatchNorm."),
    _("Yang et al. 2019, A Mean Field Theory of Batch Normalization: gradient explosion."),
    _("He et al. 2015b, Delving Deep into Rectifiers: the he_normal initial weights."),
)
