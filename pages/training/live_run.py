"""One run, live: its curves, its progress, a stop button, and its result at the end."""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from pages.components import frame, run_actions
from pages.components.charts import chart
from pages.components.follow import follow
from pages.components.language import callback
from pages.components.numbers_behind import numbers_behind
from pages.components.recordings import recording
from pages.components.run_result import show_result
from pages.components.running import (
    ACTIVE,
    REFRESH,
    active_runs,
    duration,
    held,
    rules,
    state_words,
    store,
)
from pages.components.shipped_depths import alike
from pages.server.visitors import may_control
from resnet.drawing.figures.curves import MEASURES, LearningCurve, Measure, Part, training_curves
from resnet.drawing.figures.gradient_film import gradient_heatmap
from resnet.drawing.palette import Theme
from resnet.jobs import queue
from resnet.jobs.fairness import fair_order, seconds_until_start
from resnet.language import again, current_language, translate
from resnet.language import translate as _
from resnet.models.registry import architecture
from resnet.store.records import Run
from resnet.store.states import State

REFRESH_WAITING = 5.0  # seconds
RECORDED = "resnet20"  # shown where there is no run yet
PARTS: tuple[Part, ...] = ("train", "test")
PACES = 30  # finished runs that tell how long others will take
MOST_STEPS = 200  # columns of the heat map


def empty() -> None:
    """Say what to do where there is no run yet, beside what a run will look like."""
    st.markdown(
        _(
            "No run yet. Choose the recipe **sprint** and press Train: the fast net learns the "
            "signs in some ten seconds on two cores."
        )
    )
    made = recording("depths")
    run = next(run for run in alike() if run["model"] == RECORDED)
    curves = [
        LearningCurve(
            RECORDED,
            False,
            part,
            tuple(range(1, run["epochs"] + 1)),
            tuple(run["history"][f"{part}_accuracy"]),
        )
        for part in PARTS
    ]
    chart(
        training_curves(curves, "accuracy", frame.theme()),
        key="train_recorded",
        alt=_("Training and test curves over the epochs"),
    )
    st.caption(
        _(
            "A recording, until yours grows here: {net} on SIGNS, {epochs} epochs at "
            "{size}×{size}, seed {seed}."
        ).format(
            net=translate(architecture(RECORDED).title),
            epochs=run["epochs"],
            size=made["image_size"],
            seed=run["seed"],
        )
    )
    numbers_behind("depths", key="train_behind")


def show(run_id: str) -> None:
    """Show a run and keep it moving while it is active."""
    latest: list[Run] = []

    def how_often() -> float | None:
        latest[:] = [store().get(run_id)]
        return _refresh(latest[0])

    follow(how_often, lambda: _panel(latest[0]))


def _refresh(run: Run) -> float | None:
    """Return how often to look again: thirty who wait must not slow down the one who trains."""
    if run.state == State.QUEUED and (rules().paused or _place(run)):
        return REFRESH_WAITING
    return REFRESH if run.state in ACTIVE else None


def _panel(run: Run) -> None:
    with st.container():  # what follows keeps its place, whatever there is to say of the progress
        _progress(run)
    if run.state == State.QUEUED and not run.step:
        with st.container(border=True, height=360, vertical_alignment="center"):
            st.markdown(_("Its curve starts here when its turn comes."))
        return
    measure = st.segmented_control(
        _("Show"),
        MEASURES,
        format_func={"accuracy": _("accuracy"), "error": _("error"), "loss": _("loss")}.__getitem__,
        default="accuracy",
        required=True,
        key="train_measure",
        bind="query-params",
        label_visibility="collapsed",
    )
    chart(
        _figure(run.id, run.step, run.state, measure, frame.theme(), current_language()),
        key="train_curves",
        alt=_("Training and test curves over the epochs"),
    )
    st.caption(_caption(run))
    _norms(run)
    if run.state == State.DONE or run.state == State.STOPPED:
        run_actions.offer_remedy(run, on_train=True)
        show_result(run)
    if run.state.final:
        with st.container(horizontal=True):
            run_actions.offer_more(run, on_train=True)


def _progress(run: Run) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        text = _("{state}, epoch {epoch} of {epochs}").format(
            state=state_words(run.state).capitalize(), epoch=run.epoch, epochs=run.spec["epochs"]
        )
        st.progress(run.progress, text=text)
        _buttons(run)
    if run.state == State.QUEUED:
        st.caption(_waiting(run))
    elif run.state == State.PAUSED and run.reason:
        st.error(again(run.reason))
    elif run.state == State.PAUSED:
        st.caption(_("Paused: it goes on from its last finished epoch, with the same curve."))
    elif run.control == "pause":
        st.caption(_("Pausing after this step."))
    elif run.state == State.RUNNING and not run.step:
        st.caption(_("Building the net and tracing its first step."))
    elif run.state == State.STOPPED and run.reason:
        st.caption(again(run.reason))
    if run.state in (State.FAILED, State.DIVERGED):
        st.error(again(run.reason))
    begun = run.started_at is not None  # otherwise the store holds nothing of it
    if run.losses:
        st.caption(
            _(
                "Its worker was ended {n} time(s) from outside; each time it went on from its last "
                "finished epoch."
            ).format(n=run.losses)
        )
    with st.container(horizontal=True):
        st.metric(_("Images per second"), f"{run.images_per_second or 0:,.0f}")
        if run.state in ACTIVE:
            st.metric(_("Time left"), duration(run.eta_seconds))
        st.metric(_("Device"), run.device or "–")
        rates = begun and store().outline(run.id, ("learning_rate",)).get("learning_rate")
        if rates:
            st.metric(
                _("Learning rate"),
                f"{rates.values[-1]:.2g}",
                help=_("At the end of the last finished epoch."),
            )
        if run.state == State.RUNNING:
            _device_load(run.load)


