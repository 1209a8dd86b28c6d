"""The run store: runs, their curves and their results in a database."""

import json
import secrets
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import URL, Connection, RowMapping, case, delete, func, insert, or_, select, update

from resnet.errors import LabError
from resnet.language import restored, stored
from resnet.language import translate as _
from resnet.store import schema
from resnet.store.answers import Answers
from resnet.store.condition import Condition
from resnet.store.curves import ClaimLost, Curves, storable
from resnet.store.database import database_url, engine_of, last_word
from resnet.store.experiments import Experiments
from resnet.store.learners import Learners
from resnet.store.records import Rules, Run
from resnet.store.states import ACTIVE, State
from resnet.store.trouble import StoreUnavailable

__all__ = ["ClaimLost", "RunStore", "StoreUnavailable"]

RULES = "rules"


class RunStore(Curves, Experiments, Answers, Learners, Condition):
    """Runs and their metrics at a database address (database.database_url() by default).

    Cheap to make and safe in any thread: one engine an address serves the whole process.
    """

    def __init__(self, url: str | URL | None = None) -> None:
        self._url = url or database_url()
        engine_of(self._url)

    @property
    def kind(self) -> str:
        """Name of the kind of database."""
        return self._engine.dialect.name

    # Runs and their states

    def create(
        self,
        spec: Mapping[str, Any],
        owner: str = "",
        origin: str = "app",
        state: State = State.QUEUED,
        **columns: Any,
    ) -> str:
        """Store a new run, as a rule in state QUEUED, and return its id.

        columns: others of the runs table, such as its experiment.
        """
        run_id = secrets.token_hex(6)
        row = {
            "id": run_id,
            "state": state,
            "owner": owner,
            "origin": origin,
            "spec": json.dumps(dict(spec)),
            "created_at": time.time(),
            **columns,
        }
        with self._engine.begin() as connection:
            connection.execute(insert(schema.runs), row)
        return run_id

    def get(self, run_id: str) -> Run:
        """Return a run; LabError when there is none with this id."""
        run = self._find(run_id)
        if run is None:
            raise LabError(
                _("There is no run {run}: choose one of those in the list of runs.").format(
                    run=run_id
                )
            )
        return run

    def _find(self, run_id: str) -> Run | None:
        query = select(schema.runs).where(schema.runs.c.id == run_id)
        with self._engine.connect() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else _run(row._mapping)

    def runs(
        self,
        limit: int | None = 100,
        state: State | Collection[State] | None = None,
        owner: str | None = None,
        origin: str | None = None,
        experiment: str | None = None,
    ) -> list[Run]:
        """Return runs, newest first, optionally only those in these states, of this owner, ..."""
        query = select(schema.runs).order_by(schema.runs.c.created_at.desc()).limit(limit)
        if state is not None:
            query = query.where(schema.runs.c.state.in_(_states(state)))
        if owner is not None:
            query = query.where(schema.runs.c.owner == owner)
        if origin is not None:
            query = query.where(schema.runs.c.origin == origin)
        if experiment is not None:
            query = query.where(schema.runs.c.experiment == experiment)
        with self._engine.connect() as connection:
            return [_run(row._mapping) for row in connection.execute(query)]

    def set_state(
        self,
        run_id: str,
        state: State,
        claim: float | None = None,
        sources: Collection[State] | None = None,
        **columns: Any,
    ) -> bool:
        """Move a run into `state` if it may go there from where it is; False when it may not.

        claim: only while the run is RUNNING and started_at still has this value, that is, while
        the caller's worker has it; sources: only from these of the permitted states. One UPDATE
        decides, so of several callers racing for a final state exactly one wins.
        """
        runs = schema.runs.c
        change = (
            update(schema.runs)
            .where(runs.id == run_id, runs.state.in_(sources or state.sources))
            .values(state=state, **{name: storable(value) for name, value in columns.items()})
        )
        if claim is not None:
            change = change.where(runs.started_at == claim, runs.state == State.RUNNING)
        return last_word(self._url, lambda connection: connection.execute(change).rowcount == 1)

    def finish(self, run_id: str, state: State, reason: str = "", **results: Any) -> bool:
        """Bring a run into a final state with its reason and results; False when it has one.

        results: columns, and set_state()'s `claim`. A STOPPED run without a reason keeps the one
        it was asked to stop with.
        """
        if reason or state is not State.STOPPED:
            results["reason"] = stored(reason)
        return self.set_state(run_id, state, finished_at=time.time(), **results)

    def delete(self, run_id: str) -> None:
        """Remove a run and all it recorded; LabError while it is not in a final state."""
        if not self.get(run_id).state.final:
            raise LabError(
                _("Run {run} is not finished: stop it first, then delete it.").format(run=run_id)
            )
        gone = delete(schema.runs).where(schema.runs.c.id == run_id)
        last_word(self._url, lambda connection: connection.execute(gone))  # it makes room

    def drop_unbegun(self, kept: int) -> None:
        """Delete the runs that were stopped before they began, all but the newest.

        They recorded nothing. Those that belong to another run or to an experiment stay.
        """
        runs = schema.runs.c
        older = (
            select(runs.id)
            .where(runs.state == State.STOPPED, runs.started_at.is_(None))
            .where(runs.parent == "", runs.experiment == "")
            .order_by(runs.created_at.desc())
            .offset(kept)
        )
        with self._engine.begin() as connection:
            connection.execute(delete(schema.runs).where(runs.id.in_(older)))

    def count(self, state: State | Collection[State] | None, owner: str | None = None) -> int:
        """Return how many runs are in a state, or in these, of all learners or of one."""
        query = select(func.count()).select_from(schema.runs)
        if state is not None:
            query = query.where(schema.runs.c.state.in_(_states(state)))
        if owner is not None:
            query = query.where(schema.runs.c.owner == owner)
        with self._engine.connect() as connection:
            return connection.scalar(query) or 0

    def describe(self, run_id: str, title: str, tags: Sequence[str]) -> None:
        """Name a run and tag it for people; at most 80 characters, at most ten tags."""
        kept = list(dict.fromkeys(tag.strip()[:40] for tag in tags if tag.strip()))[:10]
        self._change(run_id, title=title.strip()[:80], tags=json.dumps(kept))

    def prefer(self, run_id: str, priority: int) -> None:
        """Give a run a priority: of those that wait, a higher one starts first."""
        self._change(run_id, priority=priority)

    def _change(self, run_id: str, **columns: Any) -> None:
        with self._engine.begin() as connection:
            connection.execute(
                update(schema.runs).where(schema.runs.c.id == run_id).values(columns)
            )

    # The teacher's rules

    def rules(self) -> Rules:
        """Return the rules of the queue."""
        query = select(schema.meta.c.value).where(schema.meta.c.key == RULES)
        with self._engine.connect() as connection:
            return Rules(**json.loads(connection.scalar(query) or "{}"))

    def set_rules(self, rules: Rules) -> None:
        """Replace the rules of the queue."""
        row = {"key": RULES, "value": json.dumps(asdict(rules))}
        with self._engine.begin() as connection:
            connection.execute(delete(schema.meta).where(schema.meta.c.key == RULES))
            connection.execute(insert(schema.meta), row)

    # Control and heartbeat

    def request_stop(self, run_id: str, reason: str = "") -> bool:
        """Ask a run to stop; one that waits or pauses is STOPPED at once. False when it has ended.

        The wish comes before the change of state: a worker that takes the run between the two
        sees it. reason: kept with the run.
        """
        idle = (State.QUEUED, State.PAUSED)
        return self._wish(run_id, "stop", ACTIVE, idle, State.STOPPED, reason=stored(reason))

    def request_pause(self, run_id: str) -> bool:
        """Ask a run to pause; one that waits is PAUSED at once. False when it can no longer."""
        return self._wish(
            run_id, "pause", (State.RUNNING, State.QUEUED), (State.QUEUED,), State.PAUSED
        )

    def request_resume(self, run_id: str) -> bool:
        """Queue a paused run again, or take back a pause not yet taken. False for other runs."""
        runs = schema.runs.c
        paused = or_(runs.state == State.PAUSED, runs.control == "pause")
        change = (
            update(schema.runs)
            .where(runs.id == run_id, runs.state.in_(ACTIVE), paused)
            .values(
                control="",
                state=case((runs.state == State.PAUSED, State.QUEUED.value), else_=runs.state),
            )
        )
        with self._engine.begin() as connection:
            return connection.execute(change).rowcount == 1

    def _wish(
        self,
        run_id: str,
        wish: str,
        alive: Collection[State],
        at_once: Collection[State],
        state: State,
        **columns: Any,
    ) -> bool:
        runs = schema.runs.c
        wished = (
            update(schema.runs)
            .where(runs.id == run_id, runs.state.in_(alive), runs.control != "stop")
            .values(control=wish, **columns)
        )
        ended = {"finished_at": time.time()} if state.final else {"control": ""}
        idle = (
            update(schema.runs)
            .where(runs.id == run_id, runs.state.in_(at_once), runs.control == wish)
            .values(state=state, **ended)
        )
        still = select(runs.id).where(runs.id == run_id, runs.state.in_(alive))

        def write(connection: Connection) -> bool:
            known = connection.scalar(still) is not None
            connection.execute(wished)
            connection.execute(idle)
            return known

        return last_word(self._url, write)

    def ordered(self, run_id: str, claim: float | None = None) -> State | None:
        """Return what the worker of a run has to do now: None to go on, PAUSED or STOPPED.

        claim: the started_at with which the worker took the run; a run that is no longer its is
        STOPPED for it.
        """
        runs = schema.runs.c
        query = select(runs.state, runs.control, runs.started_at).where(runs.id == run_id)
        with self._engine.connect() as connection:
            row = connection.execute(query).one_or_none()
        if row is None or row.state != State.RUNNING or row.control == "stop":
            return State.STOPPED
        if claim is not None and row.started_at != claim:
            return State.STOPPED
        return State.PAUSED if row.control == "pause" else None

    def lose_worker(self, run_id: str, at_most: int, reason: str) -> State | None:
        """Take a RUNNING run back from a worker that is gone, and return its new state.

        It waits again, or does what its learner has asked for; after `at_most` losses it is
        FAILED with the reason. None when it was not running, or is deleted: of several callers one
        succeeds.
        """
        run = self._find(run_id)
        if run is None:
            return None
        state = {"stop": State.STOPPED, "pause": State.PAUSED}.get(run.control, State.QUEUED)
        if run.losses >= at_most and state is State.QUEUED:
            state = State.FAILED
        columns: dict[str, Any] = {"losses": run.losses + 1}
        columns |= {"reason": reason} if state is State.FAILED else {"control": ""}
        if state.final:
            columns["finished_at"] = time.time()
        taken = self.set_state(run_id, state, run.started_at, (State.RUNNING,), **columns)
        return state if taken else None

    def heartbeat(self, run_id: str, claim: float | None = None, **progress: Any) -> None:
        """Say that the run's worker lives, and how far it is (columns of the runs table).

        claim: as in set_state().
        """
        runs = schema.runs.c
        mine = () if claim is None else (runs.started_at == claim,)
        change = (
            update(schema.runs)
            .where(runs.id == run_id, runs.state == State.RUNNING, *mine)
            .values(
                heartbeat_at=time.time(),
                **{name: storable(value) for name, value in progress.items()},
            )
        )
        if claim is not None:
            change = change.where(schema.runs.c.started_at == claim)
        with self._engine.begin() as connection:
            connection.execute(change)


def _states(state: State | Collection[State]) -> Collection[State]:
    return (state,) if isinstance(state, State) else tuple(state)


def _run(row: RowMapping) -> Run:
    return Run(
        **{
            **row,
            "state": State(row["state"]),
            "reason": restored(row["reason"]),
            "spec": json.loads(row["spec"]),
            "versions": json.loads(row["versions"]),
            "load": json.loads(row["load"]),
            "tags": tuple(json.loads(row["tags"])),
        }
    )
