"""Photos of every kind a phone, a scanner or a prankster makes."""

import contextlib
import io
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from resnet.data import photo
from resnet.data.photo import as_float, centre_square, model_input, read_photo
from resnet.errors import LabError
from resnet.settings import PROJECT

pytestmark = pytest.mark.filterwarnings(  # Pillow mutters about files that are then refused
    "ignore:.*EXIF data", "ignore:Tag data larger", "ignore:Image size"
)

# Four quarters of plain colour, 24 high and 16 wide, tell orientation, crop and colour at once.
RED, GREEN, BLUE, WHITE = (200, 30, 30), (30, 180, 30), (30, 30, 200), (250, 250, 250)


def picture(height: int = 24, width: int = 16) -> Image.Image:
    pixels = np.zeros((height, width, 3), np.uint8)
    rows, columns = height // 2, width // 2
    pixels[:rows, :columns], pixels[:rows, columns:] = RED, GREEN
    pixels[rows:, :columns], pixels[rows:, columns:] = BLUE, WHITE
    return Image.fromarray(pixels)


def encoded(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def corners(image: Image.Image) -> np.ndarray:
    pixels = np.asarray(image).astype(int)
    return np.array([pixels[3, 3], pixels[3, -4], pixels[-4, 3], pixels[-4, -4]])


def refusal(content: bytes) -> str:
    with pytest.raises(LabError) as caught:
        read_photo(content)
    message = str(caught.value)
    assert message.endswith(".")
    assert "\n" not in message
    return message


@pytest.mark.parametrize(
    ("kind", "options", "tolerance"),
    [
        ("PNG", {}, 0),
        ("WEBP", {"lossless": True}, 0),
        ("WEBP", {"quality": 95}, 20),
        ("JPEG", {"quality": 95, "subsampling": 0}, 8),
        ("JPEG", {"quality": 95, "subsampling": 0, "progressive": True}, 8),
        ("AVIF", {"quality": 95, "subsampling": "4:4:4"}, 20),
        ("GIF", {}, 0),
        ("BMP", {}, 0),
        ("TIFF", {}, 0),
        ("TIFF", {"compression": "tiff_lzw"}, 0),
        ("TIFF", {"compression": "jpeg", "quality": 95}, 20),
    ],
)
def test_a_format(kind: str, options: dict, tolerance: int) -> None:
    read = read_photo(encoded(picture(), kind, **options))
    assert (read.mode, read.size) == ("RGB", (16, 24))
    np.testing.assert_allclose(corners(read), [RED, GREEN, BLUE, WHITE], atol=tolerance)


def test_a_path_is_read_and_its_ending_is_not_believed(tmp_path: Path) -> None:
    path = tmp_path / "hand.gif"
    path.write_bytes(encoded(picture()))
    np.testing.assert_array_equal(corners(read_photo(path)), [RED, GREEN, BLUE, WHITE])
    np.testing.assert_array_equal(read_photo(str(path)), read_photo(path))


@pytest.mark.parametrize("place", ["nowhere.jpg", "."])
def test_a_path_that_cannot_be_opened(tmp_path: Path, place: str) -> None:
    with pytest.raises(LabError, match="cannot be opened"):
        read_photo(tmp_path / place)


# EXIF 2.3, tag 0x0112: what was done to the upright picture before it was stored.
STORED = {
    1: lambda a: a,
    2: lambda a: a[:, ::-1],
    3: lambda a: a[::-1, ::-1],
    4: lambda a: a[::-1],
    5: lambda a: a.transpose(1, 0, 2),
    6: lambda a: np.rot90(a, 1),
    7: lambda a: a[::-1, ::-1].transpose(1, 0, 2),
    8: lambda a: np.rot90(a, -1),
}


@pytest.mark.parametrize("orientation", STORED)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "TIFF"])
def test_exif_orientation_is_undone(orientation: int, kind: str) -> None:
    upright = np.asarray(picture())
    stored = Image.fromarray(np.ascontiguousarray(STORED[orientation](upright)))
    exif = Image.Exif()
    exif[0x0112] = orientation
    options = {
        "JPEG": {"quality": 95, "subsampling": 0},
        "WEBP": {"lossless": True},
        "AVIF": {"quality": 98, "subsampling": "4:4:4"},
    }.get(kind, {})
    read = read_photo(encoded(stored, kind, exif=exif, **options))
    assert read.size == (16, 24)
    np.testing.assert_allclose(corners(read), [RED, GREEN, BLUE, WHITE], atol=12)