def _device_load(load: Mapping[str, float]) -> None:
    explained = _("What the worker of this run uses of its machine.")
    if "processor" in load:
        st.metric(_("Processor"), f"{load['processor']:.0%}", help=explained)
        memory = _("{gib} GiB").format(gib=f"{load['memory_gib']:.1f}")
        st.metric(_("Memory"), memory, help=explained)
    if "gpu" in load:
        memory = _("{gib} GiB").format(gib=f"{load['gpu_memory_gib']:.1f}")
        st.metric(_("GPU"), f"{load['gpu']:.0%}", memory, delta_color="off", help=explained)


def _buttons(run: Run) -> None:
    if run.state not in ACTIVE:
        return
    if not may_control(run):
        st.caption(_("Started elsewhere: only that browser or the teacher's can stop it."))
        return
    wanted = (run.id, store())
    if run.state == State.PAUSED or run.control == "pause":
        st.button(
            _("Resume"),
            icon=":material/play_arrow:",
            key="train_resume",
            on_click=callback(queue.resume_run),
            args=wanted,
        )
    else:
        st.button(
            _("Pause"),
            icon=":material/pause:",
            key="train_pause",
            on_click=callback(queue.pause_run),
            args=wanted,
        )
    st.button(
        _("Stop"),
        icon=":material/stop:",
        key="train_stop",
        on_click=run_actions.stop_all,
        args=([run],),
    )


@st.cache_resource(ttl=REFRESH, max_entries=1, show_spinner=False)
def _queue() -> tuple[list[Run], list[Run], list[Run]]:
    """Return the waiting runs in their order, the running and the last finished: for all pages."""
    running = [run for run in active_runs() if run.state == State.RUNNING]
    waiting = [run for run in active_runs() if run.state == State.QUEUED]
    return fair_order(waiting, running), running, store().runs(limit=PACES, state=State.DONE)


def _place(run: Run) -> int:
    """Return how many runs start before this one."""
    waiting = [other.id for other in _queue()[0]]
    if run.state == State.QUEUED and run.id not in waiting:
        active_runs.clear()  # it came after the others were counted
        _queue.clear()
        waiting = [other.id for other in _queue()[0]]
    return waiting.index(run.id) if run.id in waiting else 0


def _waiting(run: Run) -> str:
    if rules().paused:
        return held()
    order, running, finished = _queue()
    place = _place(run)
    if not place and not running:
        return _("Waiting for the training worker.")
    sentence = _("Number {place} in the queue; learners take turns. Training now: {names}.").format(
        place=place + 1, names=", ".join(other.spec["model"] for other in running) or "–"
    )
    seconds = seconds_until_start(run, order, running, finished)
    if seconds is None:
        return sentence
    return sentence + " " + _("It starts in about {time}.").format(time=duration(seconds))


@st.cache_resource(max_entries=64, show_spinner=False)
def _figure(
    run_id: str, step: int, state: State, measure: Measure, theme: Theme, language: str
) -> go.Figure:
    """Draw a run as far as it is once for all who watch it; five of them took a tenth of its speed.

    The step, the state and the language tell one drawing from another.
    """
    curves = run_curves(store().get(run_id), measure)
    return training_curves(curves, measure, theme, smoothing=0.8)


def run_curves(run: Run, measure: Measure) -> list[LearningCurve]:
    """Return a run's curves: every training batch, and the test set after every epoch."""
    source = "loss" if measure == "loss" else "accuracy"
    metrics = store().outline(run.id, (source, f"test_{source}"))
    steps_per_epoch = max(1, run.total_steps / run.spec["epochs"]) if run.total_steps else 1
    curves = []
    parts: dict[str, Part] = {source: "train", f"test_{source}": "test"}
    for name, part in parts.items():
        if name not in metrics:
            continue
        values = np.asarray(metrics[name].values)
        curves.append(
            LearningCurve(
                net=run.spec["model"],
                plain=architecture(run.spec["model"]).plain or run.spec["shortcut"] is False,
                part=part,
                x=tuple(step / steps_per_epoch for step in metrics[name].steps),
                y=tuple(1 - values if measure == "error" else values),
                batch_norm=run.spec["batch_norm"],
                synthetic=run.synthetic,
                moving=run.state in ACTIVE,
            )
        )
    return curves


def _caption(run: Run) -> str:
    kinds = {"synthetic": _("Synthetic"), "both": _("Real SIGNS and synthetic")}
    has_norm = architecture(run.spec["model"]).has_batch_norm
    return _(
        "{data} images at {size}×{size}, seed {seed}, BatchNorm {state}. Points: single training "
        "batches as they were, under a smoothed line; dashed: the test set after each epoch."
    ).format(
        data=kinds.get(run.spec["data"], _("Real SIGNS")),
        size=run.spec["image_size"],
        seed=run.spec["seed"],
        state=_("on") if run.spec["batch_norm"] and has_norm else _("off"),
    )


def _norms(run: Run) -> None:
    if not run.spec["gradient_norms_every"]:
        return
    figure = _norms_figure(run.id, run.step, frame.theme(), current_language())
    if figure:
        with st.expander(_("Gradient norms, layer by layer"), icon=":material/grid_on:"):
            chart(figure, key="train_norms_map", alt=_("Gradient norm by layer and step"))


@st.cache_resource(max_entries=64, show_spinner=False)
def _norms_figure(run_id: str, step: int, theme: Theme, language: str) -> go.Figure | None:
    """Draw the norms of a run as far as it is, once for all who watch it."""
    norms = store().norms(run_id, most=MOST_STEPS)
    if not norms.steps:
        return None
    return gradient_heatmap(norms.layers, norms.steps, norms.values, theme)
