"""Which layer feeds which."""

import keras

from resnet import keras_parts


def input_names(layer: keras.Layer) -> tuple[str, ...]:
    """Return the names of the layers whose outputs a layer of a model takes, in its order."""
    if isinstance(layer, keras.layers.InputLayer):
        return ()
    return tuple(before.name for before in keras_parts.inputs(layer))