def test_a_broken_exif_is_ignored() -> None:
    content = encoded(picture(), exif=b"Exif\0\0MM\0*\0\0\0\x08\xff\xff" + b"\1\x12\0\3" * 9)
    np.testing.assert_array_equal(corners(read_photo(content)), [RED, GREEN, BLUE, WHITE])


def test_no_metadata_is_kept() -> None:
    exif = Image.Exif()
    exif[0x010E] = "the street I live in"
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", "my name")
    for content in (
        encoded(picture(), "JPEG", exif=exif, comment="my name", icc_profile=b"x" * 200),
        encoded(picture(), exif=exif, pnginfo=notes),
    ):
        read = read_photo(content)
        assert read.info == {}
        assert not read.getexif()


def test_cmyk() -> None:
    read = read_photo(encoded(picture().convert("CMYK"), "JPEG", quality=95, subsampling=0))
    np.testing.assert_allclose(corners(read), [RED, GREEN, BLUE, WHITE], atol=25)


def test_sixteen_bit_grey_is_scaled_not_clipped() -> None:
    ramp = np.linspace(0, 65535, 256).astype(np.uint16)
    read = read_photo(encoded(Image.fromarray(np.tile(ramp, (4, 1)))))
    np.testing.assert_allclose(np.asarray(read)[0, :, 1], np.arange(256), atol=1)


def test_sixteen_bit_colour_is_scaled_not_clipped() -> None:
    ramp = np.linspace(0, 65535, 256).astype(">u2")
    row = b"\0" + np.stack([ramp, ramp[::-1], 0 * ramp], axis=-1).tobytes()
    read = np.asarray(read_photo(png(256, 2, row * 2, depth=16, colour=2)))
    np.testing.assert_allclose(read[0, :, 0], np.arange(256), atol=1)
    np.testing.assert_allclose(read[0, :, 1], np.arange(256)[::-1], atol=1)


def test_palette_with_and_without_a_transparent_colour() -> None:
    paletted = picture().quantize(4)
    read = read_photo(encoded(paletted))
    np.testing.assert_allclose(corners(read), [RED, GREEN, BLUE, WHITE], atol=4)
    blue = paletted.getpixel((3, 20))
    read = read_photo(encoded(paletted, transparency=blue))
    np.testing.assert_allclose(corners(read)[2], 255)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_transparent_parts_become_white(kind: str) -> None:
    image = picture().convert("RGBA")
    alpha = np.full((24, 16), 255, np.uint8)
    alpha[:12] = 0
    alpha[12:, 8:] = 128
    image.putalpha(Image.fromarray(alpha))
    read = read_photo(encoded(image, kind, lossless=True))
    np.testing.assert_allclose(corners(read)[:2], 255)
    np.testing.assert_allclose(corners(read)[2], BLUE)
    np.testing.assert_allclose(corners(read)[3], 252, atol=1)


@pytest.mark.parametrize("mode", ["1", "L", "LA"])
def test_grey_and_black_and_white(mode: str) -> None:
    read = read_photo(encoded(picture().convert("L").convert(mode)))
    assert read.mode == "RGB"
    assert np.ptp(np.asarray(read).astype(int), axis=-1).max() == 0


def test_two_pictures_in_one_jpeg_as_phones_write_them() -> None:
    content = encoded(picture(), "MPO", save_all=True, append_images=[Image.new("RGB", (8, 8))])
    np.testing.assert_allclose(corners(read_photo(content))[0], RED, atol=25)


