"""The nets before residual ones: LeNet-5, AlexNet, VGG-16 and GoogLeNet.

Dropout and local response normalisation are left out: they have no weights, and later nets do
without them.
"""

from collections.abc import Callable

import keras
from keras import layers

from resnet.models.block import Shape
from resnet.models.blocks import Tensor
from resnet.models.channels import TakeChannels
from resnet.models.initial_weights import InitialWeights, initial_weights
from resnet.models.layer_names import Names, block_names

# LeCun et al. 1998, Table I: which maps of S2 each map of C3 is computed from.
LENET_TABLE = (
    (0, 1, 2),
    (1, 2, 3),
    (2, 3, 4),
    (3, 4, 5),
    (4, 5, 0),
    (5, 0, 1),
    (0, 1, 2, 3),
    (1, 2, 3, 4),
    (2, 3, 4, 5),
    (3, 4, 5, 0),
    (4, 5, 0, 1),
    (5, 0, 1, 2),
    (0, 1, 3, 4),
    (1, 2, 4, 5),
    (0, 2, 3, 5),
    (0, 1, 2, 3, 4, 5),
)
VGG_STAGES = ((64, 64), (128, 128), (256, 256, 256), (512, 512, 512), (512, 512, 512))
# Szegedy et al. 2014, Table 1: #1×1, #3×3 reduce, #3×3, #5×5 reduce, #5×5, pool proj.
INCEPTION_STAGES = {
    3: ((64, 96, 128, 16, 32, 32), (128, 128, 192, 32, 96, 64)),
    4: (
        (192, 96, 208, 16, 48, 64),
        (160, 112, 224, 24, 64, 64),
        (128, 128, 256, 24, 64, 64),
        (112, 144, 288, 32, 64, 64),
        (256, 160, 320, 32, 128, 128),
    ),
    5: ((256, 160, 320, 32, 128, 128), (384, 192, 384, 48, 128, 128)),
}


class _NetLayers:
    """Makes the layers of one net, with the same initial weights for the same seed."""

    def __init__(self, initializer: InitialWeights, seed: int) -> None:
        self._initializer, self._seed = initializer, seed

    def convolution(
        self, x: Tensor, names: Names, role: str, filters: int, kernel_size: int, **options: object
    ) -> Tensor:
        """Apply a convolution with a bias and no activation."""
        name = names(role)
        kernel = initial_weights(self._initializer, self._seed, name)
        return layers.Conv2D(filters, kernel_size, kernel_initializer=kernel, name=name, **options)(
            x
        )

    def convolution_relu(
        self,
        x: Tensor,
        names: Names,
        number: str,
        filters: int,
        kernel_size: int,
        **options: object,
    ) -> Tensor:
        """Apply a convolution and ReLU."""
        x = self.convolution(x, names, f"conv{number}", filters, kernel_size, **options)
        return layers.ReLU(name=names(f"relu{number}"))(x)

    def dense(self, x: Tensor, name: str, units: int, activation: str | None = None) -> Tensor:
        """Apply a dense layer; the last one has a softmax."""
        kernel = initial_weights(self._initializer, self._seed, name)
        return layers.Dense(units, activation, kernel_initializer=kernel, name=name)(x)


def classic_model(
    name: str, input_shape: Shape, classes: int, initializer: InitialWeights, seed: int
) -> keras.Model:
    """Return a classic net: images (N, H, W, C) -> class probabilities (N, classes)."""
    build = _NetLayers(initializer, seed)
    images = keras.Input(input_shape, name="input")
    features = _FEATURES[name](images, build)
    probabilities = build.dense(features, f"fc{classes}", classes, "softmax")
    return keras.Model(images, probabilities, name=name)


def _lenet5(x: Tensor, build: _NetLayers) -> Tensor:
    for stage, filters in enumerate((6, 16), 1):
        names = block_names(stage, 1)
        x = build.convolution_relu(x, names, "1", filters, 5)
        x = layers.MaxPooling2D(2, name=names("pool"))(x)  # (N, (H−4)/2, (W−4)/2, filters)
    return _dense_relu(x, build, (120, 84))


def _lenet5_1998(x: Tensor, build: _NetLayers) -> Tensor:
    names = block_names(1, 1)
    x = build.convolution(x, names, "conv1", 6, 5, activation="tanh")
    x = _subsampling(x, names)  # (N, 14, 14, 6)
    names = block_names(2, 1)
    parts = []
    for number, maps in enumerate(LENET_TABLE, 1):
        part = TakeChannels(maps, name=names(f"maps{number}"))(x)
        parts.append(build.convolution(part, names, f"conv{number}", 1, 5, activation="tanh"))
    x = layers.Concatenate(name=names("concat"))(parts)
    x = _subsampling(x, names)  # (N, 5, 5, 16)
    x = layers.Flatten(name="flatten")(x)
    for number, units in enumerate((120, 84), 1):
        x = build.dense(x, f"head_fc{number}", units, "tanh")
    return x


