"""The finder: a small residual net that marks where a hand is, how large and how turned."""

import keras
from keras import layers

from resnet.models.block import Block
from resnet.models.blocks import Tensor, residual_block
from resnet.models.layer_names import block_names

SIDE, CELLS = 128, 16  # pixels of its picture, cells of its answer
# What it says of each cell: logit of a hand's centre, logarithm of its side (of the picture's),
# sine and cosine of its turn, and half the way to its centre in cells, across and down.
ANSWERS = ("centre", "side", "sine", "cosine", "across", "down")


def finder_model() -> keras.Model:
    """Return the finder: images (N, 128, 128, 3) in [0, 1] -> (N, 16, 16, 6), see ANSWERS.

    Three residual stages down to an eighth, two more to a sixteenth, whose view of the whole
    picture is added to the finer cells. 207,846 parameters.
    """
    images = keras.Input((SIDE, SIDE, 3), name="input")
    x = layers.Conv2D(16, 3, strides=2, padding="same", use_bias=False, name="stem_conv")(images)
    x = layers.BatchNormalization(momentum=0.95, name="stem_bn")(x)
    x = layers.ReLU(name="stem_relu")(x)  # (N, 64, 64, 16)
    x = _block(x, 1, 24, stride=2)
    fine = _block(x, 2, 40, stride=2)  # (N, 16, 16, 40)
    x = _block(fine, 3, 64, stride=2)
    x = _block(x, 4, 64, stride=1)  # (N, 8, 8, 64)
    everywhere = layers.GlobalAveragePooling2D(keepdims=True, name="whole")(x)
    everywhere = layers.Conv2D(64, 1, name="whole_conv")(everywhere)
    x = layers.ReLU(name="whole_relu")(layers.Add(name="whole_add")([x, everywhere]))
    up = layers.UpSampling2D(2, name="up")(layers.Conv2D(40, 1, use_bias=False, name="up_conv")(x))
    x = _block(layers.Add(name="up_add")([up, fine]), 5, 40, stride=1)
    answers = layers.Conv2D(len(ANSWERS), 1, dtype="float32", name="answers")(x)
    return keras.Model(images, answers, name="finder")


def _block(x: Tensor, number: int, filters: int, stride: int) -> Tensor:
    grows = stride > 1 or x.shape[-1] != filters
    block = Block(
        "basic",
        (filters, filters),
        stride=stride,
        shortcut="projection" if grows else "identity",
        zero_init_last_gamma=True,
        momentum=0.95,
    )
    return residual_block(x, block, names=block_names(number, 1))
