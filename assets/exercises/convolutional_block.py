"""Exercise 2: the convolutional block. Its shortcut has a convolution of its own.

As the identity block, but the first convolution has the stride s, and the shortcut goes through a
1×1 convolution with F3 filters and stride s, and BatchNorm, before it is added. In the assignment
these two are called res…_branch1 and bn…_branch1.
"""

from keras.initializers import glorot_uniform
from keras.layers import Activation, Add, BatchNormalization, Conv2D  # noqa: F401


def convolutional_block(X, f, filters, stage, block, s=2):
    """Return the block's output for X (N, H, W, C): (N, H/s, W/s, F3)."""
    conv_name_base = f"res{stage}{block}_branch"
    bn_name_base = f"bn{stage}{block}_branch"
    F1, F2, F3 = filters
    X_shortcut = X

    X = Conv2D(
        F1,
        1,
        strides=s,
        padding="valid",
        name=conv_name_base + "2a",
        kernel_initializer=glorot_uniform(seed=0),
    )(X)
    X = BatchNormalization(axis=3, name=bn_name_base + "2a")(X)
    X = Activation("relu")(X)

    # GAP: the f×f convolution with F2 filters, BatchNorm, ReLU

    # GAP: the 1×1 convolution with F3 filters, BatchNorm

    # GAP: the shortcut's convolution and BatchNorm

    # GAP: add both, then ReLU

    return X
