"""Build, compile, fit and evaluate a tiny net, as a first lesson in Keras does."""

import time
from dataclasses import dataclass

import keras
import numpy as np
from keras import layers

from resnet.data.photo import as_float
from resnet.data.signs import load, resized

SIDE, BATCH = 32, 32


@dataclass(frozen=True)
class FourSteps:
    """What each of the steps gave.

    layers: name, output shape and parameters of each; losses: mean cross-entropy, one an epoch;
    first_loss: of the training images before training; right, tested: test images.
    """

    data: str
    layers: list[tuple[str, str, int]]
    first_loss: float
    train_losses: list[float]
    test_losses: list[float]
    right: int
    tested: int
    seconds: float


def four_steps(data: str, seed: int, rate: float, epochs: int) -> FourSteps:
    """Train a net of three convolutions on a data set for some epochs, with Adam."""
    started = time.monotonic()
    dataset = load(data)
    images, labels = as_float(resized(dataset.train_images, SIDE)), dataset.train_labels
    test, test_labels = as_float(resized(dataset.test_images, SIDE)), dataset.test_labels
    keras.utils.set_random_seed(seed)
    model = tiny_net(len(dataset.classes))
    optimizer = keras.optimizers.Adam(rate)
    optimizer.build(model.trainable_variables)
    model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
    probabilities = np.asarray(model(images[: 8 * BATCH], training=False))
    chosen = probabilities[np.arange(8 * BATCH), labels[: 8 * BATCH]]
    history = model.fit(
        images,
        labels,
        batch_size=BATCH,
        epochs=epochs,
        validation_data=(test, test_labels),
        verbose=0,
    ).history
    answers = np.asarray(model(test, training=False)).argmax(axis=1)
    return FourSteps(
        data,
        [
            (layer.name, "×".join(map(str, layer.output.shape[1:])), layer.count_params())
            for layer in model.layers
        ],
        float(-np.log(chosen).mean()),
        [float(loss) for loss in history["loss"]],
        [float(loss) for loss in history["val_loss"]],
        int((answers == test_labels).sum()),
        len(test_labels),
        time.monotonic() - started,
    )


def tiny_net(classes: int) -> keras.Model:
    """Return three convolutions with pooling and a dense layer, for 32×32 colour images."""
    images = keras.Input((SIDE, SIDE, 3), name="photo")
    x = images
    for number, filters in enumerate((16, 32, 64), 1):
        x = layers.Conv2D(filters, 3, padding="same", activation="relu", name=f"conv{number}")(x)
        x = layers.MaxPooling2D(2, name=f"pool{number}")(x)  # (N, side/2, side/2, filters)
    x = layers.Flatten(name="flatten")(x)
    return keras.Model(images, layers.Dense(classes, "softmax", name="dense")(x), name="tiny")
