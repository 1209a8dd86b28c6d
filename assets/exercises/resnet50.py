"""Exercise 3: ResNet-50 from your two blocks."""

from convolutional_block import convolutional_block  # noqa: F401
from identity_block import identity_block  # noqa: F401
from keras import Input, Model
from keras.initializers import glorot_uniform  # noqa: F401
from keras.layers import (  # noqa: F401
    Activation,
    AveragePooling2D,
    BatchNormalization,
    Conv2D,
    Dense,
    Flatten,
    MaxPooling2D,
    ZeroPadding2D,
)


def ResNet50(input_shape=(64, 64, 3), classes=6):
    """Return the model: images -> class probabilities."""
    X_input = Input(input_shape)

    X = ZeroPadding2D(3)(X_input)

    # GAP: stem: 7×7 convolution with 64 filters and stride 2 (conv1), BatchNorm (bn_conv1), ReLU,
    # 3×3 max-pool with stride 2

    # GAP: stage 2: convolutional_block(X, 3, [64, 64, 256], 2, "a", s=1), then two identity blocks,
    # "b" and "c"

    # GAP: stage 3: [128, 128, 512], s=2, three identity blocks

    # GAP: stage 4: [256, 256, 1024], s=2, five identity blocks

    # GAP: stage 5: [512, 512, 2048], s=2, two identity blocks

    # GAP: 2×2 average pool, flatten, dense layer with softmax (fc6 for six classes)

    return Model(X_input, X)
