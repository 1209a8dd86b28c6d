"""The run store: runs, their curves and their results in a database."""

import json
import math
import secrets
import threading
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Engine,
    RowMapping,
    create_engine,
    delete,
    event,
    insert,
    make_url,
    select,
    update,
)
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, NoSuchModuleError
from sqlalchemy.schema import CreateIndex, CreateTable

from resnet.errors import LabError
from resnet.language import translate as _
from resnet.settings import database_url
from resnet.store import schema
from resnet.store.records import Curve, Metric, Norms, Predictions, Run
from resnet.store.states import ACTIVE, State

BUSY_SECONDS = 15
# Raised by any method while the database is locked for long, read-only, full or gone.
StoreUnavailable = DBAPIError

_engines: dict[str, Engine] = {}
_opening = threading.Lock()


class RunStore:
    """Runs and their metrics at a database address (settings.database_url() by default).

    Cheap to make and safe in any thread: one engine an address serves the whole process.
    """

    def __init__(self, url: str | None = None) -> None:
        self._engine = _engine(url or database_url())

    # Runs and their states

    def create(self, spec: Mapping[str, Any], owner: str = "", origin: str = "app") -> str:
        """Store a new run in state QUEUED and return its id."""
        run_id = secrets.token_hex(6)
        row = {
            "id": run_id,
            "state": State.QUEUED,
            "owner": owner,
            "origin": origin,
            "spec": json.dumps(dict(spec)),
            "created_at": time.time(),
        }
        with self._engine.begin() as connection:
            connection.execute(insert(schema.runs), row)
        return run_id

    def get(self, run_id: str) -> Run:
        """Return a run; LabError when there is none with this id."""
        query = select(schema.runs).where(schema.runs.c.id == run_id)
        with self._engine.connect() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            raise LabError(
                _("There is no run {run}: choose one of those in the list of runs.").format(
                    run=run_id
                )
            )
        return _run(row._mapping)

    def runs(
        self,
        limit: int | None = 100,
        state: State | Collection[State] | None = None,
        owner: str | None = None,
        origin: str | None = None,
    ) -> list[Run]:
        """Return runs, newest first, optionally only those in these states, of this owner, ..."""
        query = select(schema.runs).order_by(schema.runs.c.created_at.desc()).limit(limit)
        if state is not None:
            states = (state,) if isinstance(state, str) else tuple(state)
            query = query.where(schema.runs.c.state.in_(states))
        if owner is not None:
            query = query.where(schema.runs.c.owner == owner)
        if origin is not None:
            query = query.where(schema.runs.c.origin == origin)
        with self._engine.connect() as connection:
            return [_run(row._mapping) for row in connection.execute(query)]

    def set_state(self, run_id: str, state: State, **columns: Any) -> bool:
        """Move a run into `state` if it may go there from where it is; False when it may not.

        One UPDATE decides, so of several callers racing for a final state exactly one wins.
        """
        change = (
            update(schema.runs)
            .where(schema.runs.c.id == run_id, schema.runs.c.state.in_(state.sources))
            .values(state=state, **{name: _storable(value) for name, value in columns.items()})
        )
        with self._engine.begin() as connection:
            return connection.execute(change).rowcount == 1

    def finish(self, run_id: str, state: State, reason: str = "", **results: Any) -> bool:
        """Bring a run into a final state with its reason and results; False when it has one."""
        return self.set_state(run_id, state, reason=reason, finished_at=time.time(), **results)

    def delete(self, run_id: str) -> None:
        """Remove a run and all it recorded; LabError while it is not in a final state."""
        if not self.get(run_id).state.final:
            raise LabError(
                _("Run {run} is not finished: stop it first, then delete it.").format(run=run_id)
            )
        with self._engine.begin() as connection:
            connection.execute(delete(schema.runs).where(schema.runs.c.id == run_id))

    # Control and heartbeat

    def request_stop(self, run_id: str) -> bool:
        """Ask a run to stop; one that waits is STOPPED at once. False when it has ended already."""
        wish = (
            update(schema.runs)
            .where(schema.runs.c.id == run_id, schema.runs.c.state.in_(ACTIVE))
            .values(control="stop")
        )
        # The wish comes first: a worker that takes the run between the two statements sees it.
        waiting = (
            update(schema.runs)
            .where(schema.runs.c.id == run_id, schema.runs.c.state == State.QUEUED)
            .values(state=State.STOPPED, finished_at=time.time())
        )
        with self._engine.begin() as connection:
            wished = connection.execute(wish).rowcount == 1
            connection.execute(waiting)
        return wished

    def stop_requested(self, run_id: str) -> bool:
        """True when the worker of a run has to end it: asked to, or the run is no longer its."""
        query = select(schema.runs.c.state, schema.runs.c.control).where(schema.runs.c.id == run_id)
        with self._engine.connect() as connection:
            row = connection.execute(query).one_or_none()
        return row is None or row.control == "stop" or row.state != State.RUNNING

    def heartbeat(self, run_id: str, **progress: Any) -> None:
        """Say that the run's worker lives, and how far it is (columns of the runs table)."""
        change = (
            update(schema.runs)
            .where(schema.runs.c.id == run_id, schema.runs.c.state == State.RUNNING)
            .values(
                heartbeat_at=time.time(),
                **{name: _storable(value) for name, value in progress.items()},
            )
        )
        with self._engine.begin() as connection:
            connection.execute(change)

    # Curves

    def append_metrics(self, run_id: str, points: Iterable[Metric]) -> None:
        """Add points to a run's curves; a value that is not finite is kept as missing."""
        rows = [
            {
                "run_id": run_id,
                "name": point.name,
                "step": point.step,
                "epoch": point.epoch,
                "value": _storable(point.value),
            }
            for point in points
        ]
        self._insert(schema.metrics, rows)

    def metrics(
        self, run_id: str, names: Sequence[str] | None = None, after: int = 0
    ) -> dict[str, Curve]:
        """Return a run's curves by name, only their points after step `after`.

        To follow a run, ask for names that are written together (BATCH_METRICS, EPOCH_METRICS)
        after the last step you have of them. A missing value reads as nan.
        """
        table = schema.metrics
        query = (
            select(table.c.name, table.c.step, table.c.epoch, table.c.value)
            .where(table.c.run_id == run_id, table.c.step > after)
            .order_by(table.c.name, table.c.step)
        )
        if names is not None:
            query = query.where(table.c.name.in_(names))
        curves: dict[str, Curve] = {}
        with self._engine.connect() as connection:
            for name, step, epoch, value in connection.execute(query):
                curve = curves.setdefault(name, Curve([], [], []))
                curve.steps.append(step)
                curve.epochs.append(epoch)
                curve.values.append(_number(value))
        return curves

    def set_layers(self, run_id: str, names: Sequence[str]) -> None:
        """Name the layers whose gradient norms follow, in the net's order."""
        rows = [
            {"run_id": run_id, "position": position, "name": name}
            for position, name in enumerate(names)
        ]
        self._insert(schema.layers, rows)

    def append_norms(self, run_id: str, step: int, values: Sequence[float]) -> None:
        """Add the gradient norm of each layer of set_layers() at an optimizer step."""
        rows = [
            {"run_id": run_id, "step": step, "layer": layer, "value": _storable(float(value))}
            for layer, value in enumerate(values)
        ]
        self._insert(schema.norms, rows)

    def norms(self, run_id: str, after: int = 0) -> Norms:
        """Return a run's gradient norms after step `after`; a missing value reads as nan."""
        layers, norms = schema.layers, schema.norms
        names = select(layers.c.name).where(layers.c.run_id == run_id).order_by(layers.c.position)
        points = (
            select(norms.c.step, norms.c.value)
            .where(norms.c.run_id == run_id, norms.c.step > after)
            .order_by(norms.c.step, norms.c.layer)
        )
        by_step: dict[int, list[float]] = {}
        with self._engine.connect() as connection:
            layer_names = list(connection.scalars(names))
            for step, value in connection.execute(points):
                by_step.setdefault(step, []).append(_number(value))
        return Norms(layer_names, list(by_step), list(by_step.values()))

    # Predictions

    def save_predictions(
        self,
        run_id: str,
        labels: Sequence[int],
        predicted: Sequence[int],
        confidences: Sequence[float],
    ) -> None:
        """Keep the net's answer to each test image, replacing earlier ones."""
        rows = [
            {
                "run_id": run_id,
                "image": image,
                "label": int(label),
                "predicted": int(answer),
                "confidence": _storable(float(confidence)),
            }
            for image, (label, answer, confidence) in enumerate(
                zip(labels, predicted, confidences, strict=True)
            )
        ]
        table = schema.predictions
        with self._engine.begin() as connection:
            connection.execute(delete(table).where(table.c.run_id == run_id))
            if rows:
                connection.execute(insert(table), rows)

    def predictions(self, run_id: str) -> Predictions:
        """Return the net's answers to the test images; empty when the run has none (yet)."""
        table = schema.predictions
        query = select(table).where(table.c.run_id == run_id).order_by(table.c.image)
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
        return Predictions(
            [row.image for row in rows],
            [row.label for row in rows],
            [row.predicted for row in rows],
            [_number(row.confidence) for row in rows],
        )

    def _insert(self, table: Any, rows: list[dict[str, Any]]) -> None:
        if rows:
            with self._engine.begin() as connection:
                connection.execute(insert(table), rows)


