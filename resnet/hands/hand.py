"""A hand of bones: proportions, joint limits and the six signs, as tapered capsules in space.

Hand coordinates, in centimetres: the wrist is the origin, y points along the middle finger, x to
the thumb's side and z out of the palm. Lengths and limits are those of an adult hand, rounded.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

# For index, middle, ring and little finger: knuckle (x, y, z), length of the three phalanges,
# radius at knuckle, middle joint, last joint and tip.
KNUCKLES = np.array([(2.95, 8.9, 0.0), (0.95, 9.3, -0.2), (-1.05, 8.8, -0.1), (-2.9, 7.9, 0.2)])
PHALANGES = np.array([(4.3, 2.6, 2.0), (4.8, 3.0, 2.1), (4.4, 2.8, 2.1), (3.5, 2.0, 1.8)])
RADII = np.array(
    [
        (1.0, 0.9, 0.8, 0.62),
        (1.02, 0.92, 0.82, 0.64),
        (0.97, 0.86, 0.77, 0.6),
        (0.86, 0.74, 0.66, 0.5),
    ]
)
SPREAD = np.deg2rad([7, 0.5, -6, -14])  # sideways, fingers at ease, positive to the thumb
THUMB_ROOT = np.array([2.3, 1.6, 0.7])
THUMB_LENGTHS = np.array([4.4, 3.1, 2.5])
THUMB_RADII = np.array([1.4, 1.08, 1.0, 0.8])
FINGERTIP_GAP = 1.25  # cm between the centres of two tips that touch

BACK = np.array([0.0, 0.0, -1.0])
PALM, FOREARM, PHALANX, TIP, THUMB, THUMB_TIP, SLEEVE = range(7)


@dataclass(frozen=True)
class Sign:
    """Which fingers (index … little) stand, what the thumb does, and whether fingers touch."""

    fingers: tuple[int, ...]
    thumb: str
    closed: bool = False

    @property
    def standing(self) -> int:
        """How many digits stand."""
        return sum(self.fingers) + (self.thumb == "out")


# SIGNS's own six, and what else people show for the same number of open fingers.
SIGNS = {
    0: Sign((0, 0, 0, 0), "ring"),
    1: Sign((1, 0, 0, 0), "over"),
    2: Sign((1, 1, 0, 0), "over"),
    3: Sign((1, 1, 0, 0), "out"),
    4: Sign((1, 1, 1, 1), "tucked"),
    5: Sign((1, 1, 1, 1), "out"),
}
SECOND_THREE = Sign((1, 1, 1, 0), "over")
OTHER_SIGNS = {
    0: (Sign((0, 0, 0, 0), "over"),),  # a fist
    1: (SIGNS[1],),
    2: (Sign((1, 1, 0, 0), "over", closed=True), Sign((1, 0, 0, 0), "out")),
    3: (
        SECOND_THREE,
        SECOND_THREE,
        Sign((1, 1, 1, 0), "over", closed=True),
        Sign((0, 1, 1, 1), "over"),
    ),
    4: (Sign((1, 1, 1, 1), "tucked", closed=True), Sign((1, 1, 1, 0), "out")),
    5: (Sign((1, 1, 1, 1), "out", closed=True),),
}


@dataclass(frozen=True)
class Bones:
    """Tapered capsules: from start to end (P, 3), with the radius at both (P, 2), in cm.

    dorsal (P, 3): where the back of the hand, or the nail, faces. kind (P,): PALM … SLEEVE.
    digit (P,): 0 index … 3 little finger, 4 thumb, −1 neither. standing: the digits that show.
    The first `joined` capsules melt into each other; the others only touch.
    """

    start: np.ndarray
    end: np.ndarray
    radius: np.ndarray
    dorsal: np.ndarray
    kind: np.ndarray
    digit: np.ndarray
    standing: tuple[int, ...]
    joined: int

    def chain(self, digit: int) -> np.ndarray:
        """Return the joints (J, 3) of a finger or the thumb, from its root to its tip."""
        own = self.digit == digit
        return np.concatenate([self.start[own], self.end[own][-1:]])


@dataclass(frozen=True)
class Body:
    """What differs from person to person, 1 = average."""

    lengths: np.ndarray  # (5,) index … little, thumb
    girth: float
    palm_width: float


def body(rng: np.random.Generator) -> Body:
    """Draw one person's hand."""
    return Body(
        lengths=rng.normal(1, 0.07) * rng.normal(1, 0.03, 5),
        girth=float(np.clip(rng.normal(1, 0.09), 0.8, 1.25)),
        palm_width=float(rng.uniform(0.92, 1.08)),
    )


