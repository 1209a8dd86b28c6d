"""Turn any photo into what a net sees."""

import io
import os
import struct
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from resnet.data.heic import START, is_heic, read_heic
from resnet.errors import LabError
from resnet.language import translate as _

FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "GIF", "BMP", "TIFF")  # and HEIC, in a process of its own
# What the names of such files end with, for a browser's dialog; a file is known by its content.
ENDINGS = ("jpg", "jpeg", "png", "webp", "heic", "heif", "avif", "gif", "bmp", "tif", "tiff")
LARGEST_PHOTO = 40_000_000  # pixels
# Pixels kept of a larger photo: more than any net here sees. A JPEG of 12 megapixels, 4000 or 4032
# wide, is decoded at a quarter of its size for it: 0.03 s, not 0.23 s as for 2048.
LONGEST_SIDE = 1000
PNG, TIFF = b"\x89PNG\r\n\x1a\n", (b"II*\0", b"MM\0*")
NEEDED = (b"tRNS", b"eXIf")  # of a PNG's chunks that are no pixels
REDUCING_GAP = 2  # times LONGEST_SIDE that a photo keeps for the last, exact step
STRIP_PIXELS = 2_000_000
# 40 megapixels of PNG take 0.2 GB, of WebP 0.6; two decoders keep a small server's cores busy.
AT_ONCE, TURN_SECONDS = 2, 60
# What Pillow thinks of a damaged file's notes is nothing for the console.
warnings.filterwarnings("ignore", module=r"PIL\.")
_decoding = threading.BoundedSemaphore(AT_ONCE)
# What Pillow raises when a file's content contradicts itself.
BROKEN = (
    *(OSError, SyntaxError, ValueError, EOFError, KeyError, IndexError, TypeError, struct.error),
    RuntimeError,  # the decoder of AVIF
)


def as_float(images: np.ndarray) -> np.ndarray:
    """Scale uint8 images of any shape to float32 in [0, 1].

    The one preprocessing step of the lab: training, testing and prediction all call it.
    """
    if images.dtype != np.uint8:
        raise TypeError(f"as_float takes uint8 images, not {images.dtype}")
    return np.divide(images, np.float32(255), dtype=np.float32)


def read_photo(source: bytes | str | Path) -> Image.Image:
    """Return a photo as an upright RGB image without metadata, its longest side at most 1000.

    source: a file's content or its path; JPEG, PNG, WebP, HEIC, AVIF, GIF, BMP and TIFF of any
    colour mode, known by content and never by name. Of several pictures the first is taken;
    transparent parts become white. Raises LabError with one sentence.
    """
    if isinstance(source, bytes):
        return _read(io.BytesIO(source))
    try:
        with Path(os.path.expanduser(source)).open("rb") as file:  # noqa: PTH111
            return _read(file)
    except OSError as error:
        raise LabError(
            _("The photo {path} cannot be opened ({reason}): check its name and place.").format(
                path=source, reason=error.strerror
            )
        ) from error


def centre_square(image: Image.Image) -> Image.Image:
    """Return the largest square in the middle of an image."""
    side = min(image.size)
    left, top = (image.width - side) // 2, (image.height - side) // 2
    return image.crop((left, top, left + side, top + side))


def model_input(image: Image.Image, size: int = 64) -> np.ndarray:
    """Return the centre square of an RGB image as a net sees it: (size, size, 3) uint8."""
    return np.asarray(scaled(centre_square(image), size))


def scaled(image: Image.Image, size: int) -> Image.Image:
    """Scale a picture to size × size: the mean of each area if it divides, else bicubic.

    The one way pictures get their size, in training, testing and prediction.
    """
    divides = image.width % size == 0 and image.height % size == 0
    how = Image.Resampling.BOX if divides else Image.Resampling.BICUBIC
    return image.resize((size, size), how, reducing_gap=3)


def _read(file: BinaryIO) -> Image.Image:
    start = file.read(START)
    if not start:
        raise LabError(_("The photo is empty (0 bytes): choose or save it again."))
    is_png = start.startswith(PNG)
    is_known = is_png or start.startswith(TIFF) or b"avif" in start
    try:
        with _turn_to_decode():
            if is_heic(start):
                return read_heic(start + file.read())
            try:
                return decoded(file)
            except BROKEN as error:
                if isinstance(error, LabError) or not is_png:
                    raise
                return decoded(_without_notes(file))
    except LabError:
        raise
    except BROKEN as error:
        unknown = isinstance(error, UnidentifiedImageError) and not is_known
        raise (_unknown() if unknown else _damaged()) from error


