"""What BatchNorm makes of one photo in training mode: it depends on the photos beside it.

The course's older notebook begins with K.set_learning_phase(1), which put every layer into that
mode for good, in evaluate and predict as well.
"""

from dataclasses import dataclass

import numpy as np

from resnet.data.photo import as_float
from resnet.data.signs import load, resized
from resnet.inference.prediction import load_net

NET = "synthetic"  # of those that ship with the lab: it has seen rendered hands alone
SIGN, BESIDE = 3, 15


@dataclass(frozen=True)
class Phases:
    """The probability that a net gives a photo's own sign, by what stands beside the photo.

    companies: alone, beside photos of all signs, beside photos of its own; prediction, training:
    one value for each, by the mode.
    """

    companies: tuple[str, ...]
    prediction: tuple[float, ...]
    training: tuple[float, ...]


def phases() -> Phases:
    """Ask a shipped net about one rendered hand, alone and in two companies, in both modes."""
    model, dataset = load_net(NET), load("synthetic")
    images = as_float(resized(dataset.test_images, model.input_shape[1]))
    own = np.flatnonzero(dataset.test_labels == SIGN)
    photo, others = own[0], np.setdiff1d(np.arange(len(images)), own)
    spread = others[np.linspace(0, len(others) - 1, BESIDE).astype(int)]
    batches = {"alone": [], "all signs": spread, "its own sign": own[1 : 1 + BESIDE]}
    said = [
        [
            float(np.asarray(model(images[[photo, *beside]], training=training))[0, SIGN])
            for beside in batches.values()
        ]
        for training in (False, True)
    ]
    return Phases(tuple(batches), tuple(said[0]), tuple(said[1]))
