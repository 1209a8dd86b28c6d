"""Teach a trained net a few photos of one's own, without forgetting what it knew."""

from dataclasses import dataclass

import keras
import numpy as np

from resnet.data.augment import Augmentation, augment
from resnet.data.photo import as_float
from resnet.data.signs import Dataset, data_here, load, resized
from resnet.errors import LabError
from resnet.inference.calibration import calibrated
from resnet.inference.checkpoint import Card, weights_as_bytes
from resnet.inference.prediction import find_net, load_net, predict
from resnet.language import translate as _

STEPS = 60
OWN, OLD = 16, 16  # photos a step: the learner's, and some the net may have learned from before
LEARNING_RATE = 1e-3
VARIED = Augmentation(
    flip=0.5,
    shift=0.08,
    zoom=(0.85, 1.15),
    rotation=15,
    brightness=0.08,
    contrast=0.2,
    colour=0.05,
    gamma=0.2,
)
KEPT_BACK_EVERY = 3  # every third photo of a class tests what the others taught


@dataclass(frozen=True, eq=False)
class Taught:
    """What a few photos changed.

    before, after: class probabilities (N, classes) of the learner's photos, in their order;
    kept_back: which of them (N,) were not taught.
    known_before, known_after: share of old_data's test photos named rightly. weights: the new
    net's file, which `card` belongs to.
    """

    kept_back: np.ndarray
    before: np.ndarray
    after: np.ndarray
    known_before: float
    known_after: float
    old_data: str
    weights: bytes
    card: Card


def kept_back(labels: np.ndarray) -> np.ndarray:
    """Return which photos (N,) are not taught but used to test: every third of each class."""
    order = np.zeros(len(labels), int)
    for label in np.unique(labels):
        order[labels == label] = np.arange(np.count_nonzero(labels == label))
    return order % KEPT_BACK_EVERY == KEPT_BACK_EVERY - 1


def fine_tune(ref: str, images: np.ndarray, labels: np.ndarray, seed: int = 0) -> Taught:
    """Train a copy of a net on photos (N, H, W, 3) uint8 with labels (N,), a third kept back.

    The images have the net's input size. Half of each batch are old photos, from SIGNS where it
    is installed and from the synthetic set otherwise, so that the net does not forget. BatchNorm
    keeps its statistics: a few photos say nothing of them. LabError without a photo to teach.
    """
    back = kept_back(labels)
    taught = ~back
    if not taught.any():
        raise LabError(_("There is nothing to teach yet: add a photo and say what it shows."))
    net, original = find_net(ref), load_net(ref)
    old = load(data_here())
    model = _copy(original)
    _train(model, images[taught], labels[taught], old, seed)
    card = net.card.model_copy(
        update={
            "data": f"{net.card.data} + {np.count_nonzero(taught)} own",
            "accuracies": {},
            "test_accuracy": None,
            "run": "",
            "spec": {"recipe": "fine_tune", "start": net.ref, "steps": STEPS, "seed": seed},
        }
    )
    return Taught(
        back,
        calibrated(predict(original, images), card.temperature),
        calibrated(predict(model, images), card.temperature),
        _known(original, old),
        _known(model, old),
        old.name,
        weights_as_bytes(model),
        card,
    )


def _copy(original: keras.Model) -> keras.Model:
    model = keras.models.clone_model(original)
    model.set_weights(original.get_weights())
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.trainable = False
    return model


def _train(
    model: keras.Model, images: np.ndarray, labels: np.ndarray, old: Dataset, seed: int
) -> None:
    rate = keras.optimizers.schedules.CosineDecay(LEARNING_RATE, STEPS)
    optimizer = keras.optimizers.Adam(rate)
    optimizer.build(model.trainable_variables)
    model.compile(optimizer, "sparse_categorical_crossentropy")
    rng = np.random.default_rng(seed)
    size = model.input_shape[1]
    for _step in range(STEPS):
        own = rng.choice(len(labels), OWN)
        known = rng.choice(len(old.train_labels), OLD)
        batch = augment(images[own], rng, VARIED)
        batch = np.concatenate([batch, as_float(resized(old.train_images[known], size))])
        model.train_on_batch(batch, np.concatenate([labels[own], old.train_labels[known]]))


def _known(model: keras.Model, old: Dataset) -> float:
    return float((predict(model, old.test_images).argmax(1) == old.test_labels).mean())
