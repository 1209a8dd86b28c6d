"""What every registered net promises: it builds, counts, answers, and comes back from a file."""

import gc

import keras
import numpy as np
import pytest

from resnet.analysis.cost import model_cost
from resnet.models.registry import architectures, build

NETS = {found.name: found for found in architectures()}
# One of each kind of block and head. `make check` counts these, `make test` every net and takes
# these through a file, `make soak` every net.
PATHS = {"resnet50", "resnet20", "plain20", "preact_resnet20", "fast", "lenet5_1998", "googlenet"}


@pytest.fixture
def one_net_at_a_time():
    """Leave no room to the values of the net before."""
    yield
    keras.backend.clear_session()
    gc.collect()


@pytest.mark.parametrize(
    "name", [name if name in PATHS else pytest.param(name, marks=pytest.mark.slow) for name in NETS]
)
def test_a_net_has_the_counts_of_others(name):
    facts = NETS[name]
    with keras.StatelessScope(initialize_variables=False):  # VGG's weights alone are half a GB
        net = build(name)
        cost = model_cost(net)
    assert net.name == name
    assert cost.parameters == net.count_params()
    assert facts.reference_parameters in (None, cost.trainable_parameters)
    assert facts.reference_multiply_adds in (None, cost.multiply_adds)
    assert cost.layers[-1].name == f"fc{facts.classes}"


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        # ResNet-50 goes through files in tests/unit/export/test_keras_applications.py, too.
        name if name in PATHS - {"resnet50"} else pytest.param(name, marks=pytest.mark.soak)
        for name in NETS
    ],
)
@pytest.mark.usefixtures("one_net_at_a_time")
def test_a_net_answers_and_comes_back_from_a_file(name, tmp_path):
    facts = NETS[name]
    side = {"imagenet": 32, "classic": facts.minimum_size}.get(facts.family, facts.input_shape[0])
    net = build(name, (side, side, facts.input_shape[2]))
    # Away from what a fresh net has, or loading nothing would pass; small gammas keep the answers
    # of deep nets off 0 and 1.
    for weight in net.weights:
        shift = 0.01 if len(weight.shape) == 1 else 0.0
        weight.assign(weight * (0.3 if weight.name == "gamma" else 0.9) + shift)
    images = np.random.default_rng(0).random(
        (2, side, side, facts.input_shape[2]), dtype=np.float32
    )
    answer = np.asarray(net(images, training=False))
    assert answer.shape == (2, facts.classes)
    assert 0 < answer.min() < answer.max() < 1
    np.testing.assert_allclose(answer.sum(axis=1), 1, rtol=1e-5)

    net.save(tmp_path / "net.keras")
    loaded = keras.models.load_model(tmp_path / "net.keras", compile=False, safe_mode=True)
    np.testing.assert_array_equal(loaded(images, training=False), answer)
    net.save_weights(tmp_path / "net.weights.h5")
    for weight in loaded.weights:
        weight.assign(keras.ops.zeros_like(weight))
    loaded.load_weights(tmp_path / "net.weights.h5")
    for weight, saved in zip(loaded.weights, net.weights, strict=True):
        np.testing.assert_array_equal(weight, saved)


def test_two_groups_save_alexnet_weights():
    """Ungrouped, its second, fourth and fifth convolutions see twice as many channels."""
    saved = 25 * 48 * 256 + 9 * 192 * 384 + 9 * 192 * 256
    assert NETS["alexnet"].reference_parameters + saved == 62_378_344
