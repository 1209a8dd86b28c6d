"""Runs of several depths beside each other: shipped ones and those started here."""

import streamlit as st

from pages.components import frame
from pages.components.charts import chart
from pages.components.dataset import named
from pages.components.recordings import recording
from pages.components.running import ACTIVE, state_words, store
from pages.components.visitors import may_control
from resnet.drawing.curves import Curve, DepthPoint, Part, comparison_curves, depth_curves
from resnet.language import translate as _
from resnet.literature import CIFAR_10_ERRORS
from resnet.models.registry import architecture
from resnet.store.records import Run

ORIGIN = "depths"
MOST_RUNS = 60
EXAMPLE_DEPTH = 56


def shipped_curves(part: Part) -> list[Curve]:
    """Return the error curves of the shipped runs."""
    return [
        Curve(
            net=run["model"],
            plain=architecture(run["model"]).plain,
            part=part,
            x=tuple(range(1, len(run["history"][f"{part}_accuracy"]) + 1)),
            y=tuple(1 - accuracy for accuracy in run["history"][f"{part}_accuracy"]),
            depth=architecture(run["model"]).depth,
            seed=run["seed"],
        )
        for run in recording("depths")["runs"]
    ]


def live_runs() -> list[Run]:
    """Return the runs started from this screen, newest first."""
    return store().runs(limit=MOST_RUNS, origin=ORIGIN)


def live_curves(runs: list[Run], part: Part) -> list[Curve]:
    """Return the error curves of the runs started here, as far as they have come."""
    metrics = store().curves_of([run.id for run in runs], f"{part}_accuracy")
    curves = []
    for run in runs:
        metric = metrics.get(run.id)
        if metric is None:
            continue
        net = architecture(run.spec["model"])
        curves.append(
            Curve(
                net=net.name,
                plain=net.plain,
                part=part,
                x=tuple(metric.epochs),
                y=tuple(1 - value for value in metric.values),
                depth=net.depth,
                seed=run.spec["seed"],
                synthetic=run.synthetic,
                moving=run.state in ACTIVE,
            )
        )
    return curves


def show_example() -> None:
    """Show two shipped runs where there is none of one's own: so it looks when there are."""
    curves = [curve for curve in shipped_curves("train") if curve.depth == EXAMPLE_DEPTH]
    chart(
        comparison_curves(curves, "error", frame.theme()), key="example_curves",
        alt=_("Training error over the epochs of shipped runs, plain and residual"),
    )  # fmt: skip
    st.caption(
        _("An example until yours are here: shipped runs of {depth} layers on SIGNS, BatchNorm on. "
          "The line is the mean of the seeds, every epoch a point.").format(depth=EXAMPLE_DEPTH)
    )  # fmt: skip


def show_depths() -> None:
    """Show what a class may find, where it has not measured yet: the shipped runs by depth."""
    ours, published = st.columns(2)
    with ours:
        st.subheader(_("Shipped: final error by depth"), anchor=False)
        chart(
            depth_curves(final_points(shipped_curves("train")), frame.theme()),
            key="example_depths", alt=_("Final error by depth, one point a run"),
        )  # fmt: skip
        st.caption(_("An example until your class has its own: runs on SIGNS, BatchNorm on."))
    with published:
        show_published("example_published")


def show_published(key: str) -> None:
    """Show He et al.'s test errors on CIFAR-10 by depth, with their source."""
    st.subheader(_("Published: CIFAR-10"), anchor=False)
    chart(
        depth_curves(published_points(), frame.theme()),
        key=key, alt=_("Published error by depth, He et al. 2015"),
    )  # fmt: skip
    st.caption(
        _(
            "He et al. 2015: residual from Table 6, plain read off Fig. 6 (±0.5 points, "
            "hollow). Other images and far longer training: compare the shape, not the height."
        )
    )


def final_points(curves: list[Curve]) -> list[DepthPoint]:
    """Return where each curve ends."""
    return [
        DepthPoint(curve.depth or 0, curve.plain, curve.part, curve.y[-1], seed=curve.seed,
                   synthetic=curve.synthetic)
        for curve in curves
        if curve.y
    ]  # fmt: skip


def published_points() -> list[DepthPoint]:
    """Return He et al.'s test errors on CIFAR-10."""
    return [
        DepthPoint(p.depth, p.plain, "test", p.error, approximate=p.approximate)
        for p in CIFAR_10_ERRORS
    ]


def show_progress(active: list[Run]) -> None:
    """Say what is still running, and offer to stop it."""
    if not active:
        return
    from resnet.jobs import queue

    with st.container(horizontal=True, vertical_alignment="center"):
        done = sum(run.progress for run in active) / len(active)
        names = ", ".join(f"{run.spec['model']} ({state_words(run.state)})" for run in active[:4])
        st.progress(done, text=_("{n} to go: {names}").format(n=len(active), names=names))
        own = [run for run in active if may_control(run)]
        if own and st.button(_("Stop all"), icon=":material/stop:", key="compare_stop"):
            for run in own:
                queue.stop_run(run.id, store())


def caption(with_shipped: bool, live: list[Run]) -> str:
    """Say what the curves are of."""
    words = []
    if with_shipped:
        made = recording("depths")
        words.append(
            _("Shipped: {n} runs on {data}, {size}×{size}, {epochs} epochs, seeds {seeds}.").format(
                n=len(made["runs"]),
                data=named(made["data"]),
                size=made["image_size"],
                epochs=made["epochs"],
                seeds=", ".join(map(str, made["seeds"])),
            )
        )
        words.append(_("Plain-20 learns more than plain-8, plain-56 far less: degradation."))
    if live:
        words.append(_("Yours: {n} runs.").format(n=len(live)))
    words.append(_("BatchNorm on; the line is the mean of the seeds, every epoch a point."))
    return " ".join(words)
