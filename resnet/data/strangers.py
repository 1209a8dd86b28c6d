"""Photos of many people's hands: the Sign Language Digits Dataset (Mavi 2020, arXiv:2011.08927)."""

from pathlib import Path

import numpy as np

from resnet.data.classes import CLASSES
from resnet.data.photo import model_input, read_photo
from resnet.errors import LabError
from resnet.language import translate as _

SUFFIXES = {".jpg", ".jpeg", ".png"}


def read_class_folders(folder: Path, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the photos (N, size, size, 3) uint8 and labels (N,) of the folders 0 to 5.

    Raises LabError when a class has no photo.
    """
    images, labels = [], []
    for label in CLASSES:
        files = sorted(f for f in (folder / str(label)).glob("*") if f.suffix.lower() in SUFFIXES)
        if not files:
            raise LabError(
                _("{folder} must hold the folders 0 to 5 with photos: {label} has none.").format(
                    folder=folder, label=label
                )
            )
        for file in files:
            images.append(model_input(read_photo(file), size))
            labels.append(label)
    return np.stack(images), np.array(labels, np.int64)
