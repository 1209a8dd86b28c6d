"""The loss around a trained net, along two random directions (Li et al. 2018, §4)."""

from collections.abc import Callable
from dataclasses import dataclass

import keras
import numpy as np
from keras import ops

from resnet.analysis.forward import layer_outputs

HIGHEST = 20.0  # losses above are cut: a picture needs no more, and they may be infinite


@dataclass(frozen=True, eq=False)
class LossSurface:
    """losses[i, j]: mean cross-entropy at steps[i] along the one and steps[j] along the other
    direction; a step of 1 moves every filter by its own length. The trained net is at 0, 0.
    """

    steps: np.ndarray
    losses: np.ndarray


def loss_surface(
    model: keras.Model,
    images: np.ndarray,
    labels: np.ndarray,
    points: int = 21,
    reach: float = 1.0,
    seed: int = 0,
    report: Callable[[float], None] = lambda share: None,
) -> LossSurface:
    """Return the loss of images (N, H, W, C) float and labels (N,) on a grid points × points.

    Directions are filter-normalised: random, each filter as long as the net's own; biases and
    BatchNorm stay (as there). Inference mode. The model is left as it was.
    """
    kernels = [layer.kernel for layer in model.layers if hasattr(layer, "kernel")]
    trained = [ops.convert_to_numpy(kernel) for kernel in kernels]
    random = np.random.default_rng(seed)
    one, other = ([_direction(kernel, random) for kernel in trained] for _way in range(2))
    steps = np.linspace(-reach, reach, points)
    losses = np.empty((points, points))
    try:
        for i, along_one in enumerate(steps):
            for j, along_other in enumerate(steps):
                for kernel, at, a, b in zip(kernels, trained, one, other, strict=True):
                    kernel.assign(at + along_one * a + along_other * b)
                losses[i, j] = _loss(model, images, labels)
            report((i + 1) / points)
    finally:
        for kernel, at in zip(kernels, trained, strict=True):
            kernel.assign(at)
    return LossSurface(steps, losses)


def _direction(kernel: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Return a random direction; each filter (the last axis) has the length of the kernel's own."""
    direction = random.standard_normal(kernel.shape).astype(kernel.dtype)
    axes = tuple(range(kernel.ndim - 1))
    lengths = np.sqrt((kernel**2).sum(axis=axes))
    return direction * lengths / (np.sqrt((direction**2).sum(axis=axes)) + 1e-12)


def _loss(model: keras.Model, images: np.ndarray, labels: np.ndarray) -> float:
    logits = layer_outputs(model, images)[model.layers[-1].name]
    log_probabilities = ops.convert_to_numpy(ops.log_softmax(logits))
    loss = -float(log_probabilities[np.arange(len(labels)), labels].mean())
    return min(loss, HIGHEST) if np.isfinite(loss) else HIGHEST
