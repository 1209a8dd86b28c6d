"""Identity layers in a plain net: the same answers, whatever its weights."""

import numpy as np
import pytest

from resnet.analysis.identity_layers import deepened, growth, identity_kernel
from resnet.errors import LabError
from resnet.models.registry import build


def test_a_deepened_net_answers_as_before():
    net = build("plain8", (8, 8, 3), 6, seed=3)
    rng = np.random.default_rng(0)
    for layer in net.layers:  # statistics and shifts as after a training
        layer.set_weights([rng.uniform(0.5, 1.5, w.shape) for w in layer.get_weights()])
    images = rng.uniform(size=(20, 8, 8, 3)).astype("float32")
    deeper = deepened(net, 20)
    assert deeper.name == "plain20"
    assert len(deeper.layers) > len(net.layers)
    np.testing.assert_allclose(
        deeper(images, training=False), net(images, training=False), rtol=1e-4, atol=1e-6
    )
    labels = net(images, training=False).numpy().argmax(1)
    labels[:5] += 1
    assert growth(net, 20, {"some": (images, labels)}).errors == {"some": (0.25, 0.25)}


def test_the_identity_kernel_is_the_identity_of_scipy():
    from scipy.signal import correlate2d

    image = np.random.default_rng(1).normal(size=(5, 6, 2)).astype("float32")
    kernel = identity_kernel((3, 3, 2, 2))
    for out in range(2):
        found = sum(correlate2d(image[..., c], kernel[..., c, out], "same") for c in range(2))
        np.testing.assert_array_equal(found, image[..., out])


@pytest.mark.parametrize(("name", "depth"), [("resnet8", 20), ("plain20", 8), ("fast_plain", 20)])
def test_what_cannot_grow_is_refused(name, depth):
    size = 32 if name == "fast_plain" else 8
    with pytest.raises(LabError, match="choose a shallower plain net"):
        deepened(build(name, (size, size, 3), 6), depth)
