"""A block's layers path by path, also when the two paths do not meet."""

from dataclasses import dataclass, replace

from resnet.analysis.cost import LayerCost, layer_costs
from resnet.backend import without_values
from resnet.errors import LabError
from resnet.models.block import Block, BlockMismatch, Shape
from resnet.models.blocks import block_model

SHORTCUT_ROLES = ("projection", "projection_bn", "pad")
OUTPUT_ROLES = ("add", "relu")


@dataclass(frozen=True)
class BlockTrace:
    """The layers of the main path, of the shortcut and after the addition.

    An identity shortcut has no layers, a plain block no shortcut_shape either. When the addition
    does not fit, problem says so and output is empty. Shapes are (H, W, C).
    """

    input_shape: Shape
    main: list[LayerCost]
    shortcut: list[LayerCost]
    output: list[LayerCost]
    problem: LabError | None
    main_shape: tuple[int, ...]
    shortcut_shape: tuple[int, ...] | None

    @property
    def costs(self) -> list[LayerCost]:
        """Every layer: main path, shortcut, and what follows the addition."""
        return [*self.main, *self.shortcut, *self.output]


def trace_block(block: Block, input_shape: Shape) -> BlockTrace:
    """Build the block's Keras layers on an input (H, W, C) and read them.

    Raises LabError when not even the paths can be built (a wrong number of filters, say).
    """
    problem: BlockMismatch | None = None
    try:
        layers = _layers(block, input_shape)
    except BlockMismatch as mismatch:
        problem = mismatch
        layers = _layers(replace(block, shortcut="none", zero_init_last_gamma=False), input_shape)
    costs = [cost for cost in layers if cost.kind != "input"]
    shortcut = [cost for cost in costs if cost.role in SHORTCUT_ROLES]
    output = [cost for cost in costs if cost.role in OUTPUT_ROLES]
    main = [cost for cost in costs if cost not in shortcut and cost not in output]
    beside: tuple[int, ...] | None
    if problem:
        beside, output = problem.shortcut_shape, []
    elif block.shortcut == "none":
        beside = None
    else:
        beside = shortcut[-1].output_shape if shortcut else input_shape
    return BlockTrace(input_shape, main, shortcut, output, problem, main[-1].output_shape, beside)


def _layers(block: Block, input_shape: Shape) -> list[LayerCost]:
    return layer_costs(without_values(block_model, block, input_shape))
