"""ResNet-50 of the course as numbers, and the check of a learner's own; needs no Keras."""

from collections.abc import Sequence
from dataclasses import dataclass

from resnet.models.block import Shape

IMAGE: Shape = (64, 64, 3)
STEM: Shape = (15, 15, 64)  # what the stages get of it


@dataclass(frozen=True)
class StageChoice:
    """A stage of bottlenecks: (F1, F2, F3), the stride of its first block, its blocks."""

    filters: tuple[int, int, int]
    stride: int
    blocks: int


# He et al. 2015, Table 1, column 50-layer.
STAGES: dict[int, StageChoice] = {
    2: StageChoice((64, 64, 256), 1, 3),
    3: StageChoice((128, 128, 512), 2, 4),
    4: StageChoice((256, 256, 1024), 2, 6),
    5: StageChoice((512, 512, 2048), 2, 3),
}


def shapes_after(stages: Sequence[StageChoice], start: Shape = STEM) -> list[Shape]:
    """Return the shape (H, W, C) after each stage; 1×1 convolutions without padding stride."""
    shapes = []
    height, width, _channels = start
    for stage in stages:
        height, width = ((side - 1) // stage.stride + 1 for side in (height, width))
        shapes.append((height, width, stage.filters[2]))
    return shapes


def parameters(stages: Sequence[StageChoice], classes: int = 6) -> int:
    """Return the parameters of the whole net: stem, stages, 2×2 average pool and dense layer.

    Convolutions have biases, BatchNorm has four numbers a channel (two of them trained).
    """
    total = _convolution(7, 3, 64) + 4 * 64
    channels = 64
    for stage in stages:
        f1, f2, f3 = stage.filters
        total += _convolution(1, channels, f3) + 4 * f3  # the first block's shortcut
        for block in range(stage.blocks):
            total += _convolution(1, channels if block == 0 else f3, f1) + 4 * f1
            total += _convolution(3, f1, f2) + 4 * f2 + _convolution(1, f2, f3) + 4 * f3
        channels = f3
    height, width, channels = shapes_after(stages)[-1]
    return total + (height // 2) * (width // 2) * channels * classes + classes


def _convolution(size: int, channels: int, filters: int) -> int:
    return size * size * channels * filters + filters
