"""ResNet-(6n+2) for small images: He et al. 2015 §4.2, pre-activated in He et al. 2016."""

from typing import Any, Literal

from resnet.models.block import Block
from resnet.models.network import Network, Stage, Stem


def cifar_network(
    depth: int, growing: Literal["projection", "zero_padding"] = "zero_padding", **changes: Any
) -> Network:
    """Return the net of `depth` = 6n + 2 layers with 16, 32 and 64 filters.

    growing: zero padding (option A, the paper's choice here) or projection (option B); changes:
    fields of every Block. BatchNorm's momentum is 0.9, the paper's.
    """
    blocks = (depth - 2) // 6
    return Network(
        Stem(16),
        (
            Stage(1, blocks, (16, 16), stride=1),
            Stage(2, blocks, (32, 32), stride=2),
            Stage(3, blocks, (64, 64), stride=2),
        ),
        Block("basic", (16, 16), **{"momentum": 0.9, "epsilon": 1e-5, **changes}),
        growing,
    )
