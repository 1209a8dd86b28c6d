"""The net for anybody's hand: five basic blocks, wider and deeper than the net for live classes."""

from typing import Any

from resnet.models.block import Block
from resnet.models.network import Network, Stage, Stem


def hand_network(**changes: Any) -> Network:
    """Return a residual net of 12 layers and 1.4 M parameters; changes: Block fields.

    As the fast net it shrinks an image to a quarter of its sides first.
    """
    return Network(
        Stem(40, kernel_size=3, stride=2, pool=True),
        (
            Stage(1, 1, (48, 48), stride=1),
            Stage(2, 2, (96, 96), stride=2),
            Stage(3, 2, (184, 184), stride=2),
        ),
        Block("basic", (32, 32), **{"momentum": 0.95, **changes}),
    )
