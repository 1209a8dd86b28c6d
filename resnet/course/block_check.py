"""Compare a learner's block with the course's, layer by layer, and name the first mistake."""

from typing import Any

import keras
from keras import initializers, layers

from resnet.analysis.cost import layer_kind
from resnet.keras_parts import producer
from resnet.language import translate as _
from resnet.models.layer_names import Names

KERNEL = 3
SEED = 0


def check_block(
    x: Any, y: Any, filters: tuple[int, int, int], stride: int, projection: bool
) -> str | None:
    """Return the first mistake between a block's input and output, None where there is none."""
    if not isinstance(y, keras.KerasTensor):
        return _("The block must return its output, a tensor: got {got}.").format(
            got=type(y).__name__
        )
    before = producer(y)
    if kind_of(before) != "relu":
        if kind_of(before) == "add":
            return _("The last ReLU is missing: it comes after the addition.")
        return _("The block must end with the addition and a ReLU; it ends with {layer}.").format(
            layer=name_of(before)
        )
    added = producer(_inputs(before)[0])
    if kind_of(added) != "add":
        return _("The shortcut is never added: put Add()([X, X_shortcut]) before the last ReLU.")
    found = ways(x, y)
    if len(found) != 2 or len(_inputs(added)) != 2:
        return _("Add the main path and the shortcut, both of them coming from the block's input.")
    shortcut, main = found
    return _check_main(main, filters, stride) or _check_shortcut(
        shortcut, filters[2], stride, projection
    )


def ways(x: Any, y: Any) -> list[list[Any]]:
    """Return the layers of each whole way from x to the addition before y, the shorter first."""
    added = producer(_inputs(producer(y))[0])
    paths = (_path_back(tensor, x) for tensor in _inputs(added))
    return sorted((path for path in paths if path is not None), key=len)


def _check_main(path: list[Any], filters: tuple[int, int, int], stride: int) -> str | None:
    expected = ["conv", "batch_norm", "relu", "conv", "batch_norm", "relu", "conv", "batch_norm"]
    sizes, strides = (1, KERNEL, 1), (stride, 1, 1)
    convolutions = 0
    for place, kind in enumerate(expected):
        layer = path[place] if place < len(path) else None
        if layer is None or kind_of(layer) != kind:
            return _out_of_order(kind, layer, convolutions)
        if kind == "conv":
            wrong = _check_convolution(
                layer,
                convolutions + 1,
                filters[convolutions],
                sizes[convolutions],
                strides[convolutions],
            )
            if wrong:
                return wrong
            convolutions += 1
        elif kind == "batch_norm" and (wrong := _check_axis(layer)):
            return wrong
    if len(path) > len(expected):
        extra = path[len(expected)]
        if kind_of(extra) == "relu":
            return _("No ReLU before the addition: the third one comes after it.")
        return _("There is one layer too many before the addition: {layer}.").format(
            layer=name_of(extra)
        )
    return None


def _out_of_order(expected: str, found: Any, convolutions: int) -> str:
    words = {"conv": _("convolution"), "batch_norm": "BatchNorm", "relu": "ReLU"}
    if found is None:
        return _("The main path ends after {n} convolutions: a {layer} is missing.").format(
            n=convolutions, layer=words[expected]
        )
    return _("After convolution {n} a {layer} is expected in the main path: got {got}.").format(
        n=convolutions, layer=words[expected], got=name_of(found)
    )


def _check_convolution(layer: Any, number: int, filters: int, size: int, stride: int) -> str | None:
    if layer.filters != filters:
        return _("Convolution {n} has F{n} = {expected} filters: got {got}.").format(
            n=number, expected=filters, got=layer.filters
        )
    if layer.kernel_size != (size, size):
        return _("Convolution {n} is {expected}×{expected}: got {got}.").format(
            n=number, expected=size, got="×".join(map(str, layer.kernel_size))
        )
    if layer.strides != (stride, stride):
        return _("Convolution {n} has stride {expected}: got {got}.").format(
            n=number, expected=stride, got=layer.strides[0]
        )
    if size > 1 and layer.padding != "same":
        return _(
            "Convolution {n} must keep height and width, or the shortcut no longer fits: its "
            "padding is “same”, got “{got}”."
        ).format(n=number, got=layer.padding)
    return None


