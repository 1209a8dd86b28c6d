"""What stands behind a hand: plain walls, wood, cloth, a cluttered room. All drawn, seeded."""

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

KINDS = ("wall", "paper", "wood", "cloth", "clutter", "room")


def backdrop(kind: str, size: int, rng: np.random.Generator) -> np.ndarray:
    """Return colours (size, size, 3) float32 from 0 to 1, as sRGB values, of one of KINDS."""
    draw = {
        "wall": _wall,
        "paper": _paper,
        "wood": _wood,
        "cloth": _cloth,
        "clutter": _clutter,
        "room": _room,
    }[kind]
    return np.clip(draw(size, rng), 0, 1).astype(np.float32)


def clouds(size: int, cells: int, rng: np.random.Generator, stretch: int = 1) -> np.ndarray:
    """Return smooth noise (size, size) around 0; `cells` bumps across, `stretch` × fewer down."""
    grid = rng.standard_normal((max(2, cells // stretch), cells)).astype(np.float32)
    return np.asarray(Image.fromarray(grid).resize((size, size), Image.Resampling.BICUBIC))


def paint(rng: np.random.Generator) -> np.ndarray:
    """Draw a colour as rooms have them: mostly pale and grey, sometimes strong."""
    lightness = rng.uniform(0.05, 0.95)
    tint = rng.normal(0, rng.choice([0.02, 0.06, 0.2], p=[0.45, 0.4, 0.15]), 3)
    return np.clip(lightness + tint - tint.mean(), 0.02, 0.98)


def _wall(size: int, rng: np.random.Generator) -> np.ndarray:
    pale = rng.random() < 0.7
    colour = rng.uniform(0.72, 0.95) + rng.normal(0, 0.025, 3) if pale else paint(rng)
    slope = rng.normal(0, 0.08, 2)
    y, x = np.mgrid[-1 : 1 : size * 1j, -1 : 1 : size * 1j]
    light = 1 + slope[0] * x + slope[1] * y + 0.02 * clouds(size, 3, rng)
    light += rng.uniform(0, 0.01) * clouds(size, size // 3, rng)
    return colour * light[..., None]


def _paper(size: int, rng: np.random.Generator) -> np.ndarray:
    """A wall with the edges of a sheet, a door or a shelf."""
    image = _picture(_wall(size, rng))
    for _ in range(rng.integers(1, 4)):
        _patch(image, rng, largest=1.6)
    return _values(image.filter(ImageFilter.GaussianBlur(size * rng.uniform(0.003, 0.02))))


def _wood(size: int, rng: np.random.Generator) -> np.ndarray:
    brown = np.array([0.62, 0.43, 0.27]) * rng.uniform(0.5, 1.4) + rng.normal(0, 0.04, 3)
    grain = 0.06 * clouds(size, 24, rng, 12) + 0.04 * clouds(size, 48, rng, 16)
    boards = 0.04 * rng.standard_normal(8)[np.arange(size) * rng.integers(1, 8) // size]
    light = 1 + grain + boards + 0.08 * clouds(size, 2, rng)
    turned = light.T if rng.random() < 0.5 else light
    return brown * turned[..., None]


def _cloth(size: int, rng: np.random.Generator) -> np.ndarray:
    folds = 0.10 * clouds(size, 6, rng, 3) + 0.06 * clouds(size, 3, rng)
    weave = 0.03 * clouds(size, size // 2, rng)
    colour = paint(rng) * np.ones((size, size, 1))
    place = np.arange(size) / size
    stripes = np.sin(2 * np.pi * place * rng.uniform(3, 14)) > rng.uniform(-0.5, 0.8)
    pattern = rng.choice(["none", "none", "stripes", "checks"])
    if pattern != "none":
        across = stripes[None, :] ^ stripes[:, None] if pattern == "checks" else stripes[None, :]
        share = rng.uniform(0.15, 0.7) * np.broadcast_to(across, (size, size))[..., None]
        colour = colour * (1 - share) + paint(rng) * share
    result = colour * (1 + folds + weave)[..., None]
    return np.rot90(result) if rng.random() < 0.5 else result


def _clutter(size: int, rng: np.random.Generator) -> np.ndarray:
    image = _picture(_wall(size, rng))
    for _ in range(rng.integers(6, 22)):
        _patch(image, rng, largest=0.8)
    blur = size * float(rng.choice([0.004, 0.012, 0.03]))
    return (
        _values(image.filter(ImageFilter.GaussianBlur(blur)))
        + 0.02 * clouds(size, size // 3, rng)[..., None]
    )


def _room(size: int, rng: np.random.Generator) -> np.ndarray:
    """A room out of focus: large soft patches of light and dark, perhaps somebody's face."""
    image = _picture(_wall(size, rng))
    for _ in range(rng.integers(5, 14)):
        _patch(image, rng, largest=1.2)
    blurred = image.filter(ImageFilter.GaussianBlur(size * rng.uniform(0.03, 0.08)))
    return _values(blurred) * (1 + 0.15 * clouds(size, 3, rng))[..., None]


def _patch(image: Image.Image, rng: np.random.Generator, largest: float) -> None:
    """Draw one thing of one colour somewhere: a box, an oval, or a strip at any angle."""
    size = image.width
    ink = tuple(int(255 * c) for c in paint(rng))
    x, y = rng.uniform(-0.2, 1.2, 2) * size
    width, height = rng.uniform(0.05, largest, 2) * size / 2
    draw = ImageDraw.Draw(image)
    box = (x - width, y - height, x + width, y + height)
    match rng.integers(0, 4):
        case 0:
            draw.ellipse(box, fill=ink)
        case 1:
            angle = rng.uniform(0, np.pi)
            end = (x + size * np.cos(angle), y + size * np.sin(angle))
            draw.line((x, y, *end), fill=ink, width=int(rng.uniform(0.02, 0.2) * size) + 1)
        case _:
            draw.rectangle(box, fill=ink)


def _picture(values: np.ndarray) -> Image.Image:
    return Image.fromarray((np.clip(values, 0, 1) * 255).astype(np.uint8))


def _values(image: Image.Image) -> np.ndarray:
    return np.asarray(image, np.float32) / 255
