"""What the screens ask a trained net about one photo."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from resnet.analysis.linear_probes import LinearProbes, block_features, fit_probes
from resnet.analysis.saliency import grad_cam
from resnet.data.photo import as_float
from resnet.data.signs import find_signs, load, resized
from resnet.training.calibration import calibrated
from resnet.training.prediction import find_net, load_net, predict

PROBED_A_CLASS = 60  # images that a probe learns from


@dataclass(frozen=True, eq=False)
class Answer:
    """What a net says of a photo: calibrated class probabilities (classes,), and where it looks.

    heat: Grad-CAM (h, w) from 0 to 1 for the likeliest class. sure: whether the net's card lets
    it say so.
    """

    probabilities: np.ndarray
    heat: np.ndarray
    sure: bool


@dataclass(frozen=True)
class Film:
    """What linear probes say after each block: names and class probabilities, input → output.

    The last one is the net's own answer. learned_from: the data set the probes were fitted to.
    """

    blocks: tuple[str, ...]
    probabilities: tuple[tuple[float, ...], ...]
    learned_from: str


def answer(ref: str, image: np.ndarray) -> Answer:
    """Return a net's answer to a photo (H, W, 3) uint8 of its input size."""
    model, card = load_net(ref), find_net(ref).card
    look = grad_cam(model, as_float(image))
    probabilities = calibrated(look.probabilities[np.newaxis], card.temperature)[0]
    return Answer(probabilities, look.heat, bool(probabilities.max() >= card.unsure_below))


def film(ref: str, image: np.ndarray) -> Film:
    """Return what a net would guess after each of its blocks, of a photo (H, W, 3) uint8."""
    model = load_net(ref)
    probes, learned_from = _probes(ref)
    said = probes.probabilities(block_features(model, as_float(image[np.newaxis])))[:, 0]
    own = calibrated(predict(model, image[np.newaxis]), find_net(ref).card.temperature)
    rows = tuple(tuple(float(p) for p in row) for row in [*said, own[0]])
    return Film((*probes.blocks, model.layers[-1].name), rows, learned_from)


@lru_cache(maxsize=8)
def _probes(ref: str) -> tuple[LinearProbes, str]:
    model = load_net(ref)
    known = find_net(ref).card.data
    dataset = load("signs" if "signs" in known and find_signs() else "synthetic")
    chosen = np.concatenate([
        np.flatnonzero(dataset.train_labels == label)[:PROBED_A_CLASS]
        for label in range(len(dataset.classes))
    ])  # fmt: skip
    images = resized(dataset.train_images[chosen], model.input_shape[1])
    return fit_probes(model, as_float(images), dataset.train_labels[chosen]), dataset.name
