"""Photos of hands whose landmarks are known: cut out upright with room around, ready to be varied.

Landmarks are 21 points of a hand in the order of MediaPipe's hand model (Zhang et al. 2020,
arXiv:2006.10214): wrist, thumb, index, middle, ring and little finger, each from its root.
`landmarks.py` asks that model for photos; the renderer knows its own.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from PIL import Image

from resnet.hands.crop import HandSquare, cut_out
from resnet.hands.hand import Bones
from resnet.hands.matte import hand_matte
from resnet.hands.render import Camera
from resnet.hands.synthetic import hand_with_matte
from resnet.hands.view import MIDDLE, Variety, framed, posed

SIDE = 144  # pixels of a kept picture
ROOM = 1.8  # its side, of the hand square's
PALM = 2.7  # the hand square's side, of the palm's length from wrist to middle knuckle
WIDE_PALM = 1.25  # that length, of the palm's width: a hand that points at the camera looks short
ON_THE_HAND = 0.85  # of the landmarks lie on a matte that is believed
WRIST, INDEX, MIDDLE_KNUCKLE, LITTLE = 0, 5, 9, 17
UNKNOWN = np.full((21, 2), np.nan, np.float32)

# Everything that people show for a number, from all sides, in rooms and in the dark.
ANY_HAND = Variety(other_signs=0.6, back=0.3, framing=(0.6, 0.95), sleeve=0.45, dim=0.1, turn=1.15)


@dataclass(frozen=True, eq=False)
class KnownHands:
    """Hands of one origin.

    pictures: (N, 144, 144, 4) uint8, the hand upright in the middle and its matte, all zero where
    none is known; labels (N,); landmarks (N, 21, 2) as shares of the picture and fingers (N, 5),
    1 for each that stands, NaN where unknown; share: of each batch.
    """

    pictures: np.ndarray
    labels: np.ndarray
    landmarks: np.ndarray
    fingers: np.ndarray
    share: float

    @property
    def weights(self) -> np.ndarray:
        """How often each is drawn: signs that are rare among the others half made up for."""
        counts = np.bincount(self.labels, minlength=6)
        weights = counts[self.labels] ** -0.5
        return self.share * weights / weights.sum()


def hand_square(landmarks: np.ndarray) -> HandSquare:
    """Return the square around a hand, upright, of its landmarks (21, 2) in pixels."""
    along = landmarks[MIDDLE_KNUCKLE] - landmarks[WRIST]
    across = landmarks[INDEX] - landmarks[LITTLE]
    palm = max(float(np.hypot(*along)), WIDE_PALM * float(np.hypot(*across)))
    x, y = landmarks[MIDDLE_KNUCKLE]
    return HandSquare(float(x), float(y), PALM * palm, float(np.arctan2(along[0], -along[1])))


def standing_fingers(landmarks: np.ndarray) -> np.ndarray:
    """Return which fingers stand (5,), index … little and thumb, by how far their tips reach."""

    def away(point: int, of: int) -> float:
        return float(np.hypot(*(landmarks[point] - landmarks[of])))

    fingers = [away(tip, WRIST) > 1.12 * away(tip - 2, WRIST) for tip in (8, 12, 16, 20)]
    return np.array([*fingers, away(4, LITTLE) > 1.15 * away(3, LITTLE)], np.float32)


def of_photos(
    photos: Iterable[tuple[Image.Image, int, np.ndarray | None]], share: float
) -> KnownHands:
    """Return the hands of photos, each with its label and its landmarks (21, 2) as shares.

    A photo without landmarks is taken as a whole.
    """
    return _known([_of_photo(*photo) for photo in photos], share)


def rooms(
    photos: Iterable[tuple[Image.Image, int, np.ndarray | None]], rng: np.random.Generator
) -> np.ndarray:
    """Return parts of photos (N, 144, 144, 3) uint8 that lie away from the hand, where it fits."""
    found = []
    for photo, _label, landmarks in photos:
        if landmarks is None:
            continue
        low, high = landmarks.min(axis=0) * photo.size, landmarks.max(axis=0) * photo.size
        for _try in range(12):
            side = rng.uniform(0.3, 0.8) * min(photo.size)
            start = rng.uniform(0, np.subtract(photo.size, side))
            if (start > high).any() or (start + side < low).any():
                x, y = start + side / 2
                square = HandSquare(float(x), float(y), side)
                found.append(cut_out(photo, square, SIDE))
                break
    return np.array(found).reshape(-1, SIDE, SIDE, 3)


def rendered(count: int, seed: int, share: float, size: int = 96) -> KnownHands:
    """Return seeded rendered hands, whose landmarks are the bones' own."""
    return _known([_rendered(index, seed, size) for index in range(count)], share)


