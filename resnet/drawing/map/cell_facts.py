"""What a cell of the ribbon tells: its facts in words, and the number it is tinted by."""

from typing import Literal

from resnet.drawing.map.graph import Node
from resnet.drawing.numbers import compact
from resnet.drawing.svg.pieces import shape_text
from resnet.language import mark, translate
from resnet.language import translate as _

Overlay = Literal["kind", "parameters", "multiply_adds", "memory", "receptive_field"]

OVERLAY_NAMES = {
    "parameters": mark("parameters"),
    "multiply_adds": mark("multiply-adds"),
    "memory": mark("memory (bytes)"),
    "receptive_field": mark("receptive field (pixels)"),
}
KIND_NAMES = {
    "input": mark("input"),
    "conv": mark("conv"),
    "batch_norm": mark("BatchNorm"),
    "relu": mark("ReLU"),
    "pool": mark("pool"),
    "pad": mark("padding"),
    "add": mark("addition ⊕"),
    "dense": mark("dense"),
    "flatten": mark("flatten"),
    "other": mark("other"),
}


def overlay_value(node: Node, overlay: Overlay) -> int | None:
    """Return what an overlay tints a node by; None means that it sees the whole input."""
    if overlay == "receptive_field":
        return node.layers[-1].receptive_field
    if overlay == "memory":
        return sum(layer.activation_bytes for layer in node.layers)
    return sum(getattr(layer, overlay) for layer in node.layers)


def facts(node: Node) -> str:
    """Return what hovering over a cell tells."""
    last = node.layers[-1]
    field = last.receptive_field
    name = {"stage": node.label, "block": _("block {name}").format(name=node.label)}
    lines = [
        f"<b>{name.get(node.kind, node.id)}</b> · "
        + (
            _("{count} layers").format(count=len(node.layers))
            if node.is_group
            else translate(KIND_NAMES[node.kind])
        ),
        _("output {shape}").format(shape=shape_text(last.output_shape)),
        _("{count} parameters").format(count=compact(sum(x.parameters for x in node.layers))),
        _("{count} multiply-adds").format(count=compact(sum(x.multiply_adds for x in node.layers))),
        _("{size}B of activations").format(
            size=compact(sum(x.activation_bytes for x in node.layers))
        ),
        _("sees the whole input")
        if field is None
        else _("sees {size}×{size} pixels").format(size=field),
    ]
    return "<br>".join(lines)
