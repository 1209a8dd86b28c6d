"""Grad-CAM against the class-activation map it generalises, and against finite differences."""

import numpy as np
import pytest

from resnet.analysis.forward import layer_outputs
from resnet.analysis.gradients import block_ends
from resnet.analysis.saliency import grad_cam
from resnet.models.registry import build

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def net():
    model = build("fast", (32, 32, 3), 6, zero_init_last_gamma=False, seed=1)
    rng = np.random.default_rng(0)
    for weight in model.weights:  # statistics as after training, not those of a fresh net
        if weight.path.endswith("moving_variance"):
            weight.assign(rng.uniform(0.5, 2, weight.shape))
    return model


@pytest.fixture(scope="module")
def image():
    return np.random.default_rng(1).random((32, 32, 3)).astype("float32")


def test_before_average_pooling_it_is_the_class_activation_map(net, image):
    last = block_ends(net)[-1]
    maps = np.asarray(layer_outputs(net, image[None])[last])[0]
    kernel = np.asarray(net.layers[-1].kernel)
    for label in range(6):
        cam = np.maximum(maps @ kernel[:, label], 0)  # Zhou et al. 2016, eq. 2
        expected = cam / cam.max() if cam.max() > 0 else cam
        np.testing.assert_allclose(grad_cam(net, image, label).heat, expected, atol=1e-5)


def test_an_inner_block_agrees_with_finite_differences(net, image):
    block, label, step = block_ends(net)[0], 2, 1e-2
    maps = np.asarray(layer_outputs(net, image[None])[block])[0]
    weights = []
    for channel in range(maps.shape[-1]):
        nudge = np.zeros(maps.shape[-1], "float32")
        nudge[channel] = step
        scores = [
            float(
                layer_outputs(
                    net, image[None], change=lambda n, x, d=sign * nudge: x + d if n == block else x
                )[net.layers[-1].name][0, label]
            )
            for sign in (1, -1)
        ]  # the same nudge everywhere is the sum of the gradient over places
        weights.append((scores[0] - scores[1]) / (2 * step) / maps[..., 0].size)
    heat = np.maximum(maps @ np.array(weights), 0)
    found = grad_cam(net, image, label, block).heat
    assert np.corrcoef(found.ravel(), heat.ravel())[0, 1] > 0.98


def test_a_class_that_nothing_speaks_for_has_no_heat(net, image):
    kernel = net.layers[-1].kernel
    before = np.asarray(kernel)
    try:
        kernel.assign(-np.abs(before))
        assert not grad_cam(net, image, 0).heat.any()
    finally:
        kernel.assign(before)


def test_the_answer_is_the_nets_own(net, image):
    look = grad_cam(net, image)
    expected = np.asarray(net(image[None], training=False))[0]
    np.testing.assert_allclose(look.probabilities, expected, atol=1e-6)
    np.testing.assert_array_equal(look.heat, grad_cam(net, image, int(expected.argmax())).heat)
