"""Claims of the lesson on the nets before ResNet."""

from resnet.analysis.cost import layer_kind
from resnet.backend import without_values
from resnet.course.literature import CIFAR_10_ERRORS, IMAGENET_ERRORS
from resnet.models.registry import build
from resnet.training.spec import RECIPE_DEFAULTS
from tests.claims.ledger import claim

LESSON = "case_studies"


def parameters(nets):
    """Return the parameters of every net."""
    return {net["model"]: net["parameters"] for net in nets["nets"]}


def millions(count):
    """Round to a whole million."""
    return f"{count / 1e6:.0f}"


@claim(
    LESSON,
    "AlexNet has {alexnet} million weights, VGG-16 {vgg16} million.",
    "AlexNet 有 {thousands:,} 万个权重，VGG-16 有 {hundreds:.2f} 亿。",
    "nets",
)
def weights_of_alexnet_and_vgg(nets):
    counts = parameters(nets)
    alexnet = millions(counts["alexnet"])
    return {
        "alexnet": alexnet,
        "thousands": 100 * int(alexnet),
        "vgg16": millions(counts["vgg16"]),
        "hundreds": counts["vgg16"] / 1e8,
    }


@claim(
    LESSON,
    "About {googlenet} million Yes: 1×1 convolutions before the dear ones, and a global average in "
    "place of the dense layers.",
    "大约 {googlenet}00 万 对：昂贵的卷积之前先用 1×1，并且用全局平均代替全连接层。",
    "nets",
)
def googlenet_is_small(nets):
    return {"googlenet": millions(parameters(nets)["googlenet"])}


@claim(LESSON, "and as good?", "同样好的 GoogLeNet")
def googlenet_and_vgg_are_as_good():
    top5 = {error.net: error.top5 for error in IMAGENET_ERRORS}
    assert abs(top5["googlenet"] - top5["vgg16"]) < 0.005


@claim(
    LESSON,
    "Two 3×3 see what one 5×5 sees, with fewer weights and one ReLU more.",
    "两个 3×3 看到的与一个 5×5 一样大，权重更少，还多一个 ReLU。",
)
def two_small_kernels_see_as_much():
    assert 3 + (3 - 1) == 5
    assert 2 * 9 < 25


@claim(
    LESSON,
    "5×5. 2·9·C² = 18·C² against 25·C²: {fewer:.0f} % fewer.",
    "5×5。权重为 2·9·C² = 18·C²，而一个 5×5 是 25·C²：少 {fewer:.0f}%。",
)
def two_small_kernels_have_fewer_weights():
    return {"fewer": 100 * (1 - 18 / 25)}


@claim(
    LESSON,
    "With shortcuts the order turned, and 152 layers became possible.",
    "加上捷径，次序反了过来，152 层也成为可能。",
)
def deeper_residual_nets_err_less():
    top5 = {error.net: error.top5 for error in IMAGENET_ERRORS}
    errors = [top5[net] for net in ("resnet34", "resnet50_imagenet", "resnet101", "resnet152")]
    assert errors == sorted(errors, reverse=True)


@claim(
    LESSON,
    "The first dense layer alone has {weights:,} weights, three quarters of all. The multiply-adds "
    "are in the convolutions, where every weight is used at thousands of places.",
    "仅第一个全连接层就有 {weights:,} 个权重，占全部的四分之三。乘加在卷积里，因为每个权重要在几千个位置上使用。",
    "nets",
)
def vgg_works_in_its_convolutions(nets):
    first = (7 * 7 * 512 + 1) * 4096
    assert 0.7 < first / parameters(nets)["vgg16"] < 0.8
    work = next(net["multiply_adds"] for net in nets["nets"] if net["model"] == "vgg16")
    dense = 7 * 7 * 512 * 4096 + 4096 * 4096 + 4096 * 1000
    assert dense / work < 0.01
    assert (work - dense) / (parameters(nets)["vgg16"] - dense) > 1000
    return {"weights": first}


@claim(LESSON, "whose highest learning rate is a hundred times as high", "后者最高的学习率大一百倍")
def fast_goes_a_hundred_times_as_far():
    rates = [RECIPE_DEFAULTS[recipe].learning_rate for recipe in ("fast", "notebook")]
    assert rates[0] == 100 * rates[1]


@claim(
    LESSON,
    "Most of its weights are in the dense layers, too, each for one place:",
    "而且大部分权重在全连接层里，每个权重只管一个位置：",
    "nets",
)
def lenet_is_mostly_dense(nets):
    dense = (16 * 5 * 5 + 1) * 120 + 121 * 84 + 85 * 10
    assert dense / parameters(nets)["lenet5"] > 0.9


@claim(
    LESSON,
    "So it was from 20 to 110 layers (He et al. 2015, Table 6).",
    "从 20 层到 110 层是这样（He et al. 2015，Table 6）",
)
def published_errors_fall_to_110_layers():
    errors = [e.error for e in sorted(CIFAR_10_ERRORS, key=lambda e: e.depth) if not e.plain]
    assert errors == sorted(errors, reverse=True)
    assert errors[-1] == 0.0643


def sides(name, shape, kinds):
    """Return the sides of a net's maps, from the image on, after each layer of some kinds."""
    model = without_values(build, name, shape, 10)
    found = [shape[0]]
    found += [layer.output.shape[1] for layer in model.layers if layer_kind(layer) in kinds]
    return found, model


@claim(
    LESSON,
    "It pads nothing, so each 5×5 takes four pixels off a side: 32, 28, 14, 10, 5.",
    "它完全不补零，所以每个 5×5 让边长少四个像素：32、28、14、10、5。",
)
def lenet_pads_nothing():
    found, model = sides("lenet5", (32, 32, 1), ("conv", "pool"))
    assert found[:5] == [32, 28, 14, 10, 5]
    assert {layer.padding for layer in model.layers if layer_kind(layer) == "conv"} == {"valid"}


@claim(
    LESSON,
    "3×3 convolutions with stride 1 and padding “same”, which keep the size, and 2×2 pooling, "
    "which halves it. Channels double where the image is halved, up to 512.",
    "3×3 卷积步幅 1、填充为 same，保持大小；2×2 池化让大小减半。图像减半时通道加倍，直到 512。",
)
def vgg_keeps_the_size_and_pools_it():
    _found, model = sides("vgg16", (64, 64, 3), ())
    convolutions = [layer for layer in model.layers if layer_kind(layer) == "conv"]
    assert {(c.kernel_size, c.strides, c.padding) for c in convolutions} == {
        ((3, 3), (1, 1), "same")
    }
    assert sides("vgg16", (64, 64, 3), ("pool",))[0] == [64, 32, 16, 8, 4, 2]
    assert sorted({c.filters for c in convolutions}) == [64, 128, 256, 512]
