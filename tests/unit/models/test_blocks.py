"""Blocks against counts by hand, the papers' equations and the identity argument."""

from dataclasses import replace
from math import ceil

import keras
import numpy as np
import pytest
from block_strategies import blocks_and_inputs
from hypothesis import given, settings

from resnet.errors import LabError
from resnet.models.block import Block, BlockMismatch, check_block
from resnet.models.blocks import block_model, residual_block
from resnet.models.layer_names import lone_block_names
from resnet.models.zero_pad_shortcut import ZeroPadShortcut


def parameters_by_hand(block, channels):
    """Count a block's parameters from its description alone."""
    kernels = [block.kernel_size] * 2 if block.kind == "basic" else [1, block.kernel_size, 1]
    total, before = 0, channels
    for i, (kernel, filters) in enumerate(zip(kernels, block.filters, strict=True)):
        total += kernel * kernel * before * filters + block.use_bias * filters
        normed = before if block.preactivation else filters
        leaves_out_first = block.input_activated and i == 0
        total += 4 * normed * (block.batch_norm and not leaves_out_first)
        before = filters
    if block.shortcut == "projection":
        total += channels * before + block.use_bias * before
        total += 4 * before * (block.batch_norm and not block.preactivation)
    return total


@settings(max_examples=40, deadline=None)
@given(blocks_and_inputs())
def test_any_block_has_the_counts_and_the_shape_of_its_description(case):
    block, (height, width, channels) = case
    model = block_model(block, (height, width, channels))
    assert model.count_params() == parameters_by_hand(block, channels)
    expected = (2, ceil(height / block.stride), ceil(width / block.stride), block.filters[-1])
    assert (None, *expected[1:]) == model.output_shape
    assert model(np.ones((2, height, width, channels), "float32")).shape == expected


def with_random_weights(model, seed=0):
    """Give every weight, BatchNorm's statistics too, a value that no default has."""
    rng = np.random.default_rng(seed)
    for weight in model.weights:
        weight.assign(rng.uniform(0.2, 1.0, weight.shape) * (1 if "var" in weight.path else 0.3))
    return model


def relu(x):
    return np.maximum(x, 0)


