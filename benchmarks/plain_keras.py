"""What a learner would write without the lab: the course's notebook in plain Keras on SIGNS.

``python -m benchmarks.plain_keras STARTED EPOCHS TARGET`` trains the course's ResNet-50 with Adam,
batches of 32 and no augmentation, and writes a line of JSON after the first step and after each
epoch: seconds since STARTED (of time.time()), epoch, test accuracy. It ends at the target accuracy.
"""

import json
import sys
import time
from typing import Any

import resnet.backend  # noqa: F401  (the same TensorFlow settings for both sides)

# ruff: isort: split
import keras

from resnet.data.photo import as_float
from resnet.data.signs import load
from resnet.models.resnet50 import ResNet50
from resnet.training.batches import one_hot

DATA = "signs"


class Report(keras.callbacks.Callback):
    """Writes where training is, and ends it at the target."""

    def __init__(self, started: float, target: float = 2.0) -> None:
        super().__init__()
        self._started, self._target, self._first = started, target, True

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        if self._first:
            self._tell(first_step=True)
            self._first = False

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        accuracy = (logs or {})["val_accuracy"]
        self._tell(epoch=epoch + 1, test_accuracy=accuracy)
        if accuracy >= self._target:
            self.model.stop_training = True

    def _tell(self, **facts: Any) -> None:
        print(json.dumps({"seconds": time.time() - self._started, **facts}), flush=True)


def main(started: float, epochs: int, target: float) -> None:
    """Train as the notebook does."""
    dataset = load(DATA)
    model = ResNet50((64, 64, 3), 6)
    model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
    model.fit(
        as_float(dataset.train_images),
        one_hot(dataset.train_labels, 6),
        batch_size=32,
        epochs=epochs,
        validation_data=(as_float(dataset.test_images), one_hot(dataset.test_labels, 6)),
        callbacks=[Report(started, target)],
        verbose=0,
    )


if __name__ == "__main__":
    main(float(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))
