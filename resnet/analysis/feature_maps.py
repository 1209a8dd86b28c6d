"""What a net makes of one image, layer by layer."""

import keras
import numpy as np
from keras import ops

from resnet.analysis.forward import layer_outputs


def feature_maps(model: keras.Model, image: np.ndarray) -> list[tuple[str, np.ndarray]]:
    """Return (layer name, maps (H, W, C)) of each layer that keeps an image's shape.

    image: (H, W, C), the model's own input shape; the model runs as in prediction.
    """
    outputs = layer_outputs(model, image[np.newaxis])
    return [
        (name, ops.convert_to_numpy(output)[0])
        for name, output in outputs.items()
        if len(output.shape) == 4
    ]


def mixed_channels(image: np.ndarray, channels: int, seed: int = 0) -> np.ndarray:
    """Turn an image (H, W, C) in [0, 1] into a block's input (H, W, channels).

    Each channel is a fixed random mixture of the image's own, cut at zero as after a ReLU, so that
    a block that stands alone sees what it might see inside a net. Equal counts change nothing.
    """
    if image.shape[-1] == channels:
        return image
    mixture = np.random.default_rng(seed).normal(size=(image.shape[-1], channels))
    return np.maximum(image @ mixture, 0).astype(np.float32)