def _storable(value: Any) -> Any:
    """Values as columns hold them: mappings as JSON, floats that are not finite as NULL."""
    if isinstance(value, Mapping):
        return json.dumps(dict(value))
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def _number(value: float | None) -> float:
    return math.nan if value is None else value


def _run(row: RowMapping) -> Run:
    return Run(
        **{
            **row,
            "state": State(row["state"]),
            "spec": json.loads(row["spec"]),
            "versions": json.loads(row["versions"]),
        }
    )


def _engine(url: str) -> Engine:
    with _opening:
        if url not in _engines:
            _engines[url] = _opened(url)
        return _engines[url]


def _opened(url: str) -> Engine:
    try:
        address = make_url(url)
        if address.get_backend_name() == "sqlite":
            _make_folder(address.database)
            engine = create_engine(address, connect_args={"timeout": BUSY_SECONDS})
            event.listen(engine, "connect", _set_up_sqlite)
        else:
            engine = create_engine(address, pool_pre_ping=True)
        _prepare(engine)
    except (ArgumentError, NoSuchModuleError, ImportError, OSError, DBAPIError) as error:
        raise LabError(
            _(
                "The run store {url} cannot be opened ({error}): check RESNET_LAB_DATABASE_URL and "
                "that the folder may be written."
            ).format(url=_without_password(url), error=getattr(error, "orig", None) or error)
        ) from error
    return engine


