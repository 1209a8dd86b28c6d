"""Many small pictures side by side, as one array that a page can show."""

import numpy as np

GAP = 4  # pixels between two pictures
TINTS = np.eye(3, dtype=np.uint8)


def contact_sheet(images: np.ndarray, columns: int, factor: int = 2) -> np.ndarray:
    """Return pictures (N, H, W, 3) uint8 in rows of `columns`, magnified, RGBA with clear gaps."""
    count, height, width, _ = images.shape
    rows = -(-count // columns)
    cell_height, cell_width = factor * height + GAP, factor * width + GAP
    sheet = np.zeros((rows * cell_height - GAP, columns * cell_width - GAP, 4), np.uint8)
    for place, image in enumerate(images):
        top, left = place // columns * cell_height, place % columns * cell_width
        large = image.repeat(factor, axis=0).repeat(factor, axis=1)
        sheet[top : top + factor * height, left : left + factor * width, :3] = large
        sheet[top : top + factor * height, left : left + factor * width, 3] = 255
    return sheet


def channels(image: np.ndarray) -> np.ndarray:
    """Return a picture's red, green and blue parts (3, H, W, 3), each in its own colour."""
    return np.stack([image * tint for tint in TINTS])
