"""One block as a drawing: two ways through it, and what each does to the tensor."""

import math
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from resnet.drawing.svg import pieces
from resnet.drawing.svg.block_painter import PLANS, Chip, Item, Join, Painter, Plan, Tensor
from resnet.drawing.svg.pieces import shape_text
from resnet.language import translate as _

if TYPE_CHECKING:
    from resnet.analysis.block_trace import BlockTrace
    from resnet.analysis.cost import LayerCost
    from resnet.models.block import Block

Layout = Literal["wide", "narrow", "fit"]


def block_svg(
    trace: "BlockTrace",
    block: "Block",
    *,
    changed: frozenset[str] = frozenset(),
    layout: Layout = "fit",
) -> str:
    """Return the block's drawing as SVG, from the shapes of its real layers.

    `changed` names layers whose shapes are marked for a moment. Layout "fit" holds the wide and
    the narrow drawing in one element and shows the one that suits its place.
    """
    drawings = {name: _drawing(trace, block, changed, plan) for name, plan in PLANS.items()}
    shown = pieces.fit(**drawings) if layout == "fit" else drawings[layout]
    return ET.tostring(shown, encoding="unicode")


def _drawing(
    trace: "BlockTrace", block: "Block", changed: frozenset[str], plan: Plan
) -> ET.Element:
    root = pieces.picture(plan.width, plan.height, _title(block), _description(trace))
    main = _main_items(trace, block)
    Painter(root, plan, _scale(trace, plan), changed).draw(
        main,
        _shortcut_items(trace, block),
        _lane_words(trace, block),
        None if block.shortcut == "none" else trace.shortcut_shape,
        bool(trace.problem),
        _parting(trace, main),
    )
    return root


def _title(block: "Block") -> str:
    kinds = {"basic": _("Basic block"), "bottleneck": _("Bottleneck block")}
    shortcuts = {
        "identity": _("identity shortcut"),
        "projection": _("projection shortcut"),
        "zero_padding": _("zero-padding shortcut"),
        "none": _("no shortcut"),
    }
    return f"{kinds[block.kind]}, {shortcuts[block.shortcut]}"


def _description(trace: "BlockTrace") -> str:
    steps = [trace.input_shape, *(c.output_shape for c in trace.main if c.kind == "conv")]
    words = _("Main path: {shapes}.").format(shapes=" → ".join(map(shape_text, steps)))
    if trace.shortcut_shape:
        beside = shape_text(trace.shortcut_shape)
        words += " " + _("The shortcut brings {shape}.").format(shape=beside)
    if trace.problem:
        words += " " + _("The two shapes cannot be added.")
    return words


def _scale(trace: "BlockTrace", plan: Plan) -> float:
    """Return units a pixel: true inside one drawing, growing slowly with the input between them."""
    sides = [side for cost in trace.main for side in cost.output_shape[:2]]
    largest = max(*trace.input_shape[:2], *sides)
    return plan.side * min(1, 0.5 + 0.5 * math.log(largest, 64)) / largest


def _groups(main: Sequence["LayerCost"], preactivation: bool) -> list[list["LayerCost"]]:
    """Split the main path so that each group holds one convolution with what belongs to it."""
    groups: list[list[LayerCost]] = [[]]
    for i, cost in enumerate(main):
        groups[-1].append(cost)
        rest = main[i + 1 :]
        ends = cost.kind == "conv" if preactivation else bool(rest) and rest[0].kind == "conv"
        if ends and rest:
            groups.append([])
    return groups


def _main_items(trace: "BlockTrace", block: "Block") -> list[Item]:
    items: list[Item] = [Tensor(trace.input_shape, frozenset({"input"}))]
    kernels = iter(block.convolutions())
    made_by: frozenset[str] = frozenset()
    for group in _groups(trace.main, block.preactivation):
        items += [
            _conv_chip(*next(kernels)) if cost.kind == "conv" else _bar_chip(cost.kind, cost.name)
            for cost in group
        ]
        made_by = frozenset(cost.name for cost in group)
        items.append(Tensor(group[-1].output_shape, made_by))
    items.append(Join())
    if not block.preactivation:
        items.append(_bar_chip("relu", faded=bool(trace.problem)))
    after = made_by | {cost.name for cost in trace.output}
    items.append(Tensor(trace.main_shape, after, ghost=bool(trace.problem)))
    return items


def _conv_chip(filters: int, kernel: int, stride: int) -> Chip:
    lines = [_("conv"), f"{kernel}×{kernel}, {filters}"]
    lines += [_("stride {stride}").format(stride=stride)] if stride > 1 else []
    return Chip("conv", tuple(lines))


def _bar_chip(kind: str, name: str = "", faded: bool = False) -> Chip:
    return Chip(kind, ({"batch_norm": _("BatchNorm"), "relu": _("ReLU")}[kind],), name, faded)


def _parting(trace: "BlockTrace", main: Sequence[Item]) -> int:
    """Return after which item the shortcut leaves: the input, or a pre-activation's first ReLU."""
    source = trace.shortcut[0].inputs[0] if trace.shortcut else ""
    return next(
        (i for i, item in enumerate(main) if isinstance(item, Chip) and item.name == source != ""),
        0,
    )


def _shortcut_items(trace: "BlockTrace", block: "Block") -> list[Item]:
    """Return what stands on the arc: nothing for an identity."""
    if not trace.shortcut_shape or block.shortcut in ("identity", "none"):
        return []
    if block.shortcut == "projection":
        items: list[Item] = [_conv_chip(block.filters[-1], 1, block.stride)]
        items += [_bar_chip("batch_norm")] if trace.shortcut[1:] else []
    else:
        lines = [_("zero pad"), f"{trace.input_shape[2]} → {block.filters[-1]}"]
        lines += [_("stride {stride}").format(stride=block.stride)] if block.stride > 1 else []
        items = [Chip("pad", tuple(lines))]
    made_by = frozenset(cost.name for cost in trace.shortcut)
    return [*items, Tensor(trace.shortcut_shape, made_by)]


def _lane_words(trace: "BlockTrace", block: "Block") -> str:
    if block.shortcut == "none":
        return _("shortcut off")
    return {
        "identity": _("identity"),
        "projection": _("projection"),
        "zero_padding": _("zero padding"),
    }[block.shortcut]
