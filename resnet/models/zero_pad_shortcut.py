"""The parameter-free shortcut of He et al. 2015 for growing dimensions."""

from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable("resnet_lab")
class ZeroPadShortcut(keras.layers.Layer):
    """Every stride-th pixel, and zeros for the new channels ("option A", He et al. 2015 §3.3).

    (N, H, W, C) -> (N, ⌈H/stride⌉, ⌈W/stride⌉, filters); filters must be at least C.
    """

    def __init__(self, filters: int, stride: int = 1, **kwargs: Any):
        super().__init__(**kwargs)
        self.filters = filters
        self.stride = stride

    def call(self, x: Any) -> Any:
        x = x[:, :: self.stride, :: self.stride, :]
        return ops.pad(x, [[0, 0], [0, 0], [0, 0], [0, self.filters - x.shape[-1]]])

    def compute_output_shape(self, input_shape: tuple) -> tuple:
        batch, height, width, _ = input_shape
        return (batch, -(-height // self.stride), -(-width // self.stride), self.filters)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "filters": self.filters, "stride": self.stride}
