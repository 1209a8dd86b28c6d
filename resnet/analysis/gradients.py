"""How large the loss's gradient is in each layer, on one batch."""

import math
from dataclasses import dataclass

import keras
import numpy as np
from keras import ops

from resnet.analysis.forward import Tensor, layer_outputs
from resnet.backend import value_and_gradients
from resnet.models.layer_names import place


@dataclass(frozen=True)
class GradientNorms:
    """L2 norms, input → output.

    weight_norms[i] is |∂loss/∂kernel| of layers[i], a convolution or dense layer; block_norms[i]
    is |∂loss/∂output| of the block that ends in the layer blocks[i]. Overflow stays inf or NaN.
    """

    layers: tuple[str, ...]
    weight_norms: tuple[float, ...]
    blocks: tuple[str, ...]
    block_norms: tuple[float, ...]
    loss: float


def gradient_norms(model: keras.Model, images: np.ndarray, labels: np.ndarray) -> GradientNorms:
    """Return the gradient norms of a classifier on images (N, H, W, C) and labels (N,).

    The loss is the batch's mean cross-entropy, in training mode: BatchNorm uses the batch's own
    statistics, and its running ones stay as they were.
    """
    layers = [layer for layer in model.layers if hasattr(layer, "kernel")]
    kernels = [layer.kernel for layer in layers]
    blocks = block_ends(model)
    # The gradient with respect to a block's output is the one with respect to a zero added to it.
    zeros = [
        ops.zeros((len(images), *model.get_layer(name).output.shape[1:]), model.dtype)
        for name in blocks
    ]

    def loss(*arrays: Tensor) -> Tensor:
        offsets = dict(zip(blocks, arrays[len(kernels) :], strict=True))
        with keras.StatelessScope(zip(kernels, arrays[: len(kernels)], strict=True)):
            return _cross_entropy(model, images, labels, offsets)

    value, gradients = value_and_gradients(loss, [kernel.value for kernel in kernels] + zeros)
    norms = [_norm(gradient) for gradient in gradients]
    if not math.isfinite(float(value)):
        # On its way back a NaN may stop at a ReLU; the zero left would look like a vanished one.
        norms = [norm or math.nan for norm in norms]
    return GradientNorms(
        tuple(layer.name for layer in layers),
        tuple(norms[: len(kernels)]),
        tuple(blocks),
        tuple(norms[len(kernels) :]),
        float(value),
    )


def _cross_entropy(
    model: keras.Model, images: np.ndarray, labels: np.ndarray, offsets: dict[str, Tensor]
) -> Tensor:
    def shift(name: str, output: Tensor) -> Tensor:
        return output + offsets[name] if name in offsets else output

    logits = layer_outputs(model, images, training=True, change=shift)[model.layers[-1].name]
    log_probabilities = ops.log_softmax(logits)
    return -ops.mean(
        ops.take_along_axis(log_probabilities, np.asarray(labels)[:, np.newaxis], axis=1)
    )


def block_ends(model: keras.Model) -> list[str]:
    """Return the last layer of each of the model's blocks, input → output."""
    ends: dict[tuple[str, str], str] = {}
    for layer in model.layers:
        where = place(layer.name)
        if where.block:
            ends[where.stage, where.block] = layer.name
    return list(ends.values())


def _norm(gradient: Tensor) -> float:
    # In double precision: the squares of a vanishing gradient are zero in single.
    return float(np.linalg.norm(np.asarray(ops.convert_to_numpy(gradient), np.float64)))
