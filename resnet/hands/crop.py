"""Propose the square of a photo that holds the hand."""

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageFilter

from resnet.hands.matte import hand_matte

LOOKED_AT = 128  # pixels of the photo's longest side
SMALLEST = 0.01  # of the photo a hand must cover to be looked for
HAND_LENGTH = 5.2  # wrist to fingertip, in half palm widths
MARGIN = 1.15  # of the square around the hand
PARTS = ((0.66, 0.17), (0.45, 0.19))  # side and step of the parts() of a photo, of its shorter side
FILLS = 0.6  # of the photo's shorter side: a hand this large needs no closer look
LEAST_PART = 32  # pixels: smaller parts show no fingers


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

    def scaled(self, factor: float, size: tuple[int, int]) -> "Square":
        """Return the same square of the photo at another size (width, height), kept inside it."""
        side = min(round(factor * self.side), *size)
        left, top = (
            min(round(factor * start), room - side)
            for start, room in zip((self.left, self.top), size, strict=True)
        )
        return Square(left, top, side)


def whole(image: Image.Image, hand: Square | None = None) -> Square:
    """Return the largest square in the middle, or as near to a hand's as the photo allows."""
    side = min(image.size)
    spare = image.width - side, image.height - side
    if hand is None:
        return Square(spare[0] // 2, spare[1] // 2, side)
    left, top = hand.left + (hand.side - side) // 2, hand.top + (hand.side - side) // 2
    return Square(min(max(left, 0), spare[0]), min(max(top, 0), spare[1]), side)


def parts(image: Image.Image) -> list[Square]:
    """Return overlapping smaller squares that together cover the photo."""
    shorter = min(image.size)
    found = []
    for share, step in PARTS:
        side = round(share * shorter)
        if side < LEAST_PART:
            continue
        lefts, tops = (
            np.linspace(0, room - side, 1 + max(1, round((room - side) / (step * shorter))))
            for room in image.size
        )
        found += [Square(int(left), int(top), side) for top in tops for left in lefts]
    return found


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
