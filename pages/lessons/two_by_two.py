"""Lesson: BatchNorm on and off, shortcut on and off."""

import streamlit as st

from pages.components import frame
from pages.components.charts import chart
from pages.components.dataset import named
from pages.components.lesson import lesson
from pages.components.recordings import GradientQuestion, recorded_norms, recording
from resnet.drawing.curves import Curve, comparison_curves
from resnet.drawing.gradient_curves import GradientSeries, gradient_curves
from resnet.language import translate as _

DEPTHS = [8, 20, 32, 44, 56, 110]


def norms() -> None:
    """Gradient norms of all four before training."""
    picture, controls = frame.picture_and_controls()
    with controls:
        depth = st.select_slider(
            _("Depth"), DEPTHS, 56, key="two_depth", bind="query-params",
            help=_("Weighted layers; 6n + 2 as in He et al. 2015, §4.2."),
        )  # fmt: skip
        shown = st.pills(
            _("Nets"), [0, 1, 2, 3], selection_mode="multi", default=[0, 1, 2, 3], key="two_nets",
            format_func=[
                _("plain, no BatchNorm"), _("plain, BatchNorm"),
                _("residual, no BatchNorm"), _("residual, BatchNorm"),
            ].__getitem__,
            help=_("Show some of the four alone."),
        )  # fmt: skip
        initializer = st.segmented_control(
            _("Initial weights"), ["glorot_uniform", "he_normal"], default="glorot_uniform",
            required=True, key="two_init", bind="query-params",
            help=_(
                "Glorot, the default of Keras, lets the signal shrink at every ReLU; He keeps its "
                "size."
            ),
        )  # fmt: skip
    series = []
    for number in sorted(shown):
        kind, batch_norm = ("plain", "resnet")[number // 2], bool(number % 2)
        question = GradientQuestion(f"{kind}{depth}", batch_norm, initializer, 0, "synthetic")
        found = recorded_norms(question)
        if found is not None:
            series.append(
                GradientSeries(
                    question.net, kind == "plain", found.blocks, found.block_norms, batch_norm
                )
            )
    with picture:
        chart(
            gradient_curves(series, frame.theme()), key="two_norms",
            alt=_("Gradient norm at each block of the four nets, from the input to the output"),
        )  # fmt: skip


def training() -> None:
    """Training error of all four."""
    made = recording("two_by_two")
    curves = [
        Curve(
            net["model"], net["model"].startswith("plain"), "train",
            tuple(range(1, len(net["error"]) + 1)),
            tuple(float("nan") if value is None else value for value in net["error"]),
            seed=made["seed"], batch_norm=net["batch_norm"],
        )
        for net in made["nets"]
    ]  # fmt: skip
    chart(
        comparison_curves(curves, "error", frame.theme()), key="two_training",
        alt=_("Training error over the epochs with and without BatchNorm and shortcuts"),
    )  # fmt: skip
    st.caption(
        _("{size}×{size} {data}, {epochs} epochs, top rate {rate}; made by `{command}`.").format(
            size=made["image_size"], data=named(made["data"]), epochs=made["epochs"],
            rate=made["learning_rate"], command=made["command"],
        )
    )  # fmt: skip


lesson("two_by_two", {"norms": norms, "training": training})
