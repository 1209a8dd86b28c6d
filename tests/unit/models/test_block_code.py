"""The shown code is run: it must build the very block that is shown."""

import ast

import numpy as np
import pytest
from block_strategies import blocks_and_inputs
from hypothesis import example, given, settings

from resnet.models.block import Block, BlockMismatch
from resnet.models.block_code import block_code
from resnet.models.blocks import block_model

pytestmark = pytest.mark.slow

IGNORED = {"name", "kernel_initializer"}  # block_model seeds its kernels by its layers' names


def run(code):
    names = {}
    exec(compile(code.replace("model.summary()\n", ""), "<shown>", "exec"), names)
    return names["model"]


def configurations(model):
    """The layers that both ways share, with all that decides what they compute."""
    return [
        (type(layer).__name__, {k: v for k, v in layer.get_config().items() if k not in IGNORED})
        for layer in model.layers
        if type(layer).__name__ not in ("InputLayer", "ZeroPadShortcut", "GetItem", "Pad")
    ]


@settings(max_examples=60, deadline=None)
@given(blocks_and_inputs())
@example((Block("basic", (4, 6), stride=2, shortcut="zero_padding"), (8, 8, 4)))
@example((Block("bottleneck", (4, 4, 8), stride=2, shortcut="projection"), (8, 8, 4)))
@example((Block("basic", (4, 4), preactivation=True, momentum=0.9, epsilon=1e-5), (8, 8, 4)))
def test_the_code_builds_the_block(case):
    block, shape = case
    ours, shown = block_model(block, shape), run(block_code(block, shape))
    assert configurations(shown) == configurations(ours)
    assert shown.count_params() == ours.count_params()

    rng = np.random.default_rng(0)
    weights = [rng.uniform(0.1, 1, weight.shape) for weight in ours.weights]
    ours.set_weights(weights)
    shown.set_weights(weights)
    images = rng.normal(size=(2, *shape)).astype("float32")
    for training in (False, True):
        np.testing.assert_allclose(
            shown(images, training=training), ours(images, training=training), rtol=1e-4, atol=1e-5
        )


def test_the_code_of_the_course_block_reads_as_written_by_hand():
    block = Block("bottleneck", (64, 64, 256), stride=2, shortcut="projection", use_bias=True)
    assert (
        block_code(block, (56, 56, 256))
        == '''\
import keras
from keras import layers


def bottleneck_block(x):
    """Convolutions of 1×1, 3×3, 1×1, with a projection shortcut."""
    shortcut = x

    x = layers.Conv2D(64, 1, strides=2)(x)  # (N, 28, 28, 64)
    x = layers.BatchNormalization()(x)
    x = layers.ReLU()(x)
    x = layers.Conv2D(64, 3, padding="same")(x)  # (N, 28, 28, 64)
    x = layers.BatchNormalization()(x)
    x = layers.ReLU()(x)
    x = layers.Conv2D(256, 1)(x)  # (N, 28, 28, 256)
    x = layers.BatchNormalization()(x)

    shortcut = layers.Conv2D(256, 1, strides=2)(shortcut)
    shortcut = layers.BatchNormalization()(shortcut)

    return layers.ReLU()(layers.Add()([x, shortcut]))


inputs = keras.Input((56, 56, 256))
model = keras.Model(inputs, bottleneck_block(inputs))
model.summary()
'''
    )


@settings(max_examples=60, deadline=None)
@given(blocks_and_inputs())
def test_the_code_needs_keras_only_and_is_tidy(case):
    code = block_code(*case)
    imported = {
        node.module if isinstance(node, ast.ImportFrom) else node.names[0].name
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert imported == {"keras"}
    assert max(map(len, code.splitlines())) <= 100
    assert not any(line != line.rstrip() for line in code.splitlines())
    assert "\n\n\n\n" not in code


def test_the_summary_at_its_end_runs(capsys):
    exec(block_code(Block("basic", (4, 4)), (8, 8, 4)), {})
    assert "conv2d" in capsys.readouterr().out.lower()


def test_a_block_that_does_not_fit_has_no_code():
    with pytest.raises(BlockMismatch):
        block_code(Block("basic", (4, 5)), (8, 8, 4))
