"""The Keras code of a whole net, a line a layer, as one would write it by hand."""

import inspect
from collections.abc import Mapping
from typing import Any

import keras

from resnet import keras_parts
from resnet.models.channels import TakeChannels
from resnet.models.zero_pad_shortcut import ZeroPadShortcut

_PADDED = """def pad_shortcut(x, filters, stride):
    \"\"\"He et al. 2015, option A: every stride-th pixel, new channels of zeros.\"\"\"
    x = x[:, ::stride, ::stride]
    return ops.pad(x, [[0, 0], [0, 0], [0, 0], [0, filters - x.shape[-1]]])"""
MOST_IN_A_LINE = 4
_SILENT = ("name", "dtype", "trainable", "data_format", "synchronized")


def net_code(model: keras.Model) -> str:
    """Return a program that builds the same model: same layers, names and first weights.

    It needs Keras alone. The model is functional, of this lab's layers; ValueError for others.
    """
    calls, pads, takes = [], False, False
    for layer in model.layers:
        if isinstance(layer, keras.layers.InputLayer):
            shape = layer.batch_shape[1:]
            calls.append(f"{_variable(layer)} = keras.Input({shape}, name={layer.name!r})")
            continue
        pads = pads or isinstance(layer, ZeroPadShortcut)
        takes = takes or isinstance(layer, TakeChannels)
        calls.append(f"{_variable(layer)} = {_call(layer, _inputs(layer))}")
    first, last = _variable(model.layers[0]), _variable(model.layers[-1])
    return "\n".join(
        [
            "import keras",
            "from keras import initializers, layers" + (", ops" if pads or takes else ""),
            *(["", "", _PADDED, "", ""] if pads else [""]),
            *calls,
            f"model = keras.Model({first}, {last}, name={model.name!r})",
            "",
        ]
    )


def _inputs(layer: keras.Layer) -> list[str]:
    return [_variable(before) for before in keras_parts.inputs(layer)]


def _variable(layer: keras.Operation) -> str:
    return "images" if isinstance(layer, keras.layers.InputLayer) else layer.name


def _call(layer: keras.Layer, inputs: list[str]) -> str:
    arguments = f"[{', '.join(inputs)}]" if len(inputs) > 1 else inputs[0]
    if len(inputs) > MOST_IN_A_LINE:
        arguments = "".join(["[\n", *(f"    {name},\n" for name in inputs), "]"])
    config = layer.get_config()
    if isinstance(layer, ZeroPadShortcut):
        return f"pad_shortcut({arguments}, {config['filters']}, {config['stride']})"
    if isinstance(layer, TakeChannels):
        return f"ops.take({arguments}, {list(config['channels'])}, axis=-1)"
    kind = type(layer).__name__
    if getattr(keras.layers, kind, None) is not type(layer):
        raise ValueError(f"no code for a layer of the kind {kind}")
    return f"layers.{kind}({_options(layer, config)}name={layer.name!r})({arguments})"


def _options(layer: keras.Layer, config: Mapping[str, Any]) -> str:
    """Return what the layer is made with beyond Keras's defaults."""
    parameters = inspect.signature(type(layer).__init__).parameters
    texts = []
    for name, value in config.items():
        if name in _SILENT or name not in parameters:
            continue
        default = parameters[name].default
        text = _value(value)
        if default is inspect.Parameter.empty:
            texts.append(text)
        elif text != _value(default) and (name, value) != ("activation", "linear"):
            texts.append(f"{name}={text}")
    return "".join(f"{text}, " for text in texts)


def _value(value: Any) -> str:
    if isinstance(value, Mapping) and value.get("module") == "keras.initializers":
        seed = value["config"].get("seed")
        kind = value["class_name"]
        return repr(kind.lower()) if seed is None else f"initializers.{kind}(seed={seed})"
    if isinstance(value, (list, tuple)) and len(set(map(repr, value))) == 1 and len(value) > 1:
        return _value(value[0])  # a square kernel, equal strides
    return repr(value)
