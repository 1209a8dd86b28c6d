"""Runs of several depths beside each other: shipped ones and those started here."""

from statistics import mean
from typing import Any

import streamlit as st

from pages.components import frame
from pages.components.charts import chart
from pages.components.dataset import named
from pages.components.numbers_behind import numbers_behind
from pages.components.recordings import recording
from pages.components.running import ACTIVE, state_words, stop, store
from pages.components.shipped_depths import (
    DEEP,
    STOPS,
    alike,
    norm_lines,
    runs_until,
    seeds_in_words,
    shipped_curves,
    start_curves,
    stem_to_last,
)
from pages.server.visitors import may_control
from resnet.course.literature import CIFAR_10_ERRORS
from resnet.drawing.figures.curves import (
    DepthPoint,
    LearningCurve,
    Part,
    comparison_curves,
    depth_curves,
)
from resnet.drawing.figures.plots import line_plot
from resnet.drawing.numbers import in_powers
from resnet.language import translate as _
from resnet.models.registry import architecture
from resnet.store.records import Run
from resnet.training.sweep import ALIKE

ORIGIN = "depths"
MOST_RUNS = 60


def live_runs() -> list[Run]:
    """Return the runs started from this screen that were trained alike, newest first."""
    runs = store().runs(limit=MOST_RUNS, origin=ORIGIN)
    return [run for run in runs if ALIKE.items() <= run.spec.items()]


def any_active() -> bool:
    """Tell whether one of the live runs still waits or trains."""
    return any(run.state in ACTIVE for run in live_runs())


