"""Which images lie nearest to one another, pixel by pixel."""

import numpy as np

from resnet.data.photo import as_float


def nearest(images: np.ndarray, to: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return indices and root-mean-square differences (M, count) of the nearest images.

    images: (N, H, W, 3) uint8; to: (M, H, W, 3) uint8. Differences are of values from 0 to 1.
    """
    known, wanted = (as_float(array).reshape(len(array), -1) for array in (images, to))
    squares = (wanted**2).sum(1)[:, None] + (known**2).sum(1) - 2 * wanted @ known.T
    indices = np.argsort(squares, axis=1, kind="stable")[:, :count]
    found = np.take_along_axis(squares, indices, axis=1)
    return indices, np.sqrt(np.maximum(found, 0) / known.shape[1])


def nearest_accuracy(
    images: np.ndarray, labels: np.ndarray, test_images: np.ndarray, test_labels: np.ndarray
) -> float:
    """Return the share of test images whose nearest training image is of the same class."""
    indices, _differences = nearest(images, test_images, 1)
    return float((labels[indices[:, 0]] == test_labels).mean())