@pytest.mark.parametrize("kind", ["basic", "bottleneck"])
@pytest.mark.parametrize("shortcut", ["identity", "projection", "none"])
def test_post_activation_follows_he_2015(kind, shortcut):
    block = Block(kind, (3, 5) if kind == "basic" else (3, 2, 5), shortcut=shortcut)
    model = with_random_weights(block_model(block, (6, 6, 5)))
    x = np.random.default_rng(1).normal(size=(2, 6, 6, 5)).astype("float32")

    def layer(role, value):
        return np.asarray(model.get_layer(f"block_{role}")(value, training=False))

    def step(role, value):
        return np.asarray(model.get_layer(f"block_{role}")(value))

    y = x
    count = len(block.filters)
    for i in range(1, count + 1):
        y = layer(f"bn{i}", step(f"conv{i}", y))
        y = relu(y) if i < count else y
    if shortcut == "identity":
        y = y + x
    elif shortcut == "projection":
        y = y + layer("projection_bn", step("projection", x))
    np.testing.assert_allclose(model(x, training=False), relu(y), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("shortcut", ["identity", "projection", "none"])
@pytest.mark.parametrize("input_activated", [False, True])
def test_pre_activation_follows_he_2016(shortcut, input_activated):
    block = Block(
        "basic", (3, 5), shortcut=shortcut, preactivation=True, input_activated=input_activated
    )
    model = with_random_weights(block_model(block, (6, 6, 5)))
    x = np.random.default_rng(1).normal(size=(2, 6, 6, 5)).astype("float32")

    def step(role, value, **mode):
        return np.asarray(model.get_layer(f"block_{role}")(value, **mode))

    start = x if input_activated else relu(step("bn1", x, training=False))
    y = step("conv2", relu(step("bn2", step("conv1", start), training=False)))
    beside = {"identity": x, "none": 0}.get(shortcut)
    y = y + (step("projection", start) if beside is None else beside)
    np.testing.assert_allclose(model(x, training=False), y, rtol=1e-4, atol=1e-5)


def test_option_a_keeps_every_second_pixel_and_adds_zeros():
    x = np.random.default_rng(0).normal(size=(2, 5, 4, 3)).astype("float32")
    y = np.asarray(ZeroPadShortcut(7, 2)(x))
    np.testing.assert_array_equal(y[..., :3], x[:, ::2, ::2])
    np.testing.assert_array_equal(y[..., 3:], np.zeros((2, 3, 2, 4)))
    assert ZeroPadShortcut(7, 2).compute_output_shape((None, 5, 4, 3)) == (None, 3, 2, 7)


def test_a_branch_of_zero_weights_is_the_identity():
    """He et al. 2015 §3.1: with W = 0, ReLU(F(x) + x) = ReLU(x)."""
    x = np.random.default_rng(0).normal(size=(1, 4, 4, 3)).astype("float32")
    for batch_norm in (True, False):
        block = Block("basic", (3, 3), batch_norm=batch_norm)
        model = block_model(block, (4, 4, 3), initializer="zeros")
        np.testing.assert_array_equal(model(x, training=True), relu(x))
    plain = block_model(Block("basic", (3, 3), shortcut="none"), (4, 4, 3), initializer="zeros")
    np.testing.assert_array_equal(plain(x), 0 * x)


def test_a_zero_last_gamma_starts_as_the_identity():
    x = np.random.default_rng(0).normal(size=(1, 4, 4, 3)).astype("float32")
    for block in (Block("basic", (2, 3)), Block("bottleneck", (2, 2, 3))):
        model = block_model(replace(block, zero_init_last_gamma=True), (4, 4, 3))
        np.testing.assert_array_equal(model(x, training=True), relu(x))
        assert not np.array_equal(block_model(block, (4, 4, 3))(x, training=True), relu(x))


def test_a_block_takes_symbols_and_arrays_alike():
    block = Block("bottleneck", (2, 2, 4), stride=2, shortcut="projection")
    x = np.random.default_rng(0).normal(size=(2, 6, 6, 3)).astype("float32")
    symbolic = block_model(block, (6, 6, 3), seed=7)
    eager = residual_block(x, block, names=lone_block_names, seed=7)
    np.testing.assert_allclose(eager, symbolic(x), rtol=1e-5, atol=1e-6)


def test_training_is_passed_to_batch_norm():
    block, x = Block("basic", (3, 3)), keras.random.normal((8, 4, 4, 3), seed=0)
    results = {
        mode: np.asarray(residual_block(x, block, names=lone_block_names, training=mode))
        for mode in (None, False, True)
    }
    np.testing.assert_array_equal(results[None], results[False])
    assert not np.allclose(results[True], results[False])


def test_a_seed_repeats_itself_and_no_two_layers_start_equal():
    block = Block("basic", (4, 4))
    first, again, other = (block_model(block, (4, 4, 4), seed=s) for s in (1, 1, 2))
    for a, b in zip(first.weights, again.weights, strict=True):
        np.testing.assert_array_equal(a, b)
    kernels = [first.get_layer(f"block_conv{i}").kernel.numpy() for i in (1, 2)]
    assert not np.allclose(*kernels)
    assert not np.allclose(kernels[0], other.get_layer("block_conv1").kernel)


@pytest.mark.parametrize(
    ("block", "shape", "words"),
    [
        (Block("basic", (4, 4, 4)), (8, 8, 4), "2 filter counts: got 3"),
        (Block("bottleneck", (4, 4)), (8, 8, 4), "3 filter counts: got 2"),
        (Block("wide", (4, 4)), (8, 8, 4), "“wide”"),
        (Block("basic", (4, 0)), (8, 8, 4), "F2 must be a whole number from 1 to 4096: got 0"),
        (Block("basic", (4, 4), kernel_size=99), (8, 8, 4), "from 1 to 15: got 99"),
        (Block("basic", (4, 4), stride=0), (8, 8, 4), "stride must be .* got 0"),
        (Block("basic", (4, 4), shortcut="long"), (8, 8, 4), "“long”"),
        (Block("basic", (4, 4)), (8, 8), "height × width × channels"),
        (Block("basic", (4, 4)), (8, 0, 4), "got 8×0×4"),
        (Block("basic", (4, 4), batch_norm=False, zero_init_last_gamma=True), (8, 8, 4), "gamma"),
    ],
)
def test_a_wrong_block_is_reported_in_one_sentence(block, shape, words):
    with pytest.raises(LabError, match=words):
        check_block(block, shape)


@pytest.mark.parametrize(
    ("block", "main", "beside", "words"),
    [
        (
            Block("bottleneck", (64, 64, 128)),
            (8, 8, 128),
            (8, 8, 256),
            "F3 must equal the input's channels: got F3 = 128 and 256 channels. .* set F3 to 256",
        ),
        (Block("basic", (64, 256), stride=2), (4, 4, 256), (8, 8, 256), "8×8 into 4×4"),
        (Block("basic", (64, 32), stride=2), (4, 4, 32), (8, 8, 256), "F2 = 32 meets 256"),
        (
            Block("basic", (64, 128), stride=2, shortcut="zero_padding"),
            (4, 4, 128),
            (4, 4, 256),
            "only add channels, so F2 must be at least",
        ),
    ],
)
def test_shapes_that_do_not_meet_are_named(block, main, beside, words):
    with pytest.raises(BlockMismatch, match=words) as caught:
        block_model(block, (8, 8, 256))
    assert (caught.value.main_shape, caught.value.shortcut_shape) == (main, beside)
