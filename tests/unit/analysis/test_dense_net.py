"""The dense net that trains in NumPy, against finite differences and against what is known."""

from itertools import islice

import numpy as np
import pytest

from resnet.analysis.dense_net import BATCH, WIDTH, DenseNet

RANDOM = np.random.default_rng(0)
X = RANDOM.standard_normal((16, WIDTH))
TARGETS = np.eye(6)[np.arange(16) % 6]


def cross_entropy(net):
    """Return the loss whose gradients the net gives, by the end of its layers alone."""
    signals, _normed = net._forward(X)
    scores = signals[-1] @ net.head.weights + net.head.shift
    return -np.mean((scores - np.log(np.exp(scores).sum(axis=1, keepdims=True)))[TARGETS > 0])


@pytest.mark.parametrize(
    ("activation", "batch_norm", "shortcut"),
    [("relu", True, True), ("tanh", True, False), ("sigmoid", False, False), ("relu", False, True)],
)
def test_the_gradients_are_finite_differences(activation, batch_norm, shortcut):
    net = DenseNet(4, activation, batch_norm=batch_norm, shortcut=shortcut)
    random = np.random.default_rng(1)
    for array in net.parameters():
        array += 0.1 * random.standard_normal(array.shape)
    gradients, _error = net.gradients(X, TARGETS)
    for array, gradient in zip(net.parameters(), gradients, strict=True):
        place = tuple(random.integers(0, size) for size in array.shape)
        kept, ends = array[place], []
        for step in (1e-6, -1e-6):
            array[place] = kept + step
            ends.append(cross_entropy(net))
        array[place] = kept
        assert gradient[place] == pytest.approx((ends[0] - ends[1]) / 2e-6, rel=1e-3, abs=1e-7)


def test_a_shallow_net_learns_and_the_seed_decides_how():
    inputs = np.random.default_rng(2).standard_normal((3 * BATCH, WIDTH))
    targets = np.eye(6)[np.arange(len(inputs)) % 6]

    def errors(seed):
        steps = DenseNet(2, seed=seed).train(inputs, targets, 0.1, 0.9, seed)
        return [step.error for step in islice(steps, 150)]

    assert np.mean(errors(0)[-20:]) < 0.1 < np.mean(errors(0)[:5])
    assert errors(0) == errors(0) != errors(1)


def test_a_training_ends_where_numbers_cease_to_be_finite():
    net = DenseNet(32, shortcut=True, initializer="he_normal")
    assert len(list(islice(net.train(X, TARGETS, 10.0, 0.9, 0), 100))) < 100


def test_relus_killed_on_purpose_are_dead():
    net = DenseNet(4)
    assert net.dead(X) < 0.25
    net.layers[0].shift[:] = -1e6
    assert net.dead(X) == 1  # nothing passes the first layer, and the others' biases are 0