def live_curves(runs: list[Run], part: Part) -> list[LearningCurve]:
    """Return the error curves of the runs started here, as far as they have come."""
    metrics = store().curves_of([run.id for run in runs], f"{part}_accuracy")
    curves = []
    for run in runs:
        metric = metrics.get(run.id)
        if metric is None:
            continue
        net = architecture(run.spec["model"])
        curves.append(
            LearningCurve(
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
    curves = [curve for curve in shipped_curves("train") if curve.depth == DEEP]
    deep = tuple(run for run in alike() if architecture(run["model"]).depth == DEEP)
    chart(
        comparison_curves(curves, "error", frame.theme()),
        key="example_curves",
        alt=_("Training error over the epochs of shipped runs, plain and residual"),
    )
    st.caption(
        _(
            "An example until yours are here: shipped runs of {depth} layers on SIGNS, BatchNorm "
            "on, γ = 1 at the start of all ({seeds}). Every epoch is a point."
        ).format(depth=DEEP, seeds=seeds_in_words(deep))
    )
    numbers_behind("depths", key="example_behind")


def show_depths() -> None:
    """Show what a class may find, where it has not measured yet: the shipped runs by depth."""
    ours, published = st.columns(2)
    with ours:
        st.subheader(_("Shipped: final error by depth"), anchor=False)
        chart(
            depth_curves(final_points(shipped_curves("train")), frame.theme()),
            key="example_depths",
            alt=_("Final error by depth, one point a run"),
        )
        st.caption(_("An example until your class has its own: runs on SIGNS, BatchNorm on."))
        numbers_behind("depths", key="example_behind")
    with published:
        show_published("example_published")


def show_published(key: str) -> None:
    """Show He et al.'s test errors on CIFAR-10 by depth, with their source."""
    st.subheader(_("Published: CIFAR-10"), anchor=False)
    chart(
        depth_curves(published_points(), frame.theme()),
        key=key,
        alt=_("Published error by depth, He et al. 2015"),
    )
    st.caption(
        _(
            "He et al. 2015: residual from Table 6, plain read off Fig. 6 (±0.5 points, "
            "hollow). Other images and far longer training: compare the shape, not the height."
        )
    )


def final_points(curves: list[LearningCurve]) -> list[DepthPoint]:
    """Return where each curve ends."""
    return [
        DepthPoint(
            curve.depth or 0,
            curve.plain,
            curve.part,
            curve.y[-1],
            seed=curve.seed,
            synthetic=curve.synthetic,
        )
        for curve in curves
        if curve.y
    ]


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
    with st.container(horizontal=True, vertical_alignment="center"):
        done = sum(run.progress for run in active) / len(active)
        names = ", ".join(f"{run.spec['model']} ({state_words(run.state)})" for run in active[:4])
        st.progress(done, text=_("{n} to go: {names}").format(n=len(active), names=names))
        own = [run for run in active if may_control(run)]
        if own and st.button(_("Stop all"), icon=":material/stop:", key="compare_stop"):
            for run in own:
                stop(run)


def caption(with_shipped: bool, live: list[Run], stop: int) -> str:
    """Say what the curves are of."""
    words = []
    if with_shipped:
        made, runs = recording("depths"), runs_until(stop)
        epochs, steps = runs[0]["epochs"], runs[0]["steps"]
        shipped = (
            _(
                "Shipped: {data} at {size}×{size}, the first {stop} of {epochs} epochs "
                "({steps} of {all} steps); {seeds}."
            )
            if stop < epochs
            else _("Shipped: {data} at {size}×{size}, {epochs} epochs ({all} steps); {seeds}.")
        )
        words.append(
            shipped.format(
                data=named(made["data"]),
                size=made["image_size"],
                stop=stop,
                epochs=epochs,
                steps=round(steps / epochs * stop),
                all=steps,
                seeds=seeds_in_words(runs),
            )
        )
    if live:
        words.append(_("Yours: {n} runs.").format(n=len(live)))
    words.append(
        _(
            "BatchNorm on and γ = 1 at the start, with shortcuts and without; where there are "
            "several seeds the line is their mean. Every epoch is a point."
        )
    )
    return " ".join(words)


def show_norms(stop: int) -> None:
    """Show the gradient norms of the deepest pair's shipped runs, at the same steps."""
    nets = (f"plain{DEEP}", f"resnet{DEEP}")
    lines = {net: norm_lines(net, stop) for net in nets}
    norms = [
        norm
        for pair in lines.values()
        for line in pair
        for seed in (line.y, *line.seeds)
        for norm in seed
    ]
    limits = (min(norms) / 2, max(norms) * 2)
    st.caption(
        _(
            "Norms of the gradients of the convolutions' and the last layer's weights; a stage's "
            "is the root mean square over its layers. One scale for both; lines are geometric "
            "means of the seeds, the bands of stem and last layer hold every seed."
        )
    )
    axes: dict[str, Any] = {
        "x": _("training step"),
        "y": _("gradient norm"),
        "log": True,
        "limits": limits,
    }
    for net, place in zip(nets, st.columns(2), strict=True):
        with place:
            st.markdown(f"**{net}**")
            chart(
                line_plot(lines[net], frame.theme(), **axes),
                key=f"compare_norms_{net}",
                alt=_("Gradient norms of stem, stages and last layer over the steps, {net}").format(
                    net=net
                ),
            )
            first, later = stem_to_last(net, stop)
            st.markdown(
                _(
                    "The stem's gradient is **{first}** times the last layer's at the first step, "
                    "**{later}** times over the second half of these steps."
                ).format(first=in_powers(first), later=in_powers(later))
            )


def show_starts(part: Part) -> None:
    """Show the shallowest nets by how they start: γ = 1, or as the identity."""
    curves = start_curves(part)
    chart(
        comparison_curves(curves, "error", frame.theme()),
        key="compare_starts",
        alt=_("Error over the epochs of nets of 8 layers: plain, residual with γ = 1 and γ = 0"),
    )
    ends: dict[str, list[float]] = {}
    for curve in curves:
        ends.setdefault(curve.net, []).append(curve.y[-1])
    st.caption(
        _(
            "Nets of 8 layers, {epochs} epochs at {size}×{size} pixels; the residual ones differ "
            "in nothing but γ at the start. Mean error at the end: {errors}. A net that starts as "
            "the identity has its branches to wake first."
        ).format(
            epochs=STOPS[0],
            size=recording("depths")["image_size"],
            errors="; ".join(
                _("{net}: {error} ({n} seeds)").format(
                    net=net, error=f"{mean(errors):.1%}", n=len(errors)
                )
                for net, errors in ends.items()
            ),
        )
    )
