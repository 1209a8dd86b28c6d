"""Train one net: prepare a spec for a data set and fit it."""

import math
import platform
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib.metadata import version

import keras
import numpy as np

import resnet
from resnet import backend
from resnet.data.augment import AUGMENTATIONS
from resnet.data.photo import as_float
from resnet.data.signs import Dataset, resized
from resnet.errors import LabError
from resnet.inference.prediction import predict
from resnet.language import translate as _
from resnet.memory import reuse_memory
from resnet.store.states import State
from resnet.training import whole_epochs
from resnet.training.batches import Batches, one_hot
from resnet.training.callbacks import TrainingEnded
from resnet.training.gradient_recorder import layers_with_kernel, recording
from resnet.training.recipes import RECIPES, build_net, optimizer_class, optimizer_settings
from resnet.training.spec import TrainingSpec
from resnet.training.traced import forget_traced, traced_net


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
        reuse_memory()


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
    model: keras.Model,
    spec: TrainingSpec,
    batches: Batches,
    test: tuple[np.ndarray, np.ndarray],
    callbacks: list[keras.callbacks.Callback],
    done: int,
) -> None:
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
