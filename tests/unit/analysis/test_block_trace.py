"""A traced block against the block that is built."""

import pytest

from resnet.analysis.block_trace import trace_block
from resnet.analysis.cost import layer_costs
from resnet.errors import LabError
from resnet.models.block import Block, BlockMismatch
from resnet.models.blocks import block_model


def roles(costs):
    return [cost.role for cost in costs]


@pytest.mark.parametrize(
    ("shortcut", "beside"),
    [("projection", ["projection", "projection_bn"]), ("zero_padding", ["pad"]), ("none", [])],
)
def test_the_paths_hold_all_layers_of_the_block_once(shortcut, beside):
    block = Block("bottleneck", (4, 4, 16), stride=2, shortcut=shortcut)
    trace = trace_block(block, (8, 8, 8))
    assert roles(trace.main) == [
        *("conv1", "bn1", "relu1", "conv2", "bn2", "relu2", "conv3", "bn3")
    ]
    assert roles(trace.shortcut) == beside
    assert roles(trace.output) == (["relu"] if shortcut == "none" else ["add", "relu"])
    layers = trace.main + trace.shortcut + trace.output
    built = [cost for cost in layer_costs(block_model(block, (8, 8, 8))) if cost.kind != "input"]
    assert sorted(layers, key=str) == sorted(built, key=str)
    assert trace.problem is None
    assert trace.main_shape == (4, 4, 16)
    assert trace.shortcut_shape == (None if shortcut == "none" else (4, 4, 16))


def test_an_identity_shortcut_has_a_shape_and_no_layers():
    trace = trace_block(Block("basic", (4, 8)), (6, 5, 8))
    assert (trace.shortcut, trace.shortcut_shape) == ([], (6, 5, 8))


def test_a_pre_activation_block_ends_in_the_addition():
    trace = trace_block(Block("basic", (4, 8), preactivation=True), (6, 6, 8))
    assert roles(trace.main) == ["bn1", "relu1", "conv1", "bn2", "relu2", "conv2"]
    assert roles(trace.output) == ["add"]


@pytest.mark.parametrize(
    ("block", "main", "beside"),
    [
        (Block("bottleneck", (4, 4, 16)), (8, 8, 16), (8, 8, 32)),
        (Block("basic", (4, 32), stride=2, zero_init_last_gamma=True), (4, 4, 32), (8, 8, 32)),
        (Block("basic", (4, 8), stride=2, shortcut="zero_padding"), (4, 4, 8), (4, 4, 32)),
    ],
)
def test_paths_that_do_not_meet_are_traced_up_to_the_addition(block, main, beside):
    trace = trace_block(block, (8, 8, 32))
    assert isinstance(trace.problem, BlockMismatch)
    assert (trace.main_shape, trace.shortcut_shape) == (main, beside)
    # The shapes of the message, worked out by arithmetic, are those of the layers.
    assert trace.main[-1].output_shape == trace.problem.main_shape
    assert trace.output == trace.shortcut == []


def test_a_block_without_paths_cannot_be_traced():
    with pytest.raises(LabError, match="3 filter counts"):
        trace_block(Block("bottleneck", (4, 4)), (8, 8, 4))
