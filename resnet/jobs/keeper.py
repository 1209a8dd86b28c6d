"""Bring queued runs to the workers, and take runs back from workers that are gone."""

import logging
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from resnet.jobs.fairness import fair_order
from resnet.jobs.tasks import train_run
from resnet.language import mark
from resnet.store.records import Run
from resnet.store.run_store import RunStore
from resnet.store.states import State

if TYPE_CHECKING:
    from distributed import Client, Future

logger = logging.getLogger(__name__)

# The command line trains its runs in its own process.
ATTENDED = "cli"
# A worker's heartbeat comes every second, from a thread of its own.
SILENCE_SECONDS = 15.0
HUNG_SECONDS, REPLACING_SECONDS = 60.0, 20.0
MOST_LOSSES = 2  # after which a run whose worker is lost is not taken up again
WORKER_LOST = mark(
    "The worker that trained this run was ended three times, perhaps for lack of memory: start "
    "the run again with a smaller batch or net."
)
LAB_CLOSED = mark(
    "The lab was closed or its worker was ended while this run was training: start it again."
)
TASK_FAILED = mark(
    "The run could not be started on a worker: the reason is in the folder of the logs."
)


class Keeper:
    """What one connected process does for the store's runs; look() again every second.

    Any number of processes may keep one store: a run is taken by the first worker that claims it,
    and taken back once. Whoever keeps the store submits it again, also after a restart.
    """

    def __init__(self, store: RunStore, client: "Client") -> None:
        self._store, self._client = store, client
        self._tasks: dict[str, Future] = {}
        self._heard: dict[str, tuple[float | None, float]] = {}
        self._silent: dict[str, float] = {}  # since when a worker does not speak of its run

    def look(self) -> None:
        """Bring free workers what waits, in fair order; take back what has lost its worker."""
        for run_id, task in list(self._tasks.items()):
            if task.done():
                self._end(run_id, task)
        running = self._store.runs(limit=None, state=State.RUNNING)
        waiting = [
            run
            for run in self._store.runs(limit=None, state=State.QUEUED)
            if run.id not in self._tasks and run.origin != ATTENDED
        ]
        # No more than there are workers: what the scheduler has, it would run first come first.
        # None where nothing can be kept: they would fail one after another.
        held = not waiting or self._store.rules().paused or bool(self._store.last_trouble())
        free = 0 if held else self._workers() - len(self._tasks)
        for run in fair_order(waiting, running)[: max(0, free)]:
            self._tasks[run.id] = self._client.submit(
                train_run, run.id, resources={"train": 1}, pure=False
            )
        now = time.monotonic()
        self._replace_hung_workers(now)
        self._heard = {run.id: self._listen(run, now) for run in running}

    def forgive(self) -> None:
        """Count all silences anew: while the store was away, no worker could be heard."""
        self._heard = {}

    def _workers(self) -> int:
        """Return how many runs the cluster trains at once."""
        workers = self._client.scheduler_info(n_workers=-1)["workers"].values()
        return round(sum(worker["resources"].get("train", 0) for worker in workers))

    def _end(self, run_id: str, task: "Future") -> None:
        from distributed import KilledWorker

        del self._tasks[run_id]
        if task.status != "error":
            return
        if isinstance(task.exception(), KilledWorker):
            self._store.lose_worker(run_id, MOST_LOSSES, WORKER_LOST)
        else:
            # Only one that still waits: another server's worker may have it by now.
            self._store.finish(run_id, State.FAILED, TASK_FAILED, sources=(State.QUEUED,))

    def _listen(self, run: Run, now: float) -> tuple[float | None, float]:
        """Return the run's last heartbeat and when it was first seen here.

        The silence is measured on this process's monotonic clock: neither a changed wall clock nor
        a laptop's sleep ends a run.
        """
        heartbeat, since = self._heard.get(run.id, (None, now))
        if run.heartbeat_at != heartbeat:
            return run.heartbeat_at, now
        if now - since > SILENCE_SECONDS:
            attended = run.origin == ATTENDED  # nobody here would train it
            self._store.lose_worker(
                run.id, 0 if attended else MOST_LOSSES, LAB_CLOSED if attended else WORKER_LOST
            )
            if run.id in self._tasks:
                self._silent.setdefault(run.id, now)
        return heartbeat, since

    def _replace_hung_workers(self, now: float) -> None:
        """End workers that have not even given their task back; their nannies start others.

        On a busy machine a worker is slow to speak, and slower if it must begin anew.
        """
        self._silent = {run_id: at for run_id, at in self._silent.items() if run_id in self._tasks}
        for run_id, at in self._silent.items():
            if now - at > HUNG_SECONDS:
                self._replace_worker(run_id, self._tasks.pop(run_id))

    def _replace_worker(self, run_id: str, task: "Future") -> None:
        hung = [worker for worker, keys in self._client.processing().items() if task.key in keys]
        logger.warning("A worker has hung and is replaced.", extra={"run": run_id})
        task.cancel()
        with suppress(ValueError, TimeoutError, OSError):  # no nanny, or it answers late
            self._client.restart_workers(hung, timeout=REPLACING_SECONDS, raise_for_error=False)
