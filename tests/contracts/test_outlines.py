"""Long curves keep their extremes, and open as quickly as short ones."""

import math

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from resnet.store.outlines import MOST_POINTS
from resnet.store.records import Metric
from resnet.store.run_store import RunStore

pytestmark = pytest.mark.slow


@pytest.fixture
def store(address):
    return RunStore(address)


def grown(store, values, chunk=997):
    """Store a curve as a training does, some points at a time."""
    run_id = store.create({})
    points = [Metric(step, step // 100, "loss", value) for step, value in enumerate(values, 1)]
    for start in range(0, len(points), chunk):
        store.append_metrics(run_id, points[start : start + chunk])
    return run_id


def test_a_short_curve_is_its_own_outline(store):
    run_id = grown(store, [3.0, 2.0, 1.0])
    assert store.outline(run_id, ["loss", "accuracy"]) == store.metrics(run_id)


def test_a_long_curve_keeps_its_peaks_and_its_newest_part(store):
    values = np.random.default_rng(0).normal(size=20_000).tolist()
    values[7_777], values[13_131] = 50.0, -60.0
    run_id = grown(store, values)
    outline = store.outline(run_id, ["loss"])["loss"]
    assert len(outline.steps) <= MOST_POINTS
    assert (max(outline.values), min(outline.values)) == (50.0, -60.0)
    assert outline.steps == sorted(set(outline.steps))
    assert all(
        value == values[step - 1] for step, value in zip(outline.steps, outline.values, strict=True)
    )
    assert all(e == s // 100 for s, e in zip(outline.steps, outline.epochs, strict=True))
    assert outline.steps[-1] > 20_000 - 256


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 99), length=st.integers(1001, 3000), back=st.integers(0, 3000))
def test_the_outline_is_the_extremes_of_buckets_whatever_was_taken_back(store, seed, length, back):
    values = np.random.default_rng(seed).normal(size=length)
    run_id = grown(store, values.tolist(), chunk=61)
    kept = max(0, length - back)
    store.forget_after(run_id, kept)
    rest = np.random.default_rng(seed + 1).normal(size=length - kept)
    values[kept:] = rest
    store.append_metrics(
        run_id, [Metric(kept + n, 1, "loss", value) for n, value in enumerate(rest.tolist(), 1)]
    )
    outline = store.outline(run_id, ["loss"])["loss"]
    buckets = [values[start : start + 16] for start in range(0, length, 16)]
    expected = sorted({v for bucket in buckets for v in (bucket.min(), bucket.max())})
    assert sorted(outline.values) == expected


def test_missing_values_leave_the_outline_alone(store):
    run_id = grown(store, [1.0] * 1500 + [math.nan] * 500)
    outline = store.outline(run_id, ["loss"])["loss"]
    assert outline.steps[-1] <= 1500
    assert set(outline.values) == {1.0}


def test_a_curve_of_a_store_without_outlines_is_read_whole(store):
    run_id = grown(store, [1.0] * 1200)
    with store._engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM outlines")
    assert len(store.outline(run_id, ["loss"])["loss"].steps) == 1200


def test_norms_are_thinned_evenly(store):
    run_id = store.create({})
    store.set_layers(run_id, ["stem", "fc"])
    for step in range(1, 10_001, 10):
        store.append_norms(run_id, step, [step, 2 * step])
    thin = store.norms(run_id, most=50)
    assert len(thin.steps) == 50
    assert set(np.diff(thin.steps)) == {200}
    assert thin.values[3] == [thin.steps[3], 2 * thin.steps[3]]
    assert store.norms(run_id, most=5000) == store.norms(run_id)
    assert store.norms(store.create({}), most=50).steps == []
