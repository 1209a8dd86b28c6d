"""Receptive fields against what an output really answers to."""

import keras
import numpy as np
import pytest
from keras import layers

from resnet.analysis.cost import layer_costs
from resnet.analysis.forward import layer_outputs
from resnet.analysis.receptive_field import windows
from resnet.backend import without_values
from resnet.models.block import Block
from resnet.models.blocks import block_model
from resnet.models.registry import build


def responding_rows(net):
    """For each layer: which rows of its output answer to which row of the image.

    Every kernel is positive, there is no BatchNorm and the image is zero but for one row, so an
    output is positive exactly where it sees that row. Returns (input rows, output rows) booleans.
    """
    height, width, channels = net.input_shape[1:]
    images = np.zeros((height, height, width, channels), np.float32)
    images[np.arange(height), np.arange(height)] = 1
    outputs = layer_outputs(net, images)
    return {
        name: np.asarray(output).max(axis=(2, 3)) > 0
        for name, output in outputs.items()
        if len(output.shape) == 4
    }


def assert_windows_are_true(net):
    found = windows(net)
    for name, answers in responding_rows(net).items():
        window, height = found[name], len(answers)
        for i, seen in enumerate(answers.T):
            first, last = window.first + i * window.stride, window.last + i * window.stride
            rows = np.flatnonzero(seen)
            assert np.all((first <= rows) & (rows <= last)), (name, i)
            # Strided 1×1 convolutions leave gaps inside a window, and padding between layers cuts
            # windows at the border: its two ends tell a window's size where it lies inside.
            if first >= 0 and last < height:
                assert (rows[0], rows[-1]) == (first, last), (name, i)


POSITIVE = {"initializer": keras.initializers.Constant(0.01), "batch_norm": False}


@pytest.mark.parametrize(
    ("name", "height", "width"),
    [
        ("resnet14", 32, 8),
        ("resnet8", 33, 8),
        ("plain14", 32, 8),
        ("resnet14_b", 30, 8),
        ("preact_resnet8", 31, 8),
        ("fast", 64, 16),
        ("resnet18", 65, 32),
        ("resnet50", 38, 37),
    ],
)
def test_every_layer_sees_what_it_answers_to(name, height, width):
    assert_windows_are_true(build(name, (height, width, 1), 2, **POSITIVE))


@pytest.mark.parametrize("kernel", [1, 2, 3, 4])
@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("stride_on", ["first", "middle"])
def test_every_block_sees_what_it_answers_to(kernel, stride, stride_on):
    block = Block(
        "bottleneck",
        (1, 1, 1),
        kernel_size=kernel,
        stride=stride,
        shortcut="projection",
        batch_norm=False,
        stride_on=stride_on,
    )
    assert_windows_are_true(block_model(block, (11, 3, 1), POSITIVE["initializer"]))


def test_dilation_and_average_pooling_count():
    image = keras.Input((20, 6, 1))
    x = layers.Conv2D(1, 3, dilation_rate=2, padding="same", kernel_initializer="ones")(image)
    x = layers.AveragePooling2D(3, strides=2, padding="same")(x)
    x = layers.DepthwiseConv2D(3, strides=1, depthwise_initializer="ones")(x)
    assert_windows_are_true(keras.Model(image, x))


def test_known_sizes():
    """Araujo et al. 2019, Table 1: the last maps of ResNet-50 and -101 see 483 and 1027 pixels."""
    for name, last, size in [
        ("resnet50_imagenet", "stage5_block3_relu", 483),
        ("resnet101", "stage5_block3_relu", 1027),
    ]:
        net = without_values(build, name, (32, 32, 3), 2)
        found = {cost.name: cost for cost in layer_costs(net)}
        assert (found[last].receptive_field, found[last].stride) == (size, 32)
        assert found["avg_pool"].receptive_field is None
        assert found["fc2"].stride is None
