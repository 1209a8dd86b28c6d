"""What the lab relies on in Keras beyond its documentation."""

import keras
import numpy as np
import pytest

from resnet import keras_parts

X = np.ones((8, 3), "float32")


def test_the_graph_of_a_net_is_read_backwards():
    start = keras.Input((3,), name="start")
    one, two = keras.layers.Dense(2, name="one"), keras.layers.Dense(2, name="two")
    add = keras.layers.Add(name="add")
    end = add([two(start), one(start)])
    assert keras_parts.producer(end) is add
    assert keras_parts.inputs(add) == [two, one]
    assert [layer.name for layer in keras_parts.inputs(one)] == ["start"]


class BreakOff(keras.callbacks.Callback):
    """Ends a training in the second batch of its evaluation."""

    def on_test_batch_begin(self, batch, logs=None):
        if batch == 1:
            raise MemoryError


@pytest.fixture
def model():
    """A net of one zero weight a feature, which does not learn: its loss is the targets' square."""
    net = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1, kernel_initializer="zeros")])
    net.compile(keras.optimizers.SGD(0.0), "mse")
    return net


def loss_after(model, target, *callbacks):
    """Train for an epoch and return the loss on targets that all are `target`."""
    targets = np.full((8, 1), target, "float32")
    done = model.fit(
        X,
        np.zeros((8, 1)),
        batch_size=4,
        validation_data=(X, targets),
        callbacks=callbacks,
        verbose=0,
    )
    return done.history["val_loss"][0]


def test_a_training_after_one_broken_off_in_its_evaluation_is_tested_on_its_own_images(model):
    """resnet/training/traced.py keeps such a model for the next run."""
    with pytest.raises(MemoryError):
        loss_after(model, 2.0, BreakOff())
    assert loss_after(model, 3.0) == 9.0
