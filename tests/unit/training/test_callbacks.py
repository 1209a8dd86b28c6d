"""What the callbacks take from Keras's running means, and when they act."""

import sys
import threading
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resnet import machine
from resnet.store.run_store import RunStore
from resnet.store.states import State
from resnet.training import callbacks
from resnet.training.callbacks import (
    Checkpoint,
    Control,
    EpochClock,
    Heartbeat,
    RunningMeans,
    TrainingEnded,
)
from tests.waiting import until

batch = st.tuples(st.integers(1, 64), st.floats(0, 20, width=32))


@given(st.lists(batch, min_size=1, max_size=40))
def test_running_means_give_back_each_batch(values):
    counts, losses = zip(*values, strict=True)
    means = np.cumsum(np.multiply(counts, losses)) / np.cumsum(counts)
    running = RunningMeans()
    found = [
        running.latest({"loss": mean}, count)["loss"]
        for mean, count in zip(means, counts, strict=True)
    ]
    np.testing.assert_allclose(found, losses, atol=1e-6)


@given(st.lists(st.tuples(st.integers(1, 64), st.integers(0, 64)), min_size=1, max_size=40))
def test_accuracy_counts_whole_images(values):
    right = [min(hits, count) for count, hits in values]
    counts = [count for count, _ in values]
    means = np.float32(np.cumsum(right) / np.cumsum(counts))  # as Keras reports them
    running = RunningMeans()
    for mean, count, hits in zip(means, counts, right, strict=True):
        assert running.latest({"accuracy": mean}, count)["accuracy"] == hits / count


@pytest.fixture
def clock(monkeypatch):
    """A clock the test sets."""
    now = [100.0]
    monkeypatch.setattr(callbacks.time, "monotonic", lambda: now[0])
    return now


def test_the_first_step_only_starts_the_clock(clock):
    epoch = EpochClock()
    assert epoch.images_per_second() is None
    epoch.tick(32)
    assert epoch.images_per_second() is None
    for _ in range(3):
        clock[0] += 0.5
        epoch.tick(32)
    assert epoch.images_per_second() == pytest.approx(64)


def test_control_asks_four_times_a_second_at_most(clock):
    checks = []
    control = Control(
        lambda: checks.append(clock[0]) or (State.PAUSED if len(checks) > 2 else None)
    )
    for _ in range(6):
        control.on_train_batch_end(0)
        clock[0] += 0.1
    assert len(checks) == 2
    clock[0] += 0.2
    with pytest.raises(TrainingEnded) as ended:
        control.on_test_batch_end(0)
    assert ended.value.state is State.PAUSED


def test_heartbeat_tells_speed_and_time_left(clock, tmp_path):
    store = RunStore(f"sqlite:///{tmp_path}/runs.db")
    run_id = store.create({})
    store.set_state(run_id, State.RUNNING)
    heartbeat = Heartbeat(store, run_id, batch_size=32)
    heartbeat.set_params({"epochs": 2, "steps": 5})
    heartbeat.on_train_begin()
    heartbeat.on_epoch_begin(1)
    for number in range(3):
        clock[0] += 0.25
        heartbeat.on_train_batch_end(number)
    heartbeat.beat()
    run = store.get(run_id)
    assert (run.epoch, run.step, run.total_steps) == (2, 8, 10)
    assert run.images_per_second == pytest.approx(128)
    assert run.eta_seconds == pytest.approx(0.5)
    assert run.heartbeat_at is not None


def test_heartbeat_lives_while_nothing_else_happens(monkeypatch, tmp_path):
    beaten = threading.Event()
    monkeypatch.setattr(callbacks, "HEARTBEAT_SECONDS", 0.01)
    monkeypatch.setattr(Heartbeat, "beat", lambda self: beaten.set())
    with Heartbeat(RunStore(f"sqlite:///{tmp_path}/runs.db"), "any", 32) as heartbeat:
        assert beaten.wait(10)
    assert not heartbeat._thread.is_alive()


def test_a_lost_gpu_does_not_end_the_heartbeat(monkeypatch, tmp_path):
    def lost(_gpu):
        raise OSError("GPU is lost")  # whatever NVML's class for it is

    library = SimpleNamespace(nvmlDeviceGetUtilizationRates=lost)
    monkeypatch.setitem(sys.modules, "pynvml", library)
    monkeypatch.setattr(machine, "_first_gpu", object)
    monkeypatch.setattr(callbacks, "HEARTBEAT_SECONDS", 0.01)
    store = RunStore(f"sqlite:///{tmp_path}/runs.db")
    run_id = store.create({})
    store.set_state(run_id, State.RUNNING)
    with Heartbeat(store, run_id, 32):
        first = until(lambda: store.get(run_id).heartbeat_at)
        until(lambda: store.get(run_id).heartbeat_at > first)
    assert "memory_gib" in store.get(run_id).load


def test_checkpoint_saves_at_an_epoch_s_end_every_half_minute(clock):
    saved = []
    kept = []
    checkpoint = Checkpoint(
        lambda model, epochs: kept.append(epochs), lambda model: saved.append(clock[0])
    )
    checkpoint.set_model(object())
    for epoch in range(4):
        clock[0] += 20
        checkpoint.on_epoch_end(epoch)
    assert saved == [140, 180]
    assert kept == [1, 2, 3, 4]