def _subsampling(x: Tensor, names: Names) -> Tensor:
    """Average 2×2, with one weight and one bias a channel, as in 1998."""
    x = layers.AveragePooling2D(2, name=names("pool"))(x)
    return layers.DepthwiseConv2D(
        1, activation="tanh", depthwise_initializer="ones", name=names("scale")
    )(x)


def _alexnet(x: Tensor, build: _NetLayers) -> Tensor:
    names = block_names(1, 1)
    x = build.convolution_relu(x, names, "1", 96, 11, strides=4)
    x = layers.MaxPooling2D(3, 2, name=names("pool"))(x)  # (N, 27, 27, 96) of 227×227
    names = block_names(2, 1)
    x = build.convolution_relu(x, names, "1", 256, 5, padding="same", groups=2)
    x = layers.MaxPooling2D(3, 2, name=names("pool"))(x)  # (N, 13, 13, 256)
    names = block_names(3, 1)
    for number, (filters, groups) in enumerate(((384, 1), (384, 2), (256, 2)), 1):
        x = build.convolution_relu(x, names, str(number), filters, 3, padding="same", groups=groups)
    x = layers.MaxPooling2D(3, 2, name=names("pool"))(x)  # (N, 6, 6, 256)
    return _dense_relu(x, build, (4096, 4096))


def _vgg16(x: Tensor, build: _NetLayers) -> Tensor:
    for stage, widths in enumerate(VGG_STAGES, 1):
        names = block_names(stage, 1)
        for number, filters in enumerate(widths, 1):
            x = build.convolution_relu(x, names, str(number), filters, 3, padding="same")
        x = layers.MaxPooling2D(2, name=names("pool"))(x)  # (N, H/2, W/2, filters)
    return _dense_relu(x, build, (4096, 4096))


def _dense_relu(x: Tensor, build: _NetLayers, widths: tuple[int, ...]) -> Tensor:
    x = layers.Flatten(name="flatten")(x)
    for number, units in enumerate(widths, 1):
        x = build.dense(x, f"head_fc{number}", units)
        x = layers.ReLU(name=f"head_relu{number}")(x)
    return x  # (N, widths[-1])


def _googlenet(x: Tensor, build: _NetLayers) -> Tensor:
    names = "stem_{}".format
    x = build.convolution_relu(x, names, "1", 64, 7, strides=2, padding="same")
    x = layers.MaxPooling2D(3, 2, padding="same", name="stem_pool1")(x)
    x = build.convolution_relu(x, names, "2", 64, 1)
    x = build.convolution_relu(x, names, "3", 192, 3, padding="same")
    x = layers.MaxPooling2D(3, 2, padding="same", name="stem_pool2")(x)  # (N, 28, 28, 192) of 224
    for stage, modules in INCEPTION_STAGES.items():
        for number, widths in enumerate(modules, 1):
            x = _inception(x, build, block_names(stage, number), widths)
        if stage < 5:
            x = layers.MaxPooling2D(3, 2, padding="same", name=block_names(stage + 1, 1)("shrink"))(
                x
            )
    return layers.GlobalAveragePooling2D(name="avg_pool")(x)  # (N, 1024)


def _inception(x: Tensor, build: _NetLayers, names: Names, widths: tuple[int, ...]) -> Tensor:
    """Run 1×1, 3×3, 5×5 and pooling side by side and join their channels (Fig. 2b)."""
    one, before_three, three, before_five, five, pooled = widths
    ways = [build.convolution_relu(x, names, "1", one, 1)]
    for number, before, filters, size in (
        ("3", before_three, three, 3),
        ("5", before_five, five, 5),
    ):
        way = build.convolution_relu(x, names, f"{number}_reduce", before, 1)
        ways.append(build.convolution_relu(way, names, number, filters, size, padding="same"))
    way = layers.MaxPooling2D(3, 1, padding="same", name=names("pool"))(x)
    ways.append(build.convolution_relu(way, names, "_pool", pooled, 1))
    return layers.Concatenate(name=names("concat"))(ways)  # (N, H, W, sum of the four)


_FEATURES: dict[str, Callable[[Tensor, _NetLayers], Tensor]] = {
    "lenet5": _lenet5,
    "lenet5_1998": _lenet5_1998,
    "alexnet": _alexnet,
    "vgg16": _vgg16,
    "googlenet": _googlenet,
}
