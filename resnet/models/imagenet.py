"""ResNet-18 to -152 for large images: He et al. 2015, Table 1; pre-activated in He et al. 2016."""

from typing import Any

from resnet.models.block import Block
from resnet.models.network import Network, Stage, Stem

BLOCKS = {
    18: (2, 2, 2, 2),
    34: (3, 4, 6, 3),
    50: (3, 4, 6, 3),
    101: (3, 4, 23, 3),
    152: (3, 8, 36, 3),
}


def imagenet_network(depth: int, **changes: Any) -> Network:
    """Return the net of 18, 34 (basic blocks), 50, 101 or 152 layers (bottlenecks).

    Projections where the shape changes (option B), no convolution bias, the stride on the first
    1×1 convolution as in the paper and in Keras (torchvision puts it on the 3×3); changes: fields
    of every Block.
    """
    basic = depth < 50
    stages = tuple(
        Stage(
            number,
            blocks,
            (width, width) if basic else (width, width, 4 * width),
            stride=1 if number == 2 else 2,
        )
        for number, width, blocks in zip(
            (2, 3, 4, 5), (64, 128, 256, 512), BLOCKS[depth], strict=True
        )
    )
    pattern = Block(
        "basic" if basic else "bottleneck",
        stages[0].filters,
        **{"momentum": 0.9, "epsilon": 1e-5, **changes},
    )
    return Network(Stem(64, kernel_size=7, stride=2, pool=True), stages, pattern)
