"""The run store as commands open it: runs whose terminal is gone are ended first, with a word."""

import time

from resnet.cli.reporting import say
from resnet.jobs.keeper import ATTENDED, LAB_CLOSED, SILENCE_SECONDS
from resnet.language import translate
from resnet.store.records import Run
from resnet.store.run_store import RunStore
from resnet.store.states import State

LISTENING_SECONDS = 3.0  # a training speaks every second, also where a clock was set anew


def attended_store() -> RunStore:
    """Open the run store; end and name the runs of commands that were killed, or lost power."""
    store = RunStore()
    silent = {run.id: run.heartbeat_at for run in _attended(store) if _is_silent(run)}
    if not silent:
        return store
    time.sleep(LISTENING_SECONDS)
    for run in _attended(store):
        if run.id not in silent or silent[run.id] != run.heartbeat_at:
            continue
        if store.finish(run.id, State.FAILED, LAB_CLOSED, claim=run.started_at):
            say(f"{run.id}: {translate(LAB_CLOSED)}")
    return store


def _attended(store: RunStore) -> list[Run]:
    """Return the runs that commands train, or were about to."""
    running = store.runs(limit=None, state=State.RUNNING, origin=ATTENDED)
    waiting = store.runs(limit=None, state=State.QUEUED, origin=ATTENDED)
    return running + [run for run in waiting if run.started_at is None]


def _is_silent(run: Run) -> bool:
    heard = run.heartbeat_at or run.started_at or run.created_at
    return abs(time.time() - heard) > SILENCE_SECONDS
