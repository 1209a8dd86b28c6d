"""What a trained net makes of one photo: its probabilities, where it looks, block by block."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from resnet.analysis import excitation
from resnet.analysis.favourites import Learned
from resnet.analysis.linear_probes import LinearProbes, block_features, fit_probes
from resnet.analysis.saliency import grad_cam
from resnet.data.photo import as_float
from resnet.data.signs import find_signs, load, resized
from resnet.hands.crop import averaged
from resnet.inference.calibration import calibrated
from resnet.inference.looking import say
from resnet.inference.prediction import find_net, load_net
from resnet.memory import may_forget
from resnet.models.registry import build

PROBED_A_CLASS = 60  # images that a probe learns from


@dataclass(frozen=True, eq=False)
class PhotoPrediction:
    """What a net says of a photo: calibrated class probabilities (classes,), and where it looks.

    heat: Grad-CAM (h, w) from 0 to 1 for the likeliest class. sure: whether the net's card lets
    it say so.
    """

    probabilities: np.ndarray
    heat: np.ndarray
    sure: bool


@dataclass(frozen=True)
class GuessesByBlock:
    """What linear probes say after each block: names and class probabilities, input → output.

    The last one is the net's own answer. learned_from: the data set the probes were fitted to.
    """

    blocks: tuple[str, ...]
    probabilities: tuple[tuple[float, ...], ...]
    learned_from: str


def predict_photo(ref: str, pictures: np.ndarray) -> PhotoPrediction:
    """Return a net's answer to one hand: variations of it (V, H, W, 3) uint8 of its input size."""
    model, card = load_net(ref), find_net(ref).card
    probabilities = calibrated(say(model, pictures)[np.newaxis], card.temperature)[0]
    heat = grad_cam(model, as_float(pictures[0])).heat
    return PhotoPrediction(probabilities, heat, bool(probabilities.max() >= card.unsure_below))


def guesses_by_block(ref: str, pictures: np.ndarray) -> GuessesByBlock:
    """Return what a net would guess of one hand after each of its blocks; as predict_photo()."""
    model = load_net(ref)
    probes, learned_from = _probes(ref)
    guesses = probes.probabilities(block_features(model, as_float(pictures)))
    own = calibrated(say(model, pictures)[np.newaxis], find_net(ref).card.temperature)
    rows = tuple(tuple(float(p) for p in row) for row in [*map(averaged, guesses), own[0]])
    return GuessesByBlock((*probes.blocks, model.layers[-1].name), rows, learned_from)


def learned(ref: str, trained: bool) -> tuple[Learned, str]:
    """Return what a net's channels answer to among images of its kind, and the data set's name.

    trained=False: the same net with random weights in place of its own.
    """
    model, card = load_net(ref), find_net(ref).card
    if not trained:
        model = build(
            card.architecture,
            card.input_shape,
            len(card.classes),
            shortcut=card.shortcut,
            batch_norm=card.batch_norm,
        )
    images, labels, name = _known_images(ref)
    return excitation.learned(model, as_float(resized(images, card.input_shape[0])), labels), name


def _known_images(ref: str) -> tuple[np.ndarray, np.ndarray, str]:
    """Return images (N, H, W, 3) uint8 a net may have learned from, as many of each class."""
    known = find_net(ref).card.data
    dataset = load("signs" if "signs" in known and find_signs() else "synthetic")
    chosen = np.concatenate(
        [
            np.flatnonzero(dataset.train_labels == label)[:PROBED_A_CLASS]
            for label in range(len(dataset.classes))
        ]
    )
    return dataset.train_images[chosen], dataset.train_labels[chosen], dataset.name


@lru_cache(maxsize=8)
def _probes(ref: str) -> tuple[LinearProbes, str]:
    model = load_net(ref)
    images, labels, name = _known_images(ref)
    return fit_probes(model, as_float(resized(images, model.input_shape[1])), labels), name


may_forget(_probes.cache_clear)
