"""Curves, gradient norms and predictions of the runs in the store."""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, func, insert, literal, select, update

from resnet.store import outlines, schema
from resnet.store.database import Addressed
from resnet.store.records import Metric, MetricCurve, Norms, Predictions
from resnet.store.states import State

MOST_STEPS = 200  # of gradient norms, as many columns as a heat map shows


class ClaimLost(Exception):  # noqa: N818 - it is the answer to a worker that comes too late
    """A run was taken back from its worker, which hung: another one may train it by now."""


class Curves(Addressed):
    """What runs record; the part of RunStore about points.

    claim: the started_at with which a worker took its run. With it ClaimLost is raised, and nothing
    written, once the run is no longer that worker's.
    """

    def forget_after(self, run_id: str, step: int, claim: float | None = None) -> None:
        """Drop what a run recorded after a step: it is about to train from there again."""
        points, norms = schema.metrics.c, schema.norms.c
        with self._engine.begin() as connection:
            _hold(connection, run_id, claim)
            connection.execute(
                delete(schema.metrics).where(points.run_id == run_id, points.step > step)
            )
            connection.execute(
                delete(schema.norms).where(norms.run_id == run_id, norms.step > step)
            )
            outlines.renew(connection, run_id)

    def copy_curves(self, source: str, target: str) -> None:
        """Give a run that goes on from another all points and norms which that one recorded."""
        tables = (schema.metrics, schema.outlines, schema.layers, schema.norms)
        with self._engine.begin() as connection:
            for table in tables:
                names = [column.name for column in table.columns if column.name != "run_id"]
                rows = select(literal(target), *(table.c[name] for name in names)).where(
                    table.c.run_id == source
                )
                connection.execute(insert(table).from_select(["run_id", *names], rows))

    def append_metrics(
        self, run_id: str, points: Iterable[Metric], claim: float | None = None
    ) -> None:
        """Add points to a run's curves; a value that is not finite is kept as missing."""
        rows = [
            {
                "run_id": run_id,
                "name": point.name,
                "step": point.step,
                "epoch": point.epoch,
                "value": storable(point.value),
            }
            for point in points
        ]
        if rows:
            with self._engine.begin() as connection:
                _hold(connection, run_id, claim)
                connection.execute(insert(schema.metrics), rows)
                outlines.extend(connection, rows)

    def metrics(
        self, run_id: str, names: Sequence[str] | None = None, after: int = 0
    ) -> dict[str, MetricCurve]:
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
        curves: dict[str, MetricCurve] = {}
        with self._engine.connect() as connection:
            for name, step, epoch, value in connection.execute(query):
                curve = curves.setdefault(name, MetricCurve([], [], []))
                curve.steps.append(step)
                curve.epochs.append(epoch)
                curve.values.append(number(value))
        return curves

    def outline(self, run_id: str, names: Sequence[str]) -> dict[str, MetricCurve]:
        """Return the curves of a run, a long one by its extremes: quick however long it is.

        A missing value of a long curve is left out.
        """
        with self._engine.connect() as connection:
            found = {name: outlines.read(connection, run_id, name) for name in names}
        short = [name for name, curve in found.items() if curve is None]
        long = {name: curve for name, curve in found.items() if curve is not None}
        return self.metrics(run_id, short) | long if short else long

    def curves_of(self, run_ids: Sequence[str], name: str) -> dict[str, MetricCurve]:
        """Return one curve of many runs, by run."""
        table = schema.metrics
        query = (
            select(table.c.run_id, table.c.step, table.c.epoch, table.c.value)
            .where(table.c.run_id.in_(run_ids), table.c.name == name)
            .order_by(table.c.run_id, table.c.step)
        )
        curves: dict[str, MetricCurve] = {}
        with self._engine.connect() as connection:
            for run_id, step, epoch, value in connection.execute(query):
                curve = curves.setdefault(run_id, MetricCurve([], [], []))
                curve.steps.append(step)
                curve.epochs.append(epoch)
                curve.values.append(number(value))
        return curves

    def set_layers(self, run_id: str, names: Sequence[str]) -> None:
        """Name the layers whose norms follow, in the net's order; again when a run goes on."""
        rows = [
            {"run_id": run_id, "position": position, "name": name}
            for position, name in enumerate(names)
        ]
        with self._engine.begin() as connection:
            connection.execute(delete(schema.layers).where(schema.layers.c.run_id == run_id))
            if rows:
                connection.execute(insert(schema.layers), rows)

    def append_norms(
        self, run_id: str, step: int, values: Sequence[float], claim: float | None = None
    ) -> None:
        """Add the gradient norm of each layer of set_layers() at an optimizer step."""
        rows = [
            {"run_id": run_id, "step": step, "layer": layer, "value": storable(float(value))}
            for layer, value in enumerate(values)
        ]
        if rows:
            with self._engine.begin() as connection:
                _hold(connection, run_id, claim)
                connection.execute(insert(schema.norms), rows)

    def norms(self, run_id: str, after: int = 0, most: int | None = None) -> Norms:
        """Return a run's gradient norms after step `after`; a missing value reads as nan.

        most: about so many steps, evenly spaced over all that were recorded.
        """
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
            if most is not None:
                points = points.where(norms.c.step.in_(_spaced(connection, run_id, after, most)))
            for step, value in connection.execute(points):
                by_step.setdefault(step, []).append(number(value))
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
                "confidence": storable(float(confidence)),
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
            [number(row.confidence) for row in rows],
        )


def _hold(connection: Connection, run_id: str, claim: float | None) -> None:
    """Let nobody take a run from its worker until the transaction ends."""
    if claim is None:
        return
    runs = schema.runs.c
    held = (
        update(schema.runs)
        .where(runs.id == run_id, runs.started_at == claim, runs.state == State.RUNNING)
        .values(started_at=claim)
    )
    if connection.execute(held).rowcount != 1:
        raise ClaimLost(run_id)


def _spaced(connection: Connection, run_id: str, after: int, most: int) -> range:
    """Return at most `most` of the steps with norms: they are recorded every so many steps."""
    step = schema.norms.c.step
    later = select(func.min(step)).where(schema.norms.c.run_id == run_id)
    first = connection.scalar(later.where(step > after)) or 0
    second = connection.scalar(later.where(step > first)) or first + 1
    newest = select(func.max(step)).where(schema.norms.c.run_id == run_id)
    last = connection.scalar(newest) or 0
    every = second - first
    count = (last - first) // every + 1
    return range(first, last + 1, every * max(1, math.ceil(count / most)))


def storable(value: Any) -> Any:
    """Values as columns hold them: mappings as JSON, floats that are not finite as NULL."""
    if isinstance(value, Mapping):
        return json.dumps(dict(value))
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def number(value: float | None) -> float:
    """Read a column: NULL as nan."""
    return math.nan if value is None else value
