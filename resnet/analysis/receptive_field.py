"""Which input pixels an output pixel sees."""

import math
from dataclasses import dataclass

import keras
from keras import layers

from resnet.analysis.topology import input_names
from resnet.models.zero_pad_shortcut import ZeroPadShortcut


@dataclass(frozen=True)
class Window:
    """The input rows that output row i sees: from first + i·stride to last + i·stride.

    Rows outside the image (first < 0 at i = 0) are padding. The size grows as in Araujo et al.
    2019, "Computing Receptive Fields of Convolutional Neural Networks" (distill.pub).
    """

    first: int = 0
    last: int = 0
    stride: int = 1

    @property
    def size(self) -> int:
        """Width of the window in pixels of the input."""
        return self.last - self.first + 1


def windows(model: keras.Model) -> dict[str, Window | None]:
    """Return what one output row of each layer sees, by the layer's name; None: the whole input."""
    found: dict[str, Window | None] = {}
    for layer in model.layers:
        found[layer.name] = _window_after(layer, [found[name] for name in input_names(layer)])
    return found


def _window_after(layer: keras.Layer, before: list[Window | None]) -> Window | None:
    if not before:
        return Window()
    if len(layer.output.shape) != 4 or None in before:
        return None
    seen = [window for window in before if window]
    # Paths that meet see all that any of them sees; their strides are equal or they could not.
    first, last = min(window.first for window in seen), max(window.last for window in seen)
    stride = seen[0].stride
    if isinstance(layer, layers.ZeroPadding2D):
        shift = layer.padding[0][0] * stride
        return Window(first - shift, last - shift, stride)
    if isinstance(layer, ZeroPadShortcut):
        return Window(first, last, stride * layer.stride)
    if kernel := getattr(layer, "kernel_size", None) or getattr(layer, "pool_size", None):
        return _after_kernel(layer, kernel[0], Window(first, last, stride))
    return Window(first, last, stride)


def _after_kernel(layer: keras.Layer, kernel: int, before: Window) -> Window:
    reach = (kernel - 1) * getattr(layer, "dilation_rate", (1,))[0]
    step = layer.strides[0]
    padding = 0
    if layer.padding == "same":
        height = layer.input.shape[1]
        padding = max(0, (math.ceil(height / step) - 1) * step + reach + 1 - height) // 2
    return Window(
        before.first - padding * before.stride,
        before.last + (reach - padding) * before.stride,
        before.stride * step,
    )
