"""Hands that no camera saw: a seeded generator of pictures in SIGNS's layout.

`python -m resnet data synthetic --out DIR --seed 0` writes a set; the shipped one is smaller, so
that the app starts with it.
"""

import numpy as np
from PIL import Image, ImageFilter

from resnet.data.classes import CLASSES
from resnet.data.signs import Dataset
from resnet.hands.backdrop import KINDS, backdrop, paint
from resnet.hands.render import Camera, HandSurface, march
from resnet.hands.skin import Light, linear, shaded, shadow, skin_tone
from resnet.hands.view import Variety, framed, posed

USUAL = Variety()


def hand_image(
    label: int, rng: np.random.Generator, size: int = 64, variety: Variety = USUAL
) -> np.ndarray:
    """Return one picture (size, size, 3) uint8 of a hand showing the sign 0 … 5."""
    return hand_with_matte(label, rng, size, variety)[..., :3]


def hand_with_matte(
    label: int, rng: np.random.Generator, size: int = 64, variety: Variety = USUAL
) -> np.ndarray:
    """Return a picture as hand_image() does with a fourth channel: how much of a pixel is hand."""
    if label not in CLASSES:
        raise ValueError(f"the signs are 0 to 5, not {label}")
    bones, to_hand = posed(label, rng, variety)
    camera = framed(bones, rng, variety)
    light = _light(rng)
    tones = skin_tone(rng)
    wall = linear(_other_than(tones[1], size, rng, variety))
    depth = rng.uniform(3, 30)
    surface = HandSurface(bones)
    fine = 2 * size
    pixels, points = march(
        surface, camera, fine, near=camera.distance - 14, far=camera.distance + 28
    )
    skin = shaded(bones, surface, points, to_hand, tones, paint(rng), light)
    picture = np.zeros((fine * fine, 4), np.float32)
    picture[pixels, :3], picture[pixels, 3] = skin, 1
    picture = picture.reshape(size, 2, size, 2, 4).mean(axis=(1, 3))
    wall = wall * _lit_wall(surface, camera, light, depth, size)
    matte = picture[..., 3:]
    photo = _photographed(picture[..., :3] + (1 - matte) * wall, rng, variety)
    return np.concatenate([photo, (255 * matte).astype(np.uint8)], axis=-1)


def synthetic_set(
    train: int = 1080, test: int = 120, seed: int = 0, variety: Variety = USUAL
) -> Dataset:
    """Return a seeded set of 64×64 pictures with as many of each class as SIGNS has."""
    seeds = np.random.SeedSequence(seed).spawn(train + test)
    labels = np.arange(train + test, dtype=np.int64) % len(CLASSES)
    images = np.stack(
        [
            hand_image(int(label), np.random.default_rng(own), variety=variety)
            for label, own in zip(labels, seeds, strict=True)
        ]
    )
    images = images & 0xFC | 2  # six bits: grain packs badly, and no eye sees the other two
    return Dataset(
        "synthetic",
        images[:train],
        labels[:train],
        images[train:],
        labels[train:],
        CLASSES,
        True,
        f"rendered, seed {seed}",
    )


def _other_than(
    tone: np.ndarray, size: int, rng: np.random.Generator, variety: Variety
) -> np.ndarray:
    """Draw a backdrop on which skin of this tone can be made out."""
    for _ in range(8):
        kind = str(rng.choice(KINDS, p=variety.backdrops))
        drawn = backdrop(kind, size, rng)
        if np.linalg.norm(drawn.mean(axis=(0, 1)) - tone) > 0.22:
            break
    return drawn


def _light(rng: np.random.Generator) -> Light:
    direction = np.array([rng.normal(0, 0.7), rng.normal(0.35, 0.7), rng.uniform(0.5, 1.3)])
    share = rng.uniform(0.25, 0.75)  # of the lamp; the room gives the rest
    warmth = np.array([1, 0, -1]) * rng.normal(0, 0.08)
    lamp, room = np.exp(warmth), np.exp(-0.6 * warmth + np.array([1, 0, -1]) * rng.normal(0, 0.05))
    return Light(
        direction=direction / np.linalg.norm(direction),
        lamp=(1.15 * share * lamp).astype(np.float32),
        room=(1.05 * (1 - share) * room).astype(np.float32),
        hardness=float(np.exp(rng.uniform(np.log(1.5), np.log(12)))),
    )


def _lit_wall(
    surface: HandSurface, camera: Camera, light: Light, depth: float, size: int
) -> np.ndarray:
    """Return the light (size, size, 3) on a wall `depth` cm behind the hand, with its shadow."""
    cells = min(size // 2, 64)
    rays = camera.rays(cells)
    points = rays * (-(camera.distance + depth) / rays[2])
    points[2] += camera.distance
    seen = shadow(surface, points, light, steps=12).reshape(cells, cells)
    seen = np.asarray(Image.fromarray(seen).resize((size, size), Image.Resampling.BICUBIC))
    facing = np.float32(light.direction[2])
    return np.clip(seen, 0, 1)[..., None] * facing * light.lamp + light.room


def _photographed(light: np.ndarray, rng: np.random.Generator, variety: Variety) -> np.ndarray:
    """Expose, balance, blur and grain the light (H, W, 3) as a phone or a webcam would."""
    size = len(light)
    dim = rng.random() < variety.dim
    exposure = rng.uniform(0.2, 0.5) if dim else np.exp(rng.normal(0.0, 0.2))
    balance = np.exp(rng.normal(0, 0.05, 3))
    y, x = np.mgrid[-1 : 1 : size * 1j, -1 : 1 : size * 1j]
    vignette = 1 - rng.uniform(0, 0.2) * (x * x + y * y)
    values = np.clip(light * exposure * balance * vignette[..., None], 0, None)
    bright = np.maximum(values - 0.7, 0)
    values = np.minimum(values, 0.7) + 0.3 * (1 - np.exp(-bright / 0.3))  # no hard white
    values = values ** (1 / 2.2)
    blur = float(rng.choice([0, 0, 0.35, 0.6, 0.85])) * size / 64
    image = Image.fromarray((np.clip(values, 0, 1) * 255).astype(np.uint8))
    if blur:
        image = image.filter(ImageFilter.GaussianBlur(blur))
    noise = rng.uniform(0.01, 0.03) if dim else rng.uniform(0, 0.007)
    grain = rng.normal(0, 255 * noise, (size, size, 3)) * (0.6 + 0.4 * rng.random())
    return np.clip(np.asarray(image) + grain, 0, 255).astype(np.uint8)
