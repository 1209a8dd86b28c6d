"""What is known of a net without building it, and the nets before residual ones."""

from dataclasses import dataclass
from typing import Literal

from resnet.language import mark


@dataclass(frozen=True)
class Paper:
    """Where a net was published."""

    authors: str
    year: int
    title: str
    section: str
    url: str


@dataclass(frozen=True)
class Architecture:
    """A net's facts, known without building it.

    title and description are English; translate them where they are shown. input_shape is
    (H, W, C) and classes what build() takes by default; minimum_size is the least H and W.
    reference_parameters counts the trainable ones; it and reference_multiply_adds (convolution
    and dense kernels) come from a source outside this code and hold for the defaults.
    option is He et al.'s shortcut where the shape grows: "A" zero padding, "B" projection.
    """

    name: str
    title: str
    family: Literal["course", "imagenet", "cifar", "live", "classic"]
    description: str
    input_shape: tuple[int, int, int]
    classes: int
    paper: Paper
    plain: bool
    depth: int
    minimum_size: int
    reference_parameters: int | None = None
    reference_multiply_adds: int | None = None
    preactivation: bool = False
    option: Literal["A", "B"] = "B"

    @property
    def has_batch_norm(self) -> bool:
        """True for every net that was published after BatchNorm."""
        return self.family != "classic"


CLASSICS = (
    Architecture(
        "lenet5",
        "LeNet-5",
        "classic",
        mark("The net that read digits on cheques, with ReLU and max-pooling as today."),
        (32, 32, 1),
        10,
        Paper(
            "LeCun, Bottou, Bengio, Haffner",
            1998,
            "Gradient-Based Learning Applied to Document Recognition",
            "§II.B, Fig. 2",
            "https://doi.org/10.1109/5.726791",
        ),
        plain=True,
        depth=5,
        minimum_size=16,
        reference_parameters=61_706,
    ),
    Architecture(
        "lenet5_1998",
        "LeNet-5 (1998)",
        "classic",
        mark("As in 1998: tanh, averages with a weight, partly connected maps; a softmax."),
        (32, 32, 1),
        10,
        Paper(
            "LeCun, Bottou, Bengio, Haffner",
            1998,
            "Gradient-Based Learning Applied to Document Recognition",
            "§II.B, Table I",
            "https://doi.org/10.1109/5.726791",
        ),
        plain=True,
        depth=5,
        minimum_size=16,
        reference_parameters=60_850,  # 60,000 of the paper, and 850 in place of its fixed output
    ),
    Architecture(
        "alexnet",
        "AlexNet",
        "classic",
        mark("Won ImageNet in 2012; channels in two groups, one for each graphics card."),
        (227, 227, 3),
        1000,
        Paper(
            "Krizhevsky, Sutskever, Hinton",
            2012,
            "ImageNet Classification with Deep Convolutional Neural Networks",
            "§3.5",
            "https://papers.nips.cc/paper/4824",
        ),
        plain=True,
        depth=8,
        minimum_size=67,
        reference_parameters=60_965_224,
    ),
    Architecture(
        "vgg16",
        "VGG-16",
        "classic",
        mark("Thirteen 3×3 convolutions with 2×2 pooling between them, then three dense layers."),
        (224, 224, 3),
        1000,
        Paper(
            "Simonyan, Zisserman",
            2014,
            "Very Deep Convolutional Networks for Large-Scale Image Recognition",
            "Table 1, D",
            "https://arxiv.org/abs/1409.1556",
        ),
        plain=True,
        depth=16,
        minimum_size=32,
        reference_parameters=138_357_544,
        reference_multiply_adds=15_470_264_320,
    ),
    Architecture(
        "googlenet",
        "GoogLeNet",
        "classic",
        mark("Inception modules: 1×1, 3×3, 5×5 and pooling side by side, joined by channels."),
        (224, 224, 3),
        1000,
        Paper(
            "Szegedy et al.",
            2014,
            "Going Deeper with Convolutions",
            "Table 1",
            "https://arxiv.org/abs/1409.4842",
        ),
        plain=True,
        depth=22,
        minimum_size=32,
        reference_parameters=6_998_552,
        reference_multiply_adds=1_582_671_872,
    ),
)
