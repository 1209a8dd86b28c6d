"""Compare depths with and without shortcuts: training error first."""

import streamlit as st

from pages.components import comparison, frame, shipped_depths
from pages.components.charts import chart
from pages.components.expectation import expect
from pages.components.follow import follow
from pages.components.numbers_behind import numbers_behind
from pages.components.running import ACTIVE, most_epochs, start_run
from resnet.data.signs import data_here
from resnet.drawing.figures.curves import PARTS, comparison_curves, depth_curves
from resnet.errors import LabError
from resnet.language import translate as _
from resnet.training.sweep import ALIKE

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
        PARTS,
        format_func={"train": _("training images"), "test": _("test images")}.__getitem__,
        default="train",
        required=True,
        key="compare_part",
        bind="query-params",
        help=_("Degradation is a training problem: it shows in the training error."),
    )
    shipped = st.toggle(
        _("Show the shipped runs"),
        True,
        key="compare_shipped",
        bind="query-params",
        help=_("Runs that came with the lab, drawn beside your own."),
    )
    stop = st.segmented_control(
        _("Look after"),
        shipped_depths.stops(),
        default=shipped_depths.stops()[0],
        format_func=lambda epochs: _("{n} epochs").format(n=epochs),
        required=True,
        key="compare_after",
        bind="query-params",
        help=_("How much of the shipped trainings is shown. Guess before you look further."),
    )
    st.divider()
    st.caption(_("Train your own"))
    depths = st.pills(
        _("Depths"),
        DEPTHS,
        selection_mode="multi",
        default=[8, 20],
        key="compare_depths",
        bind="query-params",
    )
    seeds = st.number_input(
        _("Seeds"),
        1,
        5,
        1,
        key="compare_seeds",
        bind="query-params",
        help=_("Runs of each net; more show how much is chance."),
    )
    most = most_epochs(200, "compare_epochs")
    epochs = st.number_input(
        _("Epochs"),
        1,
        most,
        min(12, most),
        key="compare_epochs",
        bind="query-params",
        help=_("Times through all training images, {size}×{size} pixels each.").format(
            size=ALIKE["image_size"]
        ),
    )
    count = 2 * len(depths) * seeds
    if st.button(
        _("Start {n} runs").format(n=count),
        key="compare_start",
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
                            ALIKE
                            | {
                                "model": f"{kind}{depth}",
                                "data": data_here(),
                                "epochs": epochs,
                                "seed": seed,
                            },
                            origin=comparison.ORIGIN,
                        )
        except LabError as error:
            st.error(str(error))


def panel() -> None:
    """Draw the shipped and the live runs, and follow those that are still running."""
    live = comparison.live_runs()
    active = [run for run in live if run.state in ACTIVE]
    curves = [
        curve
        for curve in (
            *(shipped_depths.shipped_curves(part, stop) if shipped else ()),
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
    st.caption(comparison.caption(shipped, live, stop))
    numbers_behind("depths", key="compare_behind")
    if shipped:
        st.subheader(_("The gradients of the same runs, at the same steps"), anchor=False)
        comparison.show_norms(stop)
        with st.expander(_("And if the residual net starts as the identity?")):
            comparison.show_starts(part)
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
    follow(lambda: 2.0 if comparison.any_active() else None, panel)

expect(
    "compare_guess",
    _("After 12 epochs plain-56 has a higher error than plain-20. On which images already?"),
    {
        _("Only on the test images"): _(
            "That would be overfitting. Look at the training error: the deeper plain net is worse "
            "there too, although it could copy the shallower one."
        ),
        _("On the training images too"): _(
            "Yes: it is worse on the very images that it learns from. So early that may be "
            "slowness alone: guess on, then look further."
        ),
    },
    answer=_("On the training images too"),
)
expect(
    "compare_longer",
    _("Just train longer: where does plain-56 end after 60 epochs?"),
    {
        _("Level with the other three"): _(
            "Not here: the other three err on next to none of their training images, plain-56 on "
            "more than one in five."
        ),
        _("Lower than before, and far behind"): _(
            "Yes: it comes down, and more than half of the gap to plain-20 stays. On larger "
            "images, where SIGNS is easier, little stays; on CIFAR-10 and ImageNet it does "
            "(He et al. 2015, §4.1, §4.2)."
        ),
        _("Where it was"): _("It comes down: part of the first gap was slowness."),
    },
    answer=_("Lower than before, and far behind"),
)
expect(
    "compare_norms",
    _("Does plain-56 lag because no gradient reaches its first layers?"),
    {
        _("Yes, all along"): _(
            "Look below the curves: over the second half of the training the stem's gradient is "
            "within a factor of three of the last layer's, and plain-56 is still far behind."
        ),
        _("At most early on"): _(
            "Yes. At the first step it explodes towards the stem, then it is faint there for some "
            "hundred steps, and over the second half of the training it is level, while plain-56 "
            "is still far behind."
        ),
    },
    answer=_("At most early on"),
)
frame.sources(
    _("He et al. 2015, §4.2, Table 6 and Fig. 6: CIFAR-10, depths 20 to 110."),
    _("The shipped runs: assets/experiments/depths.json, with the command that made them."),
)
