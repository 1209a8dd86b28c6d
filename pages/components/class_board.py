"""What the teacher sees of the class, and the rules of its queue."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd
import psutil
import streamlit as st

from pages.components import frame, run_actions
from pages.components.charts import chart
from pages.components.language import callback
from pages.components.running import ACTIVE, state_words, store
from resnet.data.classes import CHANCE
from resnet.drawing.curves import Curve, class_curves
from resnet.jobs.fairness import fair_order
from resnet.language import translate as _
from resnet.models.registry import architecture
from resnet.store.records import Curve as Measured
from resnet.store.records import Rules, Run
from resnet.store.states import FINAL, State

NEWEST = 30  # finished runs shown below the active ones


def show() -> None:
    """Show how busy the machine is and where everyone's runs are."""
    active = store().runs(limit=None, state=ACTIVE)
    over = store().runs(limit=NEWEST, state=FINAL)
    _figures(active, over)
    if not (active or over):
        with st.container(border=True, height=200, vertical_alignment="center"):
            st.markdown(_("Nobody has started a run yet."))
        return
    measured = store().curves_of([run.id for run in (*active, *over)], "test_accuracy")
    _curves([*active, *over], measured)
    st.dataframe(
        _rows(_in_order(active) + over, measured), hide_index=True, key="board_runs",
        column_config={
            "progress": st.column_config.ProgressColumn(_("Progress"), format="percent"),
            "accuracy": st.column_config.NumberColumn(_("Test accuracy"), format="percent"),
            "started": st.column_config.DatetimeColumn(_("Asked for"), format="localized"),
        },
    )  # fmt: skip
    _clear(active)


def _figures(active: Sequence[Run], over: Sequence[Run]) -> None:
    running = sum(run.state == State.RUNNING for run in active)
    memory = psutil.virtual_memory()
    with st.container(horizontal=True):
        st.metric(_("Learners"), len({run.owner for run in (*active, *over)}),
                  help=_("Browsers with a run on this board."))  # fmt: skip
        st.metric(_("Training now"), running)
        st.metric(_("Waiting"), sum(run.state == State.QUEUED for run in active))
        everyones = _("Of the machine this page comes from, all programs together.")
        st.metric(_("Processor"), f"{psutil.cpu_percent() / 100:.0%}", help=everyones)
        st.metric(_("Memory"), f"{memory.percent / 100:.0%}")


def _curves(runs: Sequence[Run], measured: Mapping[str, Measured]) -> None:
    """Draw how far everyone's net has come."""
    curves = []
    for run in runs:
        if run.id in measured:
            net = architecture(run.spec["model"])
            told = f"{_learner(run)} · {run.title or net.name}"
            curve = measured[run.id]
            curves.append(
                Curve(told, net.plain, "test", tuple(curve.epochs), tuple(curve.values),
                      batch_norm=run.spec["batch_norm"], moving=run.state in ACTIVE)
            )  # fmt: skip
    chart(class_curves(curves, frame.theme(), CHANCE), key="board_curves",
          alt=_("Test accuracy of everyone's runs over the epochs"))  # fmt: skip
    st.caption(_("A line for each run; what trains ends in a point. Dotted: what guessing gets."))


def _learner(run: Run) -> str:
    return run.owner[:4] or "–"


def _in_order(active: Sequence[Run]) -> list[Run]:
    """Return what runs, then what waits in the order of the queue, then what pauses."""
    running = [run for run in active if run.state == State.RUNNING]
    waiting = fair_order([run for run in active if run.state == State.QUEUED], running)
    return [*running, *waiting, *(run for run in active if run.state == State.PAUSED)]


def _rows(runs: Sequence[Run], measured: Mapping[str, Measured]) -> pd.DataFrame:
    latest = {run_id: curve.values[-1] for run_id, curve in measured.items()}
    return pd.DataFrame(
        {
            _("Learner"): [_learner(run) for run in runs],
            _("Name"): [run.title for run in runs],
            _("Net"): [run.spec["model"] for run in runs],
            _("State"): [state_words(run.state) for run in runs],
            "progress": [run.progress for run in runs],
            _("Epoch"): [f"{run.epoch} / {run.spec['epochs']}" for run in runs],
            "accuracy": [latest.get(run.id, run.test_accuracy) for run in runs],
            "started": pd.to_datetime([run.created_at for run in runs], unit="s", utc=True),
            _("Id"): [run.id for run in runs],
        }
    )


def _clear(active: Sequence[Run]) -> None:
    with st.container(horizontal=True):
        if active:
            st.button(
                _("Stop all {n} runs of the class").format(n=len(active)), key="board_stop_all",
                icon=":material/front_hand:", on_click=run_actions.stop_all, args=(active,),
            )  # fmt: skip
        finished = store().runs(limit=None, state=FINAL)
        if finished:
            with st.popover(_("Clear the board"), icon=":material/delete_sweep:"):
                st.markdown(
                    _(
                        "Deletes all {n} finished runs of everybody, with curves and weights."
                    ).format(n=len(finished))
                )
                st.button(_("Delete them"), type="primary", key="board_clear",
                          on_click=run_actions.delete_all, args=(finished,))  # fmt: skip


def choose_rules() -> None:
    """Let the teacher hold the queue and say how much a learner may ask for."""
    rules = store().rules()
    st.toggle(
        _("Hold the queue"), rules.paused, key="board_paused", on_change=_keep_rules,
        help=_("Nothing that waits starts; what runs goes on."),
    )  # fmt: skip
    st.number_input(
        _("Runs a learner may have waiting"), 1, 400, rules.most_waiting_each,
        key="board_waiting", on_change=_keep_rules,
    )  # fmt: skip
    estimated = _("As estimated before it starts.")
    _limit(_("Minutes a run may take"), "board_minutes", rules.most_minutes, Rules.most_minutes,
           estimated)  # fmt: skip
    _limit(_("GiB of memory a run may take"), "board_gib", rules.most_gib, Rules.most_gib,
           estimated)  # fmt: skip
    _limit(_("Epochs a run may have"), "board_epochs", rules.most_epochs, Rules.most_epochs)


def _limit(label: str, key: str, now: int, most: int, explained: str | None = None) -> None:
    """Draw the field of a limit; left empty it is none, which the store keeps as the most."""
    st.session_state.setdefault(key, None if now == most else now)
    st.number_input(  # it can be emptied only because it is empty by itself
        label, 1, most, None, key=key, on_change=_keep_rules, help=explained,
        placeholder=_("no limit"),
    )  # fmt: skip


@callback
def _keep_rules() -> None:
    chosen = st.session_state
    store().set_rules(
        replace(
            store().rules(),
            paused=chosen["board_paused"],
            most_waiting_each=chosen["board_waiting"],
            most_epochs=chosen["board_epochs"] or Rules.most_epochs,
            most_gib=chosen["board_gib"] or Rules.most_gib,
            most_minutes=chosen["board_minutes"] or Rules.most_minutes,
        )
    )
