"""Train one net: `fit` a spec on a data set, or `run` a stored run from its queue to its end."""

import logging
import math
import platform
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib.metadata import version

import keras
import numpy as np

import resnet
from resnet import backend, logs
from resnet.data.augment import AUGMENTATIONS
from resnet.data.photo import as_float
from resnet.data.signs import Dataset, load, resized
from resnet.errors import LabError
from resnet.language import mark
from resnet.language import translate as _
from resnet.store.records import Run
from resnet.store.run_store import RunStore, StoreUnavailable
from resnet.store.states import State
from resnet.training import whole_epochs
from resnet.training.batches import Batches, one_hot
from resnet.training.callbacks import Checkpoint, Control, Heartbeat, Metrics, TrainingEnded
from resnet.training.checkpoint import (
    Card,
    forget_state,
    keep_state,
    restore_state,
    run_folder,
    save_net,
)
from resnet.training.estimate import check_cost, estimated
from resnet.training.gradient_recorder import layers_with_kernel, recording
from resnet.training.mlflow_mirror import mirror
from resnet.training.prediction import predict
from resnet.training.recipes import RECIPES, build_net, optimizer_class, optimizer_settings
from resnet.training.spec import TrainingSpec, parse_spec
from resnet.training.traced import forget_traced, keep_traced, traced_net

logger = logging.getLogger(__name__)

DIVERGED = mark("The loss grew beyond all numbers: start again with a smaller learning rate.")


@dataclass(frozen=True)
class TrainingResult:
    """How a training ended.

    state: DONE, PAUSED, STOPPED or DIVERGED; seconds: of the training with its tests after each
    epoch. The figures and the test images' class probabilities (N, classes) are of the net as it
    ended, in inference mode; None unless DONE. The losses are the recipe's, label smoothing
    included.
    """

    model: keras.Model
    state: State
    seconds: float
    train_loss: float | None = None
    train_accuracy: float | None = None
    test_loss: float | None = None
    test_accuracy: float | None = None
    probabilities: np.ndarray | None = None


def _anything(_model: keras.Model) -> None:
    pass


def prepare(
    spec: TrainingSpec, dataset: Dataset, check: Callable[[keras.Model], None] = _anything
) -> keras.Model:
    """Build and compile the spec's net for a data set; everything random comes from the seed.

    check: raises LabError for a net that may not be trained, before its optimizer takes memory.
    """
    _make_ready(spec, dataset)
    with backend.data_parallel(spec.devices):
        return _compiled(spec, _built(spec, dataset, check), len(dataset.train_images))


def prepare_or_reuse(
    spec: TrainingSpec, dataset: Dataset, check: Callable[[keras.Model], None] = _anything
) -> keras.Model:
    """Prepare a net as above; where the last run was like it, with the steps traced then."""
    images = len(dataset.train_images)
    if spec.devices > 1:
        forget_traced()
        return prepare(spec, dataset, check)
    _make_ready(spec, dataset)
    return traced_net(
        (spec.model_copy(update={"seed": 0, "data": ""}), dataset.classes, images),
        lambda: _built(spec, dataset, check),
        lambda model: _compiled(spec, model, images),
    )


def _make_ready(spec: TrainingSpec, dataset: Dataset) -> None:
    if spec.batch_size > len(dataset.train_images):
        raise LabError(
            _("batch_size must be at most the {count} training images: got {value}.").format(
                count=len(dataset.train_images), value=spec.batch_size
            )
        )
    keras.utils.set_random_seed(spec.seed)
    if backend.device_name() == "CPU":
        backend.quicken_first_step()
        backend.reuse_memory()


def _built(
    spec: TrainingSpec, dataset: Dataset, check: Callable[[keras.Model], None]
) -> keras.Model:
    model = build_net(spec, len(dataset.classes))
    check(model)
    return model


def _compiled(spec: TrainingSpec, model: keras.Model, images: int) -> keras.Model:
    optimizer_type = optimizer_class(spec.recipe)
    if spec.gradient_norms_every:
        kernels = [layer.kernel for layer in layers_with_kernel(model)]
        optimizer_type = recording(optimizer_type, kernels, spec.gradient_norms_every)
    steps = math.ceil(images / spec.batch_size)
    optimizer = optimizer_type(**optimizer_settings(spec, steps))
    # Variables made inside the first step would have Keras trace it twice.
    optimizer.build(model.trainable_variables)
    smoothing = RECIPES[spec.recipe].label_smoothing
    model.compile(
        optimizer,
        keras.losses.CategoricalCrossentropy(label_smoothing=smoothing),
        metrics=["accuracy"],
    )
    # The metrics' variables, too: without them here TensorFlow traces each step a second time.
    answers = keras.ops.full((1, model.output_shape[-1]), 1 / model.output_shape[-1])
    model.compute_loss(y=answers, y_pred=answers)
    model.compute_metrics(None, answers, answers)
    model.reset_metrics()
    return model


