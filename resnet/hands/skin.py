"""Colour and shade skin: tones, creases, nails, light that shines through, and shadows."""

from dataclasses import dataclass

import numpy as np

from resnet.hands.hand import PALM, PHALANX, SLEEVE, THUMB, THUMB_TIP, TIP, Bones
from resnet.hands.render import HandSurface

# From light to dark, sRGB; the light falls on them later.
TONES = (
    np.array(
        [
            (234, 190, 168),
            (224, 174, 148),
            (208, 154, 126),
            (186, 131, 102),
            (156, 104, 76),
            (118, 76, 55),
            (84, 54, 41),
        ],
        np.float32,
    )
    / 255
)
ROSE = np.array([0.93, 0.68, 0.61], np.float32)
# How far light creeps round into the shade, by colour: red travels furthest in skin.
CREEP = np.array([0.30, 0.14, 0.09], np.float32)[:, None]


@dataclass(frozen=True)
class Light:
    """A lamp from `direction` (unit, (3,)) with a colour, and what the room gives back."""

    direction: np.ndarray
    lamp: np.ndarray
    room: np.ndarray
    hardness: float  # of the shadows' edges


def linear(values: np.ndarray) -> np.ndarray:
    """Turn sRGB values into amounts of light (the exponent 2.2 stands for the exact curve)."""
    return np.maximum(values, 0) ** np.float32(2.2)


