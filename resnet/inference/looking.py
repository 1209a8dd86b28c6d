"""Ask a net about a photo: find the hand, cut it out upright, average over a few variations."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from resnet.hands.crop import averaged, variations, whole
from resnet.inference.finding import FoundHand, find_hand
from resnet.inference.prediction import predict

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True, eq=False)
class LocatedPrediction:
    """What a net says of a photo: class probabilities (classes,), and where the hand was found.

    The probabilities are the net's own: calibration.py softens them. found: None where no hand
    was; the whole photo was asked about then.
    """

    probabilities: np.ndarray
    found: FoundHand | None


def look(model: "keras.Model", photo: Image.Image) -> LocatedPrediction:
    """Ask a net about a photo of any shape in which the hand may be small, anywhere and turned."""
    found = find_hand(photo)
    square = found.square if found else whole(photo)
    return LocatedPrediction(say(model, variations(photo, square, model.input_shape[1])), found)


def say(model: "keras.Model", pictures: np.ndarray) -> np.ndarray:
    """Return what a net says of one hand, class probabilities (classes,), of its variations."""
    return averaged(predict(model, pictures))
