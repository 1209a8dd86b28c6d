"""Cut a hand out of a photo taken before a plain wall, so that it can be put before another one.

A wall's colour hardly changes in the light that falls on it, only its brightness does: the
logarithms of R/G and G/B are nearly flat over the wall, shadows included, and differ on skin.
"""

import numpy as np
from PIL import Image, ImageFilter

BORDER = 1 / 16  # of the side: where the wall is looked for first
ROUNDS = 6  # of fitting the wall and dropping what does not fit
SMALLEST, LARGEST = 0.06, 0.65  # of the picture a hand covers
RIDGE = 1e-6  # keeps the fit solvable where hardly a pixel is left
CLEAR = 3  # how many times farther from the wall's colour the hand is than the wall itself
# In the units of _colour(): how far a plain wall's pixels lie from its colour at most, and how near
# and far skin lies to any wall's. Measured on hands pasted before walls and before clutter.
PLAIN, NEAREST, FARTHEST = 45, 5, 200


def hand_matte(image: np.ndarray, smallest: float = SMALLEST) -> np.ndarray:
    """Return how much of each pixel is hand (H, W) uint8, of a photo (H, W, 3) uint8.

    All zero where nothing of the size of a hand, from `smallest` of the picture on, stands out
    from a plain background.
    """
    apart = _apart_from_wall(_colour(image))
    mask = _connected(apart > 0.85 * _threshold(apart))
    plausible = smallest < mask.mean() < LARGEST
    if not plausible or not _stands_out(apart, mask):
        return np.zeros(image.shape[:2], np.uint8)
    return np.asarray(_picture(mask).filter(ImageFilter.GaussianBlur(0.7)))


def with_matte(images: np.ndarray) -> np.ndarray:
    """Return photos (N, H, W, 3) uint8 with their mattes as the fourth channel."""
    mattes = np.stack([hand_matte(image) for image in images])
    return np.concatenate([images, mattes[..., None]], axis=-1)


def _colour(image: np.ndarray) -> np.ndarray:
    """Return (H, W, 3): two logarithms of colour ratios and a little of the brightness."""
    calm = np.asarray(Image.fromarray(image).filter(ImageFilter.GaussianBlur(0.8)), np.float32)
    red, green, blue = np.moveaxis(np.log(calm + 12), -1, 0)  # 12: dark pixels are all noise
    bright = 0.12 * (red + green + blue) / 3
    return 255 * np.stack([red - green, green - blue, bright], axis=-1)


def _apart_from_wall(colour: np.ndarray) -> np.ndarray:
    """Return how far (H, W) each colour is from a wall's, which changes smoothly with the place."""
    height, width, _ = colour.shape
    y, x = (axis.ravel() for axis in np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j])
    places = np.stack([np.ones_like(x), x, y, x * x, y * y, x * y], axis=-1)
    values = colour.reshape(-1, 3)
    wall = np.maximum(np.abs(x), np.abs(y)) > 1 - 2 * BORDER
    from_middle = np.abs(values - np.median(values[wall], axis=0)).sum(axis=1)
    wall &= from_middle < np.quantile(from_middle[wall], 0.6) + 1  # the arm crosses the border too
    for step in range(ROUNDS):
        terms = places[:, :3] if step < 2 else places  # a plane first: few pixels bend wildly
        known = terms[wall]  # six well-scaled terms: the normal equations are exact enough
        square = known.T @ known + RIDGE * np.eye(known.shape[1])
        fit = np.linalg.solve(square, known.T @ values[wall])
        apart = np.linalg.norm(values - terms @ fit, axis=1)
        wall = apart < 2.5 * np.median(apart[wall]) + 2.5
    return apart.reshape(height, width)


def _stands_out(apart: np.ndarray, mask: np.ndarray) -> bool:
    """Whether what is masked differs from a plain wall about as much as skin does."""
    hand, rest = float(np.median(apart[mask])), apart[~mask]
    plain = np.quantile(rest, 0.97) < PLAIN
    return bool(plain and max(NEAREST, CLEAR * np.median(rest)) < hand < FARTHEST)


def _threshold(values: np.ndarray) -> float:
    """Return where to part values in two so that the parts' means lie farthest apart (Otsu)."""
    counts, edges = np.histogram(values, 64, (0, max(float(np.quantile(values, 0.995)), 1e-6)))
    below = np.cumsum(counts)
    total = np.cumsum(counts * (edges[:-1] + edges[1:]) / 2)
    apart = (total[-1] * below - total * below[-1]) ** 2 / (below * (below[-1] - below) + 1e-9)
    return float(edges[int(apart[:-1].argmax()) + 1])


def _connected(mask: np.ndarray) -> np.ndarray:
    """Return the part of a mask that hangs together with its thickest place."""
    mask = np.asarray(_picture(mask).filter(ImageFilter.MedianFilter(5))) > 127
    thickness = np.asarray(_picture(mask).filter(ImageFilter.GaussianBlur(mask.shape[0] / 12)))
    part = np.zeros_like(mask)
    part.flat[np.where(mask, thickness, 0).argmax()] = True
    part &= mask
    while True:
        # Wherever a box blur leaves anything the part is near: a tenth of a maximum filter's time.
        grown = (np.asarray(_picture(part).filter(ImageFilter.BoxBlur(4))) > 0) & mask
        if (grown == part).all():
            return part
        part = grown


def _picture(mask: np.ndarray) -> Image.Image:
    return Image.fromarray(mask.astype(np.uint8) * 255)
