"""Compare depths with and without shortcuts: training error first."""

import streamlit as st

from pages.components import comparison, frame
from pages.components.charts import chart
from pages.components.expectation import expect
from pages.components.language import fragment
from pages.components.running import ACTIVE, start_run
from resnet.data.signs import find_signs
from resnet.drawing.curves import comparison_curves, depth_curves
from resnet.errors import LabError
from resnet.language import translate as _

DEPTHS = [8, 14, 20, 32, 44, 56, 110]

frame.question(
    _("Why do deeper plain nets get worse?"),
    _("Same layers, same training, with and without shortcuts. Look at the training error first."),
)
picture, controls = frame.picture_and_controls()
with controls:
    shown = st.pills(
        _("Show depths"),
        DEPTHS,
        selection_mode="multi",
        default=[8, 20, 56],
        key="compare_show",
        bind="query-params",
        help=_("Which nets the curves show."),
    )
    part = st.segmented_control(
        _("Error on"),
        ["train", "test"],
        format_func={"train": _("training images"), "test": _("test images")}.get,
        default="train",
        required=True,
        key="compare_part",
        bind="query-params",
        help=_("Degradation is a training problem: it shows in the training error."),
    )
    shipped = st.toggle(
        _("Show the shipped runs"), True, key="compare_shipped", bind="query-params",
        help=_("Runs that came with the lab, drawn beside your own."),
    )  # fmt: skip
    st.divider()
    st.caption(_("Train your own"))
    depths = st.pills(
        _("Depths"), DEPTHS, selection_mode="multi", default=[8, 20], key="compare_depths",
        bind="query-params",
    )  # fmt: skip
    seeds = st.number_input(
        _("Seeds"), 1, 5, 1, key="compare_seeds", bind="query-params",
        help=_("Runs of each net; more show how much is chance."),
    )  # fmt: skip
    epochs = st.number_input(
        _("Epochs"), 1, 100, 10, key="compare_epochs", bind="query-params",
        help=_("Times through all training images, 32×32 pixels each."),
    )  # fmt: skip
    count = 2 * len(depths) * seeds
    if st.button(
        _("Start {n} runs").format(n=count),
        icon=":material/play_arrow:",
        type="primary",
        width="stretch",
        disabled=not depths,
    ):
        try:
            for seed in range(seeds):
                for depth in depths:
                    for kind in ("plain", "resnet"):
                        start_run(
                            {
                                "model": f"{kind}{depth}",
                                "recipe": "fast",
                                "data": "signs" if find_signs() else "synthetic",
                                "epochs": epochs,
                                "seed": seed,
                                "image_size": 32,
                            },
                            origin=comparison.ORIGIN,
                        )
        except LabError as error:
            st.error(str(error))


def panel(was_active: bool) -> None:
    """Draw the shipped and the live runs, and follow those that are still running."""
    live = comparison.live_runs()
    active = [run for run in live if run.state in ACTIVE]
    if was_active and not active:
        st.rerun()
    curves = [
        curve
        for curve in (
            *(comparison.shipped_curves(part) if shipped else ()),
            *comparison.live_curves(live, part),
        )
        if curve.depth in shown
    ]
    chart(
        comparison_curves(curves, "error", frame.theme()),
        key="compare_curves",
        alt=_("Error over the epochs, plain and residual nets of several depths"),
    )
    comparison.show_progress(active)
    st.caption(comparison.caption(shipped, live))
    ours, published = st.columns(2)
    with ours:
        st.subheader(_("Here: error by depth"), anchor=False)
        chart(
            depth_curves(comparison.final_points(curves), frame.theme()),
            key="compare_depth_curve",
            alt=_("Final error by depth, runs shown above"),
        )
    with published:
        comparison.show_published("compare_published")


with picture:
    running = bool([run for run in comparison.live_runs() if run.state in ACTIVE])
    fragment(run_every=2.0 if running else None)(panel)(running)

expect(
    "compare_guess",
    _("Plain-56 has a higher error than plain-20. On which images already?"),
    {
        _("Only on the test images"): _(
            "That would be overfitting. Look at the training error: the deeper plain net is worse "
            "there too, although it could copy the shallower one."
        ),
        _("On the training images too"): _(
            "Yes: degradation. The deeper net is harder to optimise, and its gradients have not "
            "vanished (He et al. 2015, §4.1)."
        ),
    },
    answer=_("On the training images too"),
)
frame.sources(
    _("He et al. 2015, §4.2, Table 6 and Fig. 6: CIFAR-10, depths 20 to 110."),
    _("The shipped runs: assets/experiments/depths.json, with the command that made them."),
)
