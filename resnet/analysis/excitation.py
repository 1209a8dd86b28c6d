"""What a net's channels answer to: first filters, and the patches that excite each stage most.

As in Zeiler & Fergus 2014, Fig. 2, but with the patches alone, without their deconvolutions.
"""

from collections import Counter
from dataclasses import dataclass

import keras
import numpy as np
from keras import layers, ops

from resnet.analysis.favourites import CHANNELS, PATCHES, Favourites, Learned
from resnet.analysis.gradients import block_ends
from resnet.analysis.receptive_field import Window, windows
from resnet.models.layer_names import place

BATCH = 64
DRAWN = 2_000  # times that images are drawn at random
OUTSIDE = 128  # grey where a channel looks beyond the image


def learned(model: keras.Model, images: np.ndarray, labels: np.ndarray) -> Learned:
    """Return what a net's channels answer to among images (N, H, W, 3) of its input size.

    The images are floats from 0 to 1, and the net runs as in prediction. Each image counts once
    for a channel, where it excites it most.
    """
    names, seen = places_to_look(model), windows(model)
    random = np.random.default_rng(0)
    drawn = [random.choice(len(images), PATCHES, replace=False) for _time in range(DRAWN)]
    by_chance = _one_class(labels[np.array(drawn)])
    return Learned(
        first_filters(model),
        tuple(
            _favourites(answers, seen[answers.layer], images, labels, by_chance)
            for answers in _strongest(model, names, images)
        ),
    )


def places_to_look(model: keras.Model) -> list[str]:
    """Return the last layer of each stage."""
    return list({place(name).stage: name for name in block_ends(model)}.values())


def first_filters(model: keras.Model) -> np.ndarray | None:
    """Return the filters of a net's first convolution, (F, k, k, 3); None where it has no such."""
    first = next((layer for layer in model.layers if isinstance(layer, layers.Conv2D)), None)
    if first is None or first.kernel.shape[2] != 3:
        return None
    return np.moveaxis(ops.convert_to_numpy(first.kernel), 3, 0)


@dataclass(frozen=True, eq=False)
class _Answers:
    """A layer's strongest answers (N, C), and the row and column (N, C, 2) where each stands."""

    layer: str
    strengths: np.ndarray
    places: np.ndarray


def _strongest(model: keras.Model, names: list[str], images: np.ndarray) -> list[_Answers]:
    part = keras.Model(model.input, [model.get_layer(name).output for name in names])
    strengths: list[list[np.ndarray]] = [[] for _name in names]
    places: list[list[np.ndarray]] = [[] for _name in names]
    for start in range(0, len(images), BATCH):
        outputs = part(images[start : start + BATCH], training=False)
        for number, output in enumerate(outputs if isinstance(outputs, list) else [outputs]):
            maps = ops.convert_to_numpy(output)  # (N, h, w, C)
            flat = maps.reshape(len(maps), -1, maps.shape[-1])
            strengths[number].append(flat.max(axis=1))
            at = np.unravel_index(flat.argmax(axis=1), maps.shape[1:3])
            places[number].append(np.stack(at, axis=-1))
    return [
        _Answers(name, np.concatenate(values), np.concatenate(at))
        for name, values, at in zip(names, strengths, places, strict=True)
    ]


def _favourites(
    answers: _Answers,
    window: Window | None,
    images: np.ndarray,
    labels: np.ndarray,
    by_chance: float,
) -> Favourites:
    found = answers.strengths
    best = np.argsort(-found, axis=0, kind="stable")[:PATCHES]  # (PATCHES, C)
    peaks = np.take_along_axis(found, best, axis=0).mean(axis=0)
    stand_out = (peaks - found.mean(axis=0)) / (found.std(axis=0) + 1e-9)
    answering = np.flatnonzero(found.max(axis=0) > found.min(axis=0))
    shown = answering[np.argsort(-stand_out[answering], kind="stable")][:CHANNELS]
    side = min(window.size, images.shape[1]) if window else images.shape[1]
    patches = [
        [_patch(images[i], window, answers.places[i, channel], side) for i in best[:, channel]]
        for channel in shown
    ]
    one_class = _one_class(labels[best[:, answering].T])
    return Favourites(answers.layer, side, np.array(patches), one_class, by_chance)


def _patch(image: np.ndarray, window: Window | None, at: np.ndarray, side: int) -> np.ndarray:
    """Return what an output at a row and column sees of an image; all of it where that is more."""
    if window is None or side == len(image):
        return _in_bytes(image)
    top, left = window.first + at * window.stride
    around = np.pad(_in_bytes(image), ((side, side), (side, side), (0, 0)), constant_values=OUTSIDE)
    return around[top + side : top + 2 * side, left + side : left + 2 * side]


def _in_bytes(image: np.ndarray) -> np.ndarray:
    return np.round(255 * image).astype(np.uint8)


def _one_class(labels: np.ndarray) -> float:
    """Return how many labels of a row (rows, PATCHES) are its commonest one, the mean of rows."""
    return float(np.mean([Counter(row.tolist()).most_common(1)[0][1] for row in labels]))
