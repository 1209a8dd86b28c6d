"""A residual network from a stem, stages of equal blocks and a pooled classifier."""

from dataclasses import dataclass, replace
from typing import Literal

import keras
from keras import layers

from resnet.models.block import Block, Shape
from resnet.models.blocks import Tensor, residual_block
from resnet.models.initial_weights import InitialWeights, initial_weights
from resnet.models.layer_names import block_names


@dataclass(frozen=True)
class Stem:
    """The first convolution, with an optional 3×3 max-pool of stride 2 after it."""

    filters: int
    kernel_size: int = 3
    stride: int = 1
    pool: bool = False


@dataclass(frozen=True)
class Stage:
    """Equal blocks; the first of them has the stride."""

    number: int
    blocks: int
    filters: tuple[int, ...]
    stride: int


@dataclass(frozen=True)
class Network:
    """A whole net. block is the pattern every block follows; a pattern with shortcut "none" makes
    the plain twin. growing is the shortcut where a block changes the shape.
    """

    stem: Stem
    stages: tuple[Stage, ...]
    block: Block
    growing: Literal["projection", "zero_padding"] = "projection"


def network_model(
    network: Network,
    name: str,
    input_shape: Shape,
    classes: int,
    initializer: InitialWeights = None,
    seed: int = 0,
) -> keras.Model:
    """Return the net as a model: images (N, H, W, C) -> class probabilities (N, classes)."""
    images = keras.Input(input_shape, name="input")
    x = _stem(images, network, initializer, seed)
    for stage in network.stages:
        for index in range(1, stage.blocks + 1):
            x = residual_block(
                x,
                _block_of(network, stage, index, channels=x.shape[-1]),
                names=block_names(stage.number, index),
                initializer=initializer,
                seed=seed,
            )
    if network.block.preactivation:
        x = _norm(x, network.block, "head_bn")
        x = layers.ReLU(name="head_relu")(x)
    x = layers.GlobalAveragePooling2D(name="avg_pool")(x)  # (N, C)
    fc = f"fc{classes}"
    kernel = initial_weights(initializer, seed, fc)
    probabilities = layers.Dense(classes, "softmax", kernel_initializer=kernel, name=fc)(x)
    return keras.Model(images, probabilities, name=name)


def _stem(x: Tensor, network: Network, initializer: InitialWeights, seed: int) -> Tensor:
    stem = network.stem
    if stem.stride > 1:
        # Padding on both sides, as Caffe and torchvision do; "same" would pad one side only.
        x = layers.ZeroPadding2D(stem.kernel_size // 2, name="stem_pad")(x)
    x = layers.Conv2D(
        stem.filters,
        stem.kernel_size,
        strides=stem.stride,
        padding="same" if stem.stride == 1 else "valid",
        use_bias=network.block.use_bias,
        kernel_initializer=initial_weights(initializer, seed, "stem_conv"),
        name="stem_conv",
    )(x)
    x = _norm(x, network.block, "stem_bn")
    x = layers.ReLU(name="stem_relu")(x)
    if stem.pool:
        x = layers.ZeroPadding2D(1, name="stem_pool_pad")(x)  # zeros never win after a ReLU
        x = layers.MaxPooling2D(3, strides=2, name="stem_pool")(x)
    return x  # (N, H/s, W/s, filters)


def _block_of(network: Network, stage: Stage, index: int, channels: int) -> Block:
    pattern, stride = network.block, stage.stride if index == 1 else 1
    shortcut = pattern.shortcut
    if shortcut != "none":
        grows = stride > 1 or channels != stage.filters[-1]
        shortcut = network.growing if grows else "identity"
    first_of_all = index == 1 and stage is network.stages[0]
    return replace(
        pattern,
        filters=stage.filters,
        stride=stride,
        shortcut=shortcut,
        input_activated=pattern.preactivation and first_of_all,
    )


def _norm(x: Tensor, pattern: Block, name: str) -> Tensor:
    if not pattern.batch_norm:
        return x
    return layers.BatchNormalization(momentum=pattern.momentum, epsilon=pattern.epsilon, name=name)(
        x
    )
