"""How the map of a net that pads too little shrinks, layer by layer; needs no Keras."""

from collections.abc import Iterable
from typing import NamedTuple

from resnet.errors import LabError
from resnet.language import translate as _


class Step(NamedTuple):
    """A layer that makes maps smaller: window, stride, and padding on each side."""

    layer: str
    size: int
    stride: int = 1
    padding: int = 0

    def after(self, side: int) -> int:
        """Return the side of a map after the layer; 0 where its window does not fit in."""
        return max(0, (side + 2 * self.padding - self.size) // self.stride + 1)


_LENET = (
    Step("stage1_block1_conv1", 5),
    Step("stage1_block1_pool", 2, 2),
    Step("stage2_block1_conv1", 5),
    Step("stage2_block1_pool", 2, 2),
)
# All other nets pad: a map of theirs keeps at least one pixel.
STEPS: dict[str, tuple[Step, ...]] = {
    "resnet50": (
        Step("conv1", 7, 2, 3),
        Step("stem_pool", 3, 2),
        Step("res3a_branch2a", 1, 2),
        Step("res4a_branch2a", 1, 2),
        Step("res5a_branch2a", 1, 2),
        Step("avg_pool", 2, 2),
    ),
    "lenet5": _LENET,
    "lenet5_1998": _LENET,
    "alexnet": (
        Step("stage1_block1_conv1", 11, 4),
        *(Step(f"stage{stage}_block1_pool", 3, 2) for stage in (1, 2, 3)),
    ),
    "vgg16": tuple(Step(f"stage{stage}_block1_pool", 2, 2) for stage in (1, 2, 3, 4, 5)),
}


def first_empty(net: str, side: int) -> str | None:
    """Return the first layer of a net that leaves nothing of images of a side, None without one."""
    for step in STEPS.get(net, ()):
        side = step.after(side)
        if not side:
            return step.layer
    return None


def check_sides(net: str, sides: Iterable[int], least: int) -> None:
    """Raise LabError where a net would leave nothing of an image; least: the side it needs."""
    smallest = min(sides)
    layer = first_empty(net, smallest)
    if layer is not None:
        raise LabError(
            _(
                "{model} needs images of at least {least} pixels a side: of {size} its layer "
                "{layer} leaves nothing, so choose larger images, or a net that shrinks them less."
            ).format(model=net, least=least, size=smallest, layer=layer)
        )
