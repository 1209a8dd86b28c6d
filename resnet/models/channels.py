"""A layer that passes some of its channels on."""

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable("resnet_lab")
class TakeChannels(keras.layers.Layer):
    """The chosen channels in the chosen order: (N, H, W, C) -> (N, H, W, len(channels))."""

    def __init__(self, channels: Sequence[int], **kwargs: Any):
        super().__init__(**kwargs)
        self.channels = tuple(channels)

    def call(self, x: Any) -> Any:
        return ops.take(x, self.channels, axis=-1)

    def compute_output_shape(self, input_shape: tuple) -> tuple:
        return (*input_shape[:-1], len(self.channels))

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "channels": self.channels}
