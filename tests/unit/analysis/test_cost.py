"""Costs against Keras's counts, the literature and arithmetic by hand."""

from math import ceil, prod

import keras
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resnet.analysis.cost import layer_costs, model_cost
from resnet.models.block import Block
from resnet.models.blocks import block_model
from resnet.models.registry import architecture, build


@pytest.mark.parametrize("name", ["resnet50", "resnet50_imagenet", "resnet20", "plain56"])
def test_totals_are_those_of_the_sources(name):
    net = build(name)
    cost, facts = model_cost(net), architecture(name)
    assert cost.trainable_parameters == facts.reference_parameters
    assert cost.parameters == net.count_params()
    assert cost.multiply_adds == facts.reference_multiply_adds


def test_a_net_of_other_hands_is_counted_too():
    """MobileNet: 569 million multiply-adds (Howard et al. 2017, Table 4), depthwise ones too."""
    net = keras.applications.MobileNet(weights=None)
    cost = model_cost(net)
    assert cost.parameters == net.count_params()
    assert round(cost.multiply_adds / 1e6) == 569


@settings(max_examples=25, deadline=None)
@given(
    filters=st.tuples(*[st.integers(1, 5)] * 3),
    kernel=st.integers(1, 5),
    stride=st.integers(1, 3),
    shape=st.tuples(st.integers(3, 9), st.integers(3, 9), st.integers(1, 5)),
    shortcut=st.sampled_from(["projection", "none"]),
    stride_on=st.sampled_from(["first", "middle"]),
)
def test_any_block_costs_what_arithmetic_says(filters, kernel, stride, shape, shortcut, stride_on):
    block = Block(
        "bottleneck",
        filters,
        kernel_size=kernel,
        stride=stride,
        shortcut=shortcut,
        stride_on=stride_on,
    )
    cost = model_cost(block_model(block, shape))
    (f1, f2, f3), (height, width, channels) = filters, shape
    small = ceil(height / stride) * ceil(width / stride)
    first = small if stride_on == "first" else height * width
    main = first * channels * f1 + small * (kernel**2 * f1 * f2 + f2 * f3)
    projection = small * channels * f3 if shortcut == "projection" else 0
    assert cost.multiply_adds == main + projection
    assert cost.parameters == sum(layer.parameters for layer in cost.layers)
    for layer in cost.layers:
        assert layer.activation_bytes == 4 * prod(layer.output_shape)


def test_a_layer_tells_its_kind_place_and_inputs():
    costs = {cost.name: cost for cost in layer_costs(build("resnet50"))}
    first = costs["conv1"]
    assert (first.kind, first.stage, first.role) == ("conv", "stem", "conv")
    assert (first.parameters, first.multiply_adds) == (
        7 * 7 * 3 * 64 + 64,
        32 * 32 * 7 * 7 * 3 * 64,
    )
    assert (first.receptive_field, first.stride) == (7, 2)
    addition = costs["res3a_add"]
    assert addition.kind == "add"
    assert set(addition.inputs) == {"bn3a_branch2c", "bn3a_branch1"}
    norm = costs["bn2a_branch2a"]
    assert (norm.parameters, norm.trainable_parameters) == (256, 128)
    last = costs["fc6"]
    assert (last.kind, last.parameters, last.multiply_adds) == ("dense", 12_294, 12_288)
    assert last.receptive_field is last.stride is None
    assert costs["input"].inputs == ()
    assert {cost.kind for cost in costs.values()} == {
        *("input", "pad", "conv", "batch_norm", "relu", "pool", "add", "flatten", "dense")
    }


def test_a_bottleneck_saves_what_the_course_says():
    """5×5 convolution 28×28×192 → 32: 120,422,400 multiplications, 12,443,648 through 16."""
    image = keras.Input((28, 28, 192))
    direct = keras.layers.Conv2D(32, 5, padding="same")(image)
    narrow = keras.layers.Conv2D(32, 5, padding="same")(keras.layers.Conv2D(16, 1)(image))
    assert model_cost(keras.Model(image, direct)).multiply_adds == 120_422_400
    assert model_cost(keras.Model(image, narrow)).multiply_adds == 12_443_648
