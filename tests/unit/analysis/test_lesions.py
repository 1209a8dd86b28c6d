"""Nets without some blocks and with new ones, against the same done to their weights by hand."""

import keras
import numpy as np
import pytest

from resnet.analysis.forward import layer_outputs
from resnet.analysis.gradients import block_ends
from resnet.analysis.landscape import HIGHEST, loss_surface
from resnet.analysis.lesions import (
    accuracies_without,
    accuracy,
    block_starts,
    with_new_blocks,
    without,
)
from resnet.models.registry import build

pytestmark = pytest.mark.slow

RANDOM = np.random.default_rng(0)
IMAGES = RANDOM.random((12, 16, 16, 3), dtype=np.float32)
LABELS = RANDOM.integers(0, 6, 12)


@pytest.fixture(scope="module")
def nets():
    return {kind: build(f"{kind}14", (16, 16, 3), 6) for kind in ("plain", "resnet")}


def logits(model, change=None):
    options = {"change": change()} if change else {}
    return np.asarray(layer_outputs(model, IMAGES, **options)[model.layers[-1].name])


@pytest.mark.parametrize("number", range(6))
def test_without_a_block_is_with_its_last_gamma_and_beta_at_zero(nets, number):
    net = nets["resnet"]
    end = block_ends(net)[number]
    deleted = logits(net, without(net, [end]))
    assert not np.allclose(deleted, logits(net), atol=1e-4)
    norm = net.get_layer(end.removesuffix("relu") + "bn2")
    kept = norm.get_weights()
    norm.set_weights([np.zeros_like(kept[0]), np.zeros_like(kept[1]), *kept[2:]])
    try:
        np.testing.assert_allclose(logits(net), deleted, atol=1e-5)
    finally:
        norm.set_weights(kept)


@pytest.mark.parametrize("kind", ["plain", "resnet"])
def test_nothing_deleted_changes_nothing_and_any_blocks_can_go(nets, kind):
    net = nets[kind]
    np.testing.assert_array_equal(logits(net, without(net, [])), logits(net))
    assert np.isfinite(logits(net, without(net, block_ends(net)))).all()
    assert list(block_starts(net)) == block_ends(net)
    assert next(iter(block_starts(net).values())) == "stem_relu"


@pytest.mark.parametrize(
    ("net", "kind", "same"),
    [
        ("resnet", "zero_gamma", True),
        ("resnet", "one_gamma", False),
        ("plain", "random", False),
        ("plain", "dirac", True),
    ],
)
def test_new_blocks_pass_all_on_or_change_it(nets, net, kind, same):
    every = with_new_blocks(nets[net], block_ends(nets[net]), kind)
    assert np.allclose(logits(nets[net], every), logits(nets[net]), atol=1e-4) == same


def test_every_choice_of_blocks_is_left_out_as_one_by_one(nets):
    net = nets["plain"]
    ends = block_ends(net)
    found = accuracies_without(net, IMAGES, LABELS)
    assert len(found) == 2 ** len(ends)
    for choice in (0, 1, 0b101000, 0b111111):
        gone = [end for bit, end in enumerate(ends) if choice >> bit & 1]
        assert found[choice] == accuracy(net, IMAGES, LABELS, without(net, gone))


def test_accuracy_counts_what_keras_counts(nets):
    net = nets["resnet"]
    right = np.asarray(net(IMAGES, training=False)).argmax(axis=1) == LABELS
    assert accuracy(net, IMAGES, LABELS, without(net, [])) == right.mean()


def test_the_middle_of_the_surface_is_the_trained_net_and_nothing_stays_moved(nets):
    net = nets["resnet"]
    before = [weight.numpy() for weight in net.weights]
    shares = []
    found = loss_surface(net, IMAGES, LABELS, points=3, reach=0.1, report=shares.append)
    expected = keras.losses.sparse_categorical_crossentropy(LABELS, net(IMAGES, training=False))
    assert found.losses[1, 1] == pytest.approx(float(np.mean(expected)), rel=1e-4)
    assert found.losses.shape == (3, 3)
    assert (found.losses <= HIGHEST).all()
    assert len({round(loss, 6) for loss in found.losses.ravel()}) == 9
    assert list(found.steps) == [-0.1, 0, 0.1]
    assert shares[-1] == 1
    for weight, was in zip(net.weights, before, strict=True):
        np.testing.assert_array_equal(weight, was)
