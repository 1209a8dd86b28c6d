"""Folders of photos, one a class."""

import numpy as np
import pytest
from PIL import Image

from resnet.data.strangers import read_class_folders
from resnet.errors import LabError


def photos(folder, classes):
    for label in classes:
        (folder / str(label)).mkdir()
        Image.new("RGB", (40, 30), (label * 40, 0, 0)).save(folder / str(label) / "a.png")


def test_every_photo_is_read_with_its_folders_class(tmp_path):
    photos(tmp_path, range(6))
    (tmp_path / "0" / "notes.txt").write_text("not a photo")
    images, labels = read_class_folders(tmp_path, 24)
    assert images.shape == (6, 24, 24, 3)
    assert images.dtype == np.uint8
    assert labels.tolist() == [0, 1, 2, 3, 4, 5]
    assert images[:, 0, 0, 0].tolist() == [0, 40, 80, 120, 160, 200]


def test_a_missing_class_is_named(tmp_path):
    photos(tmp_path, range(5))
    with pytest.raises(LabError, match="5 has none"):
        read_class_folders(tmp_path, 24)
