"""Whole nets against keras.applications and the papers' counts."""

import keras
import numpy as np
import pytest

from resnet.models.cifar import cifar_network
from resnet.models.network import network_model
from resnet.models.registry import build

pytestmark = pytest.mark.slow

ROLES = {"0": "projection", "1": "1", "2": "2", "3": "3"}


def our_name(keras_name):
    """Translate `conv3_block2_1_bn` of keras.applications.ResNet50 to our `stage3_block2_bn1`."""
    fixed = {"conv1_conv": "stem_conv", "conv1_bn": "stem_bn", "predictions": "fc5"}
    if keras_name in fixed:
        return fixed[keras_name]
    stage, block, branch, kind = keras_name.split("_")
    stem = f"{stage.replace('conv', 'stage')}_{block}_"
    if branch == "0":
        return stem + {"conv": "projection", "bn": "projection_bn"}[kind]
    return stem + kind + branch


def test_resnet50_computes_what_keras_applications_computes():
    theirs = keras.applications.ResNet50(weights=None, input_shape=(64, 64, 3), classes=5)
    ours = build("resnet50_imagenet", (64, 64, 3), 5)
    rng = np.random.default_rng(0)
    for layer in theirs.layers:
        if not layer.weights:
            continue
        values = layer.get_weights()
        if isinstance(layer, keras.layers.BatchNormalization):
            values = [rng.uniform(0.5, 1.5, value.shape) for value in values]
        elif isinstance(layer, keras.layers.Conv2D):
            assert not np.any(values.pop()), "their convolution biases start at zero; ours has none"
        layer.set_weights(
            values if len(values) != 1 else [values[0], np.zeros(values[0].shape[-1])]
        )
        ours.get_layer(our_name(layer.name)).set_weights(values)
    images = rng.random((2, 64, 64, 3), dtype=np.float32)
    np.testing.assert_allclose(
        ours(images, training=False), theirs(images, training=False), rtol=2e-3, atol=1e-5
    )


@pytest.mark.parametrize("depth", [8, 20, 56])
def test_a_plain_twin_has_exactly_the_counts_of_option_a(depth):
    residual, plain = build(f"resnet{depth}"), build(f"plain{depth}")
    assert residual.count_params() == plain.count_params()
    shapes = [[w.shape for w in net.trainable_weights] for net in (residual, plain)]
    assert shapes[0] == shapes[1]
    assert not any(isinstance(layer, keras.layers.Add) for layer in plain.layers)


def test_each_n_adds_97216_parameters_and_fewer_classes_subtract():
    def trainable(depth, classes=10):
        return sum(
            np.prod(w.shape) for w in build(f"resnet{depth}", None, classes).trainable_weights
        )

    assert trainable(26) - trainable(20) == 97_216
    assert trainable(20) - trainable(20, 6) == 260


def test_option_b_differs_by_its_two_projections():
    option_a, option_b = build("resnet20"), build("resnet20_b")
    projections = 16 * 32 + 32 * 64 + 4 * (32 + 64)
    assert option_b.count_params() - option_a.count_params() == projections


def test_pre_activation_moves_one_batch_norm_to_the_head():
    """He et al. 2016 §3: as many BatchNorms; the last stands after the last addition."""
    net = build("preact_resnet20")
    assert net.count_params() == build("resnet20").count_params()
    assert isinstance(net.layers[-4], keras.layers.BatchNormalization)
    after_additions = {
        type(node.operation)
        for layer in net.layers
        if isinstance(layer, keras.layers.Add)
        for node in layer._outbound_nodes
    }
    assert keras.layers.ReLU not in after_additions  # the shortcut stays untouched
    first = [layer.name for layer in net.layers if layer.name.startswith("stage1_block1_")]
    assert first[0] == "stage1_block1_conv1"


def test_stages_halve_the_side_and_double_the_filters():
    net = network_model(cifar_network(20), "net", (32, 32, 3), 10)
    ends = [net.get_layer(f"stage{i}_block3_relu").output.shape[1:] for i in (1, 2, 3)]
    assert ends == [(32, 32, 16), (16, 16, 32), (8, 8, 64)]
    net = build("resnet18", (224, 224, 3), 10)
    ends = [net.get_layer(f"stage{i}_block2_relu").output.shape[1:] for i in (2, 3, 4, 5)]
    assert ends == [(56, 56, 64), (28, 28, 128), (14, 14, 256), (7, 7, 512)]
