"""Lesson: build, compile, fit, evaluate, on a tiny net."""

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from pages.components import frame
from pages.components.charts import chart
from pages.components.lesson import lesson
from pages.components.short_tasks import follow_task, outcome, ready
from pages.components.tables import bars
from resnet.analysis.intervals import wilson_interval
from resnet.data.signs import data_here
from resnet.drawing.figures.plots import Bars, Line, bar_plot, line_plot
from resnet.inference.learning_phase import NET, SIGN
from resnet.jobs import tasks
from resnet.language import translate as _

if TYPE_CHECKING:
    from resnet.course.four_steps import FourSteps
    from resnet.inference.learning_phase import Phases

EPOCHS = 8
LAYERS, CURVES = 352, 420  # pixels: the places of the table and of the figure


def _request() -> tuple:
    return (
        tasks.four_steps,
        data_here(),
        int(st.session_state.get("steps_seed", 0)),
        float(st.session_state.get("steps_rate", 0.002)),
        EPOCHS,
    )


def build() -> None:
    """The layers of the tiny net."""
    found = outcome(*_request()) if ready(*_request()) else None
    if found is None:
        st.skeleton(height=LAYERS)
        return
    st.dataframe(
        pd.DataFrame(found.layers, columns=[_("Layer"), _("Output shape"), _("Parameters")]),
        column_config={_("Parameters"): bars(most=max(count for *_rest, count in found.layers))},
        hide_index=True,
        key="steps_layers",
    )


def fit() -> None:
    """Loss over the epochs, of training and test images."""
    picture, controls = frame.picture_and_controls()
    with controls:
        st.number_input(
            _("Seed"),
            0,
            9999,
            0,
            key="steps_seed",
            bind="query-params",
            help=_("Another seed draws other weights and another order of images."),
        )
        st.select_slider(
            _("Learning rate"),
            [0.0002, 0.0005, 0.001, 0.002, 0.005, 0.02, 0.1],
            0.002,
            key="steps_rate",
            bind="query-params",
            help=_("How far a step goes."),
        )
    with picture:
        follow_task(*_request(), draw=_loss)


def _loss(found: "FourSteps | None") -> None:
    if found is None:
        st.progress(0.0, text=_("Training, about ten seconds on two cores"))
        st.skeleton(height=CURVES)
        return
    epochs = range(1, len(found.train_losses) + 1)
    lines = [
        Line(_("before training"), [0], [found.first_loss], "ink", points=True),
        Line(_("training"), epochs, found.train_losses, "plain", marks=True),
        Line(_("test"), epochs, found.test_losses, "plain", dashed=True, marks=True),
    ]
    chart(
        line_plot(lines, frame.theme(), _("epoch"), _("loss")),
        key="steps_figure",
        alt=_("Loss over the epochs on training and test images"),
    )
    st.caption(
        _("{data}, {seconds:.1f} seconds on a worker of this server.").format(
            data=_("Real SIGNS") if found.data == "signs" else _("Synthetic"), seconds=found.seconds
        )
    )


def evaluate() -> None:
    """The test accuracy and how sure it is."""
    found = outcome(*_request()) if ready(*_request()) else None
    share = interval = "–"
    counted = _("Once the net above has been trained.")
    if found is not None:
        low, high = wilson_interval(found.right, found.tested)
        share, interval = f"{found.right / found.tested:.1%}", f"{low:.1%} – {high:.1%}"
        counted = _("{right} of {tested}").format(right=found.right, tested=found.tested)
    first, second = st.columns(2)
    first.metric(_("Right on test images"), share, help=counted)
    second.metric(_("interval (95 %)"), interval)


def phase() -> None:
    """One photo's probability in both modes, by what stands beside it."""
    follow_task(tasks.learning_phases, draw=_phase)


def _phase(found: "Phases | None") -> None:
    if found is None:
        st.skeleton(height=CURVES)
        return
    companies = {
        "alone": _("alone"),
        "all signs": _("beside other signs"),
        "its own sign": _("beside its own sign"),
    }
    bars_of_modes = [
        Bars(_("prediction mode"), found.prediction, "muted"),
        Bars(_("training mode"), found.training, "ink"),
    ]
    chart(
        bar_plot(
            bars_of_modes,
            [companies[name] for name in found.companies],
            frame.theme(),
            _("probability of its sign"),
            percent=True,
        ),
        key="phase_figure",
        alt=_("Probability of one photo's sign by mode and by the photos beside it"),
    )
    st.caption(_("The net “{net}”, the sign {sign}, rendered hands.").format(net=NET, sign=SIGN))


lesson("four_steps", {"build": build, "fit": fit, "evaluate": evaluate, "phase": phase})
