"""What the recipes promise about nets, optimizers and schedules."""

import keras
import numpy as np
import pytest

from resnet.data.augment import NONE
from resnet.training.recipes import RECIPES, build_net, optimizer_class, optimizer_settings
from resnet.training.spec import TrainingSpec


def batch_norms(model):
    return [layer for layer in model.layers if isinstance(layer, keras.layers.BatchNormalization)]


def rates(spec, steps_per_epoch):
    rate = optimizer_settings(spec, steps_per_epoch)["learning_rate"]
    steps = range(spec.epochs * steps_per_epoch)
    return [float(rate(step)) for step in steps]


def test_the_notebook_recipe_is_the_course_s():
    assert RECIPES["notebook"].augmentation is NONE
    assert RECIPES["notebook"].label_smoothing == 0
    assert optimizer_class("notebook") is keras.optimizers.Adam
    settings = optimizer_settings(TrainingSpec(recipe="notebook"), 34)
    assert settings == {"learning_rate": 1e-3}
    spec = TrainingSpec(model="resnet50", recipe="notebook")
    found = batch_norms(build_net(spec, 6))
    assert {layer.momentum for layer in found} == {0.99}
    assert all(np.all(layer.gamma == 1) for layer in found)


@pytest.mark.parametrize("model", ["fast", "resnet8", "resnet18"])
def test_the_fast_recipe_quickens_any_net_s_batch_norm(model):
    found = batch_norms(build_net(TrainingSpec(model=model, image_size=32), 6))
    assert {layer.momentum for layer in found} == {0.9}
    assert any(np.all(layer.gamma == 0) for layer in found)


@pytest.mark.parametrize(
    "changes",
    [
        {"model": "plain8"},
        {"model": "resnet8", "shortcut": False},
        {"model": "preact_resnet8"},
        {"model": "resnet8", "batch_norm": False},
        {"model": "fast", "shortcut": False},
    ],
)
def test_no_branch_is_silenced_without_a_shortcut_beside_it(changes):
    spec = TrainingSpec(**changes, image_size=16)
    assert all(np.all(layer.gamma == 1) for layer in batch_norms(build_net(spec, 6)))


@pytest.mark.parametrize("recipe", ["notebook", "fast"])
@pytest.mark.parametrize("zero", [False, True])
def test_a_spec_chooses_whether_blocks_start_as_the_identity(recipe, zero):
    spec = TrainingSpec(model="resnet8", recipe=recipe, image_size=16, zero_last_gamma=zero)
    found = batch_norms(build_net(spec, 6))
    assert sum(np.all(layer.gamma == 0) for layer in found) == (3 if zero else 0)


def test_the_fast_rate_warms_up_and_falls_along_a_cosine():
    spec = TrainingSpec(epochs=20, learning_rate=0.4)
    found = np.array(rates(spec, 10))
    assert found.argmax() == 20
    assert found.max() == pytest.approx(0.4)
    assert np.all(np.diff(found[:20]) > 0)
    assert np.all(np.diff(found[21:]) < 0)
    assert found[20 + 90] == pytest.approx(0.2, rel=1e-3)
    assert found[-1] < 1e-3


@pytest.mark.parametrize("epochs", [1, 2])
def test_a_run_of_one_step_an_epoch_has_a_rate(epochs):
    assert rates(TrainingSpec(epochs=epochs, learning_rate=0.4), 1)[0] == pytest.approx(0.4)


def test_a_sprint_is_a_short_fast_training_on_small_images():
    spec = TrainingSpec(recipe="sprint")
    assert (spec.image_size, spec.epochs) == (32, 12)
    assert TrainingSpec(recipe="sprint", image_size=64).image_size == 64
    assert RECIPES["sprint"] == RECIPES["fast"]
    found = np.array(rates(spec, 34))
    assert found.max() == pytest.approx(0.2)
    assert found[-1] < 1e-3
