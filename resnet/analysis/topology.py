"""Which layer feeds which."""

import keras


def input_names(layer: keras.Layer) -> tuple[str, ...]:
    """Return the names of the layers whose outputs a layer of a model takes, in its order."""
    if isinstance(layer, keras.layers.InputLayer):
        return ()
    tensors = layer.input if isinstance(layer.input, list) else [layer.input]
    return tuple(tensor._keras_history.operation.name for tensor in tensors)