def hand_bones(sign: Sign, rng: np.random.Generator, person: Body) -> Bones:
    """Return the bones of one hand showing a sign, in a pose drawn within the joints' limits."""
    knuckles = KNUCKLES * (person.palm_width, 1, 1)
    fingers, palmar = _fingers(sign, rng, person, knuckles)
    thumb, thumb_dorsal = _thumb(sign, fingers, rng, person)
    parts = _palm(knuckles, fingers, thumb, thumb_dorsal, person) + _forearm(rng, person)
    joined = len(parts)
    for digit, (chain, inside, radii) in enumerate(
        zip(fingers, palmar, RADII * person.girth, strict=True)
    ):
        for k, kind in enumerate((PHALANX, PHALANX, TIP)):
            parts.append((chain[k], chain[k + 1], radii[k : k + 2], -inside[k], kind, digit))
    radii = THUMB_RADII * person.girth
    for k, kind in ((1, THUMB), (2, THUMB_TIP)):
        parts.append((thumb[k], thumb[k + 1], radii[k : k + 2], thumb_dorsal, kind, 4))
    start, end, radius, dorsal, kinds, digits = (
        np.array(part) for part in zip(*parts, strict=True)
    )
    standing = [*np.flatnonzero(sign.fingers), *([4] if sign.thumb == "out" else [])]
    return Bones(start, end, radius, dorsal, kinds, digits, tuple(standing), joined)


