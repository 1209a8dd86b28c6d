"""A stored run from its queue to its end: claimed, trained, recorded, and ended with its reason."""

import logging
import math
import time

import keras

from resnet import backend, logs
from resnet.analysis.dead_relus import dead_relus
from resnet.data.photo import as_float
from resnet.data.signs import Dataset, load, resized
from resnet.errors import LabError
from resnet.inference.checkpoint import (
    Card,
    forget_state,
    keep_state,
    remove_files,
    restore_state,
    run_folder,
    save_net,
)
from resnet.language import mark
from resnet.language import translate as _
from resnet.store.records import DEAD_RELUS, DEADEST_LAYER, Metric, Run
from resnet.store.run_store import ClaimLost, RunStore, StoreUnavailable
from resnet.store.states import State
from resnet.store.trouble import is_full
from resnet.training.callbacks import Checkpoint, Control, Heartbeat, Metrics
from resnet.training.estimate import check_cost, estimated
from resnet.training.gradient_recorder import layers_with_kernel
from resnet.training.mlflow_mirror import mirror
from resnet.training.spec import TrainingSpec, parse_spec
from resnet.training.traced import keep_traced
from resnet.training.train import TrainingResult, fit, prepare_or_reuse, versions
from resnet.training.verdict import learned_nothing

logger = logging.getLogger(__name__)

DISK_FULL = mark(
    "The disk of the lab is full: make room there, then resume the run, which goes on from its "
    "last finished epoch."
)
DISK_FULL_HERE = mark("The disk of the lab is full: make room there, then train it again.")
DIVERGED = mark("The loss grew beyond all numbers: start again with a smaller learning rate.")


def run(run_id: str, store: RunStore) -> None:
    """Train a queued run of the store to its end; nothing when another worker has claimed it.

    A run that was paused or lost its worker goes on from its last finished epoch. Ends in DONE,
    PAUSED, STOPPED, DIVERGED or FAILED with its reason. An unexpected error is raised again after
    it is noted. On a full disk it pauses, with its reason, until there is room. StoreUnavailable
    leaves the run as it is: whoever keeps the store hears that it has fallen silent, and has it
    taken up again. So does a run that was taken from this worker while the worker hung.
    """
    claim, begun = time.time(), time.monotonic()
    claimed = store.set_state(
        run_id,
        State.RUNNING,
        started_at=claim,
        heartbeat_at=time.time(),
        reason="",
        device=backend.device_name(),
        versions=versions(),
    )
    if not claimed:
        return
    logs.RUN.set(run_id)
    logger.info("Training begins on %s.", backend.device_name())
    try:
        _train(store.get(run_id), claim, store)
    except ClaimLost:
        logger.warning("The run was taken from this worker, which had hung.")
    except LabError as error:
        store.finish(run_id, State.FAILED, str(error), claim=claim)
    except Exception as error:
        if is_full(error):
            _wait_for_room(run_id, claim, store)
            return
        if isinstance(error, StoreUnavailable):
            logger.warning("The run store does not answer, the training stops: %s", error)
        else:
            store.finish(run_id, State.FAILED, _reason(error, store.get(run_id)), claim=claim)
        raise
    finally:
        try:
            _clear_up(run_id, store, time.monotonic() - begun)
        finally:
            logs.RUN.set("")


def _wait_for_room(run_id: str, claim: float, store: RunStore) -> None:
    """Pause a run that the disk has no room for; one of a terminal's, nobody would resume."""
    logger.warning("The disk is full, the training stops.")
    if store.get(run_id).origin == "cli":
        store.finish(run_id, State.FAILED, DISK_FULL_HERE, claim=claim)
    else:
        store.set_state(run_id, State.PAUSED, claim, reason=DISK_FULL, control="")


def _clear_up(run_id: str, store: RunStore, seconds: float) -> None:
    try:
        state = store.get(run_id).state
    except LabError:  # the whole store was deleted meanwhile
        remove_files(run_folder(run_id))
        return
    logger.info("Training ended as %s after %.1f s.", state, seconds)
    if state is State.DIVERGED:
        remove_files(run_folder(run_id))  # a net of an earlier epoch is not what it came to
    if state.final:
        mirror(run_id, store)
    if state is State.FAILED:
        forget_state(run_folder(run_id))  # nobody would train on from there


