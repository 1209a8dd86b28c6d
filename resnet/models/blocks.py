"""One residual block, general enough for every net here."""

from dataclasses import dataclass
from typing import Any

import keras
from keras import layers

from resnet.models.block import Block, Shape, check_block
from resnet.models.initial_weights import InitialWeights, initial_weights
from resnet.models.layer_names import Names, lone_block_names
from resnet.models.zero_pad_shortcut import ZeroPadShortcut

Tensor = Any  # a Keras tensor, a backend tensor or a numpy array: layers take all three


def residual_block(
    x: Tensor,
    block: Block,
    *,
    names: Names,
    initializer: InitialWeights = None,
    seed: int = 0,
    training: bool | None = None,
) -> Tensor:
    """Apply one block to x (N, H, W, C), a Keras tensor or an array.

    Returns (N, ⌈H/s⌉, ⌈W/s⌉, F_last). names turns a role ("conv1") into a layer's name; training
    is passed to BatchNorm (None: as the model is called). Raises LabError as check_block does.
    He et al. 2015 §3.2, He et al. 2016 §3 with preactivation.
    """
    check_block(block, tuple(x.shape[1:]))
    build = _BlockLayers(block, names, initializer, seed, training)
    if block.preactivation:
        activated, main = build.preactivated_path(x)
    else:
        activated, main = x, build.main_path(x)
    if block.shortcut != "none":
        # A projection starts after the first activation; an identity must stay untouched.
        beside = build.shortcut(activated if block.shortcut == "projection" else x)
        main = layers.Add(name=names("add"))([main, beside])  # (N, H/s, W/s, F_last)
    return main if block.preactivation else layers.ReLU(name=names("relu"))(main)


@dataclass(frozen=True)
class _BlockLayers:
    """Makes the layers of one block."""

    block: Block
    names: Names
    initializer: InitialWeights
    seed: int
    training: bool | None

    def main_path(self, x: Tensor) -> Tensor:
        convolutions = self.block.convolutions()
        for i, (filters, kernel_size, stride) in enumerate(convolutions, 1):
            last = i == len(convolutions)
            x = self.convolution(x, f"conv{i}", filters, kernel_size, stride)
            x = self.norm(x, f"bn{i}", zero_gamma=last and self.block.zero_init_last_gamma)
            if not last:
                x = layers.ReLU(name=self.names(f"relu{i}"))(x)
        return x  # (N, H/s, W/s, F_last)

    def preactivated_path(self, x: Tensor) -> tuple[Tensor, Tensor]:
        start = x
        for i, (filters, kernel_size, stride) in enumerate(self.block.convolutions(), 1):
            if i > 1 or not self.block.input_activated:
                x = self.norm(x, f"bn{i}")
                x = layers.ReLU(name=self.names(f"relu{i}"))(x)
            if i == 1:
                start = x
            x = self.convolution(x, f"conv{i}", filters, kernel_size, stride)
        return start, x  # (N, H, W, C), (N, H/s, W/s, F_last)

    def shortcut(self, x: Tensor) -> Tensor:
        filters, stride = self.block.filters[-1], self.block.stride
        if self.block.shortcut == "projection":
            x = self.convolution(x, "projection", filters, 1, stride)
            return x if self.block.preactivation else self.norm(x, "projection_bn")
        if self.block.shortcut == "zero_padding":
            return ZeroPadShortcut(filters, stride, name=self.names("pad"))(x)
        return x

    def convolution(
        self, x: Tensor, role: str, filters: int, kernel_size: int, stride: int
    ) -> Tensor:
        name = self.names(role)
        return layers.Conv2D(
            filters,
            kernel_size,
            strides=stride,
            padding="valid" if kernel_size == 1 else "same",
            use_bias=self.block.use_bias,
            kernel_initializer=initial_weights(self.initializer, self.seed, name),
            name=name,
        )(x)

    def norm(self, x: Tensor, role: str, zero_gamma: bool = False) -> Tensor:
        if not self.block.batch_norm:
            return x
        return layers.BatchNormalization(
            momentum=self.block.momentum,
            epsilon=self.block.epsilon,
            gamma_initializer="zeros" if zero_gamma else "ones",
            name=self.names(role),
        )(x, training=self.training)


def block_model(
    block: Block, input_shape: Shape, initializer: InitialWeights = None, seed: int = 0
) -> keras.Model:
    """Return one block as a model of its own, its layers named `block_conv1`, …"""
    check_block(block, input_shape)
    x = keras.Input(input_shape, name="input")
    y = residual_block(x, block, names=lone_block_names, initializer=initializer, seed=seed)
    return keras.Model(x, y, name="block")
