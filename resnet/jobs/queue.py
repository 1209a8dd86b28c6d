"""What the screens ask of the cluster: train this, stop that, try this out."""

import shutil
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from resnet.jobs.cluster import connect
from resnet.jobs.fairness import check_room
from resnet.store.run_store import RunStore
from resnet.store.states import State
from resnet.training.checkpoint import run_folder
from resnet.training.spec import TrainingSpec

Probe = Future[Any]


def submit_run(
    spec: TrainingSpec, store: RunStore | None = None, owner: str = "", origin: str = "app"
) -> str:
    """Queue a run and return its id at once; a worker takes it when there is one.

    LabError where too many runs are waiting.
    """
    store = store or RunStore()
    check_room(store.runs(limit=None, state=State.QUEUED), owner)
    run_id = store.create(spec.model_dump(), owner=owner, origin=origin)
    connect().wake()
    return run_id


def stop_run(run_id: str, store: RunStore | None = None) -> bool:
    """Ask a run to stop; its worker does between two batches. False when it has ended already."""
    return (store or RunStore()).request_stop(run_id)


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
    shutil.rmtree(run_folder(run_id), ignore_errors=True)


def probe(function: Callable[..., Any], *args: Any) -> Probe:
    """Run a module-level function with plain arguments on the probe worker; see Cluster.probe."""
    return connect().probe(function, *args)
