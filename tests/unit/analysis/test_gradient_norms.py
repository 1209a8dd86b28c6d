"""Gradient norms against finite differences and closed forms."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from resnet.analysis.gradients import block_ends, gradient_norms
from resnet.models.block import Block
from resnet.models.network import Network, Stage, Stem, network_model
from resnet.models.registry import build

pytestmark = pytest.mark.slow

LABELS = np.array([0, 2, 1])


@pytest.fixture
def double_precision():
    policy, floats = keras.config.dtype_policy(), keras.config.floatx()
    keras.config.set_floatx("float64")
    keras.config.set_dtype_policy("float64")
    yield
    keras.config.set_floatx(floats)
    keras.config.set_dtype_policy(policy)


def tiny_net(**changes):
    """Two blocks, one of which halves the side and doubles the filters; 85 kernel weights."""
    network = Network(
        Stem(2, kernel_size=1),
        (Stage(1, 1, (2, 2), stride=1), Stage(2, 1, (2, 3), stride=2)),
        Block("basic", (2, 2), kernel_size=2, **changes),
        growing="zero_padding",
    )
    return network_model(network, "tiny", (3, 3, 2), 3, seed=5)


def images(dtype="float64"):
    return np.random.default_rng(0).normal(size=(3, 3, 3, 2)).astype(dtype)


def cross_entropy(probabilities):
    chosen = np.asarray(probabilities)[np.arange(len(LABELS)), LABELS]
    return -np.log(chosen).mean()


def forward(net):
    """Return net(x) while training as one call: a thousand layer by layer would take minutes."""
    return tf.function(lambda x: net(x, training=True))


def numeric_gradient(loss, values, step=1e-6):
    """Differentiate loss(values) by central differences in every entry."""
    gradient = np.zeros_like(values)
    for index in np.ndindex(values.shape):
        shifted = values.copy()
        shifted[index] += step
        above = loss(shifted)
        shifted[index] -= 2 * step
        gradient[index] = (above - loss(shifted)) / (2 * step)
    return gradient


@pytest.mark.parametrize(
    "changes",
    [{}, {"batch_norm": False, "use_bias": True}, {"shortcut": "none"}, {"preactivation": True}],
    ids=["residual", "no BatchNorm", "plain", "pre-activation"],
)
def test_norms_are_those_of_finite_differences(double_precision, changes):
    net, x = tiny_net(**changes), tf.constant(images())
    norms = gradient_norms(net, x.numpy(), LABELS)
    answer = forward(net)
    assert norms.loss == pytest.approx(cross_entropy(answer(x)), rel=1e-9)

    for name, norm in zip(norms.layers, norms.weight_norms, strict=True):
        kernel = net.get_layer(name).kernel
        start = kernel.numpy()

        def loss(values, kernel=kernel):
            kernel.assign(values)
            return cross_entropy(answer(x))

        expected = np.linalg.norm(numeric_gradient(loss, start))
        kernel.assign(start)
        assert norm == pytest.approx(expected, rel=1e-5), name

    for name, norm in zip(norms.blocks, norms.block_norms, strict=True):
        end = net.get_layer(name).output
        before, after = keras.Model(net.input, end), keras.Model(end, net.output)
        start = np.asarray(before(x, training=True))
        rest = forward(after)
        expected = numeric_gradient(lambda v, rest=rest: cross_entropy(rest(tf.constant(v))), start)
        assert norm == pytest.approx(np.linalg.norm(expected), rel=1e-5), name


def test_the_model_stays_as_it_was():
    net = tiny_net()
    before = net.get_weights()
    gradient_norms(net, images("float32"), LABELS)
    for old, new in zip(before, net.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


def test_a_saturated_softmax_keeps_its_gradient():
    """∂loss/∂kernel of the last layer is features ᵀ (p − one-hot) / N, however sure the net is."""
    net, x = tiny_net(), images("float32")
    last = net.layers[-1]
    last.kernel.assign(last.kernel * 1e4)
    features = np.asarray(keras.Model(net.input, net.layers[-2].output)(x, training=True))
    chosen = np.eye(3)[(features @ last.kernel.numpy()).argmax(axis=1)]
    expected = features.T @ (chosen - np.eye(3)[LABELS]) / len(LABELS)
    norms = gradient_norms(net, x, LABELS)
    assert norms.weight_norms[-1] == pytest.approx(np.linalg.norm(expected), rel=1e-3)
    assert min(norms.weight_norms) > 0
    assert np.isfinite(norms.loss)


def test_a_tiny_gradient_is_not_rounded_to_zero():
    """Its entries exist in single precision, their squares would not."""
    net = tiny_net(batch_norm=False, shortcut="none")
    usual = gradient_norms(net, images("float32"), LABELS)
    last = net.layers[-1]
    last.kernel.assign(last.kernel * 1e-25)
    tiny = gradient_norms(net, images("float32"), LABELS)
    assert 0 < tiny.weight_norms[0] < 1e-24 * usual.weight_norms[0] * 10


def test_overflow_is_reported_as_it_is():
    net = tiny_net(batch_norm=False)
    for layer in net.layers:
        if hasattr(layer, "kernel"):
            layer.kernel.assign(layer.kernel * 1e12)
    norms = gradient_norms(net, images("float32"), LABELS)
    assert not np.isfinite(norms.weight_norms[0])


@pytest.mark.parametrize(
    ("name", "ends"),
    [
        ("resnet8", "stage{}_block1_relu"),
        ("plain8", "stage{}_block1_relu"),
        ("preact_resnet8", "stage{}_block1_add"),
    ],
)
def test_norms_run_from_input_to_output(name, ends):
    net = build(name, (8, 8, 3), 3)
    norms = gradient_norms(net, np.random.default_rng(0).random((3, 8, 8, 3)), LABELS)
    assert (norms.layers[0], norms.layers[-1]) == ("stem_conv", "fc3")
    assert len(norms.layers) == len(norms.weight_norms) == 8
    assert list(norms.blocks) == block_ends(net) == [ends.format(i) for i in (1, 2, 3)]
    assert len(norms.block_norms) == 3


def test_the_course_net_has_sixteen_blocks():
    ends = block_ends(build("resnet50"))
    assert (len(ends), ends[0], ends[-1]) == (16, "res2a_relu", "res5c_relu")