def _train(run: Run, claim: float, store: RunStore) -> None:
    spec, folder, spent = parse_spec(run.spec, stored=True), run_folder(run.id), run.seconds or 0.0
    with Heartbeat(store, run.id, spec.batch_size, spent, claim) as heartbeat:
        dataset = load(spec.data)
        images, rules = len(dataset.train_images), store.rules()
        model = prepare_or_reuse(
            spec, dataset, lambda net: check_cost(estimated(spec, net, images), rules, spec.devices)
        )
        done = restore_state(model, folder)
        step = done * math.ceil(images / spec.batch_size)
        store.forget_after(run.id, step, claim)
        layers = [layer.name for layer in layers_with_kernel(model)]
        card = _card(run.id, spec, dataset)
        store.heartbeat(run.id, claim, synthetic=dataset.synthetic, parameters=model.count_params())
        metrics = Metrics(
            store, run.id, images, spec.batch_size, layers, spec.gradient_norms_every, step, claim
        )
        callbacks = [
            metrics,
            heartbeat,
            Checkpoint(
                lambda net, epochs: keep_state(net, epochs, folder),
                lambda net: save_net(net, card, folder),
            ),
            Control(lambda: store.ordered(run.id, claim)),
        ]
        result = fit(spec, dataset, callbacks, model, done)
        metrics.flush()
        heartbeat.beat()
        _end(run.id, claim, store, result, card, dataset, spent)
        keep_traced(model)


def _end(
    run_id: str,
    claim: float,
    store: RunStore,
    result: TrainingResult,
    card: Card,
    dataset: Dataset,
    spent: float,
) -> None:
    """Store what a training has come to; nothing when the run is no longer this worker's."""
    run = store.get(run_id)
    if run.started_at != claim or run.state is not State.RUNNING:
        return
    if result.state is State.PAUSED:
        store.set_state(
            run_id,
            State.PAUSED,
            claim,
            control="",
            eta_seconds=None,
            seconds=spent + result.seconds,
        )
        return
    if result.state is not State.DIVERGED:
        card = card.model_copy(update={"test_accuracy": result.test_accuracy})
        save_net(result.model, card, run_folder(run_id))
    if result.probabilities is not None:
        answers = result.probabilities
        store.save_predictions(
            run_id, dataset.test_labels.tolist(), answers.argmax(1), answers.max(1)
        )
        if learned_nothing(store.predictions(run_id)):
            _note_dead_relus(store.get(run_id), result.model, dataset, store)
    store.finish(
        run_id,
        result.state,
        DIVERGED if result.state is State.DIVERGED else "",
        claim=claim,
        seconds=spent + result.seconds,
        train_loss=result.train_loss,
        train_accuracy=result.train_accuracy,
        test_loss=result.test_loss,
        test_accuracy=result.test_accuracy,
        eta_seconds=None,
    )


def _note_dead_relus(run: Run, model: keras.Model, dataset: Dataset, store: RunStore) -> None:
    size = model.input_shape[1]
    found = dead_relus(model, as_float(resized(dataset.test_images, size)))
    if found:
        names = (DEAD_RELUS, DEADEST_LAYER)
        points = [Metric(run.step, run.epoch, *point) for point in zip(names, found, strict=True)]
        store.append_metrics(run.id, points)


def _card(run_id: str, spec: TrainingSpec, dataset: Dataset) -> Card:
    return Card(
        architecture=spec.model,
        input_shape=(spec.image_size, spec.image_size, 3),
        classes=dataset.classes,
        shortcut=spec.shortcut,
        batch_norm=spec.batch_norm,
        data=dataset.name,
        synthetic=dataset.synthetic,
        run=run_id,
        spec=spec.model_dump(),
        versions=versions(),
    )


def _reason(error: Exception, run: Run) -> str:
    if backend.ran_out_of_memory(error):
        return _(
            "The memory of {device} does not suffice for {model} with {batch} images of "
            "{size}×{size} at a time: choose a smaller batch, net or image."
        ).format(
            device=run.device,
            model=run.spec.get("model"),
            batch=run.spec.get("batch_size"),
            size=run.spec.get("image_size"),
        )
    sentence = _("Training broke off ({error}): try a smaller batch or net.")
    return sentence.format(error=_first_line(error))


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0][:200]}" if lines else type(error).__name__