def fit(
    spec: TrainingSpec,
    dataset: Dataset,
    callbacks: list[keras.callbacks.Callback],
    model: keras.Model | None = None,
    done: int = 0,
) -> TrainingResult:
    """Train on the training images; the test images are looked at, nothing is chosen by them.

    model: a prepare()d one, if it is there already; done: epochs it has had, restored. Raises
    LabError for a spec that does not fit the data set.
    """
    model = model or prepare(spec, dataset)
    classes = len(dataset.classes)
    images = resized(dataset.train_images, spec.image_size)
    targets = one_hot(dataset.train_labels, classes)
    test = (
        as_float(resized(dataset.test_images, spec.image_size)),
        one_hot(dataset.test_labels, classes),
    )
    augmentation = (
        AUGMENTATIONS[spec.augmentation] if spec.augmentation else RECIPES[spec.recipe].augmentation
    )
    batches = Batches(images, targets, spec.batch_size, spec.seed, augmentation, done)
    start = time.monotonic()
    ended = None
    try:
        _fit(model, spec, batches, test, callbacks, done)
    except TrainingEnded as order:
        ended = order.state
    result = TrainingResult(model, ended or State.DONE, time.monotonic() - start)
    if ended:
        return result
    if model.stop_training:
        return replace(result, state=State.DIVERGED)
    train_loss, train_accuracy = model.evaluate(
        as_float(images), targets, batch_size=spec.batch_size, verbose=0
    )
    test_loss, test_accuracy = model.evaluate(*test, batch_size=spec.batch_size, verbose=0)
    return replace(
        result,
        train_loss=train_loss,
        train_accuracy=train_accuracy,
        test_loss=test_loss,
        test_accuracy=test_accuracy,
        probabilities=predict(model, dataset.test_images),
    )


def _fit(
    model: keras.Model, spec: TrainingSpec, batches: Batches, test: tuple[np.ndarray, np.ndarray],
    callbacks: list[keras.callbacks.Callback], done: int,
) -> None:  # fmt: skip
    heard = [*callbacks, keras.callbacks.TerminateOnNaN()]
    if whole_epochs.suits(spec, batches.images):
        whole_epochs.fit_whole_epochs(model, batches, spec.epochs, test, heard, done)
        return
    model.fit(
        batches,
        initial_epoch=done,
        epochs=spec.epochs,
        steps_per_epoch=batches.steps_per_epoch,
        validation_data=test,
        validation_batch_size=spec.batch_size,
        callbacks=heard,
        shuffle=False,
        verbose=0,
    )


def run(run_id: str, store: RunStore) -> None:
    """Train a queued run of the store to its end; nothing when another worker has claimed it.

    A run that was paused or lost its worker goes on from its last finished epoch. Ends in DONE,
    PAUSED, STOPPED, DIVERGED or FAILED with its reason. An unexpected error is raised again after
    it is noted. StoreUnavailable leaves the run as it is: whoever keeps the store hears that it has
    fallen silent, and has it taken up again.
    """
    claim, begun = time.time(), time.monotonic()
    claimed = store.set_state(
        run_id,
        State.RUNNING,
        started_at=claim,
        heartbeat_at=time.time(),
        device=backend.device_name(),
        versions=versions(),
    )
    if not claimed:
        return
    logs.RUN.set(run_id)
    logger.info("Training begins on %s.", backend.device_name())
    try:
        _train(store.get(run_id), claim, store)
    except StoreUnavailable as error:
        logger.warning("The run store does not answer, the training stops: %s", error)
        raise
    except LabError as error:
        store.finish(run_id, State.FAILED, str(error), claim=claim)
    except Exception as error:
        store.finish(run_id, State.FAILED, _reason(error, store.get(run_id)), claim=claim)
        raise
    finally:
        try:
            _clear_up(run_id, store, time.monotonic() - begun)
        finally:
            logs.RUN.set("")


def _clear_up(run_id: str, store: RunStore, seconds: float) -> None:
    state = store.get(run_id).state
    logger.info("Training ended as %s after %.1f s.", state, seconds)
    if state.final:
        mirror(run_id, store)
    if state in (State.FAILED, State.DIVERGED):
        forget_state(run_folder(run_id))  # nobody would train on from there


def _train(run: Run, claim: float, store: RunStore) -> None:
    spec, folder, spent = parse_spec(run.spec), run_folder(run.id), run.seconds or 0.0
    with Heartbeat(store, run.id, spec.batch_size, spent) as heartbeat:
        dataset = load(spec.data)
        images, rules = len(dataset.train_images), store.rules()
        model = prepare_or_reuse(
            spec,
            dataset,
            lambda net: check_cost(estimated(spec, net, images), rules, spec.devices),
        )
        done = restore_state(model, folder)
        step = done * math.ceil(images / spec.batch_size)
        store.forget_after(run.id, step)
        layers = [layer.name for layer in layers_with_kernel(model)]
        card = _card(run.id, spec, dataset)
        store.heartbeat(run.id, synthetic=dataset.synthetic, parameters=model.count_params())
        metrics = Metrics(
            store, run.id, images, spec.batch_size, layers,
            spec.gradient_norms_every, step,
        )  # fmt: skip
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
    run_id: str, claim: float, store: RunStore, result: TrainingResult, card: Card,
    dataset: Dataset, spent: float,
) -> None:  # fmt: skip
    """Store what a training has come to; nothing when the run is no longer this worker's."""
    if store.get(run_id).started_at != claim:
        return
    if result.state is State.PAUSED:
        store.set_state(
            run_id, State.PAUSED, claim, control="", eta_seconds=None,
            seconds=spent + result.seconds,
        )  # fmt: skip
        return
    if result.state is not State.DIVERGED:
        card = card.model_copy(update={"test_accuracy": result.test_accuracy})
        save_net(result.model, card, run_folder(run_id))
    if result.probabilities is not None:
        answers = result.probabilities
        store.save_predictions(
            run_id, dataset.test_labels.tolist(), answers.argmax(1), answers.max(1)
        )
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


def versions() -> dict[str, str]:
    """Return the versions a result depends on."""
    name, number = backend.backend_version().split()
    return {
        "resnet-lab": resnet.__version__,
        "keras": keras.__version__,
        name: number,
        "numpy": version("numpy"),
        "python": platform.python_version(),
    }


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
