"""The training images in batches, shuffled and augmented by seed alone."""

import math

import keras
import numpy as np

from resnet.data.augment import Augmentation, augment


class Batches(keras.utils.PyDataset):
    """An endless sequence: batch i is a function of i and the seed, whoever asks and how often.

    images: (N, H, W, 3) uint8; targets: (N, classes) float32. Each epoch of steps_per_epoch
    batches holds every image once; its last batch may be smaller. first_epoch: of batch 0.
    """

    # Keras fetches ahead, and anew after peeking: an epoch counted by its events would drift.
    num_batches = None

    def __init__(
        self,
        images: np.ndarray,
        targets: np.ndarray,
        batch_size: int,
        seed: int,
        augmentation: Augmentation,
        first_epoch: int = 0,
    ) -> None:
        super().__init__()
        self._images, self._targets = images, targets
        self.images = len(images)  # of an epoch
        self._batch_size, self._seed = batch_size, seed
        self._augmentation = augmentation
        self.steps_per_epoch = math.ceil(len(images) / batch_size)
        self._first = first_epoch * self.steps_per_epoch

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        epoch, number = divmod(self._first + index, self.steps_per_epoch)
        order = np.random.default_rng((self._seed, epoch)).permutation(len(self._images))
        start = number * self._batch_size
        chosen = order[start : start + self._batch_size]
        # 1 + number: a trailing zero would give the shuffle's own stream.
        rng = np.random.default_rng((self._seed, epoch, 1 + number))
        images = augment(self._images[chosen], rng, self._augmentation)
        return images, self._targets[chosen]


def one_hot(labels: np.ndarray, classes: int) -> np.ndarray:
    """Return labels (N,) as (N, classes) float32."""
    return np.eye(classes, dtype=np.float32)[labels]
