"""Linear probes, against classes that are, or are not, to be told apart."""

import numpy as np
import pytest

from resnet.analysis.forward import layer_outputs
from resnet.analysis.gradients import block_ends
from resnet.analysis.linear_probes import block_features, fit_probes
from resnet.models.registry import build

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def net():
    return build("fast", (32, 32, 3), 6, zero_init_last_gamma=False)


def flat_colours(labels, rng):
    """Return images of one colour each, which a random net keeps apart."""
    colours = np.eye(6, 3) + np.eye(6, 3, k=-3) * 0.5
    noise = rng.normal(0, 0.02, (len(labels), 32, 32, 3))
    return np.clip(colours[labels][:, None, None] + noise, 0, 1).astype("float32")


def test_features_are_the_means_of_the_blocks_maps(net):
    images = np.random.default_rng(0).random((70, 32, 32, 3)).astype("float32")
    features = block_features(net, images)
    blocks = block_ends(net)
    assert [f.shape for f in features] == [(70, 32), (70, 64), (70, 128)]
    maps = np.asarray(layer_outputs(net, images[66:])[blocks[1]])
    np.testing.assert_allclose(features[1][66:], maps.mean(axis=(1, 2)), atol=1e-4)


def test_probes_name_new_images_of_what_they_have_learnt(net):
    rng = np.random.default_rng(1)
    labels = np.arange(120) % 6
    probes = fit_probes(net, flat_colours(labels, rng), labels)
    says = probes.probabilities(block_features(net, flat_colours(labels[:60], rng)))
    assert says.shape == (3, 60, 6)
    np.testing.assert_allclose(says.sum(axis=-1), 1)
    assert (says.argmax(-1) == labels[:60]).mean(axis=1).min() > 0.9


def test_probes_know_nothing_of_random_labels(net):
    rng = np.random.default_rng(2)
    images = rng.random((240, 32, 32, 3)).astype("float32")
    probes = fit_probes(net, images[:120], rng.integers(0, 6, 120))
    labels = rng.integers(0, 6, 120)
    right = probes.probabilities(block_features(net, images[120:])).argmax(-1) == labels
    assert right.mean() < 0.35
