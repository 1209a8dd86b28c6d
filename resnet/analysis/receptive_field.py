"""Which input pixels an output pixel sees."""

from dataclasses import dataclass

import keras
from keras import layers

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
        return self.last - self.first + 1


def window_after(layer: keras.Layer, before: list[Window | None]) -> Window | None:
    """Return the window of a layer's outputs from those of its inputs; None means all of it."""
    if isinstance(layer, layers.InputLayer):
        return Window()
    windows = [window for window in before if window is not None]
    if not windows or len(windows) < len(before):
        return None
    # Paths that meet see all that any of them sees; their strides are equal or they could not.
    joined = Window(
        min(window.first for window in windows),
        max(window.last for window in windows),
        windows[0].stride,
    )
    if isinstance(layer, layers.ZeroPadding2D):
        shift = layer.padding[0][0] * joined.stride
        return Window(joined.first - shift, joined.last - shift, joined.stride)
    if isinstance(layer, ZeroPadShortcut):
        return Window(joined.first, joined.last, joined.stride * layer.stride)
    if not _moves(layer):
        return joined if len(layer.output.shape) == 4 else None
    return _after_kernel(layer, joined)


def _moves(layer: keras.Layer) -> bool:
    return hasattr(layer, "kernel_size") or hasattr(layer, "pool_size")


def _after_kernel(layer: keras.Layer, before: Window) -> Window:
    is_pool = hasattr(layer, "pool_size")
    kernel = (layer.pool_size if is_pool else layer.kernel_size)[0]
    dilation = 1 if is_pool else layer.dilation_rate[0]
    stride = layer.strides[0]
    reach = (kernel - 1) * dilation
    padding = 0
    if layer.padding == "same":
        height = layer.input.shape[1]
        padding = max(0, (-(-height // stride) - 1) * stride + reach + 1 - height) // 2
    first = before.first - padding * before.stride
    return Window(
        first, first + before.last - before.first + reach * before.stride, before.stride * stride
    )
