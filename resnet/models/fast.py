"""The net for live classes: three basic blocks, a minute's training on two cores."""

from typing import Any

from resnet.models.block import Block
from resnet.models.network import Network, Stage, Stem


def fast_network(**changes: Any) -> Network:
    """Return a width-32 residual net of 8 layers and 0.31 M parameters; changes: Block fields.

    Its stem shrinks the image to a quarter of its sides, which learns as much at half the cost.
    BatchNorm's momentum of 0.9 lets its statistics settle within one epoch of SIGNS (34 steps),
    where Keras's 0.99 takes seven.
    """
    return Network(
        Stem(32, kernel_size=3, stride=2, pool=True),
        (
            Stage(1, 1, (32, 32), stride=1),
            Stage(2, 1, (64, 64), stride=2),
            Stage(3, 1, (128, 128), stride=2),
        ),
        Block("basic", (32, 32), **{"momentum": 0.9, **changes}),
    )
