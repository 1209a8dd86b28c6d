"""Run a model layer by layer, to see or to change what flows between its layers."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any

import keras
from keras import ops

from resnet.analysis.topology import input_names

Tensor = Any
NOTHING: Mapping[str, Tensor] = {}


def layer_outputs(
    model: keras.Model,
    images: Tensor,
    *,
    training: bool = False,
    change: Callable[[str, Tensor], Tensor] = lambda name, output: output,
    given: Mapping[str, Tensor] = NOTHING,
) -> dict[str, Tensor]:
    """Return each layer's output for images (N, H, W, C), input → output, by the layer's name.

    change(name, output) may replace an output before the next layers get it. A last dense layer
    gives its logits: probabilities that saturate would lose the gradient. given: outputs known
    already; of the other layers only those run that the net's own output needs then.
    """
    outputs: dict[str, Tensor] = dict(given)
    last = model.layers[-1]
    for layer in _missing(model, given):
        before = [outputs[name] for name in input_names(layer)]
        if not before:
            output = ops.convert_to_tensor(images, dtype=layer.dtype)
        elif layer is last and isinstance(layer, keras.layers.Dense):
            output = ops.matmul(before[0], layer.kernel) + layer.bias
        else:
            mode = {"training": training} if _takes_training(layer) else {}
            output = layer(before if len(before) > 1 else before[0], **mode)
        outputs[layer.name] = change(layer.name, output)
    return outputs


def _missing(model: keras.Model, given: Mapping[str, Tensor]) -> list[keras.Layer]:
    if not given:
        return model.layers
    needed = {model.layers[-1].name}
    for layer in reversed(model.layers):
        if layer.name in needed and layer.name not in given:
            needed.update(input_names(layer))
    return [layer for layer in model.layers if layer.name in needed - set(given)]


def _takes_training(layer: keras.Layer) -> bool:
    return "training" in inspect.signature(layer.call).parameters
