"""Dead ReLUs, compared with ones killed on purpose and with outputs read layer by layer."""

import keras
import numpy as np
import pytest

from resnet.analysis.dead_relus import dead_relus
from resnet.analysis.forward import layer_outputs
from resnet.models.registry import build

IMAGES = np.random.default_rng(0).random((40, 16, 16, 3), np.float32)


def killed(model, layer, share):
    """Give so many of a layer's units a bias that no input outweighs."""
    kernel, bias = model.get_layer(layer).get_weights()
    bias[: round(share * len(bias))] = -1e3
    model.get_layer(layer).set_weights([kernel, bias])


def test_units_killed_on_purpose_are_counted():
    model = build("lenet5", (16, 16, 3), 6)
    assert dead_relus(model, IMAGES)[1] < 0.5
    dense = [layer.name for layer in model.layers if isinstance(layer, keras.layers.Dense)]
    killed(model, dense[0], 1)
    share, deadest = dead_relus(model, IMAGES)
    assert deadest == 1
    assert share >= 120 / (6 + 16 + 120 + 84)


@pytest.mark.parametrize(
    "net", ["lenet5", "resnet8", "fast", pytest.param("googlenet", marks=pytest.mark.slow)]
)
def test_the_share_is_that_of_outputs_read_one_by_one(net):
    side = 32 if net == "googlenet" else 16
    images = IMAGES.repeat(side // 16, 1).repeat(side // 16, 2)
    model = build(net, (side, side, 3), 6)
    outputs = layer_outputs(model, images)
    dead = []
    for layer in model.layers:
        if isinstance(layer, keras.layers.ReLU) or "relu" in str(getattr(layer, "activation", "")):
            values = np.asarray(outputs[layer.name]).reshape(-1, layer.output.shape[-1])
            dead.append(~(values > 0).any(axis=0))
    share, deadest = dead_relus(model, images)
    assert share == pytest.approx(np.concatenate(dead).mean(), abs=0.01)
    assert deadest == pytest.approx(max(layer.mean() for layer in dead), abs=0.02)


def test_a_net_of_tanh_has_none():
    assert dead_relus(build("lenet5_1998", (16, 16, 3), 6), IMAGES) is None
