"""Nearest images, against a plain loop."""

import numpy as np

from resnet.data.neighbours import nearest, nearest_accuracy


def test_neighbours_are_those_of_a_plain_loop():
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (20, 8, 8, 3)).astype(np.uint8)
    indices, differences = nearest(images, images[:3], 4)
    for row in range(3):
        apart = [np.sqrt((((a / 255.0) - images[row] / 255.0) ** 2).mean()) for a in images]
        assert indices[row].tolist() == np.argsort(apart)[:4].tolist()
        np.testing.assert_allclose(differences[row], np.sort(apart)[:4], atol=1e-3)
    assert indices[:, 0].tolist() == [0, 1, 2]


def test_accuracy_counts_neighbours_of_the_same_class():
    images = np.stack([np.full((4, 4, 3), level, np.uint8) for level in (0, 100, 200)])
    test = np.stack([np.full((4, 4, 3), level, np.uint8) for level in (10, 110, 190, 210)])
    assert nearest_accuracy(images, np.array([0, 1, 2]), test, np.array([0, 1, 2, 0])) == 0.75
