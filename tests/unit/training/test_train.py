"""Tiny trainings from start to end: what is stored, what is repeatable, how they stop."""

import math
import time
from itertools import count
from types import SimpleNamespace

import keras
import numpy as np
import pytest

from resnet.errors import LabError
from resnet.inference.checkpoint import kept_epochs, run_folder
from resnet.inference.prediction import load_net, predict
from resnet.jobs import queue
from resnet.jobs.keeper import Keeper
from resnet.store.records import BATCH_METRICS, EPOCH_METRICS
from resnet.store.run_store import RunStore
from resnet.store.states import State
from resnet.training import stored_run
from resnet.training.callbacks import Checkpoint, Control
from resnet.training.stored_run import run
from resnet.training.train import fit, prepare

pytestmark = pytest.mark.slow

STEPS = 3  # 64 images in batches of 24


@pytest.fixture(scope="module")
def finished(colours_folder, tmp_path_factory):
    """One stored run, done, and its store."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RESNET_LAB_RUNS", str(tmp_path_factory.mktemp("finished")))
        store = RunStore()
        run_id = store.create(
            {
                "model": "fast",
                "data": str(colours_folder),
                "epochs": 6,
                "batch_size": 24,
                "image_size": 16,
                "gradient_norms_every": 2,
            }
        )
        run(run_id, store)
        yield store, run_id, load_net(run_folder(run_id) / "model.json")


def test_a_run_ends_done_with_all_it_measured(finished):
    store, run_id, _ = finished
    stored = store.get(run_id)
    assert (stored.state, stored.reason) == (State.DONE, "")
    assert (stored.epoch, stored.step, stored.total_steps) == (6, 6 * STEPS, 6 * STEPS)
    assert stored.created_at <= stored.started_at <= stored.heartbeat_at <= stored.finished_at
    assert 0 < stored.seconds < stored.finished_at - stored.started_at
    assert stored.device
    assert {"keras", "numpy", "python", "resnet-lab"} < set(stored.versions)
    assert stored.parameters > 300_000
    assert stored.synthetic
    assert stored.eta_seconds is None


def test_every_batch_and_epoch_is_stored(finished):
    store, run_id, _ = finished
    curves = store.metrics(run_id)
    assert set(curves) == {*BATCH_METRICS, *EPOCH_METRICS}
    for name in BATCH_METRICS:
        assert curves[name].steps == list(range(1, 6 * STEPS + 1))
    assert curves["loss"].epochs == [epoch for epoch in range(1, 7) for _ in range(STEPS)]
    for name in EPOCH_METRICS:
        assert curves[name].steps == list(range(STEPS, 6 * STEPS + 1, STEPS))


def test_an_epoch_s_figures_are_the_means_of_its_batches(finished):
    store, run_id, _ = finished
    curves = store.metrics(run_id)
    counts = [24, 24, 16]
    for mean, batches in (("train_loss", "loss"), ("train_accuracy", "accuracy")):
        raw = np.reshape(curves[batches].values, (6, STEPS))
        np.testing.assert_allclose(curves[mean].values, raw @ counts / 64, rtol=1e-4)


def test_the_net_learns_colours_and_its_figures_are_those_of_the_saved_net(finished, colours):
    store, run_id, net = finished
    stored, answers = store.get(run_id), store.predictions(run_id)
    probabilities = predict(net, colours.test_images)
    assert answers.labels == colours.test_labels.tolist()
    assert answers.predicted == probabilities.argmax(1).tolist()
    np.testing.assert_allclose(answers.confidences, probabilities.max(1), atol=1e-5)
    accuracy = np.mean(probabilities.argmax(1) == colours.test_labels)
    assert stored.test_accuracy == pytest.approx(accuracy)
    train_accuracy = np.mean(predict(net, colours.train_images).argmax(1) == colours.train_labels)
    assert stored.train_accuracy == pytest.approx(train_accuracy)
    assert store.metrics(run_id)["test_accuracy"].values[-1] == pytest.approx(accuracy)
    assert train_accuracy > 0.5


def test_gradient_norms_are_stored_by_layer(finished):
    store, run_id, net = finished
    norms = store.norms(run_id)
    assert norms.layers == [layer.name for layer in net.layers if hasattr(layer, "kernel")]
    assert norms.steps == list(range(1, 6 * STEPS + 1, 2))
    assert {len(values) for values in norms.values} == {len(norms.layers)}
    assert all(value > 0 for value in norms.values[-1])


def test_a_run_that_is_not_waiting_is_left_alone(finished):
    store, run_id, _ = finished
    before = store.get(run_id)
    run(run_id, store)
    assert store.get(run_id) == before


def curve(spec, dataset):
    """Return the loss after each batch and the weights at the end."""
    losses = []
    watch = keras.callbacks.LambdaCallback(
        on_train_batch_end=lambda batch, logs: losses.append(logs["loss"])
    )
    result = fit(spec, dataset, [watch])
    return losses, result.model.get_weights()


def test_a_seed_gives_one_curve(tiny_spec, colours):
    spec = tiny_spec(recipe="fast")
    (first, weights), (second, again) = (curve(spec, colours) for _ in range(2))
    assert first == second
    for one, other in zip(weights, again, strict=True):
        np.testing.assert_array_equal(one, other)


def test_augmentation_replaces_the_recipe_s(tiny_spec, colours):
    plain, varied, light = (
        curve(tiny_spec(recipe="fast", augmentation=how), colours)[0]
        for how in ("none", "strong", "light")
    )
    assert light == curve(tiny_spec(recipe="fast"), colours)[0]
    assert plain != light != varied


def test_stop_is_seen_between_two_batches(tiny_spec, colours):
    seen = []
    count = keras.callbacks.LambdaCallback(
        on_train_batch_end=lambda batch, logs: seen.append(batch)
    )
    control = Control(lambda: State.STOPPED if len(seen) == 2 else None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("resnet.training.callbacks.CONTROL_SECONDS", 0)
        result = fit(tiny_spec(epochs=50), colours, [count, control])
    assert result.state is State.STOPPED
    assert len(seen) == 2
    assert result.test_accuracy is None


def test_a_stopped_run_keeps_its_curve_and_its_net(tiny_spec, monkeypatch):
    monkeypatch.setattr("resnet.training.callbacks.CONTROL_SECONDS", 0)
    store = RunStore()
    run_id = store.create(tiny_spec(epochs=50).model_dump())
    calls = []
    monkeypatch.setattr(
        RunStore,
        "ordered",
        lambda self, run, claim: calls.append(run) or (State.STOPPED if len(calls) > 4 else None),
    )
    run(run_id, store)
    stored = store.get(run_id)
    assert stored.state is State.STOPPED
    assert stored.test_accuracy is None
    assert len(store.metrics(run_id)["loss"].steps) >= STEPS
    assert predict(load_net(run_id), np.zeros((1, 64, 64, 3), np.uint8)).shape == (1, 6)


def trained(spec, store):
    """Return the id of a run that has been trained without a break."""
    run_id = store.create(spec.model_dump())
    run(run_id, store)
    return run_id


def assert_same_net(one, other):
    """The nets of two runs have the same weights, bit for bit."""
    weights = (load_net(run_id).get_weights() for run_id in (one, other))
    for first, second in zip(*weights, strict=True):
        np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize(
    ("recipe", "steps"),
    [
        ("fast", 2),
        ("notebook", STEPS + 2),
        pytest.param("fast", 3 * STEPS + 1, marks=pytest.mark.soak),
        pytest.param("notebook", 2, marks=pytest.mark.soak),
        pytest.param("fast", STEPS + 2, marks=pytest.mark.soak),
        pytest.param("notebook", 3 * STEPS + 1, marks=pytest.mark.soak),
    ],
)
def test_a_paused_run_goes_on_with_the_same_curve(tiny_spec, monkeypatch, recipe, steps):
    """Pausing in the first epoch, in a later one, and in the last: nothing may differ."""
    monkeypatch.setattr("resnet.training.callbacks.CONTROL_SECONDS", 0)
    store = RunStore()
    spec = tiny_spec(recipe=recipe, epochs=4, gradient_norms_every=2)
    whole, broken = trained(spec, store), store.create(spec.model_dump())
    ordered, calls = RunStore.ordered, []

    def pause_once(self, run_id, claim=None):
        calls.append(run_id)
        if len(calls) == steps:
            self.request_pause(run_id)
        return ordered(self, run_id, claim)

    monkeypatch.setattr(RunStore, "ordered", pause_once)
    run(broken, store)
    assert store.get(broken).state is State.PAUSED
    assert store.request_resume(broken)
    run(broken, store)
    assert store.get(broken).state is State.DONE
    for name in (*BATCH_METRICS, "train_loss", "test_loss", "test_accuracy", "learning_rate"):
        assert store.metrics(broken)[name] == store.metrics(whole)[name], name
    assert store.norms(broken) == store.norms(whole)
    assert_same_net(broken, whole)
    assert kept_epochs(run_folder(broken)) == spec.epochs


@pytest.mark.parametrize("taken_again", [pytest.param(False, marks=pytest.mark.soak), True])
def test_a_worker_that_wakes_too_late_leaves_its_run_to_others(tiny_spec, monkeypatch, taken_again):
    """It hung, its run was taken back, and waits, or is trained by another worker by now."""
    store = RunStore()
    spec = tiny_spec(epochs=4, gradient_norms_every=2)
    whole, hung = trained(spec, store), store.create(spec.model_dump())
    keep = Checkpoint.on_epoch_end

    def lose_the_run(checkpoint, epoch, logs=None):
        keep(checkpoint, epoch, logs)
        if epoch == 1:
            assert store.lose_worker(hung, 2, "silent") is State.QUEUED
            if taken_again:
                store.set_state(hung, State.RUNNING, started_at=1.0)

    with monkeypatch.context() as patch:
        patch.setattr(Checkpoint, "on_epoch_end", lose_the_run)
        run(hung, store)
    assert store.get(hung).state is (State.RUNNING if taken_again else State.QUEUED)
    assert kept_epochs(run_folder(hung)) == 2
    if taken_again:
        assert store.get(hung).started_at == 1.0
        store.lose_worker(hung, 2, "silent")
    run(hung, store)
    assert store.get(hung).state is State.DONE
    for name in (*BATCH_METRICS, "train_loss", "test_loss", "test_accuracy", "learning_rate"):
        assert store.metrics(hung)[name] == store.metrics(whole)[name], name
    assert store.norms(hung) == store.norms(whole)
    assert_same_net(hung, whole)


@pytest.fixture
def no_cluster(monkeypatch):
    """The queue wakes nobody: the test trains its runs itself."""
    monkeypatch.setattr("resnet.jobs.queue.connect", lambda: SimpleNamespace(wake=lambda: None))


@pytest.mark.usefixtures("no_cluster")
def test_training_on_is_one_long_training(tiny_spec):
    """Two epochs and two more of a constant rate are four, in curves, norms and weights."""
    store = RunStore()
    spec = tiny_spec(epochs=2, gradient_norms_every=2)
    short = trained(spec, store)
    whole = trained(spec.model_copy(update={"epochs": 4}), store)
    longer = queue.train_on(short, 2, store, owner="ada")
    run(longer, store)
    stored = store.get(longer)
    assert (stored.state, stored.parent, stored.owner) == (State.DONE, short, "ada")
    assert stored.spec["epochs"] == 4
    assert stored.seconds > store.get(short).seconds
    for name in (*BATCH_METRICS, "train_loss", "test_loss", "test_accuracy", "learning_rate"):
        assert store.metrics(longer)[name] == store.metrics(whole)[name], name
    assert store.norms(longer) == store.norms(whole)
    assert_same_net(longer, whole)
    assert len(store.metrics(short)["test_loss"].steps) == 2


@pytest.mark.soak
@pytest.mark.usefixtures("no_cluster")
def test_training_on_follows_the_schedule_of_all_epochs(tiny_spec):
    store = RunStore()
    spec = tiny_spec(recipe="fast", epochs=2)
    longer = queue.train_on(trained(spec, store), 2, store)
    run(longer, store)
    whole = trained(spec.model_copy(update={"epochs": 4}), store)
    rates = [store.metrics(run_id)["learning_rate"].values for run_id in (longer, whole)]
    assert rates[0][2:] == rates[1][2:]
    assert rates[0][1] < rates[0][2]  # it had come down to zero


@pytest.mark.usefixtures("no_cluster")
def test_a_run_that_kept_nothing_cannot_be_trained_on(tiny_spec):
    store = RunStore()
    run_id = store.create(tiny_spec().model_dump())
    for _while_waiting_and_once_stopped in range(2):
        with pytest.raises(LabError, match="train one like it anew"):
            queue.train_on(run_id, 10, store)
        store.request_stop(run_id)
    assert len(store.runs()) == 1


def test_a_clock_that_jumps_by_an_hour_disturbs_nothing(tiny_spec, monkeypatch):
    """Two wall clocks an hour apart, by turns: no figure is negative, no worker taken for lost."""
    monkeypatch.setattr("resnet.training.callbacks.HEARTBEAT_SECONDS", 0.05)
    store, real, jumps = RunStore(), time.time, count()
    run_id = store.create(tiny_spec(epochs=6).model_dump())
    keeper = Keeper(store, SimpleNamespace(processing=dict))
    beats, beat = [], RunStore.heartbeat

    def look_on(self, run, claim=None, **progress):
        beat(self, run, claim, **progress)
        beats.append(progress)
        keeper.look()

    monkeypatch.setattr(time, "time", lambda: real() + (3600, -3600)[next(jumps) % 2])
    monkeypatch.setattr(RunStore, "heartbeat", look_on)
    run(run_id, store)
    stored = store.get(run_id)
    assert (stored.state, stored.step) == (State.DONE, 6 * STEPS)
    assert len(beats) > 3
    times = [progress.get(name, 0) for progress in beats for name in ("seconds", "eta_seconds")]
    assert min(times) >= 0
    assert 0 < stored.seconds < 600
    assert store.get(run_id).losses == 0


def test_a_loss_that_is_no_number_ends_diverged(tiny_spec):
    store = RunStore()
    spec = tiny_spec(recipe="fast", learning_rate=10, batch_norm=False, model="plain20", epochs=30)
    run_id = store.create(spec.model_dump())
    run(run_id, store)
    stored = store.get(run_id)
    assert stored.state is State.DIVERGED
    assert "smaller learning rate" in stored.reason
    losses = store.metrics(run_id)["loss"].values
    assert math.isfinite(losses[0])
    assert not math.isfinite(losses[-1])
    assert not list(run_folder(run_id).glob("*"))


def test_a_run_without_its_data_fails_in_one_sentence(tiny_spec, tmp_path):
    store = RunStore()
    run_id = store.create(tiny_spec(data=str(tmp_path / "gone")).model_dump())
    run(run_id, store)
    stored = store.get(run_id)
    assert stored.state is State.FAILED
    assert "There is no data set" in stored.reason


def test_a_stored_spec_that_no_longer_fits_fails_in_one_sentence():
    store = RunStore()
    run_id = store.create({"model": "resnet21"})
    run(run_id, store)
    assert "There is no net “resnet21”" in store.get(run_id).reason


def test_an_unexpected_error_is_noted_and_raised_again(tiny_spec, monkeypatch):
    def broken(*_):
        raise RuntimeError("a kernel is missing\nlong tale")

    monkeypatch.setattr(stored_run, "prepare_or_reuse", broken)
    store = RunStore()
    run_id = store.create(tiny_spec().model_dump())
    with pytest.raises(RuntimeError):
        run(run_id, store)
    stored = store.get(run_id)
    assert stored.state is State.FAILED
    assert "a kernel is missing" in stored.reason
    assert "\n" not in stored.reason


def test_a_batch_larger_than_the_data_is_one_sentence(tiny_spec, colours):
    with pytest.raises(LabError, match="at most the 64 training images: got 65"):
        prepare(tiny_spec(batch_size=65), colours)
