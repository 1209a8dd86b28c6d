"""Seeded initial weights, different for every layer."""

import zlib
from typing import TypeAlias

import keras
from keras.initializers import Initializer

InitialWeights: TypeAlias = str | Initializer | None


def initial_weights(initializer: InitialWeights, seed: int, layer: str) -> Initializer:
    """Return the initializer of one layer's kernel; None means Glorot uniform.

    An initializer without a seed of its own gets one from `seed` and the layer's name: one seed
    shared by all layers would start layers of equal shape with equal weights.
    """
    chosen = keras.initializers.get(initializer or "glorot_uniform")
    config = chosen.get_config()
    if "seed" in config and config["seed"] is None:
        config["seed"] = zlib.crc32(f"{seed}/{layer}".encode()) >> 1
    return type(chosen).from_config(config)
