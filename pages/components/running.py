"""Runs as pages see them: the store, starting one, and what is running now."""

import math
import re
import time
from contextlib import suppress

import streamlit as st

from pages.components.language import fragment, switch_page
from pages.components.trouble import no_store
from pages.server.visitors import visitor
from resnet.errors import LabError
from resnet.jobs import queue
from resnet.language import again, mark
from resnet.language import translate as _
from resnet.store.records import Rules, Run
from resnet.store.run_store import RunStore
from resnet.store.states import ACTIVE, State
from resnet.training.spec import parse_spec

__all__ = ["ACTIVE", "run_title", "running_now", "start_run", "state_words", "store"]

FOLLOWED, PRESSED = "runs_followed", "pressed"
DOUBLE_CLICK_SECONDS = 1.5
REFRESH, REFRESH_SIDEBAR = 1.0, 3.0  # seconds
RECENT = 30
MOST_SHOWN = 3  # running ones in the sidebar
_PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~]")
STOPPED_BY_TEACHER = mark("Stopped by your teacher.")


@st.cache_resource(show_spinner=False)
def store() -> RunStore:
    """Return the one run store of this process."""
    return RunStore()


def start_run(choices: dict, origin: str = "app", **columns: str) -> str:
    """Check the choices, queue a run and return its id; LabError says what does not fit."""
    run_id = queue.submit_run(parse_spec(choices), store(), visitor(), origin, **columns)
    forget_cached_runs()
    return run_id


def first_press(key: str, pressed: bool) -> bool:
    """Tell whether a button was pressed, and not for the second time of a double-click."""
    if not pressed:
        return False
    place = f"{PRESSED}_{key}"
    before, now = st.session_state.get(place, -math.inf), time.monotonic()
    st.session_state[place] = now
    return now - before > DOUBLE_CLICK_SECONDS


def train_on(run: Run, epochs: int) -> str:
    """Queue more epochs of a finished run and return the new run's id; LabError if it cannot be."""
    longer = queue.train_on(run.id, epochs, store(), visitor())
    forget_cached_runs()
    return longer


def state_words(state: State) -> str:
    """Return a state in the reader's language."""
    return {
        State.QUEUED: _("waiting"),
        State.RUNNING: _("running"),
        State.PAUSED: _("paused"),
        State.STOPPED: _("stopped"),
        State.DONE: _("done"),
        State.FAILED: _("failed"),
        State.DIVERGED: _("diverged"),
    }[state]


def duration(seconds: float | None) -> str:
    """Return a time in minutes and seconds, a dash where nobody knows it."""
    if seconds is None:
        return "–"
    minutes, rest = divmod(round(seconds), 60)
    if minutes:
        return _("{minutes} min {seconds} s").format(minutes=minutes, seconds=rest)
    return _("{seconds} s").format(seconds=rest)


def literal(text: str) -> str:
    """Return what a learner has typed as Markdown that shows it as it is: no link, no image."""
    return _PUNCTUATION.sub(r"\\\g<0>", text)


def run_title(run: Run) -> str:
    """Name a run as its learner did, or by what they chose: net, recipe, data, number."""
    if run.title:
        return f"{run.title} · {run.spec['model']} · {run.id[:6]}"
    names = {"synthetic": _("synthetic"), "both": _("SIGNS + synthetic")}
    data = names.get(run.spec["data"], "SIGNS")
    return f"{run.spec['model']} · {run.spec['recipe']} · {data} · {run.id[:6]}"


@st.cache_resource(ttl=REFRESH, max_entries=1, show_spinner=False)
def active_runs() -> list[Run]:
    """Return what runs, waits or is paused, newest first: read once a second for all pages."""
    return store().runs(limit=None, state=ACTIVE)


@st.cache_resource(ttl=REFRESH, max_entries=1, show_spinner=False)
def recent_runs() -> list[Run]:
    """Return the newest runs of the screen “Train”: read once a second for all pages."""
    return store().runs(limit=RECENT, origin="app")


@st.cache_resource(ttl=REFRESH, max_entries=1, show_spinner=False)
def rules() -> Rules:
    """Return the teacher's rules of the queue: asked once a second for all pages."""
    return store().rules()


def forget_cached_runs() -> None:
    """Read the store anew at the next look: this process has just changed it."""
    active_runs.clear()
    recent_runs.clear()
    rules.clear()


def held() -> str:
    """Return what a learner is told whose run waits while the teacher holds the queue."""
    return _("Held by your teacher: it starts when they let the queue go on.")


def most_epochs(most: int, key: str, done: int = 0) -> int:
    """Return how many epochs a field offers: `most`, or what the teacher allows beyond those done.

    The field with this key is brought down to it: Streamlit refuses a value beyond its limits.
    """
    most = max(1, min(most, rules().most_epochs - done))
    if (st.session_state.get(key) or 0) > most:
        st.session_state[key] = most
    return most


def stop(run: Run) -> None:
    """Ask a run to stop; of someone else's it is kept that the teacher did."""
    queue.stop_run(run.id, store(), "" if run.owner == visitor() else STOPPED_BY_TEACHER)


def _announce_ends(active: list[Run]) -> None:
    """Show a toast, on whatever screen, when a run of this browser's has come to its end."""
    here = visitor()
    mine = {run.id for run in active if run.owner == here}
    for run_id in st.session_state.get(FOLLOWED, set()) - mine:
        with suppress(LabError):  # it may be deleted already
            run = store().get(run_id)
            icon = ":material/check:" if run.state == State.DONE else ":material/info:"
            sentence = _("{run}: {state}.").format(
                run=literal(run_title(run)), state=state_words(run.state)
            )
            st.toast(f"{sentence} {again(run.reason)}", icon=icon)
    st.session_state[FOLLOWED] = mine


def watch(run_id: str, on_train: bool) -> None:
    """Show a run on the screen “Train”; on_train: that screen is this one, and cannot be left."""
    if on_train:
        st.query_params["run"] = run_id
        st.rerun()
    switch_page("train.py", run=run_id)


def _warn_of_the_store() -> None:
    """Say on every screen that nothing can be kept just now, or that all was deleted."""
    trouble = store().last_trouble()
    if trouble is not None:
        st.error(no_store(trouble), icon=":material/database_off:")
    elif store().was_replaced():
        st.warning(
            _(
                "The lab's stored runs were deleted or replaced while it ran: it goes on with what "
                "is there now."
            ),
            icon=":material/database_off:",
        )


def running_now(on_train: bool) -> None:
    """Show in the sidebar what is running, one click away from every screen."""
    fragment(run_every=REFRESH_SIDEBAR)(_running_now)(on_train)


def _running_now(on_train: bool) -> None:
    _warn_of_the_store()
    active = active_runs()
    _announce_ends(active)
    running = [run for run in active if run.state == State.RUNNING][:MOST_SHOWN]
    waiting = sum(run.state == State.QUEUED for run in active)
    if not running and not waiting:
        return
    st.caption(_("Running now"))
    for run in running:
        st.progress(run.progress, text=f"{run.spec['model']} · {state_words(run.state)}")
    if waiting and rules().paused:
        st.caption(_("{n} waiting: your teacher holds the queue").format(n=waiting))
    elif waiting:
        st.caption(_("{n} waiting").format(n=waiting))
    if running and st.button(
        _("Watch"), icon=":material/visibility:", width="stretch", key="watch_running"
    ):
        watch(running[0].id, on_train)
