"""HEIC photos are read by a child process, upright; what is no photo is one sentence."""

import io

import numpy as np
import pillow_heif
import pytest
from PIL import Image

from resnet.data import heic, photo, quarantine
from resnet.data.photo import read_photo
from resnet.errors import LabError
from resnet.language import speaking

pytestmark = pytest.mark.slow

COLOURS = np.array([[[250, 20, 20], [20, 250, 20]], [[20, 20, 250], [250, 250, 250]]], np.uint8)


def encoded(orientation: int = 1, scale: int = 32) -> bytes:
    """Return two by two colours, twice as wide as high, as a phone writes them."""
    pillow_heif.register_heif_opener()
    exif = Image.Exif()
    exif[0x0112] = orientation
    file = io.BytesIO()
    image = Image.fromarray(np.kron(COLOURS, np.ones((scale, 2 * scale, 1), np.uint8)))
    image.save(file, "HEIF", quality=95, chroma=444, exif=exif.tobytes())
    return file.getvalue()


def corners(image: Image.Image) -> np.ndarray:
    pixels = np.asarray(image).astype(int)
    return np.array([[pixels[y, x] for x in (8, -8)] for y in (8, -8)])


# EXIF 2.3: 6 has to be turned by a quarter clockwise, 3 by a half.
@pytest.mark.parametrize(
    ("orientation", "turns", "size"), [(1, 0, (128, 64)), (6, -1, (64, 128)), (3, 2, (128, 64))]
)
def test_a_photo_is_read_upright_and_without_its_notes(orientation, turns, size):
    read = read_photo(encoded(orientation))
    assert (read.mode, read.size, read.info) == ("RGB", size, {})
    np.testing.assert_allclose(corners(read), np.rot90(COLOURS.astype(int), turns), atol=25)


def test_a_large_photo_is_made_smaller():
    assert read_photo(encoded(scale=400)).size == (1000, 500)


def test_a_huge_one_is_refused_from_its_header(monkeypatch):
    pillow_heif.register_heif_opener()
    monkeypatch.setattr(photo, "LARGEST_PHOTO", 100)
    with pytest.raises(LabError, match="million pixels"):
        photo.decoded(io.BytesIO(encoded()), ("HEIF",))


@pytest.mark.parametrize("kept", [0.05, 0.5, 0.95])
def test_a_cut_off_one_is_one_sentence_in_the_readers_language(kept):
    content = encoded()
    with speaking("zh"):
        with pytest.raises(LabError) as caught:
            read_photo(content[: max(40, int(kept * len(content)))])
        assert "照片已损坏" in str(caught.value)


def test_one_that_takes_too_long_is_one_sentence(monkeypatch):
    monkeypatch.setattr(quarantine, "SECONDS", 0.01)
    with pytest.raises(LabError, match="takes too long"):
        heic.read_heic(encoded())
