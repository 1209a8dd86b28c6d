"""What a class's experiment has found so far, beside the published result."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from pages.components import comparison, frame
from pages.components.charts import chart
from pages.components.running import store
from resnet.drawing.figures.curves import PARTS, DepthPoint, comparison_curves, depth_curves
from resnet.errors import LabError
from resnet.language import translate as _
from resnet.models.registry import architecture
from resnet.store.records import Experiment, Guess, Run
from resnet.store.states import State
from resnet.training.sweep import summary


def show(experiment_id: str) -> None:
    """Show all curves of the experiment, the errors by depth, and what the class expected."""
    try:
        experiment = store().experiment(experiment_id)
    except LabError:  # the learner's card says it
        return
    runs = store().runs(experiment=experiment.id, limit=None)
    guesses = store().guesses(experiment.id)
    _figures(experiment, runs, guesses)
    part = st.segmented_control(
        _("Error on"),
        PARTS,
        key="class_part",
        default="train",
        required=True,
        format_func={"train": _("training images"), "test": _("test images")}.__getitem__,
        bind="query-params",
        label_visibility="collapsed",
    )
    ours, published = st.columns(2)
    with ours:
        st.subheader(_("Ours: final error by depth"), anchor=False)
        points = [
            DepthPoint(
                architecture(run.spec["model"]).depth or 0,
                architecture(run.spec["model"]).plain,
                part,
                1 - accuracy,
                seed=run.spec["seed"],
                synthetic=run.synthetic,
            )
            for run in runs
            if (accuracy := run.train_accuracy if part == "train" else run.test_accuracy)
            is not None
        ]
        chart(
            depth_curves(points, frame.theme()),
            key="class_by_depth",
            alt=_("Final error by depth, one point a run"),
        )
    with published:
        comparison.show_published("class_published")
    st.caption(
        _(
            "A point is one run; the line is the mean of the seeds, the band goes from the lowest "
            "to the highest."
        )
    )
    curves = comparison.live_curves(runs, part)
    if curves:
        chart(
            comparison_curves(curves, "error", frame.theme()),
            key="class_curves",
            alt=_("Error over the epochs of every run of the experiment"),
        )
    _expected(experiment, runs, guesses)


def _figures(experiment: Experiment, runs: Sequence[Run], guesses: Sequence[Guess]) -> None:
    if experiment.closed:
        st.badge(_("Closed: no more cells are given out"), icon=":material/lock:", color="gray")
    with st.container(horizontal=True):
        st.metric(_("Learners"), len(guesses))
        st.metric(_("Cells"), len(experiment.cells))
        st.metric(_("Runs"), len(runs))
        st.metric(_("Done"), sum(run.state == State.DONE for run in runs))


def _expected(experiment: Experiment, runs: Sequence[Run], guesses: Sequence[Guess]) -> None:
    """Tell, net by net, what the class expected and what came."""
    by_model: dict[str, list[float]] = {}
    for guess in guesses:
        if guess.guess is not None:
            model = experiment.cells[guess.cell]["model"]
            by_model.setdefault(model, []).append(guess.guess)
    found = {cell.model: cell for cell in summary(runs)}
    if not found:
        return
    rows = [
        {
            _("Net"): model,
            _("Expected test error"): _mean(by_model.get(model, [])),
            _("Test error"): _spread(cell.test_error),
            _("Training error"): _spread(cell.train_error),
            _("Runs"): str(cell.runs),
        }
        for model, cell in found.items()
    ]
    st.table(pd.DataFrame(rows).set_index(_("Net")))


def _mean(guesses: Sequence[float]) -> str:
    return f"{sum(guesses) / len(guesses):.0%}" if guesses else "–"


def _spread(spread: tuple[float, float, float] | None) -> str:
    if spread is None:
        return "–"
    mean, low, high = spread
    return f"{mean:.1%}" if low == high else f"{mean:.1%} ({low:.1%}–{high:.1%})"
