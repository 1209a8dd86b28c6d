"""The course's functions against the course's own published values."""

import keras
import numpy as np
import pytest

from resnet.models.block import BlockMismatch
from resnet.models.resnet50 import ResNet50, convolutional_block, identity_block

# The course's test input and what its all-ones identity block makes of it (first and last row of
# each image, averaged over channels). 192.71 = 192 / 1.001^1.5 + 1: three BatchNorms with fresh
# statistics each divide by √(1 + 0.001).
COURSE_INPUT = np.concatenate([c * np.ones((1, 4, 4, 3)) for c in (-1, 1, 3)]).astype("float32")
COURSE_OUTPUT = np.array(
    [
        [[0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0]],
        [[192.71, 192.71, 192.71, 96.86], [96.86, 96.86, 96.86, 48.93]],
        [[578.14, 578.14, 578.14, 290.57], [290.57, 290.57, 290.57, 146.78]],
    ]
)


def test_the_identity_block_gives_the_course_values():
    y = identity_block(
        COURSE_INPUT, 2, [4, 4, 3], stage=1, block="a", initializer="ones", training=False
    )
    rows = np.asarray(y)[:, [0, -1]].mean(axis=-1)
    np.testing.assert_allclose(rows, COURSE_OUTPUT, atol=0.005)
    assert np.isclose(rows[1, 0, 0], 192 / 1.001**1.5 + 1)


def test_the_convolutional_block_follows_by_arithmetic():
    """With ones everywhere: 3·4·4·(window) through three BatchNorms, and 3 through one."""
    y = convolutional_block(
        COURSE_INPUT, 2, [4, 4, 6], stage=1, block="a", initializer="ones", training=False
    )
    assert y.shape == (3, 2, 2, 6)
    main = 3 * np.array([[16, 8], [8, 4]]) * 4 / 1.001**1.5  # a 2×2 window, padded after
    beside = 3 / 1.001**0.5
    np.testing.assert_allclose(np.asarray(y)[1, :, :, 0], main + beside, rtol=1e-5)
    np.testing.assert_array_equal(np.asarray(y)[0], 0)


def test_the_identity_block_needs_as_many_filters_as_channels():
    with pytest.raises(BlockMismatch, match="F3 = 5 and 3 channels"):
        identity_block(COURSE_INPUT, 2, [4, 4, 5], stage=1, block="a")


def test_the_net_has_the_course_counts():
    net = ResNet50(input_shape=(64, 64, 3), classes=6)
    trainable = sum(np.prod(weight.shape) for weight in net.trainable_weights)
    assert (net.count_params(), trainable) == (23_600_006, 23_546_886)
    assert net.get_layer("stem_pool").output.shape == (None, 15, 15, 64)
    assert net.output_shape == (None, 6)
    assert net.layers[-1].activation is keras.activations.softmax
    norm = net.get_layer("bn3a_branch2a")
    assert (norm.momentum, norm.epsilon) == (0.99, 1e-3)
    assert all(layer.use_bias for layer in net.layers if isinstance(layer, keras.layers.Conv2D))


def test_training_and_initializer_reach_every_layer():
    net = ResNet50((37, 37, 3), 2, initializer="zeros", training=False)
    assert not any(np.any(layer.kernel.numpy()) for layer in net.layers if hasattr(layer, "kernel"))
    images = np.random.default_rng(0).random((2, 37, 37, 3), dtype="float32")
    np.testing.assert_array_equal(net(images, training=True), net(images, training=False))
