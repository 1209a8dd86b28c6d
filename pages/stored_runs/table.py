"""The table of runs: one line each, and which of them are selected."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from pages.components.running import state_words, store
from pages.server.visitors import visitor
from resnet.language import translate as _
from resnet.store.records import Run

CURVE = "test_accuracy"


def show(runs: Sequence[Run]) -> list[Run]:
    """Show the runs, newest first, and return those selected."""
    rows = _rows(runs)
    filled = {name: any(rows[name].map(bool)) for name in (_("Name"), _("Tags"))}
    selected = st.dataframe(
        rows.drop(columns=[name for name, any_filled in filled.items() if not any_filled]),
        hide_index=True,
        on_select="rerun",
        selection_mode="multi-row",
        key="runs_table",
        placeholder="–",
        column_config={
            CURVE: st.column_config.LineChartColumn(_("Test accuracy"), y_min=0, y_max=1),
            "accuracy": st.column_config.NumberColumn(_("At the end"), format="percent"),
            "seconds": st.column_config.NumberColumn(_("Seconds"), format="%.0f"),
            "started": st.column_config.DatetimeColumn(_("Asked for"), format="localized"),
        },
    )
    return [runs[row] for row in selected.selection.rows if row < len(runs)]


def _rows(runs: Sequence[Run]) -> pd.DataFrame:
    me = visitor()
    curves = store().curves_of([run.id for run in runs], CURVE)
    return pd.DataFrame(
        {
            _("Name"): [run.title for run in runs],
            _("Tags"): [list(run.tags) for run in runs],
            _("Net"): [run.spec["model"] for run in runs],
            _("Recipe"): [run.spec["recipe"] for run in runs],
            _("Data"): [run.spec["data"] for run in runs],
            _("Seed"): [run.spec["seed"] for run in runs],
            _("Epochs"): [f"{run.epoch} / {run.spec['epochs']}" for run in runs],
            _("State"): [state_words(run.state) for run in runs],
            CURVE: [curves[run.id].values if run.id in curves else [] for run in runs],
            "accuracy": [run.test_accuracy for run in runs],
            "seconds": [run.seconds for run in runs],
            "started": pd.to_datetime([run.created_at for run in runs], unit="s", utc=True),
            _("Mine"): [run.owner == me for run in runs],
            _("Id"): [run.id for run in runs],
        }
    )


def found(runs: Sequence[Run], words: str) -> list[Run]:
    """Return the runs in whose name, tags, net, data or id every one of the words stands."""
    wanted = words.casefold().split()
    return [run for run in runs if all(word in _text(run) for word in wanted)]


def _text(run: Run) -> str:
    parts = (run.title, *run.tags, run.spec["model"], run.spec["recipe"], run.spec["data"], run.id)
    return " ".join(parts).casefold()
