"""Spoil a picture on purpose, by exactly the amounts asked for."""

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageFilter

from resnet.data.augment import turned_back


@dataclass(frozen=True)
class Disturbance:
    """How a picture is spoilt; the default leaves it as it is.

    across, down: shift, of the side. rotation: degrees. zoom: magnification. brightness: factor.
    blur: radius, of the side. hidden: side of a grey square in the middle, of the side.
    """

    across: float = 0.0
    down: float = 0.0
    rotation: float = 0.0
    zoom: float = 1.0
    brightness: float = 1.0
    blur: float = 0.0
    hidden: float = 0.0


def disturbed(pixels: np.ndarray, how: Disturbance) -> np.ndarray:
    """Return a spoilt copy of a picture (S, S, 3) uint8; what comes in repeats the border."""
    if how == Disturbance():
        return pixels.copy()
    side = len(pixels)
    rim = side  # as far as a shift or a turn can reach
    image = Image.fromarray(np.pad(pixels, ((rim, rim), (rim, rim), (0, 0)), mode="edge"))
    angle, middle = np.deg2rad(how.rotation), side / 2  # Pillow counts from pixels' corners
    cosine, sine = np.cos(angle) / how.zoom, np.sin(angle) / how.zoom
    x, y = turned_back(-middle - how.across * side, -middle - how.down * side, cosine, sine)
    image = image.transform(
        (side, side),
        Image.Transform.AFFINE,
        # From a pixel of the result back to the place in the padded picture it comes from.
        (cosine, sine, rim + middle + x, -sine, cosine, rim + middle + y),
        Image.Resampling.BILINEAR,
    )
    if how.blur:
        image = image.filter(ImageFilter.GaussianBlur(how.blur * side))
    values = np.clip(np.asarray(image, np.float32) * how.brightness, 0, 255)
    result = np.round(values).astype(np.uint8)
    half = round(how.hidden * side / 2)
    if half:
        centre = side // 2
        result[centre - half : centre + half, centre - half : centre + half] = 128
    return result
