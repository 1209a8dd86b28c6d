"""Batches are a function of seed and index, and an epoch holds each image once."""

import numpy as np
import pytest

from resnet.data.augment import LIGHT, NONE
from resnet.training.batches import Batches, one_hot


@pytest.fixture
def numbered():
    """Ten images whose pixels are their number."""
    images = np.arange(10, dtype=np.uint8)[:, None, None, None] * np.ones((1, 8, 8, 3), np.uint8)
    return images, one_hot(np.arange(10), 10)


def test_each_epoch_holds_every_image_once_in_its_own_order(numbered):
    batches = Batches(*numbered, batch_size=4, seed=1, augmentation=NONE)
    assert batches.steps_per_epoch == 3
    orders = []
    for epoch in range(3):
        parts = [batches[3 * epoch + number] for number in range(3)]
        assert [len(images) for images, _ in parts] == [4, 4, 2]
        labels = np.concatenate([targets for _, targets in parts]).argmax(1)
        images = np.concatenate([images for images, _ in parts])
        np.testing.assert_allclose(images[:, 0, 0, 0] * 255, labels, rtol=1e-6)
        assert sorted(labels) == list(range(10))
        orders.append(tuple(labels))
    assert len(set(orders)) == 3


def test_a_batch_is_the_same_whenever_it_is_asked_for(numbered):
    first, second = (Batches(*numbered, 4, seed=5, augmentation=LIGHT) for _ in range(2))
    late = [first[index][0] for index in (7, 0, 4)]
    early = [second[index][0] for index in (0, 4, 7)]
    for one, other in zip(late, [early[2], early[0], early[1]], strict=True):
        np.testing.assert_array_equal(one, other)
    other_seed = Batches(*numbered, 4, seed=6, augmentation=LIGHT)
    assert not np.array_equal(other_seed[0][0], early[0])


def test_augmentation_does_not_repeat_from_batch_to_batch(numbered):
    images, targets = numbered
    same = np.repeat(images[5:6], 10, axis=0)
    batches = Batches(same, targets, 10, seed=0, augmentation=LIGHT)
    assert not np.array_equal(batches[0][0], batches[1][0])
