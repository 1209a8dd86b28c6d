"""Vary training images at random, a whole batch at once in NumPy."""

from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from resnet.data.photo import as_float

Places = TypeVar("Places", float, np.ndarray)


@dataclass(frozen=True)
class Augmentation:
    """How strongly images are varied; every default means "not at all".

    flip, grey, blur, cutout_chance: probabilities. shift: of the image's side, either way.
    zoom: smallest and largest magnification. rotation: degrees either way. brightness: additive,
    contrast, colour (each channel's own gain) and gamma: relative, either way; noise: largest
    standard deviation, on values from 0 to 1. cutout: largest side of the hidden square, of the
    image's side.
    """

    flip: float = 0.0
    shift: float = 0.0
    zoom: tuple[float, float] = (1.0, 1.0)
    rotation: float = 0.0
    brightness: float = 0.0
    contrast: float = 0.0
    colour: float = 0.0
    gamma: float = 0.0
    grey: float = 0.0
    noise: float = 0.0
    blur: float = 0.0
    cutout_chance: float = 0.0
    cutout: float = 0.0


NONE = Augmentation()
LIGHT = Augmentation(flip=0.5, shift=4 / 64, brightness=0.1)
STRONG = Augmentation(
    flip=0.5,
    shift=0.15,
    zoom=(0.4, 1.3),
    rotation=35,
    brightness=0.15,
    contrast=0.35,
    colour=0.15,
    gamma=0.4,
    grey=0.1,
    noise=0.04,
    blur=0.25,
    cutout_chance=0.3,
    cutout=0.35,
)

AUGMENTATIONS = {"none": NONE, "light": LIGHT, "strong": STRONG}


def augment(images: np.ndarray, rng: np.random.Generator, how: Augmentation) -> np.ndarray:
    """Return varied copies of a batch, float32 in [0, 1].

    images: (N, H, W, 3), uint8 or float in [0, 1]. What comes into the frame repeats the border.
    The same state of `rng` gives the same result.
    """
    if how.rotation or how.zoom != (1.0, 1.0):
        planes = _affine(_planes(images), rng, how)
    else:
        planes = np.moveaxis(_floats(_flip_and_shift(images, rng, how)), -1, 0)
    planes = relight(planes, rng, how)  # (3, N, H, W)
    return np.ascontiguousarray(np.moveaxis(np.clip(planes, 0, 1, out=planes), 0, -1))


def _floats(images: np.ndarray) -> np.ndarray:
    return as_float(images) if images.dtype == np.uint8 else images.astype(np.float32)


def _planes(images: np.ndarray) -> np.ndarray:
    """Return the channels one after another, (3, N, H, W): NumPy is fast on long rows only."""
    return np.ascontiguousarray(np.moveaxis(_floats(images), -1, 0))


def _flip_and_shift(images: np.ndarray, rng: np.random.Generator, how: Augmentation) -> np.ndarray:
    """Mirror and move by whole pixels: one gather, no interpolation."""
    if not (how.flip or how.shift):
        return images
    count, height, width, channels = images.shape
    reach = round(how.shift * width)
    down, right = rng.integers(-reach, reach + 1, (2, count, 1))
    rows = np.clip(np.arange(height) - down, 0, height - 1)  # (N, H)
    columns = np.clip(np.arange(width) - right, 0, width - 1)  # (N, W)
    columns = np.where(rng.random((count, 1)) < how.flip, width - 1 - columns, columns)
    rows += np.arange(count)[:, None] * height
    places = (rows * width)[:, :, None] + columns[:, None, :]  # (N, H, W)
    # An opaque item of a whole pixel is copied at once, three times as fast as its numbers.
    pixel = np.dtype((np.void, images.itemsize * channels))
    pixels = np.ascontiguousarray(images).view(pixel).reshape(-1)
    return pixels[places].view(images.dtype).reshape(images.shape)


def _affine(planes: np.ndarray, rng: np.random.Generator, how: Augmentation) -> np.ndarray:
    """Mirror, turn, magnify and move, reading the picture between its pixels."""
    _, count, height, width = planes.shape
    smallest, largest = np.log(how.zoom)
    zoom = np.exp(rng.uniform(smallest, largest, count)).astype(np.float32)
    # Shrinking skips pixels: smooth first what is about to shrink much.
    for threshold in (0.7, 0.5):
        planes = smoothed(planes, zoom < threshold)
    angle = np.deg2rad(rng.uniform(-how.rotation, how.rotation, count)).astype(np.float32)
    mirror = np.where(rng.random(count) < how.flip, -1, 1).astype(np.float32)
    shift = rng.uniform(-how.shift, how.shift, (2, count)).astype(np.float32)
    y, x = np.indices((height, width), dtype=np.float32)
    middle_x, middle_y = np.float32((width - 1) / 2), np.float32((height - 1) / 2)
    # From a pixel of the result back to the place in the picture it comes from.
    x = x - middle_x - (shift[0] * width)[:, None, None]  # (N, H, W)
    y = y - middle_y - (shift[1] * height)[:, None, None]
    cosine = (np.cos(angle) / zoom)[:, None, None]
    sine = (np.sin(angle) / zoom)[:, None, None]
    from_x, from_y = turned_back(x, y, cosine, sine)
    return bilinear(planes, from_x * mirror[:, None, None] + middle_x, from_y + middle_y)


