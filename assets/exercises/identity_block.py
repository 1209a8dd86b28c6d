"""Exercise 1: the identity block. Fill in the gaps, then run `python -m resnet exercise check`.

The main path: 1×1 convolution, BatchNorm, ReLU; f×f convolution, BatchNorm, ReLU; 1×1 convolution,
BatchNorm. Then the shortcut is added, and a last ReLU follows.
"""

from keras.layers import Activation, Add, BatchNormalization, Conv2D  # noqa: F401


def identity_block(X, f, filters):
    """Return the block's output for X (N, H, W, F3); the shape stays."""
    F1, F2, F3 = filters
    X_shortcut = X  # to be added at the end

    X = Conv2D(F1, 1, padding="valid")(X)
    X = BatchNormalization(axis=3)(X)
    X = Activation("relu")(X)

    # GAP: the f×f convolution with F2 filters (which padding keeps H and W?), BatchNorm, ReLU

    # GAP: the 1×1 convolution with F3 filters, BatchNorm (and no ReLU yet)

    # GAP: add X_shortcut to X, then ReLU

    return X
