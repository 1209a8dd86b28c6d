"""Exercise 1: the identity block. Fill in the gaps, then run `python -m resnet exercise check`.

The main path: 1×1 convolution, BatchNorm, ReLU; f×f convolution, BatchNorm, ReLU; 1×1 convolution,
BatchNorm. Then the shortcut is added, and a last ReLU follows.

Names and seeds are the assignment's: of stage 2, block "b" the convolutions are res2b_branch2a, 2b
and 2c, the BatchNorms bn2b_branch2a, 2b and 2c. The newer course leaves stage and block out and
hands over training and initializer; the check takes that, too.
"""

from keras.initializers import glorot_uniform
from keras.layers import Activation, Add, BatchNormalization, Conv2D  # noqa: F401


def identity_block(X, f, filters, stage, block):
    """Return the block's output for X (N, H, W, F3); the shape stays."""
    conv_name_base = f"res{stage}{block}_branch"
    bn_name_base = f"bn{stage}{block}_branch"
    F1, F2, F3 = filters
    X_shortcut = X  # to be added at the end

    X = Conv2D(
        F1,
        1,
        padding="valid",
        name=conv_name_base + "2a",
        kernel_initializer=glorot_uniform(seed=0),
    )(X)
    X = BatchNormalization(axis=3, name=bn_name_base + "2a")(X)
    X = Activation("relu")(X)

    # GAP: the f×f convolution with F2 filters (which padding keeps H and W?), BatchNorm, ReLU

    # GAP: the 1×1 convolution with F3 filters, BatchNorm (and no ReLU yet)

    # GAP: add X_shortcut to X, then ReLU

    return X
