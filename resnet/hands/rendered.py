"""Many rendered hands with their mattes, drawn on all cores and kept for the next time."""

import os
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np

from resnet.data.classes import CLASSES
from resnet.hands.synthetic import hand_with_matte
from resnet.hands.view import Variety

# Wider than the shipped set: sleeves, both ways of showing three, hands that fill the picture.
WIDE = Variety(back=0.25, second_three=0.35, framing=(0.5, 0.95), sleeve=0.4, dim=0.1)
# What no training picture looks like: small, far turned, dim. For measuring only.
HARD = Variety(
    back=0.25,
    second_three=0.5,
    framing=(0.28, 0.5),
    turn=1.3,
    sleeve=0.8,
    dim=0.6,
    backdrops=(0.1, 0.1, 0.1, 0.2, 0.25, 0.25),
)


def rendered_hands(
    count: int, size: int, seed: int, variety: Variety, keep: Path | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Return seeded pictures with mattes (count, size, size, 4) uint8 and labels (count,).

    keep: a folder where a drawn set is kept and found again.
    """
    file = keep / f"hands-{count}-{size}-{seed}-{abs(hash(variety))}.npy" if keep else None
    labels = np.arange(count, dtype=np.int64) % len(CLASSES)
    if file and file.exists():
        return np.load(file), labels
    draw = partial(_hand, size=size, seed=seed, variety=variety)
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        hands = np.stack(list(pool.map(draw, range(count), chunksize=32)))
    if file:
        file.parent.mkdir(parents=True, exist_ok=True)
        beside = file.with_suffix(".part.npy")
        np.save(beside, hands)
        beside.replace(file)
    return hands, labels


def _hand(index: int, size: int, seed: int, variety: Variety) -> np.ndarray:
    rng = np.random.default_rng((seed, index))
    return hand_with_matte(index % len(CLASSES), rng, size, variety)