def _check_axis(layer: Any) -> str | None:
    axis = layer.axis if isinstance(layer.axis, int) else layer.axis[0]
    if axis in (-1, 3):
        return None
    return _(
        "BatchNorm works over the channels, axis=3 of (images, height, width, channels): got "
        "axis={axis}."
    ).format(axis=axis)


def _check_shortcut(path: list[Any], filters: int, stride: int, projection: bool) -> str | None:
    kinds = [kind_of(layer) for layer in path]
    if not projection:
        if kinds:
            return _(
                "The identity block's shortcut is its input as it came: yours passes {layer}. Keep "
                "X_shortcut = X at the top."
            ).format(layer=name_of(path[0]))
        return None
    if kinds != ["conv", "batch_norm"]:
        return _(
            "The shortcut of the convolutional block is a 1×1 convolution and BatchNorm, without "
            "ReLU: got {got}."
        ).format(got=", ".join(map(name_of, path)) or _("nothing"))
    wrong = _check_convolution(path[0], 3, filters, 1, stride) or _check_axis(path[1])
    return _("In the shortcut: {wrong}").format(wrong=wrong) if wrong else None


def check_initial_weights(path: list[Any]) -> str | None:
    """The assignment's own test compares numbers, so every kernel starts with one seed."""
    for layer in path:
        if kind_of(layer) != "conv":
            continue
        starts = layer.kernel_initializer
        if not isinstance(starts, initializers.GlorotUniform) or starts.seed != SEED:
            return _(
                "{layer} must start with seed {seed}, since the assignment's test compares "
                "numbers: kernel_initializer=glorot_uniform(seed={seed}), or "
                "initializer(seed={seed}) where the function is given one."
            ).format(layer=layer.name, seed=SEED)
    return None


def check_names(main: list[Any], shortcut: list[Any], names: Names) -> str | None:
    """The assignment's trained weights are found by the layers' names."""
    roles = ("conv1", "bn1", "conv2", "bn2", "conv3", "bn3", "projection", "projection_bn")
    named = [layer for layer in [*main, *shortcut] if kind_of(layer) in ("conv", "batch_norm")]
    for layer, name in zip(named, map(names, roles), strict=False):
        if layer.name != name:
            return _(
                "The assignment's weights are found by name, and {kind} should be {expected} "
                "here: got {got}."
            ).format(kind=name_of(layer), expected=name, got=layer.name)
    return None


def _inputs(operation: Any) -> list[Any]:
    return list(operation.input) if isinstance(operation.input, list) else [operation.input]


def _path_back(tensor: Any, x: Any) -> list[Any] | None:
    """Return the layers from x to a tensor in their order, None when there is no single way."""
    path: list[Any] = []
    while tensor is not x:
        operation = producer(tensor)
        if isinstance(operation, layers.InputLayer) or len(_inputs(operation)) != 1:
            return None
        path.insert(0, operation)
        tensor = _inputs(operation)[0]
    return path


def kind_of(operation: Any) -> str:
    """Return the kind of a layer: Activation("relu") and ops.relu are ReLUs, ops.add adds."""
    if isinstance(operation, layers.Activation):
        return "relu" if operation.activation is keras.activations.relu else "other"
    if isinstance(operation, keras.Layer):
        return layer_kind(operation)
    return operation.__class__.__name__.lower()  # Relu and Add of keras.ops


def name_of(operation: Any) -> str:
    """Return what a layer or operation is called in code."""
    return type(operation).__name__
