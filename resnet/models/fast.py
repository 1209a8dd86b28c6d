"""The net for live classes: three basic blocks, a minute's training on two cores."""

from typing import Any

from resnet.models.block import Block
from resnet.models.network import Network, Stage, Stem


def fast_network(width: int = 32, **changes: Any) -> Network:
    """Return a residual net of 8 layers, 0.31 M parameters at width 32; changes: Block fields.

    Its stem shrinks the image to a quarter of its sides, which learns as much at half the cost.
    BatchNorm's momentum of 0.9 lets its statistics settle within one epoch of SIGNS (34 steps),
    where Keras's 0.99 takes seven.
    """
    return Network(
        Stem(width, kernel_size=3, stride=2, pool=True),
        (
            Stage(1, 1, (width, width), stride=1),
            Stage(2, 1, (2 * width, 2 * width), stride=2),
            Stage(3, 1, (4 * width, 4 * width), stride=2),
        ),
        Block("basic", (width, width), **{"momentum": 0.9, **changes}),
    )
