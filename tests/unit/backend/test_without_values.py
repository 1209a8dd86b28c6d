"""A net without values is read as one with values, and takes none of its memory."""

import subprocess
import sys

import keras
import pytest

from resnet.analysis.cost import model_cost
from resnet.backend import without_values
from resnet.drawing.map.dot import dot_source
from resnet.drawing.map.graph import model_graph
from resnet.errors import LabError
from resnet.models.registry import build
from resnet.settings import PROJECT


@pytest.mark.parametrize("name", ["resnet50", "preact_resnet20", "lenet5_1998", "fast"])
def test_it_reads_as_the_net_that_trains(name):
    net, blueprint = build(name), without_values(build, name)
    assert model_cost(blueprint) == model_cost(net)
    assert model_graph(blueprint) == model_graph(net)
    assert dot_source(model_graph(blueprint)) == dot_source(model_graph(net))
    assert blueprint.count_params() == net.count_params()


def test_afterwards_nets_have_values_again():
    without_values(build, "fast")
    net = build("fast")
    assert net(keras.ops.zeros((1, *net.input_shape[1:]))).shape == (1, net.output_shape[-1])


def test_an_error_arrives_as_it_is():
    with pytest.raises(LabError, match="from 2 to"):
        without_values(build, "fast", None, 1)


@pytest.mark.slow
def test_all_of_them_together_take_less_than_one_with_values():
    """VGG-16's weights alone are 528 MiB."""
    script = (
        "from resnet.backend import without_values\n"
        "from resnet.analysis.cost import model_cost\n"
        "from resnet.memory import held\n"
        "from resnet.models.registry import build\n"
        "model_cost(without_values(build, 'fast')); before = held()\n"
        "for name in ('alexnet', 'vgg16', 'resnet50_imagenet', 'resnet152'):\n"
        "    model_cost(without_values(build, name))\n"
        "print((held() - before) >> 20)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert int(ran.stdout) < 100
