"""Find the hand in a photo: the finder marks candidates and looks at each again, closer."""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from resnet.data.photo import as_float
from resnet.hands.crop import HandSquare, cut_out
from resnet.memory import may_forget
from resnet.settings import ASSETS

if TYPE_CHECKING:
    import keras

WEIGHTS = ASSETS / "finder" / "finder.weights.h5"
LOOKED_AT = 512  # pixels of the photo's longest side: more tell the finder nothing
CANDIDATES = 3
LEAST = 0.05  # of the centre's probability: what is below is no candidate
LOOKS = 2  # more at each candidate: the first mends its place, the second its turn
CLOSER = 1.9  # times a candidate's side is seen when it is looked at again
NEAR = 0.35  # of what is seen then: a hand whose centre is farther away is another one
A_HAND = 0.3  # score from which on there is a hand


@dataclass(frozen=True)
class FoundHand:
    """Where a hand is, in the photo's pixels, and the finder's score from 0 to 1."""

    square: HandSquare
    score: float


def find_hand(photo: Image.Image) -> FoundHand | None:
    """Return the hand the finder is surest of, None where it sees none."""
    small = shrunk(photo)
    candidates = _closer(small, _seen(small, [_all_of(small)], CANDIDATES)[0])
    best = max(candidates, key=lambda found: found.score, default=None)
    if best is None or best.score < A_HAND:
        return None
    return replace(best, square=best.square.scaled(photo.width / small.width))


def shrunk(photo: Image.Image) -> Image.Image:
    """Return the photo as the finder gets it, its longest side at most 512."""
    small = photo.copy()
    small.thumbnail((LOOKED_AT, LOOKED_AT))
    return small


def _all_of(photo: Image.Image) -> HandSquare:
    return HandSquare(photo.width / 2, photo.height / 2, max(photo.size))


def _closer(photo: Image.Image, candidates: list[FoundHand]) -> list[FoundHand]:
    """Return candidates as closer looks, turned upright, correct them; scores are their means."""
    scores = [[found.score] for found in candidates]
    for _look in range(LOOKS):
        windows = [replace(found.square, side=CLOSER * found.square.side) for found in candidates]
        for number, seen in enumerate(_seen(photo, windows, 1)):
            if seen and _apart(seen[0], candidates[number]) < NEAR * windows[number].side:
                candidates[number] = seen[0]
                scores[number].append(seen[0].score)
            else:
                scores[number].append(0.0)
    return [
        replace(found, score=sum(each) / len(each))
        for found, each in zip(candidates, scores, strict=True)
    ]


def _apart(one: FoundHand, other: FoundHand) -> float:
    return float(np.hypot(one.square.x - other.square.x, one.square.y - other.square.y))


def _seen(photo: Image.Image, windows: list[HandSquare], most: int) -> list[list[FoundHand]]:
    """Return what the finder marks in each square of the photo, the surest first."""
    from resnet.models.finder import SIDE

    if not windows:
        return []
    pictures = as_float(np.stack([cut_out(photo, window, SIDE) for window in windows]))
    answers = _finder().predict_on_batch(pictures)  # traced: a third of the eager call's time
    return [_marked(each, window, most) for each, window in zip(answers, windows, strict=True)]


def _marked(answers: np.ndarray, window: HandSquare, most: int) -> list[FoundHand]:
    """Read the finder's answers (cells, cells, 6) to a square of a photo."""
    cells = len(answers)
    centre = 1 / (1 + np.exp(-answers[..., 0]))
    rows, columns = np.indices(centre.shape)
    left, found = centre.copy(), []
    cosine, sine = np.cos(window.turn), np.sin(window.turn)
    for _candidate in range(most):
        row, column = np.unravel_index(left.argmax(), left.shape)
        if left[row, column] < LEAST:
            break
        around = (abs(rows - row) <= 1) & (abs(columns - column) <= 1)
        weights = centre[around] ** 2 / (centre[around] ** 2).sum()
        side, sine_of, cosine_of, across, down = (
            weights @ answers[around][:, k] for k in range(1, 6)
        )
        x = weights @ columns[around] + 2 * across + 0.5 - cells / 2
        y = weights @ rows[around] + 2 * down + 0.5 - cells / 2
        x, y = window.side * x / cells, window.side * y / cells
        square = HandSquare(
            float(window.x + cosine * x - sine * y),
            float(window.y + sine * x + cosine * y),
            float(window.side * np.exp(side)),
            float(window.turn + np.arctan2(sine_of, cosine_of)),
        )
        found.append(FoundHand(square, float(left[row, column])))
        own = max(1.5, 0.3 * cells * np.exp(side))
        left[(rows - row) ** 2 + (columns - column) ** 2 < own**2] = 0
    return found


@lru_cache(maxsize=1)
def _finder() -> "keras.Model":
    from resnet.models.finder import finder_model

    model = finder_model()
    model.load_weights(WEIGHTS)
    return model


may_forget(_finder.cache_clear)