@pytest.mark.parametrize("kind", ["WEBP", "GIF", "TIFF", "AVIF"])
def test_of_several_pictures_the_first_is_shown(kind: str) -> None:
    options = {"lossless": True} if kind == "WEBP" else {}
    content = encoded(
        picture(), kind, save_all=True, append_images=[Image.new("RGB", (16, 24))], **options
    )
    tolerance = 60 if kind == "AVIF" else 0  # whose colours are halved in size
    np.testing.assert_allclose(corners(read_photo(content))[0], RED, atol=tolerance)


def test_one_pixel_becomes_a_plain_input() -> None:
    content = encoded(Image.new("RGB", (1, 1), (10, 200, 30)))
    seen = model_input(read_photo(content))
    assert seen.shape == (64, 64, 3)
    np.testing.assert_array_equal(seen.reshape(-1, 3), [(10, 200, 30)] * 4096)


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
@pytest.mark.parametrize("size", [(1, 500), (500, 1), (3, 2), (20_000, 1), (1, 20_000)])
def test_thin_pictures(size: tuple[int, int], kind: str) -> None:
    assert model_input(read_photo(encoded(Image.new("RGB", size), kind))).shape == (64, 64, 3)


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_real_photo_of_100_megapixels_is_refused(kind: str) -> None:
    content = encoded(Image.new("L", (10_000, 10_000)), kind)
    assert len(content) < 20 * 2**20  # it would pass the limit on uploads
    assert "40 million pixels" in refusal(content)


def test_a_large_photo_is_made_smaller() -> None:
    large = Image.new("RGB", (5000, 4000), GREEN)
    for content in (encoded(large, "JPEG"), encoded(large, "PNG", compress_level=1)):
        read = read_photo(content)
        assert read.size == (1000, 800)
        np.testing.assert_allclose(np.asarray(read)[5, 5], GREEN, atol=3)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "LA", "L", "P", "I;16"])
@pytest.mark.parametrize("size", [(2300, 2100), (1001, 4003), (7001, 900)])
def test_a_photo_in_strips_is_the_photo_as_a_whole(mode: str, size: tuple[int, int]) -> None:
    small = np.random.default_rng(0).integers(0, 256, (4, 4, 4), np.uint8)
    image = Image.fromarray(small).resize(size, Image.Resampling.BILINEAR)
    image = image.convert("L").convert(mode) if mode in ("I;16", "P") else image.convert(mode)
    read = read_photo(encoded(image, compress_level=1))
    whole = photo._on_white(photo._eight_bits(image))
    whole.thumbnail((1000, 1000))
    assert read.size == whole.size
    apart = np.abs(np.asarray(read).astype(int) - np.asarray(whole))
    # Both take means first; the last of a row or column may be of fewer pixels.
    assert np.quantile(apart, 0.99) <= 2
    assert apart.max() <= 12


CHILD = """
import resource, sys, threading
from pathlib import Path
from resnet.data import photo

resource.setrlimit(resource.RLIMIT_AS, (4 * 2**30, 4 * 2**30))  # spares the machine a failure
photo.TURN_SECONDS = 250
content, sizes, photos = Path(sys.argv[1]).read_bytes(), [], int(sys.argv[2])
threads = [threading.Thread(target=lambda: sizes.append(photo.read_photo(content).size))
           for _photo in range(photos)]
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert sizes == [(1000, 1000)] * photos, sizes
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="counts memory as Linux does")
@pytest.mark.timeout(300)
@pytest.mark.parametrize("photos", [6, pytest.param(30, marks=pytest.mark.soak)])
def test_photos_of_40_megapixels_at_once_take_little_memory(tmp_path: Path, photos: int) -> None:
    """Decoded side by side, with a copy or two of each, they would take half a gigabyte each."""
    file = tmp_path / "large.png"
    Image.new("RGBA", (6320, 6320), (*GREEN, 128)).save(file)
    child = subprocess.run(
        [sys.executable, "-c", CHILD, str(file), str(photos)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert child.returncode == 0, child.stderr
    assert int(child.stdout) < 700  # MiB


def test_who_waits_long_for_a_turn_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photo, "TURN_SECONDS", 0)
    with contextlib.ExitStack() as others:
        for _photo in range(photo.AT_ONCE):
            others.enter_context(photo._turn_to_decode())
        assert "Many photos are being read" in refusal(encoded(picture()))
    assert read_photo(encoded(picture())).size == (16, 24)


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width: int, height: int, rows: bytes, depth: int = 8, colour: int = 2, *more) -> bytes:
    """Write a PNG by hand, for what Pillow does not write."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    chunks = [(b"IHDR", header), *more, (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*c) for c in chunks)