Known = tuple[np.ndarray, int, np.ndarray, np.ndarray]  # picture, label, landmarks, fingers


def _known(hands: Sequence[Known], share: float) -> KnownHands:
    pictures, labels, landmarks, fingers = zip(*hands, strict=True)
    return KnownHands(
        np.stack(pictures), np.array(labels), np.stack(landmarks), np.stack(fingers), share
    )


def _of_photo(photo: Image.Image, label: int, landmarks: np.ndarray | None) -> Known:
    if landmarks is None:
        square = HandSquare(photo.width / 2, photo.height / 2, max(photo.size))
        picture = _with_room(photo, square)
        return np.dstack([picture, 0 * picture[..., 0]]), label, UNKNOWN, UNKNOWN[:5, 0]
    points = landmarks * photo.size
    square = hand_square(points)
    picture, inside = _with_room(photo, square), _inside(points, square)
    fingers = standing_fingers(points)
    if fingers.sum() != label:  # one of the two is wrong, and the label was looked at
        fingers = UNKNOWN[:5, 0]
    matte = hand_matte(picture)
    at = np.clip(np.round(inside * SIDE), 0, SIDE - 1).astype(int)
    believed = (matte[at[:, 1], at[:, 0]] > 90).mean() >= ON_THE_HAND
    return np.dstack([picture, matte * believed]), label, inside, fingers


def _rendered(index: int, seed: int, size: int) -> Known:
    label = index % 6
    drawn = hand_with_matte(label, np.random.default_rng((seed, index)), size, ANY_HAND)
    rng = np.random.default_rng((seed, index))  # the same bones and camera again
    bones, to_hand = posed(label, rng, ANY_HAND)
    points = _projected(bones, to_hand, framed(bones, rng, ANY_HAND), size)
    square = hand_square(points)
    pictures = [_with_room(Image.fromarray(drawn[..., :3]), square)]
    pictures.append(_with_room(Image.fromarray(drawn[..., 3]).convert("RGB"), square)[..., :1])
    fingers = np.isin(range(5), bones.standing).astype(np.float32)
    return np.dstack(pictures), label, _inside(points, square), fingers


def _projected(bones: Bones, to_hand: np.ndarray, camera: Camera, size: int) -> np.ndarray:
    """Return the landmarks (21, 2) in pixels; the thumb's root is unknown to the bones."""
    digits = chain.from_iterable(bones.chain(finger) for finger in range(4))
    unknown = np.full(3, np.nan)
    points = np.stack([-MIDDLE @ to_hand, unknown, *bones.chain(4), *digits])
    seen = points[:, :2] / (camera.distance - points[:, 2:]) * camera.zoom + camera.shift
    return (np.stack([1 + seen[:, 0], 1 - seen[:, 1]], axis=1) / 2 * size).astype(np.float32)


def _with_room(photo: Image.Image, square: HandSquare) -> np.ndarray:
    wide = HandSquare(square.x, square.y, ROOM * square.side, square.turn)
    return cut_out(photo, wide, SIDE)


def _inside(points: np.ndarray, square: HandSquare) -> np.ndarray:
    """Return points of a photo as shares of the picture that _with_room() cuts out of it."""
    x, y = (points - (square.x, square.y)).T / (ROOM * square.side)
    cosine, sine = np.cos(square.turn), np.sin(square.turn)
    return np.stack([cosine * x + sine * y, cosine * y - sine * x], axis=1).astype(np.float32) + 0.5