def turned_back(x: Places, y: Places, cosine: Places, sine: Places) -> tuple[Places, Places]:
    """Return the places in a picture that x, y in the turned and magnified one come from.

    All are counted from the centre of the turn. cosine, sine: of its angle, over the magnification.
    """
    return cosine * x + sine * y, cosine * y - sine * x


def bilinear(planes: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Read (C, N, H, W) planes at the places x, y (N, h, w), repeating the border."""
    _, count, height, width = planes.shape
    x, y = np.clip(x, 0, width - 1), np.clip(y, 0, height - 1)
    left, top = np.minimum(np.floor(x), width - 2), np.minimum(np.floor(y), height - 2)
    x, y = x - left, y - top
    start = (top * width + left).astype(np.intp)
    start += np.arange(count)[:, None, None] * (height * width)
    result = np.empty((len(planes), *x.shape), planes.dtype)
    for channel, plane in enumerate(planes.reshape(len(planes), -1)):
        rows = []
        for first in (start, start + width):
            row = np.take(plane, first, mode="clip")
            row += (np.take(plane, first + 1, mode="clip") - row) * x
            rows.append(row)
        result[channel] = rows[0] + (rows[1] - rows[0]) * y
    return result


def smoothed(planes: np.ndarray, which: np.ndarray) -> np.ndarray:
    """Return the planes (C, N, H, W) with a 1-2-1 blur over the images chosen by `which` (N,)."""
    if not which.any():
        return planes
    some = planes[:, which]
    for axis in (2, 3):
        lines = np.moveaxis(some, axis, 0)
        blurred = lines * np.float32(0.5)
        blurred[1:] += lines[:-1] * np.float32(0.25)
        blurred[:-1] += lines[1:] * np.float32(0.25)
        blurred[[0, -1]] += lines[[0, -1]] * np.float32(0.25)
        some = np.moveaxis(blurred, 0, axis)
    result = planes.copy()
    result[:, which] = some
    return result


def relight(planes: np.ndarray, rng: np.random.Generator, how: Augmentation) -> np.ndarray:
    """Change light, colour and sharpness of (3, N, H, W); each image draws its own amounts."""
    channels, count = planes.shape[:2]

    def draw(reach: float, channels: int = 1) -> np.ndarray:
        return rng.uniform(-reach, reach, (channels, count, 1, 1)).astype(np.float32)

    if how.blur:
        planes = smoothed(planes, np.less(rng.random(count), how.blur))
    if how.grey:
        grey = rng.random(count) < how.grey
        planes[:, grey] = planes[:, grey].mean(axis=0)
    if how.gamma:
        # The parabola through (0, 0) and (1, 1) bends the tones as a gamma does, at a tenth of
        # the cost of a power.
        planes = planes * (1 + draw(how.gamma) * (1 - planes))
    if how.contrast or how.colour:
        gain = np.exp(draw(how.contrast) + draw(how.colour, channels))
        planes = planes * gain
        planes += (1 - gain.mean(axis=0)) / 2  # mid-grey keeps its lightness
    if how.brightness:
        planes = planes + draw(how.brightness)
    if how.noise:
        # Even grain from bytes: at these strengths it looks normal and costs a tenth.
        grain = rng.integers(-127, 128, planes.shape, np.int8)
        level = rng.uniform(0, how.noise * np.sqrt(3) / 127, (count, 1, 1)).astype(np.float32)
        planes = planes + grain * level
    if how.cutout_chance:
        planes = _cut_out(planes, rng, how)
    return planes


def _cut_out(planes: np.ndarray, rng: np.random.Generator, how: Augmentation) -> np.ndarray:
    """Hide a square of one random colour in some of the images."""
    channels, count, height, width = planes.shape
    planes = planes.copy()
    for image in np.flatnonzero(rng.random(count) < how.cutout_chance):
        side = max(1, round(rng.uniform(0.3, 1) * how.cutout * min(height, width)))
        top, left = rng.integers(0, (height - side + 1, width - side + 1))
        planes[:, image, top : top + side, left : left + side] = rng.random((channels, 1, 1))
    return planes
