"""The table of runs, and what may be done with those selected in it."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from pages.components.running import ACTIVE, state_words, store
from pages.components.visitors import may_control, visitor
from resnet.errors import LabError
from resnet.jobs import queue
from resnet.language import translate as _
from resnet.store.records import Run

CURVE = "test_accuracy"


def show(runs: Sequence[Run]) -> list[Run]:
    """Show the runs, newest first, and return those selected."""
    selected = st.dataframe(
        _rows(runs), hide_index=True, on_select="rerun", selection_mode="multi-row",
        key="runs_table",
        column_config={
            CURVE: st.column_config.LineChartColumn(_("Test accuracy"), y_min=0, y_max=1),
            "accuracy": st.column_config.NumberColumn(_("At the end"), format="percent"),
            "seconds": st.column_config.NumberColumn(_("Seconds"), format="%.0f"),
            "started": st.column_config.DatetimeColumn(_("Asked for"), format="distance"),
        },
    )  # fmt: skip
    return [runs[row] for row in selected.selection.rows if row < len(runs)]


def _rows(runs: Sequence[Run]) -> pd.DataFrame:
    me = visitor()
    curves = [store().metrics(run.id, (CURVE,)).get(CURVE) for run in runs]
    return pd.DataFrame(
        {
            _("Net"): [run.spec["model"] for run in runs],
            _("Recipe"): [run.spec["recipe"] for run in runs],
            _("Data"): [run.spec["data"] for run in runs],
            _("Seed"): [run.spec["seed"] for run in runs],
            _("Epochs"): [f"{run.epoch} / {run.spec['epochs']}" for run in runs],
            _("State"): [state_words(run.state) for run in runs],
            CURVE: [curve.values if curve else [] for curve in curves],
            "accuracy": [run.test_accuracy for run in runs],
            "seconds": [run.seconds for run in runs],
            "started": pd.to_datetime([run.created_at for run in runs], unit="s", utc=True),
            _("Mine"): [run.owner == me for run in runs],
            _("Id"): [run.id for run in runs],
        }
    )


def clear_up(runs: Sequence[Run]) -> None:
    """Offer to stop and to delete what this browser may."""
    own = [run for run in runs if may_control(run)]
    active = [run for run in own if run.state in ACTIVE]
    over = [run for run in own if run.state.final]
    with st.container(horizontal=True):
        if active:
            st.button(
                _("Stop {n}").format(n=len(active)), icon=":material/stop:", key="runs_stop",
                on_click=_stop, args=(active,),
            )  # fmt: skip
        if over:
            with st.popover(_("Delete {n}").format(n=len(over)), icon=":material/delete:"):
                st.markdown(_("Their curves and weights are gone then, for everybody."))
                st.button(_("Delete them"), type="primary", key="runs_delete",
                          on_click=_delete, args=(over,))  # fmt: skip


def stop_everything(runs: Sequence[Run]) -> None:
    """Offer the teacher to stop all that waits or runs."""
    st.button(
        _("Stop all {n} runs of the class").format(n=len(runs)), icon=":material/front_hand:",
        key="runs_stop_all", on_click=_stop, args=(runs,),
    )  # fmt: skip


def _stop(runs: Sequence[Run]) -> None:
    for run in runs:
        queue.stop_run(run.id, store())


def _delete(runs: Sequence[Run]) -> None:
    for run in runs:
        try:
            queue.delete_run(run.id, store())
        except LabError as error:
            st.toast(str(error))
