"""Names against the course's, written out by hand here."""

import pytest

from resnet.models.layer_names import Place, block_names, course_names, place
from resnet.models.resnet50 import ResNet50


def course_layers():
    """Every layer name the course's notebook gives to its ResNet-50."""
    names = {"conv1", "bn_conv1", "avg_pool", "fc6"}
    for stage, blocks in (("2", "abc"), ("3", "abcd"), ("4", "abcdef"), ("5", "abc")):
        for block in blocks:
            for branch in ("2a", "2b", "2c") + (("1",) if block == "a" else ()):
                names |= {f"res{stage}{block}_branch{branch}", f"bn{stage}{block}_branch{branch}"}
    return names


def test_the_course_net_has_the_course_names():
    net = ResNet50()
    with_weights = {layer.name for layer in net.layers if layer.weights}
    assert with_weights | {"avg_pool"} == course_layers()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("conv1", Place("stem", "", "conv")),
        ("bn_conv1", Place("stem", "", "bn")),
        ("stem_pool", Place("stem", "", "pool")),
        ("res2a_branch2a", Place("stage2", "a", "conv1")),
        ("bn4f_branch2c", Place("stage4", "f", "bn3")),
        ("res3a_branch1", Place("stage3", "a", "projection")),
        ("bn3a_branch1", Place("stage3", "a", "projection_bn")),
        ("res5c_relu2b", Place("stage5", "c", "relu2")),
        ("res5c_add", Place("stage5", "c", "add")),
        ("stage1_block12_projection_bn", Place("stage1", "12", "projection_bn")),
        ("stage3_block1_pad", Place("stage3", "1", "pad")),
        ("block_conv2", Place("", "1", "conv2")),
        ("avg_pool", Place("head", "", "avg_pool")),
        ("flatten", Place("head", "", "flatten")),
        ("head_bn", Place("head", "", "head_bn")),
        ("fc1000", Place("head", "", "fc")),
        ("input", Place("", "", "input")),
        ("bn2a_relu", Place("", "", "bn2a_relu")),
        ("somebody_elses_layer", Place("", "", "somebody_elses_layer")),
    ],
)
def test_a_name_tells_the_place(name, expected):
    assert place(name) == expected


@pytest.mark.parametrize("role", ["conv1", "bn2", "relu1", "projection", "projection_bn", "add"])
def test_both_ways_of_naming_come_back(role):
    assert place(course_names(4, "b")(role)) == Place("stage4", "b", role)
    assert place(block_names(2, 7)(role)) == Place("stage2", "7", role)
