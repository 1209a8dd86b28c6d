"""A tiny data set in which a class is a colour, and a net small enough for it."""

import numpy as np
import pytest

from resnet.data.signs import Dataset, write_hdf5
from resnet.training.spec import TrainingSpec

COLOURS = np.array(
    [[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 0], [255, 0, 255], [0, 255, 255]], np.uint8
)


def coloured(count: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return images of one noisy colour each and their labels."""
    labels = np.arange(count) % 6
    noise = rng.integers(0, 100, (count, 64, 64, 3))
    images = np.clip(COLOURS[labels][:, None, None, :] // 2 + noise, 0, 255).astype(np.uint8)
    return images, labels.astype(np.int64)


@pytest.fixture(scope="session")
def colours():
    """64 training and 12 test images, 64×64."""
    rng = np.random.default_rng(0)
    train, test = coloured(64, rng), coloured(12, rng)
    return Dataset("colours", *train, *test, tuple(range(6)), True, "drawn for a test")


@pytest.fixture(scope="session")
def colours_folder(colours, tmp_path_factory):
    """The same set as two HDF5 files."""
    folder = tmp_path_factory.mktemp("colours")
    write_hdf5(colours, folder)
    return folder


@pytest.fixture
def tiny_spec(colours_folder):
    """Make a spec of an eight-layer net on 16×16 images that trains in seconds."""

    def spec(**changes) -> TrainingSpec:
        values = {
            "model": "resnet8",
            "data": str(colours_folder),
            "recipe": "notebook",
            "epochs": 2,
            "batch_size": 24,
            "image_size": 16,
        }
        return TrainingSpec(**{**values, **changes})

    return spec
