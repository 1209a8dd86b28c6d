"""Gradient norms of the layers as training goes, without a second backward pass."""

from typing import Any

import keras
from keras import ops


def recording(
    optimizer_class: type[keras.optimizers.Optimizer], kernels: list[keras.Variable], every: int
) -> type[keras.optimizers.Optimizer]:
    """Return a subclass of an optimizer that keeps the L2 norm of each kernel's gradient.

    kernels: the variables to watch; every: steps between two recordings, from the first step on.
    After such a step the variable `kernel_norms` (kernels,) holds them; the other steps pay only
    for a branch not taken.
    """

    class Recording(optimizer_class):  # type: ignore[misc, valid-type]
        def build(self, variables: list[keras.Variable]) -> None:
            super().build(variables)
            positions = {id(variable): index for index, variable in enumerate(variables)}
            self._watched = [positions[id(kernel)] for kernel in kernels]
            self.kernel_norms = self.add_variable((len(kernels),), name="kernel_norms")

        def apply(self, grads: list[Any], trainable_variables: Any = None) -> None:
            watched = [grads[position] for position in self._watched]
            norms = ops.cond(
                ops.equal(self.iterations % every, 0),
                lambda: ops.stack([_norm(gradient) for gradient in watched]),
                lambda: ops.convert_to_tensor(self.kernel_norms),
            )
            self.kernel_norms.assign(norms)
            super().apply(grads, trainable_variables)

    return Recording


def layers_with_kernel(model: keras.Model) -> list[keras.Layer]:
    """Return the convolution and dense layers, input → output: those whose norms are recorded."""
    return [layer for layer in model.layers if hasattr(layer, "kernel")]


def _norm(gradient: Any) -> Any:
    # Scaled by its largest entry: the squares of a vanishing gradient are zero in single precision.
    largest = ops.max(ops.abs(gradient))
    scale = ops.where(largest > 0, largest, ops.ones_like(largest))
    return scale * ops.sqrt(ops.sum(ops.square(gradient / scale)))
