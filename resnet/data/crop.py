"""Propose the square of a photo that holds the hand."""

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageFilter

from resnet.data.matte import hand_matte

LOOKED_AT = 128  # pixels of the photo's longest side
SMALLEST = 0.01  # of the photo a hand must cover to be looked for
HAND_LENGTH = 5.2  # wrist to fingertip, in half palm widths
MARGIN = 1.15  # of the square around the hand


@dataclass(frozen=True)
class Square:
    """A square of a photo, in pixels of the photo."""

    left: int
    top: int
    side: int

    @property
    def box(self) -> tuple[int, int, int, int]:
        """Left, top, right, bottom, as Pillow takes them."""
        return self.left, self.top, self.left + self.side, self.top + self.side


def whole(image: Image.Image) -> Square:
    """Return the largest square in the middle."""
    side = min(image.size)
    return Square((image.width - side) // 2, (image.height - side) // 2, side)


def hand_square(image: Image.Image) -> Square | None:
    """Return the square around the hand, None where no hand stands out from its background.

    Most of the arm is left out: what lies farther from the fingertips than a hand is long.
    """
    scale = LOOKED_AT / max(image.size)
    small = image.resize([max(8, round(side * scale)) for side in image.size])
    mask = hand_matte(np.asarray(small), smallest=SMALLEST) > 127
    if not mask.any():
        return None
    distance = _from_border(mask)
    reach = HAND_LENGTH * _thickness(mask)
    hand = np.argwhere(mask & (distance >= distance[mask].max() - reach))
    (top, left), (bottom, right) = hand.min(axis=0), hand.max(axis=0) + 1
    side = min(MARGIN * max(bottom - top, right - left), min(small.size)) / scale
    side = min(round(side), min(image.size))

    def begin(middle: float, room: int) -> int:
        return min(max(round(middle / scale - side / 2), 0), room - side)

    across, down = begin((left + right) / 2, image.width), begin((top + bottom) / 2, image.height)
    return Square(across, down, side)


def _thickness(mask: np.ndarray) -> float:
    """Return the radius of the largest circle inside a mask, about half the palm's width."""
    radius = 0
    left = Image.fromarray(mask.astype(np.uint8) * 255)
    while (np.asarray(left) > 0).any():
        radius += 1
        left = left.filter(ImageFilter.MinFilter(3))
    return radius


def _from_border(mask: np.ndarray) -> np.ndarray:
    """Return each place's distance from where the mask crosses the picture's border, if it does."""
    frame = np.zeros_like(mask)
    frame[[0, -1]] = frame[:, [0, -1]] = True
    crossing = np.argwhere(mask & frame)
    y, x = np.indices(mask.shape)
    if not len(crossing):
        return np.zeros(mask.shape)
    middle = crossing.mean(axis=0)
    return np.hypot(y - middle[0], x - middle[1])
