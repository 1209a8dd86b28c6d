"""Compare a learner's block or net with the lab's own, and name the first mistake.

One sentence at a time, as a good teaching assistant would: the first thing that is wrong.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
from keras import layers

from resnet.analysis.cost import layer_kind
from resnet.exercises.files import learners_function, what_went_wrong
from resnet.language import translate as _
from resnet.models.resnet50 import ResNet50

INPUT = (15, 15, 256)
IDENTITY_FILTERS, GROWING_FILTERS = (64, 64, 256), (128, 128, 512)
STRIDE = 2
KERNEL = 3


def check(folder: Path, exercise: str) -> str | None:
    """Return the first mistake in a learner's file, None where there is none.

    LabError when the file cannot be read.
    """
    with learners_function(folder, exercise) as function:
        try:
            return _CHECKS[exercise](function)
        except Exception as error:
            told = what_went_wrong(error, folder)
            if "incompatible shapes" not in told:
                return told
            return _(
                "{told} – the two ways must have one shape: look at the padding of the {f}×{f} "
                "convolution, at the strides, and at where the shortcut starts."
            ).format(told=told, f=KERNEL)


def _check_identity_block(function: Callable) -> str | None:
    x = keras.Input(INPUT)
    return _check_block(x, function(x, KERNEL, list(IDENTITY_FILTERS)), IDENTITY_FILTERS, 1, False)


def _check_convolutional_block(function: Callable) -> str | None:
    x = keras.Input(INPUT)
    y = function(x, KERNEL, list(GROWING_FILTERS), STRIDE)
    return _check_block(x, y, GROWING_FILTERS, STRIDE, True)


def _check_block(
    x: Any, y: Any, filters: tuple[int, int, int], stride: int, projection: bool
) -> str | None:
    if not isinstance(y, keras.KerasTensor):
        return _("The block must return its output, a tensor: got {got}.").format(
            got=type(y).__name__
        )
    before = _producer(y)
    if _kind(before) != "relu":
        if _kind(before) == "add":
            return _("The last ReLU is missing: it comes after the addition.")
        return _("The block must end with the addition and a ReLU; it ends with {layer}.").format(
            layer=_name(before)
        )
    added = _producer(_inputs(before)[0])
    if _kind(added) != "add":
        return _("The shortcut is never added: put Add()([X, X_shortcut]) before the last ReLU.")
    paths = [_path_back(tensor, x) for tensor in _inputs(added)]
    whole = [path for path in paths if path is not None]
    if len(whole) != 2 or len(paths) != 2:
        return _("Add the main path and the shortcut, both of them coming from the block's input.")
    shortcut, main = sorted(whole, key=len)
    return _check_main(main, filters, stride) or _check_shortcut(
        shortcut, filters[2], stride, projection
    )


def _check_main(path: list[Any], filters: tuple[int, int, int], stride: int) -> str | None:
    expected = ["conv", "batch_norm", "relu", "conv", "batch_norm", "relu", "conv", "batch_norm"]
    sizes, strides = (1, KERNEL, 1), (stride, 1, 1)
    convolutions = 0
    for place, kind in enumerate(expected):
        layer = path[place] if place < len(path) else None
        if layer is None or _kind(layer) != kind:
            return _out_of_order(kind, layer, convolutions)
        if kind == "conv":
            wrong = _check_convolution(
                layer, convolutions + 1, filters[convolutions], sizes[convolutions],
                strides[convolutions],
            )  # fmt: skip
            if wrong:
                return wrong
            convolutions += 1
        elif kind == "batch_norm" and (wrong := _check_axis(layer)):
            return wrong
    if len(path) > len(expected):
        extra = path[len(expected)]
        if _kind(extra) == "relu":
            return _("No ReLU before the addition: the third one comes after it.")
        return _("There is one layer too many before the addition: {layer}.").format(
            layer=_name(extra)
        )
    return None


def _out_of_order(expected: str, found: Any, convolutions: int) -> str:
    words = {"conv": _("convolution"), "batch_norm": "BatchNorm", "relu": "ReLU"}
    if found is None:
        return _("The main path ends after {n} convolutions: a {layer} is missing.").format(
            n=convolutions, layer=words[expected]
        )
    return _("After convolution {n} a {layer} is expected in the main path: got {got}.").format(
        n=convolutions, layer=words[expected], got=_name(found)
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
    kinds = [_kind(layer) for layer in path]
    if not projection:
        if kinds:
            return _(
                "The identity block's shortcut is its input as it came: yours passes {layer}. Keep "
                "X_shortcut = X at the top."
            ).format(layer=_name(path[0]))
        return None
    if kinds != ["conv", "batch_norm"]:
        return _(
            "The shortcut of the convolutional block is a 1×1 convolution and BatchNorm, without "
            "ReLU: got {got}."
        ).format(got=", ".join(map(_name, path)) or _("nothing"))
    wrong = _check_convolution(path[0], 3, filters, 1, stride) or _check_axis(path[1])
    return _("In the shortcut: {wrong}").format(wrong=wrong) if wrong else None


def _check_net(function: Callable) -> str | None:
    net = function((64, 64, 3), 6)
    if not isinstance(net, keras.Model):
        return _("ResNet50 must return a Model: got {got}.").format(got=type(net).__name__)
    real = ResNet50((64, 64, 3), 6)
    own, expected = _steps(net), _steps(real)
    for place, (kind, shape) in enumerate(expected):
        if place >= len(own):
            return _("The net ends after {n} steps: {kind} to {shape} is missing.").format(
                n=place, kind=kind, shape=shape
            )
        if own[place] != (kind, shape):
            return _(
                "Step {n} should be {kind} with output {shape}: got {got} with {got_shape}. "
                "({context})"
            ).format(n=place + 1, kind=kind, shape=shape, got=own[place][0],
                     got_shape=own[place][1], context=_stage(expected, place))  # fmt: skip
    if len(own) > len(expected):
        return _("The net goes on after the dense layer: take away {kind}.").format(
            kind=own[len(expected)][0]
        )
    if net.count_params() != real.count_params():
        return _("The shapes are right, but the net has {got:,} weights and not {real:,}.").format(
            got=net.count_params(), real=real.count_params()
        )
    if net.layers[-1].activation is not keras.activations.softmax:
        return _("The last layer gives probabilities: its activation is softmax.")
    return None


def _steps(net: keras.Model) -> list[tuple[str, str]]:
    """Return kind and output shape of what marks the way: additions, pools, the dense layer."""
    told = ("add", "pool", "dense", "flatten")
    return [
        (_kind(layer), "×".join(map(str, layer.output.shape[1:])))
        for layer in net.layers
        if _kind(layer) in told
    ]


def _stage(steps: list[tuple[str, str]], place: int) -> str:
    blocks = (3, 4, 6, 3)
    done = sum(kind == "add" for kind, _shape in steps[:place])
    if place == 0:
        return _("in the stem")
    for stage, count in enumerate(blocks, 2):
        if done < count:
            return _("in stage {stage}, block {block}").format(stage=stage, block=done + 1)
        done -= count
    return _("in the head")


def _producer(tensor: Any) -> Any:
    return tensor._keras_history.operation


def _inputs(operation: Any) -> list[Any]:
    return list(operation.input) if isinstance(operation.input, list) else [operation.input]


def _path_back(tensor: Any, x: Any) -> list[Any] | None:
    """Return the layers from x to a tensor in their order, None when there is no single way."""
    path: list[Any] = []
    while tensor is not x:
        operation = _producer(tensor)
        if isinstance(operation, layers.InputLayer) or len(_inputs(operation)) != 1:
            return None
        path.insert(0, operation)
        tensor = _inputs(operation)[0]
    return path


def _kind(operation: Any) -> str:
    """Return the kind of a layer: Activation("relu") and ops.relu are ReLUs, ops.add adds."""
    if isinstance(operation, layers.Activation):
        return "relu" if operation.activation is keras.activations.relu else "other"
    if isinstance(operation, keras.Layer):
        return layer_kind(operation)
    return operation.__class__.__name__.lower()  # Relu and Add of keras.ops


def _name(operation: Any) -> str:
    return type(operation).__name__


_CHECKS: dict[str, Callable[[Callable], str | None]] = {
    "identity_block": _check_identity_block,
    "convolutional_block": _check_convolutional_block,
    "resnet50": _check_net,
}