def _without_notes(png: BinaryIO) -> BinaryIO:
    """Return a PNG with nothing but what its pixels need, and its EXIF, which says its turn.

    Pillow refuses texts and colour profiles that unpack to more than a megabyte, and chunks that it
    understands otherwise than who wrote them: the pixels are no worse for it.
    """
    size = png.seek(0, io.SEEK_END)
    png.seek(len(PNG))
    kept = io.BytesIO()
    kept.write(PNG)
    while len(head := png.read(8)) == 8:
        length, kind = struct.unpack(">I4s", head)
        rest = min(length + 4, size - png.tell())  # the chunk's data and checksum
        if kind[:1].islower() and kind not in NEEDED:
            png.seek(rest, io.SEEK_CUR)
        else:
            kept.write(head + png.read(rest))
    return kept


def decoded(file: BinaryIO, formats: tuple[str, ...] = FORMATS) -> Image.Image:
    """Return the picture of a file, as `read_photo` does.

    formats: Pillow's names. Raises one of BROKEN where the content contradicts itself.
    """
    file.seek(0)
    try:
        image = Image.open(file, formats=formats)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large() from error
    if image.width * image.height > LARGEST_PHOTO:  # from the header: no pixel is decoded yet
        raise _too_large()
    share = LONGEST_SIDE / max(image.size)
    # A JPEG is decoded at the smallest scale whose sides are both at least so long.
    image.draft(None, (max(1, int(share * image.width)), max(1, int(share * image.height))))
    image.load()
    small = _reduced(image)
    small.info = image.info  # where EXIF and XMP lie; _on_white() leaves them behind
    image.close()
    small.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    return _on_white(_upright(small))


@contextmanager
def _turn_to_decode() -> Iterator[None]:
    """Let few photos be decoded at once, each of which takes up to 0.6 GB for a moment."""
    if not _decoding.acquire(timeout=TURN_SECONDS):
        raise LabError(
            _(
                "Many photos are being read just now, and yours waited for {seconds} s: try again "
                "in a moment."
            ).format(seconds=TURN_SECONDS)
        )
    try:
        yield
    finally:
        _decoding.release()


def _reduced(image: Image.Image) -> Image.Image:
    """Return an image as RGB on white, by a whole factor so small that scaling down stays exact.

    Strip by strip: no second copy of all its pixels is ever made. It is what resize() with a
    reducing_gap does first.
    """
    factor = max(1, max(image.size) // (REDUCING_GAP * LONGEST_SIDE))
    small = Image.new("RGB", (-(-image.width // factor), -(-image.height // factor)))
    rows = factor * max(1, STRIP_PIXELS // (factor * image.width))
    for top in range(0, image.height, rows):
        strip = image.crop((0, top, image.width, min(image.height, top + rows)))
        small.paste(_on_white(_eight_bits(strip)).reduce(factor), (0, top // factor))
    return small


def _eight_bits(image: Image.Image) -> Image.Image:
    """Return the image with 8 bits a channel and no palette; the modes left can be resized."""
    if image.mode.startswith("I"):  # 16-bit grey; a plain conversion would clip it to white
        values = np.asarray(image).astype(np.float32)
        return Image.fromarray(np.clip(values / 257 + 0.5, 0, 255).astype(np.uint8))
    wanted = "RGBA" if image.has_transparency_data else "RGB"
    return image if image.mode == wanted else image.convert(wanted)


def _upright(image: Image.Image) -> Image.Image:
    """Turn the image as its EXIF orientation says; an unreadable EXIF says nothing."""
    try:
        return ImageOps.exif_transpose(image)
    except BROKEN:
        return image


def _on_white(image: Image.Image) -> Image.Image:
    """Return a new RGB image with nothing but the pixels, transparent parts white."""
    result = Image.new("RGB", image.size, "white")
    result.paste(image, mask=image.getchannel("A") if image.mode == "RGBA" else None)
    return result


def _unknown() -> LabError:
    return LabError(
        _(
            "This file is no picture of a kind that the lab reads (JPEG, PNG, WebP, HEIC, AVIF, "
            "GIF, BMP, TIFF), whatever its name says: save the photo as JPEG and try again."
        )
    )


def _too_large() -> LabError:
    return LabError(
        _(
            "The photo has more than {limit} million pixels, the most the lab reads: make it "
            "smaller and try again."
        ).format(limit=LARGEST_PHOTO // 10**6)
    )


def _damaged() -> LabError:
    return LabError(_("The photo is damaged or cut off: take or save it again."))
