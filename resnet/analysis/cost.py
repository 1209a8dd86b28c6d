"""What each layer of a built model costs and sees, read from the model itself."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import keras
from keras import layers

from resnet.analysis.receptive_field import Window, windows
from resnet.analysis.topology import input_names
from resnet.models.layer_names import place
from resnet.models.zero_pad_shortcut import ZeroPadShortcut

BYTES_PER_FLOAT = 4

_KINDS: tuple[tuple[str, type | tuple[type, ...]], ...] = (
    ("input", layers.InputLayer),
    ("conv", (layers.Conv2D, layers.DepthwiseConv2D)),
    ("batch_norm", layers.BatchNormalization),
    ("relu", layers.ReLU),
    (
        "pool",
        (
            layers.MaxPooling2D,
            layers.AveragePooling2D,
            layers.GlobalAveragePooling2D,
            layers.GlobalMaxPooling2D,
        ),
    ),
    ("pad", (layers.ZeroPadding2D, ZeroPadShortcut)),
    ("add", layers.Add),
    ("dense", layers.Dense),
    ("flatten", layers.Flatten),
)


@dataclass(frozen=True)
class LayerCost:
    """One layer's facts for one image.

    kind: "input", "conv", "batch_norm", "relu", "pool", "pad", "add", "dense", "flatten" or
    "other". output_shape has no batch axis; multiply_adds counts convolution and dense kernels
    only; activation_bytes is the float32 output. receptive_field and stride are in input pixels,
    None where a value sees the whole input. inputs names the layers before it.
    """

    name: str
    kind: str
    stage: str
    block: str
    role: str
    output_shape: tuple[int, ...]
    parameters: int
    trainable_parameters: int
    multiply_adds: int
    activation_bytes: int
    receptive_field: int | None
    stride: int | None
    inputs: tuple[str, ...]


@dataclass(frozen=True)
class ModelCost:
    """The sums over a model's layers."""

    parameters: int
    trainable_parameters: int
    multiply_adds: int
    activation_bytes: int
    layers: tuple[LayerCost, ...]


def layer_costs(model: keras.Model) -> list[LayerCost]:
    """Return every layer's cost, input → output. The model's input size must be fixed."""
    seen = windows(model)
    return [_layer_cost(layer, seen[layer.name]) for layer in model.layers]


def model_cost(model: keras.Model) -> ModelCost:
    """Return a model's cost in total and layer by layer."""
    costs = tuple(layer_costs(model))
    return ModelCost(
        sum(cost.parameters for cost in costs),
        sum(cost.trainable_parameters for cost in costs),
        sum(cost.multiply_adds for cost in costs),
        sum(cost.activation_bytes for cost in costs),
        costs,
    )


def layer_kind(layer: keras.Layer) -> str:
    """Return the kind of a layer, as LayerCost lists them."""
    return next((kind for kind, classes in _KINDS if isinstance(layer, classes)), "other")


def _layer_cost(layer: keras.Layer, window: Window | None) -> LayerCost:
    where = place(layer.name)
    shape = tuple(layer.output.shape[1:])
    return LayerCost(
        name=layer.name,
        kind=layer_kind(layer),
        stage=where.stage,
        block=where.block,
        role=where.role,
        output_shape=shape,
        parameters=_count(layer.weights),
        trainable_parameters=_count(layer.trainable_weights),
        multiply_adds=_multiply_adds(layer, shape),
        activation_bytes=BYTES_PER_FLOAT * math.prod(shape),
        receptive_field=window.size if window else None,
        stride=window.stride if window else None,
        inputs=input_names(layer),
    )


def _count(weights: Iterable[keras.Variable]) -> int:
    return sum(math.prod(weight.shape) for weight in weights)


def _multiply_adds(layer: keras.Layer, output_shape: tuple[int, ...]) -> int:
    kind = layer_kind(layer)
    if kind not in ("conv", "dense"):
        return 0
    positions = math.prod(output_shape[:-1])  # each kernel weight is used once at each of them
    return positions * math.prod(layer.kernel.shape)
