"""Epochs in one call each: the same training as step by step, heard by the same callbacks."""

import keras
import numpy as np
import pytest

from resnet.store.states import State
from resnet.training import train, whole_epochs
from resnet.training.callbacks import Control
from resnet.training.recipes import build_net
from resnet.training.spec import parse_spec

pytestmark = pytest.mark.slow


class Heard(keras.callbacks.Callback):
    """Notes what callbacks are told."""

    def __init__(self):
        super().__init__()
        self.steps, self.epochs = [], []

    def on_train_batch_end(self, batch, logs=None):
        self.steps.append((batch, logs["loss"], logs["accuracy"]))

    def on_epoch_end(self, epoch, logs=None):
        self.epochs.append((epoch, sorted(logs), logs["val_accuracy"]))


@pytest.fixture
def whole(monkeypatch):
    """Train whole epochs though there is no GPU."""
    monkeypatch.setattr(whole_epochs, "suits", lambda _spec, _images: True)


def fitted(spec, data, *more):
    heard = Heard()
    return train.fit(spec, data, [heard, *more]), heard


@pytest.mark.parametrize("recipe", ["fast", pytest.param("notebook", marks=pytest.mark.soak)])
def test_it_is_the_same_training(monkeypatch, tiny_spec, colours, recipe):
    spec = tiny_spec(recipe=recipe, epochs=3, batch_size=24)  # 24, 24 and 16 images
    one, each = fitted(spec, colours)
    monkeypatch.setattr(whole_epochs, "suits", lambda _spec, _images: True)
    other, at_once = fitted(spec, colours)
    assert [step[0] for step in at_once.steps] == [0, 1, 2] * 3
    np.testing.assert_allclose(at_once.steps, each.steps, rtol=1e-5)
    assert at_once.epochs == each.epochs
    for here, there in zip(one.model.weights, other.model.weights, strict=True):
        np.testing.assert_allclose(here, there, atol=1e-5)
    assert other.test_loss == pytest.approx(one.test_loss, rel=1e-5)


@pytest.mark.usefixtures("whole")
def test_it_goes_on_where_it_stopped(tiny_spec, colours):
    spec = tiny_spec(epochs=3)
    heard = Heard()
    train.fit(spec, colours, [heard], train.prepare(spec, colours), done=2)
    assert [epoch for epoch, *_rest in heard.epochs] == [2]


@pytest.mark.usefixtures("whole")
def test_an_order_and_a_divergence_end_it(tiny_spec, colours):
    spec = tiny_spec(epochs=5)
    result, heard = fitted(spec, colours, Control(lambda: State.STOPPED))
    assert (result.state, heard.epochs) == (State.STOPPED, [])
    wild = tiny_spec(recipe="fast", learning_rate=10, batch_norm=False, model="plain20", epochs=30)
    result, heard = fitted(wild, colours)
    assert result.state is State.DIVERGED
    assert len(heard.epochs) < 30


def test_it_is_for_a_gpu_whose_memory_holds_an_epoch(monkeypatch):
    spec = parse_spec({})
    assert not whole_epochs.suits(spec, 1080)  # no GPU here
    monkeypatch.setattr(whole_epochs.backend, "device_name", lambda: "NVIDIA Some")
    assert whole_epochs.suits(spec, 1080)
    assert not whole_epochs.suits(spec, 50_000)  # 2.5 GB at 64×64
    assert not whole_epochs.suits(parse_spec({"gradient_norms_every": 5}), 1080)
    assert not whole_epochs.suits(parse_spec({"devices": 2}), 1080)


def test_half_the_bits_are_for_products_alone(tiny_spec, colours):
    spec = tiny_spec(epochs=2, precision="mixed_bfloat16")
    model = build_net(spec, 6)
    assert {weight.dtype for weight in model.weights} == {"float32"}
    assert model.layers[1].compute_dtype == "bfloat16"
    assert model(np.zeros((1, *model.input_shape[1:]))).dtype == "float32"
    assert keras.config.dtype_policy().name == "float32"  # of the nets after it
    result, _heard = fitted(spec, colours)
    assert result.state is State.DONE
    whole = build_net(tiny_spec(), 6)
    whole.set_weights(result.model.get_weights())
    images = colours.test_images[:, ::4, ::4] / np.float32(255)
    np.testing.assert_allclose(whole(images), result.model(images), atol=0.02)
