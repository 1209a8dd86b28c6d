"""ReLUs that have died: they give 0 whatever the net sees, and pass no gradient on."""

import keras
import numpy as np
from keras import ops

BATCH = 32


def dead_relus(model: keras.Model, images: np.ndarray) -> tuple[float, float] | None:
    """Return the share of dead units among all ReLUs, and that of the layer with the highest.

    images: (N, H, W, C) float; a channel is dead that is 0 at every place of every image. None for
    a net without ReLUs.
    """
    peaks = [_peak(layer.output) for layer in model.layers if _is_relu(layer)]
    if not peaks:
        return None
    # Joined inside the net, so that no more than a number a channel is kept of each image.
    reading = keras.Model(model.input, ops.concatenate(peaks, axis=-1))
    highest = reading.predict(images, batch_size=BATCH, verbose=0)
    highest = np.asarray(highest, np.float32).max(axis=0)  # (units,)
    ends = np.cumsum([peak.shape[-1] for peak in peaks])
    layers = np.split(highest <= 0, ends[:-1])
    return float(np.mean(highest <= 0)), float(max(layer.mean() for layer in layers))


def _is_relu(layer: keras.Layer) -> bool:
    return (
        isinstance(layer, keras.layers.ReLU)
        or getattr(layer, "activation", None) is keras.activations.relu
    )


def _peak(output: keras.KerasTensor) -> keras.KerasTensor:
    places = tuple(range(1, len(output.shape) - 1))
    return ops.max(output, axis=places) if places else output  # (N, C)
