"""Lesson: for a residual block doing nothing is easy."""

import numpy as np
import streamlit as st

from pages.components import frame
from pages.components.charts import chart
from pages.components.lesson import lesson
from pages.components.recordings import recording
from resnet.analysis.signal import decayed, passage
from resnet.drawing.plots import Bars, Line, bar_plot, line_plot
from resnet.language import translate as _

UNITS = 8


def zero_branch() -> None:
    """One block's input and output, plain and residual, at a chosen size of the weights."""
    scale = st.slider(
        _("Size of the weights"), 0.0, 1.0, 0.0, 0.05, key="zero_scale", bind="query-params",
        help=_("0 sets the branch to zero."),
    )  # fmt: skip
    random = np.random.default_rng(0)
    x = random.uniform(0.2, 2, UNITS)
    w1, w2 = (scale * random.normal(0, np.sqrt(2 / UNITS), (UNITS, UNITS)) for _layer in range(2))
    branch = w2 @ np.maximum(w1 @ x, 0)
    outputs = {"plain": np.maximum(branch, 0), "residual": np.maximum(branch + x, 0)}
    labels = [_("unit {n}").format(n=unit + 1) for unit in range(UNITS)]
    for column, (kind, word) in zip(
        st.columns(2), {"plain": _("plain"), "residual": _("residual")}.items(), strict=True
    ):
        with column:
            bars = [
                Bars(_("input"), x, "muted"),
                Bars(_("output, {kind}").format(kind=word), outputs[kind], kind),
            ]
            figure = bar_plot(bars, labels, frame.theme(), _("value"), height=280)
            chart(
                figure,
                key=f"zero_{kind}",
                alt=_("Input and output of a {kind} block").format(kind=word),
            )
            away = np.linalg.norm(outputs[kind] - x) / np.linalg.norm(x)
            st.metric(_("Output's distance from the input"), f"{away:.0%}")


def decay() -> None:
    """How weight decay alone moves a plain and a residual layer."""
    rate = st.slider(
        _("Decay a step"), 0.001, 0.1, 0.02, 0.001, key="decay_rate", format="%.3f",
        bind="query-params", help=_("The share of each weight that a step takes away."),
    )  # fmt: skip
    steps = np.arange(301)
    lines = [
        Line(_("plain"), steps, decayed(300, rate, shortcut=False), "plain"),
        Line(_("residual"), steps, decayed(300, rate, shortcut=True), "residual"),
    ]
    chart(
        line_plot(lines, frame.theme(), _("step"), _("distance from the input"), percent=True),
        key="decay_figure", alt=_("Distance between output and input while weights decay"),
    )  # fmt: skip


def insert() -> None:
    """Accuracy with a new block after each block."""
    nets = recording("twins")["nets"]
    labels = [_("as trained"), *(str(n) for n in range(1, len(nets[0]["blocks"]) + 1))]
    bars = [
        Bars(net["model"], [net["without"][0], *net["with_new"]],
             "plain" if net["model"].startswith("plain") else "residual")
        for net in nets
    ]  # fmt: skip
    figure = bar_plot(bars, labels, frame.theme(), _("test accuracy"), percent=True)
    figure.update_xaxes(title_text=_("new block after block"))
    chart(figure, key="insert_figure", alt=_("Test accuracy with a new block after each block"))


def dial() -> None:
    """λˡ and the measured spread of the signal."""
    picture, controls = frame.picture_and_controls()
    with controls:
        share = st.slider(
            _("Shortcut λ"), 0.5, 1.2, 0.9, 0.01, key="dial_shortcut", bind="query-params",
            help=_("The share of its input that each shortcut keeps."),
        )  # fmt: skip
        branch = st.slider(
            _("Branch α"), 0.0, 1.0, 0.1, 0.01, key="dial_branch", bind="query-params",
            help=_("How much of each branch is added."),
        )  # fmt: skip
        depth = st.slider(
            _("Blocks"), 5, 100, 50, key="dial_depth", bind="query-params",
            help=_("How many blocks follow each other."),
        )  # fmt: skip
    found = passage(depth, 1.0, "relu", share, branch)
    blocks = np.arange(depth + 1)
    variances = found.variances / found.variances[0]
    lines = [
        Line(_("left on the shortcut, λˡ"), blocks, found.shares, "shortcut"),
        Line(_("variance of the signal"), blocks, variances, "residual", points=True),
    ]
    with picture:
        chart(
            line_plot(lines, frame.theme(), _("block"), _("share of the beginning"), log=True),
            key="dial_figure", alt=_("What is left of the input after each block"),
        )  # fmt: skip
        st.markdown(
            _(
                "After {depth} blocks the shortcut still carries **{share:.2g}** of the input."
            ).format(depth=depth, share=found.shares[-1])
        )


lesson(
    "identity_is_easy",
    {"zero_branch": zero_branch, "decay": decay, "insert": insert, "dial": dial},
)