@pytest.mark.parametrize("side", [6325, 12000, 20000, 2**31 - 1])
def test_a_huge_header_is_refused_before_decoding(side: int) -> None:
    assert "40 million pixels" in refusal(png(side, side, b""))


def test_a_bomb_in_the_pixels_is_not_unpacked() -> None:
    content = png(2, 2, b"\0" * 30_000_000)
    assert read_photo(content).size == (2, 2)


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><rect width="9" height="9"/></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"


@pytest.mark.parametrize(
    "content",
    [
        SVG,
        HTML,
        encoded(picture(), "JPEG2000"),
        encoded(picture(), "ICO"),
        encoded(picture(), "TGA"),
        b"\0\0\0\x18ftypmp42" + b"\0" * 40,
        b"%PDF-1.7",
        b"\0",
    ],
    ids=["svg", "html", "jpeg 2000", "ico", "tga", "video", "pdf", "zero"],
)
def test_other_files_are_refused_whatever_their_name(tmp_path: Path, content: bytes) -> None:
    assert "no picture of a kind that the lab reads" in refusal(content)
    path = tmp_path / "hand.jpg"
    path.write_bytes(content)
    with pytest.raises(LabError, match="no picture of a kind"):
        read_photo(path)


def test_an_empty_file_is_refused() -> None:
    assert "empty" in refusal(b"")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "GIF", "BMP", "TIFF"])
@pytest.mark.parametrize("kept", [0.2, 0.5, 0.9])
def test_truncated_photos_are_refused(kind: str, kept: float) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (200, 200, 3), np.uint8)
    content = encoded(Image.fromarray(noise), kind)
    assert refusal(content[: int(len(content) * kept)])


SMALL = [
    encoded(picture(), kind, exif=b"Exif\0\0MM\0*\0\0\0\x08\0\1\1\x12\0\3\0\0\0\1\0\6\0\0")
    for kind in ("JPEG", "PNG", "WEBP", "AVIF", "GIF", "BMP", "TIFF")
]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(SMALL), st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255))))
def test_damaged_bytes_give_a_picture_or_one_sentence(content: bytes, changes: list) -> None:
    damaged = bytearray(content)
    for place, value in changes:
        damaged[place % len(damaged)] = value
    with contextlib.suppress(LabError):
        assert read_photo(bytes(damaged)).mode == "RGB"


def test_the_centre_square_is_what_the_net_sees() -> None:
    wide = Image.new("RGB", (300, 100), RED)
    wide.paste(picture(100, 100), (100, 0))
    assert centre_square(wide).size == (100, 100)
    seen = model_input(wide, 32)
    assert (seen.shape, seen.dtype) == ((32, 32, 3), np.uint8)
    np.testing.assert_array_equal(corners(Image.fromarray(seen)), [RED, GREEN, BLUE, WHITE])


def test_preprocessing_is_one_division() -> None:
    every = np.arange(256, dtype=np.uint8)
    np.testing.assert_array_equal(as_float(every), every.astype(np.float32) / np.float32(255))
    assert as_float(every).dtype == np.float32
    with pytest.raises(TypeError, match="uint8"):
        as_float(as_float(every))
