"""What excites a net's channels, as a screen shows it: without Keras, which finds it."""

from dataclasses import dataclass

import numpy as np

CHANNELS, PATCHES = 4, 8  # shown of a stage, and of a channel


@dataclass(frozen=True, eq=False)
class Favourites:
    """What excites a layer's channels most.

    side: pixels of the input that one of its outputs sees, at most the image's. patches:
    (CHANNELS, PATCHES, side, side, 3) uint8 of the channels that stand out most, the strongest
    first. one_class: how many of a channel's PATCHES favourite images show its commonest class,
    the mean over every channel that answers at all; by_chance: the same of images drawn at random.
    """

    layer: str
    side: int
    patches: np.ndarray
    one_class: float
    by_chance: float


@dataclass(frozen=True, eq=False)
class Learned:
    """First filters (F, k, k, 3) as they are, and favourites, input → output."""

    filters: np.ndarray | None
    favourites: tuple[Favourites, ...]