def skin_tone(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draw the sRGB colours of the back of a hand and of its palm, which is never very dark."""
    place = rng.uniform(0, len(TONES) - 1.001) * rng.uniform(0.55, 1)
    low = int(place)
    back = TONES[low] + (TONES[low + 1] - TONES[low]) * (place - low)
    back = np.clip(back + rng.normal(0, 0.015, 3), 0.05, 0.97)
    pale = 0.2 + 0.3 * place / len(TONES)
    return back, back * (1 - pale) + ROSE * rng.uniform(0.85, 1.02) * pale


def shaded(
    bones: Bones,
    surface: HandSurface,
    points: np.ndarray,
    to_hand: np.ndarray,
    tones: tuple[np.ndarray, np.ndarray],
    cloth: np.ndarray,
    light: Light,
) -> np.ndarray:
    """Return the light (R, 3) that leaves the skin at the points (3, R) for the camera.

    to_hand (3, 3) turns directions of the picture into the hand's own.
    """
    normals, dorsal, nearest, along = surface.at(points)
    colour = _colours(bones, points, dorsal, nearest, along, to_hand, tones)
    sleeve = bones.kind[nearest] == SLEEVE
    colour[:, sleeve] = linear(cloth)[:, None]
    nearby = _open_sky(surface, points, normals)
    facing = light.direction.astype(np.float32) @ normals
    lit = np.clip((facing + CREEP) / (1 + CREEP), 0, 1)
    lit *= shadow(surface, points + 0.1 * normals, light, steps=8)
    upward = 0.75 + 0.25 * normals[1]
    result = colour * (lit * light.lamp[:, None] + nearby * upward * light.room[:, None])
    halfway = light.direction + np.array([0, 0, 1])
    gloss = np.clip((halfway / np.linalg.norm(halfway)).astype(np.float32) @ normals, 0, 1) ** 24
    result += np.where(sleeve, 0, 0.035) * gloss * lit[2] * light.lamp[:, None]
    return result.T


def shadow(surface: HandSurface, points: np.ndarray, light: Light, steps: int) -> np.ndarray:
    """Return how much (R,) of the lamp each point sees, with soft edges (Quilez's estimate)."""
    direction = light.direction.astype(np.float32)[:, None]
    seen = np.ones(points.shape[1], np.float32)
    depth = np.full(points.shape[1], 0.25, np.float32)
    for _ in range(steps):
        gap = surface.distance(points + direction * depth)
        np.minimum(seen, light.hardness * gap / depth, out=seen)
        depth += np.clip(gap, 0.4, 5)
    return np.clip(seen, 0, 1)


def _open_sky(surface: HandSurface, points: np.ndarray, normals: np.ndarray) -> np.ndarray:
    """Return how open (R,) the surroundings of each point are: creases between fingers darken."""
    near = surface.distance(points + 0.5 * normals) / 0.5
    wide = surface.distance(points + 1.8 * normals) / 1.8
    return 0.25 + 0.75 * np.clip(0.5 * (near + wide), 0, 1)


def _colours(bones, points, facing, nearest, along, to_hand, tones) -> np.ndarray:
    """Return the skin's own colour (3, R), linear: tone, rosy places, creases, nails."""
    kind = bones.kind[nearest]
    axis = (bones.end - bones.start).astype(np.float32)
    length = np.linalg.norm(axis, axis=1)
    palmar = _step(facing, 0.25, -0.35)
    back, palm = (linear(tone.astype(np.float32))[:, None] for tone in tones)
    colour = back + (palm - back) * palmar
    place = to_hand.astype(np.float32) @ points
    blotches = np.sin(place[0] * 1.7 + 2 * np.sin(place[1])) * np.sin(place[1] * 1.3 + place[2])
    colour *= 1 + 0.05 * blotches
    reach = along * length[nearest]
    is_finger = np.isin(kind, (PHALANX, TIP, THUMB, THUMB_TIP))
    is_tip = np.isin(kind, (TIP, THUMB_TIP))
    rosy = np.where(is_tip, _step(along, 0.2, 1.0) * 0.8, 0) * palmar
    rosy = rosy + np.where(is_finger, np.exp(-((reach / 0.5) ** 2)), 0) * (1 - palmar) * 0.7
    colour *= 1 - rosy * np.array([[0.02], [0.16], [0.16]], np.float32)
    crease = np.where(is_finger & (kind != THUMB), np.exp(-((reach / 0.13) ** 2)), 0) * palmar
    crease = np.maximum(crease, _palm_lines(place, kind) * palmar)
    colour *= 1 - crease * np.array([[0.35], [0.45], [0.45]], np.float32)
    return _with_nails(colour, bones, points, nearest, is_tip, facing, axis, length)


def _palm_lines(place: np.ndarray, kind: np.ndarray) -> np.ndarray:
    """The three great lines of a palm, drawn in the hand's own x and y."""
    x, y = place[0], place[1]
    heart = (y - 7.6 - 0.05 * (x - 1) ** 2 - 0.12 * x) / 1.2
    head = (y - 6.0 - 0.32 * x) / 1.2
    life = np.hypot(x - 3.3, y - 2.6) - 3.1
    ink = np.exp(-((heart / 0.14) ** 2)) * (x < 2.2) * (x > -3.6)
    ink = np.maximum(ink, np.exp(-((head / 0.14) ** 2)) * (x > -2.4) * (x < 3.2))
    ink = np.maximum(ink, np.exp(-((life / 0.16) ** 2)) * (x < 2.6) * (y > 0.8))
    return ink * (kind == PALM) * 0.8


def _with_nails(colour, bones, points, nearest, is_tip, facing, axis, length) -> np.ndarray:
    direction = (axis / length[:, None])[nearest]
    reach = np.einsum("rk,kr->r", direction, points)
    reach = reach - (bones.start.astype(np.float32)[nearest] * direction).sum(axis=1)
    size = length[nearest]
    nail = is_tip * _step(facing, 0.52, 0.62)
    nail *= _step(reach, 0.45 * size, 0.5 * size) * _step(reach, size + 0.55, size + 0.45)
    white = _step(reach, size + 0.22, size + 0.3)
    bed = colour * 0.6 + 0.4 * linear(np.array([[0.93], [0.72], [0.69]], np.float32))
    bed = bed * (1 - 0.5 * white) + 0.5 * white * np.float32(0.75)
    return colour + (bed - colour) * nail * 0.85


def _step(value: np.ndarray, start: np.ndarray | float, end: np.ndarray | float) -> np.ndarray:
    """Go smoothly from 0 at `start` to 1 at `end`."""
    part = np.clip((value - start) / (end - start), 0, 1)
    return part * part * (3 - 2 * part)
