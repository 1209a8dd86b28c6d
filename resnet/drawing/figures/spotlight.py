"""Show where a net looks by leaving the light on there."""

import numpy as np
from PIL import Image

DIMMEST = 0.2  # of a pixel's brightness where nothing speaks for the class


def spotlight(pixels: np.ndarray, heat: np.ndarray) -> np.ndarray:
    """Return a picture (S, S, 3) uint8 lit by a map (h, w) from 0 to 1 of any size."""
    side = pixels.shape[:2][::-1]
    smooth = Image.fromarray(heat.astype(np.float32)).resize(side, Image.Resampling.BICUBIC)
    light = DIMMEST + (1 - DIMMEST) * np.clip(np.asarray(smooth), 0, 1)
    return np.round(pixels * light[..., None]).astype(np.uint8)
