"""The square of a photo that holds a hand, which may be turned, and what a net gets of it."""

from dataclasses import dataclass, replace

import numpy as np
from PIL import Image

from resnet.data.augment import bilinear, turned_back
from resnet.data.photo import as_float, model_input

SHRINKS = 1.5  # photo pixels for one of the cut-out from which on the photo is scaled down first
FILLS = 0.75  # of the photo's shorter side: framed by whoever took it, a hand is well framed
# How a net is asked about one hand: turn (radians), room around it, mirrored. Averaged they are
# right more often than any of them.
VARIATIONS = ((0.0, 0.9, False), (0.0, 0.9, True), (0.22, 1.0, False), (-0.22, 0.8, True))


@dataclass(frozen=True)
class HandSquare:
    """A square of a photo: its centre and side in pixels, and its turn, clockwise in radians."""

    x: float
    y: float
    side: float
    turn: float = 0.0

    @property
    def corners(self) -> list[tuple[float, float]]:
        """The four corners in the photo, clockwise from the upper left of the upright square."""
        across = np.array([np.cos(self.turn), np.sin(self.turn)]) * self.side / 2
        down = np.array([-across[1], across[0]])
        signs = ((-1, -1), (1, -1), (1, 1), (-1, 1))
        return [tuple(np.array([self.x, self.y]) + a * across + b * down) for a, b in signs]

    def scaled(self, factor: float) -> "HandSquare":
        """Return the same square of the photo at another size."""
        return replace(self, x=self.x * factor, y=self.y * factor, side=self.side * factor)


def whole(photo: Image.Image) -> HandSquare:
    """Return the largest square in the middle."""
    side = min(photo.size)
    left, top = (photo.width - side) // 2, (photo.height - side) // 2
    return HandSquare(left + side / 2, top + side / 2, side)


def cut_out(
    photo: Image.Image, square: HandSquare, size: int, mirrored: bool = False
) -> np.ndarray:
    """Return a square of a photo, turned upright, as (size, size, 3) uint8.

    What lies outside the photo repeats its border. An upright square inside the photo is scaled as
    training images are.
    """
    edges = [
        middle + half
        for half in (-square.side / 2, square.side / 2)
        for middle in (square.x, square.y)
    ]
    left, top, right, bottom = map(round, edges)
    whole_pixels = square.turn == 0 and np.allclose(edges, (left, top, right, bottom))
    inside = min(left, top) >= 0 and right <= photo.width and bottom <= photo.height
    if whole_pixels and inside:
        pixels = model_input(photo.crop((left, top, right, bottom)), size)
    else:
        pixels = _turned_upright(photo, square, size)
    return np.ascontiguousarray(pixels[:, ::-1]) if mirrored else pixels


def variations(photo: Image.Image, square: HandSquare, size: int) -> np.ndarray:
    """Return the pictures (V, size, size, 3) uint8 that a net is asked about for one hand.

    VARIATIONS of the square and, where the hand fills the photo, the photo as it is.
    """
    pictures = [
        cut_out(
            photo, replace(square, side=room * square.side, turn=square.turn + turn), size, mirrored
        )
        for turn, room, mirrored in VARIATIONS
    ]
    if square.side >= FILLS * min(photo.size):
        pictures.append(cut_out(photo, whole(photo), size))
    return np.stack(pictures)


def averaged(answers: np.ndarray) -> np.ndarray:
    """Return the mean of answers (V, …) to variations(); the photo itself counts as all others."""
    around, itself = answers[: len(VARIATIONS)].mean(axis=0), answers[len(VARIATIONS) :]
    return (around + itself[0]) / 2 if len(itself) else around


def _turned_upright(photo: Image.Image, square: HandSquare, size: int) -> np.ndarray:
    step = square.side / size
    shrink = max(1.0, step / SHRINKS * 1.25) if step > SHRINKS else 1.0
    small = photo
    if shrink > 1:
        sides = [max(2, round(side / shrink)) for side in photo.size]
        small = photo.resize(sides, Image.Resampling.BILINEAR)
    across, down = small.width / photo.width, small.height / photo.height
    y, x = (np.indices((1, size, size), dtype=np.float32)[1:] + 0.5) * step - square.side / 2
    # Counter-clockwise back to the photo's own axes.
    from_x, from_y = turned_back(x, y, float(np.cos(square.turn)), -float(np.sin(square.turn)))
    planes = np.moveaxis(as_float(np.asarray(small)), -1, 0)[:, np.newaxis]
    picture = bilinear(
        np.ascontiguousarray(planes),
        (from_x + square.x) * across - 0.5,
        (from_y + square.y) * down - 0.5,
    )
    return np.round(255 * np.moveaxis(picture[:, 0], 0, -1)).astype(np.uint8)
