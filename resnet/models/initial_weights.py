"""Seeded initial weights, different for every layer."""

import zlib
from typing import Any, TypeAlias

import keras
import numpy as np
from keras.initializers import Initializer

from resnet.errors import LabError
from resnet.language import translate as _

InitialWeights: TypeAlias = str | Initializer | None


def initial_weights(initializer: InitialWeights, seed: int, layer: str) -> Initializer:
    """Return the initializer of one layer's kernel; None means Glorot uniform.

    An initializer without a seed of its own gets one from `seed` and the layer's name: one seed
    shared by all layers would start layers of equal shape with equal weights. Raises LabError for
    a name that Keras does not know.
    """
    try:
        chosen = keras.initializers.get(initializer or "glorot_uniform")
    except ValueError as error:
        raise LabError(
            _("Keras has no initializer “{name}”: try he_normal, glorot_uniform or ones.").format(
                name=initializer
            )
        ) from error
    config = chosen.get_config()
    if "seed" in config and config["seed"] is None:
        config["seed"] = zlib.crc32(f"{seed}/{layer}".encode()) >> 1
    return type(chosen).from_config(config)


class Dirac(Initializer):
    """The kernel (k, k, C, C) of a convolution that gives back its input: Chen et al. 2016."""

    def __call__(self, shape: tuple[int, ...], dtype: str | None = None) -> Any:
        """Return 1 in the middle from each channel to itself, 0 elsewhere."""
        kernel = np.zeros(shape)
        kernel[shape[0] // 2, shape[1] // 2] = np.eye(shape[2], shape[3])
        return keras.ops.convert_to_tensor(kernel, dtype=dtype or keras.config.floatx())

    def get_config(self) -> dict[str, Any]:
        """Return nothing: there is nothing to choose."""
        return {}
