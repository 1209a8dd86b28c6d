"""Feature maps against Keras's own sub-models."""

import keras
import numpy as np

from resnet.analysis.feature_maps import feature_maps, mixed_channels
from resnet.analysis.forward import layer_outputs
from resnet.models.block import Block
from resnet.models.blocks import block_model
from resnet.models.registry import build


def test_maps_are_what_a_sub_model_gives():
    net = build("preact_resnet8", (16, 16, 3), 4)
    image = np.random.default_rng(0).random((16, 16, 3), dtype=np.float32)
    maps = dict(feature_maps(net, image))
    assert list(maps) == [layer.name for layer in net.layers if len(layer.output.shape) == 4]
    for name, values in maps.items():
        expected = keras.Model(net.input, net.get_layer(name).output)(image[np.newaxis])
        np.testing.assert_allclose(values, expected[0], rtol=1e-5, atol=1e-6, err_msg=name)


def test_a_block_alone_has_maps():
    model = block_model(Block("basic", (2, 5), shortcut="projection"), (8, 8, 5))
    picture = np.random.default_rng(0).random((8, 8, 3))
    maps = feature_maps(model, mixed_channels(picture, 5))
    assert (maps[0][0], maps[-1][0]) == ("input", "block_relu")
    assert maps[-1][1].shape == (8, 8, 5)


def test_mixed_channels_are_fixed_and_not_negative():
    picture = np.random.default_rng(0).random((4, 4, 3))
    mixed = mixed_channels(picture, 64)
    assert (mixed.shape, mixed.dtype) == ((4, 4, 64), np.float32)
    assert mixed.min() >= 0
    assert mixed.max() > 0
    np.testing.assert_array_equal(mixed, mixed_channels(picture, 64))
    assert mixed_channels(picture, 3) is picture


def test_the_last_layer_gives_logits():
    net = build("resnet8", (16, 16, 3), 4)
    x = np.random.default_rng(0).random((2, 16, 16, 3), dtype=np.float32)
    logits = layer_outputs(net, x)["fc4"]
    np.testing.assert_allclose(keras.ops.softmax(logits), net(x), rtol=1e-5)
