"""The parameters of one residual block, and the check that it can be built; needs no Keras."""

import math
from dataclasses import dataclass
from typing import Literal

from resnet.errors import LabError
from resnet.language import translate as _

Shape = tuple[int, int, int]  # height, width, channels

MAXIMUM_FILTERS = 4096
MAXIMUM_KERNEL = 15
MAXIMUM_STRIDE = 8
MAXIMUM_SIDE = 1024


@dataclass(frozen=True)
class Block:
    """The parameters of one block.

    filters are (F1, F2) of a basic block (He et al. 2015, Fig. 5 left: two k×k convolutions) or
    (F1, F2, F3) of a bottleneck (Fig. 5 right: 1×1, k×k, 1×1). shortcut "none" gives the plain
    block. stride_on says which convolution of a bottleneck has the stride: the first 1×1 (the
    paper) or the k×k in the middle (as torchvision does); a basic block's first has it always.
    preactivation puts BatchNorm and ReLU before each convolution (He et al. 2016, Fig. 1b);
    input_activated leaves the first pair out, for the block that follows an activated stem.
    """

    kind: Literal["basic", "bottleneck"]
    filters: tuple[int, ...]
    kernel_size: int = 3
    stride: int = 1
    shortcut: Literal["identity", "projection", "zero_padding", "none"] = "identity"
    batch_norm: bool = True
    preactivation: bool = False
    input_activated: bool = False
    zero_init_last_gamma: bool = False
    use_bias: bool = False
    stride_on: Literal["first", "middle"] = "first"
    momentum: float = 0.99
    epsilon: float = 1e-3

    def convolutions(self) -> list[tuple[int, int, int]]:
        """Return (filters, kernel size, stride) of each convolution of the main path."""
        if self.kind == "basic":
            f1, f2 = self.filters
            return [(f1, self.kernel_size, self.stride), (f2, self.kernel_size, 1)]
        f1, f2, f3 = self.filters
        first, middle = (self.stride, 1) if self.stride_on == "first" else (1, self.stride)
        return [(f1, 1, first), (f2, self.kernel_size, middle), (f3, 1, 1)]


class BlockMismatch(LabError):  # noqa: N818
    """The main path and the shortcut end in shapes that cannot be added."""

    def __init__(self, message: str, main_shape: Shape, shortcut_shape: Shape):
        super().__init__(message)
        self.main_shape = main_shape
        self.shortcut_shape = shortcut_shape


def check_block(block: Block, input_shape: Shape) -> None:
    """Raise LabError with one sentence if the block cannot be built on this input (H, W, C)."""
    _check_parameters(block)
    if len(input_shape) != 3 or not all(
        isinstance(n, int) and 1 <= n <= limit
        for n, limit in zip(input_shape, (MAXIMUM_SIDE, MAXIMUM_SIDE, MAXIMUM_FILTERS), strict=True)
    ):
        raise LabError(
            _(
                "A block's input is height × width × channels, up to {side}×{side}×{channels}: "
                "got {shape}."
            ).format(side=MAXIMUM_SIDE, channels=MAXIMUM_FILTERS, shape=_shape_text(input_shape))
        )
    _check_addition(block, input_shape)


def _check_parameters(block: Block) -> None:
    wanted = {"basic": 2, "bottleneck": 3}.get(block.kind)
    if wanted is None:
        raise LabError(
            _("A block is “basic” or “bottleneck”: got “{kind}”.").format(kind=block.kind)
        )
    if len(block.filters) != wanted:
        raise LabError(
            _("A {kind} block takes {wanted} filter counts: got {got}.").format(
                kind=block.kind, wanted=wanted, got=len(block.filters)
            )
        )
    for name, value, limit in [
        *((f"F{i}", f, MAXIMUM_FILTERS) for i, f in enumerate(block.filters, 1)),
        ("f", block.kernel_size, MAXIMUM_KERNEL),
        (_("stride"), block.stride, MAXIMUM_STRIDE),
    ]:
        if not 1 <= value <= limit:
            raise LabError(
                _("{name} must be a whole number from 1 to {limit}: got {value}.").format(
                    name=name, limit=limit, value=value
                )
            )
    if block.shortcut not in ("identity", "projection", "zero_padding", "none"):
        raise LabError(
            _(
                "A shortcut is “identity”, “projection”, “zero_padding” or “none”: got “{name}”."
            ).format(name=block.shortcut)
        )
    if block.zero_init_last_gamma and (
        block.preactivation or not block.batch_norm or block.shortcut == "none"
    ):
        raise LabError(
            _(
                "A zero last gamma silences the branch, so it needs a BatchNorm at the branch's "
                "end and a shortcut beside it: switch it off, or use BatchNorm, a shortcut and no "
                "pre-activation."
            )
        )


def _check_addition(block: Block, input_shape: Shape) -> None:
    height, width, channels = input_shape
    last, stride = block.filters[-1], block.stride
    main = (math.ceil(height / stride), math.ceil(width / stride), last)
    if block.shortcut == "zero_padding" and last < channels:
        message = _(
            "Zero padding can only add channels, so F{i} must be at least the input's channels: "
            "got F{i} = {last} and {channels} channels. Use a projection, or set F{i} to "
            "{channels}."
        )
        beside = (*main[:2], channels)
    elif block.shortcut == "identity" and main != input_shape:
        message = _identity_message(last != channels, main[:2] != input_shape[:2])
        beside = input_shape
    else:
        return
    text = message.format(
        i=len(block.filters),
        last=last,
        channels=channels,
        stride=stride,
        before=f"{height}×{width}",
        after=f"{main[0]}×{main[1]}",
    )
    raise BlockMismatch(text, main, beside)


def _identity_message(channels_differ: bool, sides_differ: bool) -> str:
    if channels_differ and sides_differ:
        return _(
            "The identity block adds its input to its output, so both must have one shape: stride "
            "{stride} turns {before} into {after}, and F{i} = {last} meets {channels} channels. "
            "Use the convolutional block (a projection), or set the stride to 1 and F{i} to "
            "{channels}."
        )
    if sides_differ:
        return _(
            "The identity block adds its input to its output, so the stride must be 1: stride "
            "{stride} turns {before} into {after}. Use the convolutional block (a projection), or "
            "set the stride to 1."
        )
    return _(
        "The identity block adds its input to its output, so F{i} must equal the input's "
        "channels: got F{i} = {last} and {channels} channels. Use the convolutional block (a "
        "projection), or set F{i} to {channels}."
    )


def _shape_text(shape: tuple[int, ...]) -> str:
    return "×".join(map(str, shape))
