"""Pose a hand before the camera so that its sign can be read."""

from dataclasses import dataclass, replace

import numpy as np

from resnet.hands.hand import (
    FOREARM,
    OTHER_SIGNS,
    SECOND_THREE,
    SIGNS,
    SLEEVE,
    Bones,
    Sign,
    body,
    hand_bones,
)
from resnet.hands.render import Camera

MIDDLE = np.array([0.0, 8.5, 0.5])  # what the camera looks at, in the hand's coordinates
TRIES = 40  # poses drawn until one can be read; about one in two can


@dataclass(frozen=True)
class Variety:
    """How much the pictures differ; probabilities and ranges to draw from.

    back: of seeing the back of the hand. second_three: of showing 3 with index, middle and ring;
    other_signs: of any other set of fingers for the same number.
    framing: the hand's size in the picture. backdrops: weights of backdrop.KINDS.
    """

    back: float = 0.2
    second_three: float = 0.0
    other_signs: float = 0.0
    framing: tuple[float, float] = (0.5, 0.92)
    turn: float = 1.0
    sleeve: float = 0.25
    dim: float = 0.12
    backdrops: tuple[float, ...] = (0.45, 0.15, 0.1, 0.1, 0.1, 0.1)


def posed(label: int, rng: np.random.Generator, variety: Variety) -> tuple[Bones, np.ndarray]:
    """Return one hand's bones in the camera's directions, and the way back to the hand's own."""
    sign = _sign(label, rng, variety)
    person = body(rng)
    for _ in range(TRIES):
        bones = hand_bones(sign, rng, person)
        turn = _turn(sign, rng, variety)
        bones = replace(
            bones,
            start=(bones.start - MIDDLE) @ turn.T,
            end=(bones.end - MIDDLE) @ turn.T,
            dorsal=bones.dorsal / np.linalg.norm(bones.dorsal, axis=1, keepdims=True) @ turn.T,
        )
        if _hole_shows(bones) if sign.thumb == "ring" else _digits_show(bones, sign):
            break
    if rng.random() < variety.sleeve:
        bones = _with_sleeve(bones, rng)
    return bones, turn.T


def _sign(label: int, rng: np.random.Generator, variety: Variety) -> Sign:
    second_three = rng.random() < variety.second_three
    if variety.other_signs and rng.random() < variety.other_signs:
        others = OTHER_SIGNS[label]
        return others[rng.integers(len(others))]
    return SECOND_THREE if label == 3 and second_three else SIGNS[label]


def _digits_show(bones: Bones, sign: Sign) -> bool:
    """Whether the camera sees each standing digit stand out, long enough, and no other one."""
    touching = np.isin(bones.digit, bones.standing) & (bones.digit < 4) & sign.closed
    for digit in range(5):
        joints = bones.chain(digit)
        if digit not in bones.standing:
            # A folded digit stays within the fist, or it would count.
            if _clearance(bones, joints[1:], bones.digit != digit).max() > 0.25:
                return False
            continue
        others = (bones.digit != digit) & ~(touching & (digit < 4))
        gap = _clearance(bones, joints[-2:], others)
        length, seen = (np.linalg.norm(joints[-1, :k] - joints[0, :k]) for k in (3, 2))
        # The thumb starts at the palm's edge and must leave it clearly.
        joint, tip = (0.3, 1.4) if digit == 4 else (-0.1, 0.5)
        if seen < 0.62 * length or gap[0] < joint or gap[1] < tip:
            return False
    return True


def _hole_shows(bones: Bones) -> bool:
    """Whether the camera looks through the ring of thumb and fingers."""
    ring = np.concatenate([bones.chain(0)[1:3], bones.chain(4)[:2]])
    return bool(_clearance(bones, ring.mean(axis=0, keepdims=True), bones.digit > -2)[0] > 0.5)


def _clearance(bones: Bones, points: np.ndarray, of: np.ndarray) -> np.ndarray:
    """Return by how many cm (K,) points seem to lie outside some bones, seen from far in front."""
    start, axis = bones.start[of, :2], (bones.end - bones.start)[of, :2]
    offset = points[:, None, :2] - start
    along = np.clip((offset * axis).sum(-1) / np.maximum((axis**2).sum(-1), 1e-9), 0, 1)
    radius = bones.radius[of, 0] + along * (bones.radius[of, 1] - bones.radius[of, 0])
    return (np.linalg.norm(offset - along[..., None] * axis, axis=-1) - radius).min(axis=1)


def _turn(sign: Sign, rng: np.random.Generator, variety: Variety) -> np.ndarray:
    """Turn the hand so that its sign can be read: an O from its side, fingers from the front."""
    yaw, pitch = np.clip(rng.normal(0, 1, 2), -2, 2) * np.deg2rad((20, 12)) * variety.turn
    ring = sign.thumb == "ring"
    if ring:
        yaw = np.deg2rad(68) + 0.7 * yaw
    if rng.random() < variety.back * (0.5 if ring else 1):
        yaw += np.pi
    roll = np.deg2rad(np.clip(rng.normal(0, 25), -65, 65)) * variety.turn
    turn = _about(2, roll) @ _about(0, pitch) @ _about(1, yaw)
    return np.diag([-1.0, 1, 1]) @ turn if rng.random() < 0.5 else turn  # left or right hand


def _about(axis: int, angle: float) -> np.ndarray:
    result = np.eye(3)
    a, b = (axis + 1) % 3, (axis + 2) % 3
    result[a, a] = result[b, b] = np.cos(angle)
    result[b, a], result[a, b] = np.sin(angle), -np.sin(angle)
    return result


def _with_sleeve(bones: Bones, rng: np.random.Generator) -> Bones:
    """Cover the forearm with cloth from some way above the wrist."""
    arm = bones.kind == FOREARM
    cuff = rng.uniform(0.08, 0.5)
    radius = bones.radius[arm]
    wide = rng.uniform(0.3, 1.0)
    start = bones.start[arm] + cuff * (bones.end[arm] - bones.start[arm])
    girth = radius[:, :1] + cuff * (radius[:, 1:] - radius[:, :1])
    return replace(
        bones,
        start=np.concatenate([bones.start, start]),
        end=np.concatenate([bones.end, bones.end[arm]]),
        radius=np.concatenate([bones.radius, np.hstack([girth, radius[:, 1:]]) + wide]),
        dorsal=np.concatenate([bones.dorsal, bones.dorsal[arm]]),
        kind=np.concatenate([bones.kind, np.full(arm.sum(), SLEEVE)]),
        digit=np.concatenate([bones.digit, bones.digit[arm]]),
    )


def framed(bones: Bones, rng: np.random.Generator, variety: Variety) -> Camera:
    """Place the camera so that the hand, without the arm, has the drawn size and is all inside."""
    distance = rng.uniform(32, 90)
    of_hand = (bones.kind != FOREARM) & (bones.kind != SLEEVE)
    ends = np.concatenate([bones.start[of_hand], bones.end[of_hand]])
    girth = bones.radius[of_hand].T.reshape(-1, 1)
    seen = ends[:, :2] / (distance - ends[:, 2:])
    girth = girth / (distance - ends[:, 2:])
    low, high = (seen - girth).min(axis=0), (seen + girth).max(axis=0)
    zoom = 2 * rng.uniform(*variety.framing) / (high - low).max()
    slack = np.maximum(1 - zoom * (high - low) / 2, 0)
    place = rng.uniform(-1, 1, 2) * slack
    shift = place - zoom * (low + high) / 2
    return Camera(distance, zoom, (float(shift[0]), float(shift[1])))
