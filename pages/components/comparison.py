"""Runs of several depths beside each other: shipped ones and those started here."""

import streamlit as st

from pages.components.recordings import recording
from pages.components.running import ACTIVE, state_words, store
from pages.components.visitors import may_control
from resnet.drawing.curves import Curve, DepthPoint, Part
from resnet.language import translate as _
from resnet.literature import CIFAR_10_ERRORS
from resnet.models.registry import architecture
from resnet.store.records import Run

ORIGIN = "depths"
MOST_RUNS = 60


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
                data="SIGNS",
                size=made["image_size"],
                epochs=made["epochs"],
                seeds=", ".join(map(str, made["seeds"])),
            )
        )
        words.append(
            _(
                "Plain-20 learns more than plain-8, plain-56 far less: degradation, with BatchNorm "
                "on."
            )
        )
    if live:
        words.append(_("Yours: {n} runs.").format(n=len(live)))
    words.append(_("BatchNorm on; the line is the mean of the seeds, every epoch a point."))
    return " ".join(words)
