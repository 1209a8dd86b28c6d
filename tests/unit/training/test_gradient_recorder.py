"""Recorded gradient norms against finite differences and against analysis.gradients."""

import keras
import numpy as np
import pytest

from resnet.analysis.gradients import gradient_norms
from resnet.data.photo import as_float
from resnet.models.registry import build
from resnet.training.batches import one_hot
from resnet.training.gradient_recorder import layers_with_kernel, recording

pytestmark = pytest.mark.slow


def compiled(model, optimizer_class, every, **settings):
    kernels = [layer.kernel for layer in layers_with_kernel(model)]
    optimizer = recording(optimizer_class, kernels, every)(**settings)
    optimizer.build(model.trainable_variables)
    model.compile(optimizer, keras.losses.CategoricalCrossentropy())
    return optimizer


def recorded(optimizer):
    return keras.ops.convert_to_numpy(optimizer.kernel_norms).copy()


@pytest.mark.parametrize("optimizer_class", [keras.optimizers.SGD, keras.optimizers.Adam])
def test_the_first_step_records_what_analysis_computes(colours, optimizer_class):
    model = build("resnet8", (16, 16, 3), 6, seed=3)
    images, labels = as_float(colours.train_images[:24, ::4, ::4]), colours.train_labels[:24]
    expected = gradient_norms(model, images, labels)
    optimizer = compiled(model, optimizer_class, every=1, learning_rate=1e-3)
    model.train_on_batch(images, one_hot(labels, 6))
    assert tuple(layer.name for layer in layers_with_kernel(model)) == expected.layers
    np.testing.assert_allclose(recorded(optimizer), expected.weight_norms, rtol=1e-3)


def test_a_norm_is_the_one_finite_differences_find():
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(4, activation="softmax")])
    kernel = model.layers[0].kernel
    images = np.random.default_rng(0).normal(size=(5, 3)).astype(np.float32)
    targets = one_hot(np.array([0, 1, 2, 3, 0]), 4)
    start = keras.ops.convert_to_numpy(kernel).astype(np.float64)

    def loss(weights):
        logits = images.astype(np.float64) @ weights
        logits -= logits.max(1, keepdims=True)
        logs = logits - np.log(np.exp(logits).sum(1, keepdims=True))
        return -(targets * logs).sum(1).mean()

    gradient = np.zeros_like(start)
    for place in np.ndindex(start.shape):
        step = np.zeros_like(start)
        step[place] = 1e-5
        gradient[place] = (loss(start + step) - loss(start - step)) / 2e-5
    optimizer = compiled(model, keras.optimizers.SGD, every=1, learning_rate=0.1)
    model.train_on_batch(images, targets)
    np.testing.assert_allclose(recorded(optimizer), [np.linalg.norm(gradient)], rtol=1e-4)


def test_only_every_so_many_steps_are_recorded(colours):
    model = build("resnet8", (16, 16, 3), 6, seed=3)
    images = as_float(colours.train_images[:24, ::4, ::4])
    targets = one_hot(colours.train_labels[:24], 6)
    optimizer = compiled(model, keras.optimizers.SGD, every=3, learning_rate=0.05)
    norms = []
    for _ in range(4):
        model.train_on_batch(images, targets)
        norms.append(recorded(optimizer))
    np.testing.assert_array_equal(norms[0], norms[2])
    assert not np.array_equal(norms[0], norms[3])


@pytest.mark.parametrize("size", [1e-25, 1e25])
def test_vanishing_and_exploding_gradients_keep_their_norm(size):
    kernel = keras.Variable(np.ones((2, 2), np.float32), name="kernel")
    optimizer = recording(keras.optimizers.SGD, [kernel], 1)(learning_rate=0.0)
    optimizer.build([kernel])
    optimizer.apply([keras.ops.full((2, 2), size)], [kernel])
    np.testing.assert_allclose(recorded(optimizer), [2 * size], rtol=1e-5)


def test_recording_does_not_change_the_training(colours):
    images = as_float(colours.train_images[:24, ::4, ::4])
    targets = one_hot(colours.train_labels[:24], 6)
    weights = []
    for every in (1, None):
        keras.utils.set_random_seed(1)
        model = build("resnet8", (16, 16, 3), 6, seed=1)
        if every:
            compiled(model, keras.optimizers.Adam, every, learning_rate=1e-3)
        else:
            model.compile(
                keras.optimizers.Adam(learning_rate=1e-3), keras.losses.CategoricalCrossentropy()
            )
        for _ in range(3):
            model.train_on_batch(images, targets)
        weights.append(model.get_weights())
    for with_recorder, without in zip(*weights, strict=True):
        np.testing.assert_allclose(with_recorder, without, atol=1e-5)
