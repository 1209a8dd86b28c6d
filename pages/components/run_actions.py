"""What may be done with a run: name it, train on, train another like it, stop, delete."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from pages.components import train_controls
from pages.components.language import callback, switch_page
from pages.components.running import (
    ACTIVE,
    first_press,
    most_epochs,
    start_run,
    stop,
    store,
    train_on,
    watch,
)
from pages.components.short_tasks import result_within
from pages.components.trouble import later
from pages.server.downloads import made_later
from pages.server.visitors import is_teacher, may_control
from resnet.errors import LabError
from resnet.jobs import queue, tasks
from resnet.language import translate as _
from resnet.store.records import Run
from resnet.store.states import State
from resnet.training.verdict import verdict

PROBE_SECONDS = 120


def offer(runs: Sequence[Run]) -> None:
    """Offer all that this browser may do with the selected runs."""
    with st.container(horizontal=True):
        if len(runs) == 1:
            offer_more(runs[0])
            if may_control(runs[0]):
                _offer_name(runs[0])
        if is_teacher():
            _offer_preference([run for run in runs if run.state == State.QUEUED])
        _clear_up(runs)


def offer_more(run: Run, on_train: bool = False) -> None:
    """Offer to train a run on, and to train another one like it with changes.

    on_train: on the screen “Train” itself.
    """
    key = "train" if on_train else "runs"
    if run.state in (State.DONE, State.STOPPED):
        with st.popover(_("Train on"), icon=":material/forward:", key=f"{key}_on"):
            most = most_epochs(train_controls.MOST_EPOCHS, f"{key}_more", run.epoch)
            epochs = st.number_input(_("More epochs"), 1, most, min(10, most), key=f"{key}_more")
            st.caption(
                _(
                    "A new run goes on from this one's weights, optimizer and curves. A schedule "
                    "is that of all epochs together: the rate rises again and comes down once more."
                )
            )
            if st.button(_("Train on"), type="primary", key=f"{key}_train_on"):
                _train_on(run, epochs, on_train)
    if run.spec["data"] != "both":
        st.download_button(
            _("Notebook"),
            made_later(lambda: result_within(tasks.notebook_of, run.id, seconds=PROBE_SECONDS)),
            file_name=f"{run.spec['model']}-{run.id}.ipynb",
            mime="application/x-ipynb+json",
            icon=":material/book:",
            key=f"{key}_notebook",
            help=_("This very training in Keras alone, for Jupyter or Colab."),
        )
    if st.button(
        _("Change and train again"),
        icon=":material/edit:",
        key=f"{key}_clone",
        on_click=train_controls.begin_with,
        args=(run.spec,),
    ):
        if on_train:
            st.rerun()  # the controls, which lie outside the fragment of the run
        switch_page("train.py")


def offer_remedy(run: Run, on_train: bool = False) -> None:
    """Say where a run learned nothing, why that may be, and train at once what may mend it."""
    found = verdict(run, store())
    if found is None:
        return
    st.warning(found.sentence(), icon=":material/trending_flat:")
    if not found.change:
        return
    spec = {**run.spec, **found.change}
    pressed = st.button(
        _("Train it with {change}").format(change=_words(found.change)),
        type="primary",
        icon=":material/healing:",
        key=f"{'train' if on_train else 'runs'}_remedy",
        on_click=train_controls.begin_with,
        args=(spec,),
    )
    if not first_press("train_remedy", pressed):
        return
    try:
        mended = start_run(spec)
    except LabError as error:
        st.error(str(error))
    else:
        watch(mended, on_train)


def _words(change: Mapping[str, Any]) -> str:
    """Say what a run is to be trained with instead; what else changes is the recipe's own."""
    name, value = next(iter(change.items()))
    phrases = {
        "learning_rate": _("learning rate {value}"),
        "recipe": _("recipe {value}"),
        "epochs": _("{value} epochs"),
        "augmentation": _("strong variations"),
        "shortcut": _("shortcuts"),
        "model": "{value}",
    }
    return phrases[name].format(value=value)


def _train_on(run: Run, epochs: int, on_train: bool) -> None:
    try:
        longer = train_on(run, epochs)
    except LabError as error:
        st.error(str(error))
    else:
        watch(longer, on_train)


def _offer_name(run: Run) -> None:
    with (
        st.popover(_("Name and tags"), icon=":material/label:"),
        st.form(f"runs_name_{run.id}", border=False),
    ):
        title = st.text_input(_("Name"), run.title, max_chars=80)
        tags = st.multiselect(
            _("Tags"),
            sorted({*_known_tags(), *run.tags}),
            list(run.tags),
            accept_new_options=True,
            max_selections=10,
        )
        if st.form_submit_button(_("Keep"), type="primary"):
            store().describe(run.id, title, tags)
            st.rerun()


def _known_tags() -> set[str]:
    return {tag for run in store().runs(limit=200) for tag in run.tags}


def _offer_preference(waiting: Sequence[Run]) -> None:
    if waiting:
        st.button(
            _("Start next"),
            icon=":material/vertical_align_top:",
            key="runs_prefer",
            help=_("Before all others that wait."),
            on_click=prefer,
            args=(waiting,),
        )


@callback
def prefer(runs: Sequence[Run]) -> None:
    """Have these runs start before all others that wait."""
    waiting = store().runs(limit=None, state=State.QUEUED)
    highest = max((run.priority for run in waiting), default=0)
    for run in runs:
        store().prefer(run.id, highest + 1)


def _clear_up(runs: Sequence[Run]) -> None:
    own = [run for run in runs if may_control(run)]
    active = [run for run in own if run.state in ACTIVE]
    over = [run for run in own if run.state.final]
    if active:
        st.button(
            _("Stop {n}").format(n=len(active)),
            icon=":material/stop:",
            key="runs_stop",
            on_click=stop_all,
            args=(active,),
        )
    if over:
        with st.popover(_("Delete {n}").format(n=len(over)), icon=":material/delete:"):
            st.markdown(_("Their curves and weights are gone then, for everybody."))
            st.button(
                _("Delete them"),
                type="primary",
                key="runs_delete",
                on_click=delete_all,
                args=(over,),
            )


@callback
def stop_all(runs: Sequence[Run]) -> None:
    """Ask these runs to stop."""
    for run in runs:
        stop(run)


@callback
def delete_all(runs: Sequence[Run]) -> None:
    """Delete these runs; an error is shown where one cannot be deleted."""
    for run in runs:
        try:
            queue.delete_run(run.id, store())
        except LabError as error:
            later(str(error))
