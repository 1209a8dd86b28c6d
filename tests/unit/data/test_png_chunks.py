"""What else a PNG may hold beside its pixels: long texts, profiles, notes of other programs."""

import tracemalloc
import zlib

import numpy as np
import pytest
from PIL import Image

from resnet.data.photo import read_photo
from tests.unit.data.test_photo import (
    BLUE,
    GREEN,
    RED,
    WHITE,
    chunk,
    corners,
    encoded,
    picture,
    refusal,
)

pytestmark = pytest.mark.filterwarnings(  # Pillow mutters about files that are then refused
    "ignore:.*EXIF data", "ignore:Tag data larger", "ignore:Image size"
)


def with_chunks(before: list, after: list = (), image: Image.Image | None = None) -> bytes:
    """Return a PNG of the picture with more chunks (name, data) before and after its pixels."""
    content = encoded(image or picture())
    start, end = content.index(b"IDAT") - 4, content.index(b"IEND") - 4
    join = lambda chunks: b"".join(chunk(*one) for one in chunks)  # noqa: E731
    return content[:start] + join(before) + content[start:end] + join(after) + content[end:]


LONG = b"a b " * 1_250_000  # 5 MB
NOTES = {
    "tEXt": (b"tEXt", b"Comment\0" + LONG),
    "zTXt": (b"zTXt", b"Comment\0\0" + zlib.compress(LONG)),
    "zTXt otherwise": (b"zTXt", b"Comment\0\7abc"),
    "zTXt bomb": (b"zTXt", b"Comment\0\0" + zlib.compress(b"a" * 100_000_000)),
    "iTXt": (b"iTXt", b"Comment\0\0\0en\0Comment\0" + LONG),
    "iTXt packed": (b"iTXt", b"Comment\0\1\0en\0Comment\0" + zlib.compress(LONG)),
    "iTXt XMP": (b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(LONG)),
    "iCCP": (b"iCCP", b"colours\0\0" + zlib.compress(LONG)),
    "iCCP otherwise": (b"iCCP", b"colours\0\7abc"),
    "iCCP nothing": (b"iCCP", b""),
    "eXIf": (b"eXIf", b"MM\0*\0\0\0\x08" + LONG),
    "gAMA": (b"gAMA", b""),
    "pHYs": (b"pHYs", b"\0"),
    "sRGB": (b"sRGB", b""),
    "cHRM": (b"cHRM", b"\0"),
    "acTL": (b"acTL", b""),
    "private": (b"prVt", LONG),
}


@pytest.mark.parametrize("place", ["before", "after"])
@pytest.mark.parametrize("note", NOTES)
def test_what_stands_beside_the_pixels_of_a_png_is_no_damage(note: str, place: str) -> None:
    content = with_chunks(**{"before": [], place: [NOTES[note]]})
    read = read_photo(content)
    np.testing.assert_array_equal(corners(read), [RED, GREEN, BLUE, WHITE])
    assert read.info == {}


def test_a_png_with_a_long_text_keeps_its_turn_and_its_transparent_colour() -> None:
    exif = Image.Exif()
    exif[0x0112] = 3
    paletted = picture().quantize(4)
    content = encoded(paletted, exif=exif, transparency=paletted.getpixel((3, 20)))
    start = content.index(b"IDAT") - 4
    content = content[:start] + chunk(*NOTES["zTXt"]) + content[start:]
    upside_down = [WHITE, (255, 255, 255), GREEN, RED]  # what was blue is transparent
    np.testing.assert_allclose(corners(read_photo(content)), upside_down, atol=4)


def test_many_long_texts_take_little_memory() -> None:
    content = with_chunks([NOTES["zTXt bomb"]] * 50, [NOTES["iCCP"]] * 50)
    tracemalloc.start()
    try:
        assert read_photo(content).size == (16, 24)
        assert tracemalloc.get_traced_memory()[1] < 2 * len(content) + 10 * 2**20
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("kept", [20, 40, 55])
def test_a_png_that_ends_in_its_head_is_damaged_and_still_a_png(kept: int) -> None:
    assert "damaged" in refusal(with_chunks([NOTES["tEXt"]])[:kept])
