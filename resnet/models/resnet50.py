"""The course's ResNet-50, with the course's function and layer names."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import keras
from keras import layers

from resnet.models.assembly import STAGES
from resnet.models.block import Block
from resnet.models.blocks import Tensor, residual_block
from resnet.models.initial_weights import InitialWeights, initial_weights
from resnet.models.layer_names import course_names


def identity_block(
    X: Tensor,
    f: int,
    filters: Sequence[int],
    stage: int,
    block: str,
    *,
    initializer: InitialWeights = None,
    training: bool | None = None,
    seed: int = 0,
    **changes: Any,
) -> Tensor:
    """Apply a bottleneck block whose shortcut is its input.

    X: (N, H, W, F3), symbolic or an array; f: kernel size of the middle convolution; filters:
    F1, F2, F3; changes: other fields of Block. Returns (N, H, W, F3). Raises BlockMismatch if F3
    is not X's channel count. He et al. 2015 §3.3, Fig. 5 right.
    """
    bottleneck = Block("bottleneck", tuple(filters), kernel_size=f, use_bias=True)
    return residual_block(
        X,
        replace(bottleneck, **changes),
        names=course_names(stage, block),
        initializer=initializer,
        seed=seed,
        training=training,
    )


def convolutional_block(
    X: Tensor,
    f: int,
    filters: Sequence[int],
    stage: int,
    block: str,
    s: int = 2,
    *,
    initializer: InitialWeights = None,
    training: bool | None = None,
    seed: int = 0,
    **changes: Any,
) -> Tensor:
    """Apply a bottleneck block whose shortcut is a 1×1 convolution with stride s.

    X: (N, H, W, C), symbolic or an array; the rest as in identity_block. Returns
    (N, ⌈H/s⌉, ⌈W/s⌉, F3). He et al. 2015 §3.3, option B.
    """
    return identity_block(
        X,
        f,
        filters,
        stage,
        block,
        initializer=initializer,
        training=training,
        seed=seed,
        **{"stride": s, "shortcut": "projection", **changes},
    )


def ResNet50(
    input_shape: tuple[int, int, int] = (64, 64, 3),
    classes: int = 6,
    *,
    initializer: InitialWeights = None,
    training: bool | None = None,
    seed: int = 0,
    **changes: Any,
) -> keras.Model:
    """Return the course's ResNet-50: images (N, H, W, C) -> class probabilities (N, classes).

    initializer: of every kernel, Glorot uniform by default, seeded layer by layer from `seed`;
    training: passed to BatchNorm (None: as the model is called); changes: fields of every Block,
    as batch_norm=False or shortcut="none". H and W must be at least 37, or nothing is left to pool.
    """
    images = keras.Input(input_shape, name="input")
    batch_norm = changes.get("batch_norm", True)

    x = layers.ZeroPadding2D(3, name="stem_pad")(images)
    x = layers.Conv2D(
        64,
        7,
        strides=2,
        kernel_initializer=initial_weights(initializer, seed, "conv1"),
        name="conv1",
    )(x)  # (N, H/2, W/2, 64)
    if batch_norm:
        x = layers.BatchNormalization(name="bn_conv1")(x, training=training)
    x = layers.ReLU(name="stem_relu")(x)
    x = layers.MaxPooling2D(3, strides=2, name="stem_pool")(x)  # (N, H/4 − 1, W/4 − 1, 64)

    options: dict[str, Any] = {"initializer": initializer, "training": training, "seed": seed}
    options |= changes
    for number, stage in STAGES.items():
        x = convolutional_block(x, 3, stage.filters, number, "a", stage.stride, **options)
        for block in "bcdef"[: stage.blocks - 1]:
            x = identity_block(x, 3, stage.filters, number, block, **options)
    # (N, H/32, W/32, 2048)

    x = layers.AveragePooling2D(2, name="avg_pool")(x)
    x = layers.Flatten(name="flatten")(x)
    fc = f"fc{classes}"
    probabilities = layers.Dense(
        classes,
        activation="softmax",
        kernel_initializer=initial_weights(initializer, seed, fc),
        name=fc,
    )(x)
    return keras.Model(images, probabilities, name="resnet50")
