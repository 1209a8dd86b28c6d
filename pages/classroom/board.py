"""What the teacher sees of the class, and the rules of its queue."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd
import psutil
import streamlit as st

from pages.components import frame, run_actions
from pages.components.charts import chart
from pages.components.language import callback
from pages.components.running import ACTIVE, forget_cached_runs, literal, state_words, store
from resnet.data.classes import CHANCE
from resnet.drawing.figures.curves import LearningCurve, class_curves
from resnet.jobs.fairness import fair_order
from resnet.language import translate as _
from resnet.models.registry import architecture
from resnet.store.records import MetricCurve, Rules, Run
from resnet.store.states import FINAL, State

NEWEST = 30  # finished runs shown below the active ones
MOST_OFFERED = 12  # active ones with buttons


def show() -> None:
    """Show how busy the machine is and where everyone's runs are."""
    active = store().runs(limit=None, state=ACTIVE)
    over = store().runs(limit=NEWEST, state=FINAL)
    _figures(active, over)
    if not (active or over):
        with st.container(border=True, height=200, vertical_alignment="center"):
            st.markdown(_("Nobody has started a run yet."))
        return
    active, names = _in_order(active), _learners([*active, *over])
    _offer(active, names)
    measured = store().curves_of([run.id for run in (*active, *over)], "test_accuracy")
    _curves([*active, *over], measured, names)
    st.dataframe(
        _rows([*active, *over], measured, names),
        hide_index=True,
        key="board_runs",
        placeholder="–",
        column_config={
            "progress": st.column_config.ProgressColumn(_("Progress"), format="percent"),
            "accuracy": st.column_config.NumberColumn(_("Test accuracy"), format="percent"),
            "started": st.column_config.DatetimeColumn(_("Asked for"), format="localized"),
        },
    )
    _clear(active)


def _figures(active: Sequence[Run], over: Sequence[Run]) -> None:
    running = sum(run.state == State.RUNNING for run in active)
    memory = psutil.virtual_memory()
    with st.container(horizontal=True):
        st.metric(
            _("Learners"),
            len({run.owner for run in (*active, *over)}),
            help=_("Browsers with a run on this board."),
        )
        st.metric(_("Training now"), running)
        st.metric(_("Waiting"), sum(run.state == State.QUEUED for run in active))
        everyones = _("Of the machine this page comes from, all programs together.")
        st.metric(_("Processor"), f"{psutil.cpu_percent() / 100:.0%}", help=everyones)
        st.metric(_("Memory"), f"{memory.percent / 100:.0%}")


def _offer(active: Sequence[Run], names: Mapping[str, str]) -> None:
    """Let the teacher watch, stop or prefer each run that trains or waits."""
    for run in active[:MOST_OFFERED]:
        with st.container(horizontal=True, vertical_alignment="center", key=f"board_{run.id}"):
            label = f"{names[run.owner]} · {run.title or run.spec['model']}"
            st.progress(run.progress, text=f"{literal(label)} · {state_words(run.state)}")
            st.page_link(
                "train.py",
                label=_("Watch"),
                query_params={"run": run.id},
                icon=":material/visibility:",
            )
            st.button(
                _("Stop"),
                icon=":material/stop:",
                key=f"board_stop_{run.id}",
                on_click=run_actions.stop_all,
                args=([run],),
            )
            if run.state == State.QUEUED:
                st.button(
                    _("Start next"),
                    icon=":material/vertical_align_top:",
                    key=f"board_prefer_{run.id}",
                    on_click=run_actions.prefer,
                    args=([run],),
                )
    if len(active) > MOST_OFFERED:
        st.caption(
            _("{n} more wait; the table below has them all.").format(n=len(active) - MOST_OFFERED)
        )