def _fingers(
    sign: Sign, rng: np.random.Generator, person: Body, knuckles: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the joints (4, 4, 3) of the fingers and each phalanx's palmar direction (4, 3, 3)."""
    stands, ring = np.array(sign.fingers, bool), sign.thumb == "ring"
    bend = np.where(stands[:, None], _standing(rng), _folded(rng))
    spread = SPREAD * rng.uniform(0.35, 1.9) + np.deg2rad(rng.normal(0, 2, 4))
    if stands.sum() == 2:  # a V of two fingers opens wider
        spread[:2] += np.deg2rad(rng.uniform(0, 9)) * np.array([1, -1])
    if ring:
        bend = _curled(rng)
        spread = SPREAD * rng.uniform(-0.3, 0.4)
    if sign.closed:
        spread = SPREAD * rng.uniform(0, 0.2)
    spread = np.where(stands | ring, spread, SPREAD * rng.uniform(-0.2, 0.4))
    angle = np.cumsum(np.deg2rad(bend), axis=1)[..., None]  # (4, 3, 1)
    along = np.stack([np.sin(spread), np.cos(spread), 0 * spread], axis=-1)[:, None]
    out_of_palm = np.array([0.0, 0.0, 1.0])
    direction = np.cos(angle) * along + np.sin(angle) * out_of_palm
    palmar = np.cos(angle) * out_of_palm - np.sin(angle) * along
    lengths = PHALANGES * person.lengths[:4, None]
    steps = np.cumsum(direction * lengths[..., None], axis=1)
    joints = np.concatenate([knuckles[:, None], knuckles[:, None] + steps], axis=1)
    return joints, palmar


def _standing(rng: np.random.Generator) -> np.ndarray:
    knuckle = np.clip(rng.normal(3, 7) + rng.normal(0, 4, 4), -15, 25)
    middle = np.clip(np.abs(rng.normal(3, 6)) + rng.normal(3, 3, 4), 0, 28)
    return np.stack([knuckle, middle, 0.6 * middle], axis=1)


def _folded(rng: np.random.Generator) -> np.ndarray:
    knuckle = rng.uniform(76, 92) + rng.normal(0, 3, 4)
    middle = np.clip(rng.uniform(94, 108) + rng.normal(0, 3, 4), 90, 110)
    return np.stack([knuckle, middle, rng.uniform(45, 70) + rng.normal(0, 3, 4)], axis=1)


def _curled(rng: np.random.Generator) -> np.ndarray:
    # Longer fingers bend a little more, so that all tips meet the thumb.
    knuckle = rng.uniform(42, 58) + np.array([0, 3, 2, -4]) + rng.normal(0, 2, 4)
    middle = rng.uniform(48, 62) + np.array([0, 4, 2, -4]) + rng.normal(0, 2, 4)
    return np.stack([knuckle, middle, rng.uniform(25, 40) + rng.normal(0, 2, 4)], axis=1)


def _thumb(
    sign: Sign, fingers: np.ndarray, rng: np.random.Generator, person: Body
) -> tuple[np.ndarray, np.ndarray]:
    """Return the thumb's joints (4, 3) and the direction its nail faces."""
    lengths = THUMB_LENGTHS * person.lengths[4]
    if sign.thumb == "out":
        angle = np.deg2rad(rng.uniform(34, 60) + np.array([0, -4, -2]) + rng.normal(0, 5, 3))
        lift = np.deg2rad(rng.uniform(5, 30))
        flat = np.cos(lift)
        steps = np.stack([np.sin(angle) * flat, np.cos(angle) * flat, 0 * angle + np.sin(lift)], 1)
        return _chain(THUMB_ROOT, steps, lengths), np.array([0.75, -0.3, -0.45])
    on_top = np.array([0.35, -0.1, 0.9])
    if sign.thumb == "tucked":
        steps = np.array([(0.2, 0.8, 0.4), (-0.8, 0.42, 0.12), (-0.85, 0.3, -0.35)])
        return _chain(THUMB_ROOT, steps + rng.normal(0, 0.07, (3, 3)), lengths), on_top
    if sign.thumb == "ring":
        target = fingers[:2, 3].mean(axis=0) + FINGERTIP_GAP * np.array([0.1, -0.85, -0.35])
        steps = np.array([(0.3, 0.4, 0.9), (0.0, 0.5, 0.9), (0.0, 0.9, 0.5)])
        return _reach(_chain(THUMB_ROOT, steps, lengths), target), np.array([0.5, -0.5, 0.3])
    folded = np.flatnonzero(np.logical_not(sign.fingers))
    finger = folded[min(int(rng.integers(0, 2)), len(folded) - 1)]
    held = fingers[finger, 1:3].mean(axis=0)
    target = np.add(held, (rng.uniform(-0.7, 0.2), rng.uniform(-0.8, 0.3), 1.6))
    steps = np.array([(0.35, 0.75, 0.55), (-0.3, 0.6, 0.75), (-0.9, 0.3, 0.1)])
    return _reach(_chain(THUMB_ROOT, steps, lengths), target), on_top


def _chain(root: np.ndarray, directions: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """Return the joints (K + 1, 3) of bones that follow each other in the given directions."""
    steps = directions * (lengths / np.linalg.norm(directions, axis=1))[:, None]
    return np.concatenate([root[None], root + np.cumsum(steps, axis=0)])


def _reach(joints: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Bend a chain of three bones until its end is at the target (FABRIK, Aristidou 2011)."""
    root = joints[0].copy()
    lengths = np.linalg.norm(np.diff(joints, axis=0), axis=1)
    for _ in range(8):
        for end, goal, order in ((3, target, (2, 1, 0)), (0, root, (1, 2, 3))):
            joints[end] = goal
            for k in order:
                fixed = k + 1 if end == 3 else k - 1
                step = joints[k] - joints[fixed]
                joints[k] = joints[fixed] + step * (lengths[min(k, fixed)] / np.linalg.norm(step))
    return joints


def _palm(
    knuckles: np.ndarray, fingers: np.ndarray, thumb: np.ndarray, nail: np.ndarray, person: Body
) -> list:
    """The palm's bones and muscles, and the roots of the digits, which melt into it.

    Where several parts meet, melting adds to their girth; the radii here allow for it.
    """
    index, middle, ring, little = knuckles
    wrist = np.array([(1.3, 0.6, 0.0), (0.5, 0.7, -0.1), (-0.4, 0.7, -0.1), (-1.3, 0.6, 0.0)])
    wrist = wrist * (person.palm_width, 1, 1)
    mount = _from((middle + ring) / 2, 0, -1.4, 0.4)
    parts: list[tuple[Any, ...]] = [
        (start, _from(knuckle, 0, -0.3, 0.15), (1.0, 0.92), BACK)
        for start, knuckle in zip(wrist, knuckles, strict=True)
    ]
    parts += [
        (np.array([0.0, 2.2, 0.35]), mount, (1.15, 1.15), BACK),
        (_from(index, -0.2, -0.6, 0.3), _from(little, 0.2, -0.3, 0.3), (0.9, 0.84), BACK),
        # The heel of the hand, the ball of the thumb and the web between thumb and index.
        (np.array([-1.8, 1.5, 0.4]), _from(little, -0.1, -2.0, 0.35), (1.25, 1.05), BACK),
        (thumb[0], thumb[1], THUMB_RADII[:2] - 0.1, nail),
        (np.array([1.0, 2.4, 0.7]), thumb[0] * 0.3 + thumb[1] * 0.7, (1.1, 0.9), nail),
        ((thumb[0] + thumb[1]) / 2, _from(index, -0.3, -2.6, 0.3), (0.9, 0.9), BACK),
        (thumb[0] * 0.2 + thumb[1] * 0.8, _from(index, -0.2, -2.0, 0.3), (0.62, 0.7), BACK),
        (thumb[1], (thumb[1] + thumb[2]) / 2, THUMB_RADII[1:3] - 0.12, nail),
    ]
    for chain, radii in zip(fingers, RADII, strict=True):
        root = radii[0] - np.array([0.06, 0.16])
        parts.append((chain[0], chain[0] * 0.4 + chain[1] * 0.6, root, BACK))
    webs = fingers[:, 0] * 0.68 + fingers[:, 1] * 0.32
    for a, b in pairwise(webs):
        if np.linalg.norm(a - b) < 3.2:  # both stand, or both are folded
            parts.append((a, b, (0.5, 0.5), BACK))
    return [
        (start, end, np.asarray(radii) * person.girth, dorsal, PALM, -1)
        for start, end, radii, dorsal in parts
    ]


def _from(place: np.ndarray, x: float, y: float, z: float) -> np.ndarray:
    return place + np.array([x, y, z])


def _forearm(rng: np.random.Generator, person: Body) -> list:
    """Two bones side by side from the wrist, bent by some 10 degrees each way."""
    sideways, bent = np.deg2rad(rng.normal(0, 11)), np.deg2rad(rng.normal(0, 10))
    along = np.array([np.sin(sideways), -np.cos(sideways) * np.cos(bent), np.sin(bent)])
    across = np.array([np.cos(sideways), np.sin(sideways), 0.0])
    return [
        (
            _from(across * 1.2 * side, 0, 0.2, 0),
            along * 26 + across * 1.7 * side,
            np.array([1.55, 3.2]) * person.girth,
            BACK,
            FOREARM,
            -1,
        )
        for side in (-1, 1)
    ]
