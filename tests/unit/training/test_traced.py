"""A run like the one before it trains with the same trace, and comes to the same numbers."""

import keras
import numpy as np
import pytest

from resnet.inference.checkpoint import run_folder
from resnet.store.run_store import RunStore
from resnet.store.states import State
from resnet.training import stored_run, traced

pytestmark = pytest.mark.slow


@pytest.fixture
def traces(monkeypatch):
    """Count how often a training step is traced."""
    counted = []
    step = keras.Model.train_step

    def counting(model, data):
        counted.append(model)  # in a graph, Python runs while it is traced and never after
        return step(model, data)

    monkeypatch.setattr(keras.Model, "train_step", counting)
    monkeypatch.setattr(traced, "_last", None)
    return counted


def trained(spec) -> dict[str, list[float]]:
    store = RunStore()
    run_id = store.create(spec.model_dump())
    stored_run.run(run_id, store)
    assert store.get(run_id).state is State.DONE
    with (run_folder(run_id) / "model.weights.h5").open("rb") as file:
        assert file.read(8)
    return {name: list(curve.values) for name, curve in store.metrics(run_id).items()}


def test_a_second_seed_needs_no_trace_and_gets_its_own_numbers(tiny_spec, traces):
    changes = {"recipe": "fast", "gradient_norms_every": 2}
    alone = trained(tiny_spec(seed=1, **changes))
    traced._last = None
    traces.clear()
    other = trained(tiny_spec(seed=0, **changes))
    first = len(traces)
    assert first
    after = trained(tiny_spec(seed=1, **changes))
    assert len(traces) == first
    for name in ("loss", "accuracy", "train_loss", "test_loss", "test_accuracy"):
        np.testing.assert_array_equal(after[name], alone[name])
    assert other["loss"] != after["loss"]


def test_another_number_of_epochs_is_another_schedule(tiny_spec, traces):
    trained(tiny_spec(recipe="fast"))
    first = len(traces)
    rates = trained(tiny_spec(recipe="fast", epochs=3))["learning_rate"]
    assert len(traces) == 2 * first
    assert rates[1] > rates[2]


def test_a_paused_run_is_resumed_with_its_trace(tiny_spec, traces, monkeypatch):
    alone = trained(tiny_spec())
    first = len(traces)
    store = RunStore()
    run_id = store.create(tiny_spec(seed=5).model_dump())
    with monkeypatch.context() as patch:
        patch.setattr(RunStore, "ordered", lambda *_: State.PAUSED)
        stored_run.run(run_id, store)
    assert store.get(run_id).state is State.PAUSED
    assert trained(tiny_spec())["loss"] == alone["loss"]
    assert len(traces) == first


def test_a_training_that_broke_leaves_nothing_to_go_on_with(tiny_spec, traces, monkeypatch):
    def broken(*_arguments):
        raise MemoryError

    store = RunStore()
    run_id = store.create(tiny_spec().model_dump())
    monkeypatch.setattr(RunStore, "ordered", broken)
    with pytest.raises(MemoryError):
        stored_run.run(run_id, store)
    assert not traced._last.whole