def _curves(
    runs: Sequence[Run], measured: Mapping[str, MetricCurve], names: Mapping[str, str]
) -> None:
    """Draw how far everyone's net has come."""
    curves = []
    for run in runs:
        if run.id in measured:
            net = architecture(run.spec["model"])
            label = f"{names[run.owner]} · {run.title or net.name}"
            curve = measured[run.id]
            curves.append(
                LearningCurve(
                    label,
                    net.plain,
                    "test",
                    tuple(curve.epochs),
                    tuple(curve.values),
                    batch_norm=run.spec["batch_norm"],
                    moving=run.state in ACTIVE,
                )
            )
    chart(
        class_curves(curves, frame.theme(), CHANCE),
        key="board_curves",
        alt=_("Test accuracy of everyone's runs over the epochs"),
    )
    st.caption(_("A line for each run; what trains ends in a point. Dotted: what guessing gets."))


def _learners(runs: Sequence[Run]) -> dict[str, str]:
    """Return what the owner of each run is called, with four letters of the token if two share it.

    Whoever has chosen no name is these four letters; the command line's runs are nobody's.
    """
    chosen = store().learner_names()
    shared = Counter(chosen.values())
    names = {}
    for owner in {run.owner for run in runs}:
        name = chosen.get(owner, "")
        parts = [name, owner[:4] if shared[name] != 1 else ""]
        names[owner] = " ".join(filter(None, parts)) or "–"
    return names


def _in_order(active: Sequence[Run]) -> list[Run]:
    """Return what runs, then what waits in the order of the queue, then what pauses."""
    running = [run for run in active if run.state == State.RUNNING]
    waiting = fair_order([run for run in active if run.state == State.QUEUED], running)
    return [*running, *waiting, *(run for run in active if run.state == State.PAUSED)]


def _rows(
    runs: Sequence[Run], measured: Mapping[str, MetricCurve], names: Mapping[str, str]
) -> pd.DataFrame:
    latest = {run_id: curve.values[-1] for run_id, curve in measured.items()}
    return pd.DataFrame(
        {
            _("Learner"): [names[run.owner] for run in runs],
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
                _("Stop all runs of the class ({n})").format(n=len(active)),
                key="board_stop_all",
                icon=":material/front_hand:",
                on_click=run_actions.stop_all,
                args=(active,),
            )
        finished = store().runs(limit=None, state=FINAL)
        if finished:
            with st.popover(_("Clear the board"), icon=":material/delete_sweep:"):
                st.markdown(
                    _(
                        "Deletes all {n} finished runs of everybody, with curves and weights."
                    ).format(n=len(finished))
                )
                st.button(
                    _("Delete them"),
                    type="primary",
                    key="board_clear",
                    on_click=run_actions.delete_all,
                    args=(finished,),
                )


def choose_rules() -> None:
    """Let the teacher hold the queue and say how much a learner may ask for."""
    rules = store().rules()
    st.toggle(
        _("Hold the queue"),
        rules.paused,
        key="board_paused",
        on_change=_keep_rules,
        help=_("Nothing that waits starts; what runs goes on."),
    )
    st.number_input(
        _("Runs a learner may have waiting"),
        1,
        400,
        rules.most_waiting_each,
        key="board_waiting",
        on_change=_keep_rules,
    )
    estimated = _("As estimated before it starts.")
    _limit(
        _("Minutes a run may take"),
        "board_minutes",
        rules.most_minutes,
        Rules.most_minutes,
        estimated,
    )
    _limit(
        _("GiB of memory a run may take"), "board_gib", rules.most_gib, Rules.most_gib, estimated
    )
    _limit(_("Epochs a run may have"), "board_epochs", rules.most_epochs, Rules.most_epochs)


def _limit(label: str, key: str, now: int, most: int, explained: str | None = None) -> None:
    """Draw the field of a limit; left empty it is none, which the store keeps as the most."""
    st.session_state.setdefault(key, None if now == most else now)
    st.number_input(  # it can be emptied only because it is empty by itself
        label,
        1,
        most,
        None,
        key=key,
        on_change=_keep_rules,
        help=explained,
        placeholder=_("no limit"),
    )


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
    forget_cached_runs()
