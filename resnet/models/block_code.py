"""The Keras code of exactly one block, as one would write it by hand; needs no Keras itself."""

from math import ceil

from resnet.models.block import Block, Shape, check_block

_DEFAULTS = Block("basic", (1, 1))  # whose BatchNorm is Keras's own
_SHORTCUTS = {
    "identity": "an identity shortcut",
    "projection": "a projection shortcut",
    "zero_padding": "a zero-padded shortcut",
    "none": "no shortcut",
}


def block_code(block: Block, input_shape: Shape) -> str:
    """Return a program that builds the same model as block_model(block, input_shape).

    It needs Keras only. Raises LabError as check_block does.
    """
    check_block(block, input_shape)
    pads = block.shortcut == "zero_padding"
    sizes = ", ".join(f"{kernel}×{kernel}" for _, kernel, _ in block.convolutions())
    name = f"{block.kind}_block"
    return "\n".join(
        [
            "import keras",
            "from keras import layers" + (", ops" if pads else ""),
            "",
            "",
            f"def {name}(x):",
            f'    """Convolutions of {sizes}, with {_SHORTCUTS[block.shortcut]}."""',
            *(f"    {line}" if line else "" for line in _body(block, input_shape)),
            "",
            "",
            f"inputs = keras.Input({tuple(input_shape)})",
            f"model = keras.Model(inputs, {name}(inputs))",
            "model.summary()",
            "",
        ]
    )


def _body(block: Block, input_shape: Shape) -> list[str]:
    end = "x" if block.shortcut == "none" else "layers.Add()([x, shortcut])"
    if not block.preactivation:
        end = f"layers.ReLU()({end})"
    lines = [*_main_path(block, input_shape), "", *_shortcut(block, input_shape)]
    return [*lines, f"return {end}"]


def _main_path(block: Block, input_shape: Shape) -> list[str]:
    start = [] if block.shortcut == "none" else ["shortcut = x", ""]
    activation = [*_norm(block, "x"), "x = layers.ReLU()(x)"]
    # A projection shares the first activation of a pre-activation block; an identity does not.
    late = block.preactivation and block.shortcut == "projection" and not block.input_activated
    lines: list[str] = [] if late else [*start]
    height, width, _ = input_shape
    convolutions = block.convolutions()
    for i, (filters, kernel, stride) in enumerate(convolutions, 1):
        last = i == len(convolutions)
        if block.preactivation and (i > 1 or not block.input_activated):
            lines += activation
        if late and i == 1:
            lines += start
        height, width = ceil(height / stride), ceil(width / stride)
        convolution = _convolution(block, "x", filters, kernel, stride)
        lines.append(f"{convolution}  # (N, {height}, {width}, {filters})")
        if not block.preactivation:
            lines += _norm(block, "x", zero_gamma=last and block.zero_init_last_gamma)
            lines += [] if last else ["x = layers.ReLU()(x)"]
    return lines


def _shortcut(block: Block, input_shape: Shape) -> list[str]:
    filters, stride = block.filters[-1], block.stride
    if block.shortcut == "projection":
        norm = [] if block.preactivation else _norm(block, "shortcut")
        return [_convolution(block, "shortcut", filters, 1, stride), *norm, ""]
    if block.shortcut == "zero_padding":
        new = filters - input_shape[2]
        step = f"shortcut = shortcut[:, ::{stride}, ::{stride}]"
        pad = f"shortcut = ops.pad(shortcut, [[0, 0], [0, 0], [0, 0], [0, {new}]])"
        return [*([step] if stride > 1 else []), pad, ""]
    return []


def _convolution(block: Block, x: str, filters: int, kernel: int, stride: int) -> str:
    options = [str(filters), str(kernel)]
    options += [f"strides={stride}"] if stride > 1 else []
    options += ['padding="same"'] if kernel > 1 else []
    options += [] if block.use_bias else ["use_bias=False"]
    return f"{x} = layers.Conv2D({', '.join(options)})({x})"


def _norm(block: Block, x: str, zero_gamma: bool = False) -> list[str]:
    if not block.batch_norm:
        return []
    options = [f"momentum={block.momentum}"] if block.momentum != _DEFAULTS.momentum else []
    options += [f"epsilon={block.epsilon}"] if block.epsilon != _DEFAULTS.epsilon else []
    options += ['gamma_initializer="zeros"'] if zero_gamma else []
    return [f"{x} = layers.BatchNormalization({', '.join(options)})({x})"]
