"""The lowest and highest points of long curves, kept as they grow, so that any run opens quickly.

At each level a curve is cut into buckets of so many steps; a bucket keeps its two extreme points,
with their own steps, so that a peak a single step wide is still on the screen.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, case, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from resnet.store import schema
from resnet.store.records import MetricCurve

WIDTHS = (16, 256, 4096, 65536)  # steps a bucket has at each level
MOST_POINTS = 1000  # about as many as a screen has columns
CHUNK = 50_000  # points read at once where outlines are made anew

_table = schema.outlines
# Each database has its own INSERT … ON CONFLICT, of one form.
_inserts: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def extend(connection: Connection, points: Iterable[dict[str, Any]]) -> None:
    """Take new points (rows of the metrics table) into the outlines of their curves."""
    buckets: dict[tuple[str, str, int, int], dict[str, Any]] = {}
    for point in points:
        if point["value"] is not None:
            for width in WIDTHS:
                key = (point["run_id"], point["name"], width, (point["step"] - 1) // width)
                _widen(buckets.setdefault(key, {}), point)
    if not buckets:
        return
    names = ("run_id", "name", "width", "bucket")
    rows = [dict(zip(names, key, strict=True)) | found for key, found in buckets.items()]
    statement = _inserts[connection.dialect.name](_table)
    new, old = statement.excluded, _table.c
    lower, higher = new.low_value < old.low_value, new.high_value > old.high_value
    changes = {
        f"{end}_{part}": case((wins, new[f"{end}_{part}"]), else_=old[f"{end}_{part}"])
        for end, wins in (("low", lower), ("high", higher))
        for part in ("step", "epoch", "value")
    }
    connection.execute(statement.on_conflict_do_update(index_elements=names, set_=changes), rows)


def _widen(bucket: dict[str, Any], point: dict[str, Any]) -> None:
    for end, beyond in (("low", float.__lt__), ("high", float.__gt__)):
        if not bucket.get(f"{end}_step") or beyond(point["value"], bucket[f"{end}_value"]):
            bucket |= {f"{end}_{part}": point[part] for part in ("step", "epoch", "value")}


def renew(connection: Connection, run_id: str) -> None:
    """Make the outlines of a run anew from the points it has."""
    points = schema.metrics
    connection.execute(delete(_table).where(_table.c.run_id == run_id))
    query = select(points).where(points.c.run_id == run_id)
    rows = connection.execute(query).mappings()
    while chunk := rows.fetchmany(CHUNK):
        extend(connection, (dict(row) for row in chunk))


def read(
    connection: Connection, run_id: str, name: str, most: int = MOST_POINTS
) -> MetricCurve | None:
    """Return a curve's outline of about `most` points; None when the curve itself is that short.

    Also None for the curve of a run that is older than outlines are.
    """
    points = schema.metrics.c
    query = select(func.max(points.step)).where(points.run_id == run_id, points.name == name)
    last = connection.scalar(query) or 0
    if last <= most:
        return None
    width = next((width for width in WIDTHS if 2 * last <= most * width), WIDTHS[-1])
    row = _table.c
    buckets = connection.execute(
        select(
            row.low_step,
            row.low_epoch,
            row.low_value,
            row.high_step,
            row.high_epoch,
            row.high_value,
        )
        .where(row.run_id == run_id, row.name == name, row.width == width)
        .order_by(row.bucket)
    )
    chosen = list(_in_order(buckets))
    return MetricCurve(*map(list, zip(*chosen, strict=True))) if chosen else None


def _in_order(buckets: Iterable[Any]) -> Iterator[tuple[int, int, float]]:
    """Yield (step, epoch, value) of the extremes; once where both are one point."""
    for bucket in buckets:
        ends = sorted((tuple(bucket[:3]), tuple(bucket[3:])))
        yield from (point for point, _same in groupby(ends))
