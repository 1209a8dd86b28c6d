"""Grids of small images with hard pixels, as arrays that a page can show."""

import math
from collections.abc import Sequence

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from resnet.drawing.palette import Theme, matplotlib_style, palette
from resnet.drawing.svg.pieces import shape_text

DOTS_PER_INCH = 160
CELL = 1.0  # inches
LINE = 0.26  # inches


def feature_map_grid(
    maps: Sequence[tuple[str, np.ndarray]], theme: Theme = "light", channels: int = 8
) -> np.ndarray:
    """Return RGBA pixels: a row for each step (its name and values (H, W, C)), a column a channel.

    Each row runs from the least to the greatest value it shows; bright is large, and a row in
    which every value is the same is dark.
    """
    columns = min(channels, max(values.shape[-1] for _name, values in maps))
    figure, rows = _grid(len(maps), columns)
    with mpl.rc_context(matplotlib_style(theme)):
        for axes, (name, values) in zip(rows, maps, strict=True):
            shown = np.asarray(values, dtype=float)[..., :columns]
            title = f"{name}  {shape_text(values.shape)}"
            axes[0].set_title(title, loc="left", color=palette(theme).ink)
            low, high = shown.min(), max(shown.max(), shown.min() + 1e-12)
            for i in range(shown.shape[-1]):
                axes[i].imshow(shown[..., i], vmin=low, vmax=high)
        return _pixels(figure)


def mistakes_grid(
    images: np.ndarray,
    labels: Sequence[int],
    predicted: Sequence[int],
    theme: Theme = "light",
    columns: int = 4,
) -> np.ndarray:
    """Return RGBA pixels: each image uint8 (N, H, W, 3) under its “true → predicted” classes."""
    columns = min(columns, len(images))
    figure, rows = _grid(math.ceil(len(images) / columns), columns)
    places = [axes for row in rows for axes in row]
    with mpl.rc_context(matplotlib_style(theme)):
        for axes, image, label, guess in zip(places, images, labels, predicted, strict=False):
            axes.imshow(image)
            axes.set_title(f"{label} → {guess}", color=palette(theme).ink)
        return _pixels(figure)


def magnified(image: np.ndarray, factor: int = 5) -> np.ndarray:
    """Return an image (H, W, …) whose every pixel is a square of `factor` pixels."""
    return np.repeat(np.repeat(image, factor, axis=0), factor, axis=1)


def tiles(images: np.ndarray, gap: int = 2, factor: int = 1) -> np.ndarray:
    """Return RGBA pixels: images (rows, columns, H, W, 3) uint8 beside each other, gaps clear.

    factor: of hard pixels, as in magnified().
    """
    rows, columns, height, width, _colours = images.shape
    sheet = np.zeros((rows, height * factor + gap, columns, width * factor + gap, 4), np.uint8)
    for row in range(rows):
        for column in range(columns):
            cell = sheet[row, : height * factor, column, : width * factor]
            cell[..., :3] = magnified(images[row, column], factor)
            cell[..., 3] = 255
    whole = sheet.reshape(rows * (height * factor + gap), columns * (width * factor + gap), 4)
    return whole[:-gap, :-gap]


def _grid(rows: int, columns: int) -> tuple[Figure, list[list[Axes]]]:
    """Return a figure of bare square cells with a line of words over each row."""
    height = CELL + LINE
    figure = Figure(figsize=(columns * CELL, rows * height), dpi=DOTS_PER_INCH, facecolor="none")
    grid = figure.subplots(rows, columns, squeeze=False)
    figure.subplots_adjust(0, 0, 1, 1 - LINE / (rows * height), 0.06, LINE / CELL)
    for axes in grid.flat:
        axes.axis("off")
    return figure, grid.tolist()


def _pixels(figure: Figure) -> np.ndarray:
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba()).copy()
