"""What the screens have the cluster do: train this, stop that, try this out."""

import json
import logging
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from resnet.errors import LabError
from resnet.inference.checkpoint import copy_state, kept_epochs, remove_files, run_folder
from resnet.jobs.cluster import connect
from resnet.jobs.fairness import KEPT_UNBEGUN, check_room
from resnet.language import translate as _
from resnet.store.run_store import RunStore
from resnet.store.states import State
from resnet.training.spec import TrainingSpec, parse_spec

Probe = Future[Any]
logger = logging.getLogger(__name__)


def submit_run(
    spec: TrainingSpec,
    store: RunStore | None = None,
    owner: str = "",
    origin: str = "app",
    **columns: Any,
) -> str:
    """Queue a run and return its id at once; a worker takes it when there is one.

    columns: others of the store's runs, such as its experiment. LabError where the teacher's
    rules or a full queue refuse it.
    """
    store = store or RunStore()
    _check_rules(spec, store, owner)
    run_id = store.create(spec.model_dump(), owner, origin, **columns)
    logger.info("A run of %s was queued.", spec.model, extra={"run": run_id})
    connect().wake()
    return run_id


def train_on(
    run_id: str, epochs: int, store: RunStore | None = None, owner: str = "", origin: str = "app"
) -> str:
    """Queue a run that trains a finished one for more epochs, and return its id.

    It starts with that run's weights, optimizer and curves, at the epoch where that one ended; a
    schedule is the one of all epochs together. LabError where nothing of the run was kept.
    """
    store = store or RunStore()
    run, folder = store.get(run_id), run_folder(run_id)
    done = kept_epochs(folder)
    if not (run.state.final and done):
        sentence = _("Run {run} left no finished epoch to go on from: train one like it anew.")
        raise LabError(sentence.format(run=run_id))
    spec = parse_spec({**run.spec, "epochs": done + epochs}, stored=True)
    _check_rules(spec, store, owner)
    # No worker may take it before all it goes on from is there.
    longer = store.create(
        spec.model_dump(),
        owner,
        origin,
        State.PAUSED,
        parent=run_id,
        seconds=run.seconds,
        title=run.title,
        tags=json.dumps(run.tags),
    )
    copy_state(folder, run_folder(longer))
    store.copy_curves(run_id, longer)
    resume_run(longer, store)
    return longer


def _check_rules(spec: TrainingSpec, store: RunStore, owner: str) -> None:
    rules = store.rules()
    if spec.epochs > rules.most_epochs:
        sentence = _("The teacher allows at most {most} epochs a run: got {epochs}.")
        raise LabError(sentence.format(most=rules.most_epochs, epochs=spec.epochs))
    store.drop_unbegun(KEPT_UNBEGUN)
    own = store.count((State.QUEUED, State.PAUSED), owner)
    check_room(store.count(State.QUEUED), own, store.count(None, owner), rules)


def stop_run(run_id: str, store: RunStore | None = None, reason: str = "") -> bool:
    """Ask a run to stop; its worker does between two batches. False when it has ended already."""
    logger.info("The run was asked to stop.", extra={"run": run_id})
    return (store or RunStore()).request_stop(run_id, reason)


def pause_run(run_id: str, store: RunStore | None = None) -> bool:
    """Ask a run to pause; it goes on later from its last finished epoch. False when it cannot."""
    return (store or RunStore()).request_pause(run_id)


def resume_run(run_id: str, store: RunStore | None = None) -> bool:
    """Queue a paused run again; False when it is not paused."""
    resumed = (store or RunStore()).request_resume(run_id)
    connect().wake()
    return resumed


def delete_run(run_id: str, store: RunStore | None = None) -> None:
    """Remove a finished run with its curves and its files; LabError while it is not finished."""
    (store or RunStore()).delete(run_id)
    logger.info("The run was deleted.", extra={"run": run_id})
    remove_files(run_folder(run_id))


def probe(function: Callable[..., Any], *args: Any) -> Probe:
    """Run a module-level function with plain arguments on the probe worker; see Cluster.probe."""
    return connect().probe(function, *args)