def _without_password(url: str) -> str:
    try:
        return make_url(url).render_as_string(hide_password=True)
    except ArgumentError:
        return "?"


def _make_folder(database: str | None) -> None:
    if database and database != ":memory:":
        Path(database).parent.mkdir(parents=True, exist_ok=True)


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    # WAL lets readers read while a worker writes; NORMAL may lose the last instants on a power cut
    # but never corrupts.
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _prepare(engine: Engine) -> None:
    """Create what is missing; LabError when a newer program wrote the store."""
    with engine.begin() as connection:
        connection.execute(CreateTable(schema.meta, if_not_exists=True))
    found = _schema_version(engine)
    if found > schema.SCHEMA_VERSION:
        raise LabError(
            _(
                "The run store has schema version {found} and this program knows versions up to "
                "{known}: update ResNet Lab, or choose another RESNET_LAB_RUNS folder."
            ).format(found=found, known=schema.SCHEMA_VERSION)
        )
    with engine.begin() as connection:
        for table in schema.metadata.sorted_tables:
            connection.execute(CreateTable(table, if_not_exists=True))
            for index in table.indexes:
                connection.execute(CreateIndex(index, if_not_exists=True))


def _schema_version(engine: Engine) -> int:
    """Return the store's version, written first when the store is new."""
    query = select(schema.meta.c.value).where(schema.meta.c.key == "schema_version")
    row = {"key": "schema_version", "value": str(schema.SCHEMA_VERSION)}
    try:
        with engine.begin() as connection:
            found = connection.scalar(query)
            if found is None:
                connection.execute(insert(schema.meta), row)
                return schema.SCHEMA_VERSION
            return int(found)
    except IntegrityError:  # another process opened the new store in the same instant
        return schema.SCHEMA_VERSION
