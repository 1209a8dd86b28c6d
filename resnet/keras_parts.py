"""The private part of Keras that the lab reads: which layer gives a tensor of a functional net."""

from typing import Any


def producer(tensor: Any) -> Any:
    """Return the layer that gives a symbolic tensor."""
    return tensor._keras_history.operation


def inputs(layer: Any) -> list[Any]:
    """Return the layers whose outputs a layer takes, in their order."""
    tensors = layer.input if isinstance(layer.input, list) else [layer.input]
    return [producer(tensor) for tensor in tensors]
