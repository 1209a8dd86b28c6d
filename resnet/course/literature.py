"""Published results, each with its source."""

from dataclasses import dataclass

from resnet.language import mark


@dataclass(frozen=True)
class PublishedError:
    """Test error on CIFAR-10 as a fraction; `approximate` when it was read off a figure."""

    depth: int
    plain: bool
    error: float
    approximate: bool
    source: str


_TABLE_6 = "He et al. 2015, Table 6"
_FIGURE_6 = "He et al. 2015, Fig. 6, ±0.5 points"

# Plain-110 is left out: the paper says only that its error is above 60 % and does not plot it.
CIFAR_10_ERRORS: tuple[PublishedError, ...] = (
    PublishedError(20, False, 0.0875, False, _TABLE_6),
    PublishedError(32, False, 0.0751, False, _TABLE_6),
    PublishedError(44, False, 0.0717, False, _TABLE_6),
    PublishedError(56, False, 0.0697, False, _TABLE_6),
    PublishedError(110, False, 0.0643, False, _TABLE_6),
    PublishedError(20, True, 0.095, True, _FIGURE_6),
    PublishedError(32, True, 0.10, True, _FIGURE_6),
    PublishedError(44, True, 0.12, True, _FIGURE_6),
    PublishedError(56, True, 0.135, True, _FIGURE_6),
)


@dataclass(frozen=True)
class ImageNetError:
    """Errors of one net on ImageNet's validation images, ten crops, as fractions."""

    net: str
    top1: float | None
    top5: float
    source: str


_TABLE_3 = "He et al. 2015, Table 3"

IMAGENET_ERRORS: tuple[ImageNetError, ...] = (
    ImageNetError("alexnet", 0.407, 0.182, "Krizhevsky et al. 2012, Table 2, one net"),
    ImageNetError("vgg16", 0.2807, 0.0933, _TABLE_3),
    ImageNetError("googlenet", None, 0.0915, _TABLE_3),
    ImageNetError("plain34", 0.2854, 0.1002, _TABLE_3),
    ImageNetError("resnet34", 0.2452, 0.0746, f"{_TABLE_3}, option B"),
    ImageNetError("resnet50_imagenet", 0.2285, 0.0671, _TABLE_3),
    ImageNetError("resnet101", 0.2175, 0.0605, _TABLE_3),
    ImageNetError("resnet152", 0.2143, 0.0571, _TABLE_3),
)


@dataclass(frozen=True)
class SignsResult:
    """A published result of the course's ResNet-50 on SIGNS, accuracies as fractions."""

    epochs: int | None
    train: float | None
    test: float
    source: str


SIGNS_RESULTS: tuple[SignsResult, ...] = (
    SignsResult(2, None, 0.167, mark("the course's assignment, trained in the notebook")),
    SignsResult(None, None, 0.867, mark("the course's assignment, its own weights")),
    SignsResult(20, 0.989, 0.933, mark("a student's blog on the course")),
)


@dataclass(frozen=True)
class Milestone:
    """A net, when it came, how deep it was, and its idea that stayed (English; translate it)."""

    year: float
    depth: int
    name: str
    idea: str


MILESTONES: tuple[Milestone, ...] = (
    Milestone(1998.9, 5, "LeNet-5", mark("convolve, pool, repeat")),
    Milestone(2012.9, 8, "AlexNet", mark("ReLU, dropout, graphics cards")),
    Milestone(2013.9, 9, "Network in Network", mark("1×1, global average")),
    Milestone(2014.65, 19, "VGG-19", mark("3×3 all the way")),
    Milestone(2014.75, 22, "GoogLeNet", mark("side by side, joined")),
    Milestone(2015.9, 152, "ResNet-152", mark("shortcuts")),
    Milestone(2016.2, 1001, "ResNet-1001", mark("pre-activation")),
)
