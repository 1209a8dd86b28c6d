"""Lesson: the gradient as a product, and degradation, which is something else."""

import streamlit as st

from pages.components import comparison, frame
from pages.components.charts import chart
from pages.components.dataset import named
from pages.components.lesson import lesson
from pages.components.recordings import recording
from resnet.analysis.signal import passage
from resnet.drawing.curves import comparison_curves
from resnet.drawing.gradient_curves import GradientSeries, gradient_curves
from resnet.drawing.numbers import in_powers
from resnet.drawing.plots import Line, line_plot
from resnet.language import translate as _


def product() -> None:
    """Gradient norms of a net of random matrices, at the depth and scale the learner chooses."""
    picture, controls = frame.picture_and_controls()
    with controls:
        depth = st.slider(
            _("Layers"), 2, 100, 50, key="product_depth", bind="query-params",
            help=_("How many matrices are multiplied."),
        )  # fmt: skip
        scale = st.slider(
            _("Weight scale"), 0.5, 2.5, 1.0, 0.05, key="product_scale", bind="query-params",
            help=_("Standard deviation of the weights times √n, n inputs a layer."),
        )  # fmt: skip
        activation = st.segmented_control(
            _("Activation"), ["relu", "tanh", "linear"], default="relu", required=True,
            key="product_activation", bind="query-params",
            help=_("What follows each matrix."),
        )  # fmt: skip
        shortcut = st.toggle(
            _("With shortcuts too"), key="product_shortcut", bind="query-params",
            help=_("The same matrices, each with a way past it."),
        )  # fmt: skip
        seed = st.number_input(
            _("Seed"), 0, 9999, 0, key="product_seed", bind="query-params",
            help=_("Another seed draws other weights."),
        )  # fmt: skip
    names = tuple(str(layer) for layer in range(depth + 1))
    series = []
    for plain in (True, False) if shortcut else (True,):
        found = passage(depth, scale, activation, 0.0 if plain else 1.0, seed=seed)
        net = _("plain") if plain else _("residual")
        series.append(GradientSeries(net, plain, names, tuple(found.gradient_norms)))
    with picture:
        chart(
            gradient_curves(series, frame.theme()), key="product_figure",
            alt=_("Gradient norm of every layer, from the input to the output"),
        )  # fmt: skip
        arrives = series[0].norms[0]
        st.markdown(
            _("The plain net's input gets **{share}** times the gradient of its output.").format(
                share=in_powers(arrives)
            )
        )


def early_layers() -> None:
    """The gradient of three layers while a plain net without BatchNorm trains."""
    made = recording("two_by_two")
    net = next(n for n in made["nets"] if n["model"].startswith("plain") and not n["batch_norm"])
    last = len(net["layers"]) - 1
    places = {_("first layer"): 0, _("middle layer"): last // 2, _("last layer"): last}
    meanings = ("plain", "muted", "ink")
    lines = [
        Line(name, net["steps"], [row[place] for row in net["norms"]], meaning)
        for (name, place), meaning in zip(places.items(), meanings, strict=True)
    ]
    chart(
        line_plot(lines, frame.theme(), _("training step"), _("gradient norm"), log=True),
        key="early_figure",
        alt=_("Gradient norm of the first, middle and last layer over training"),
    )
    st.caption(
        _("{model}, no BatchNorm, {size}×{size} {data}, seed {seed}; made by `{command}`.").format(
            model=net["model"], size=made["image_size"], data=named(made["data"]),
            seed=made["seed"], command=made["command"],
        )
    )  # fmt: skip


def degradation() -> None:
    """Training error of plain and residual nets of two depths, ours and the published ones."""
    ours, published = st.columns([3, 2])
    with ours:
        st.subheader(_("Here: training error"), anchor=False)
        curves = [c for c in comparison.shipped_curves("train") if c.depth in (20, 56)]
        chart(
            comparison_curves(curves, "error", frame.theme()), key="degradation_figure",
            alt=_("Training error over the epochs, plain and residual nets of 20 and 56 layers"),
        )  # fmt: skip
    with published:
        comparison.show_published("degradation_published")
    st.page_link(
        "plain_vs_residual.py", label=_("Train your own"), icon=":material/compare_arrows:"
    )


lesson(
    "deep_is_hard",
    {"product": product, "early_layers": early_layers, "degradation": degradation},
)
