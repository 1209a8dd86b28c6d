"""The finder, against hands pasted at known places into rooms that it was not trained on."""

import numpy as np
import pytest
from PIL import Image

from resnet.hands.backdrop import KINDS, backdrop
from resnet.hands.synthetic import hand_with_matte
from resnet.hands.view import Variety
from resnet.inference.finding import A_HAND, WEIGHTS, find_hand, shrunk

pytestmark = pytest.mark.slow

READABLE = Variety(framing=(0.85, 0.95), sleeve=0, dim=0, turn=0.4, back=0)
BEFORE, SIDE = (640, 360), 160


def room(seed, kind="clutter"):
    rng = np.random.default_rng((seed, 99))
    return Image.fromarray((255 * backdrop(kind, 640, rng)).astype(np.uint8)[:360])


def in_a_room(label, seed, turned=0, kind="clutter"):
    """Return a webcam's photo with a hand in it, turned clockwise, and the hand's pixels."""
    rng = np.random.default_rng((label, seed, 7))
    drawn = hand_with_matte(label, np.random.default_rng((label, seed)), SIDE, READABLE)
    hand = Image.fromarray(drawn, "RGBA").rotate(-turned, Image.Resampling.BICUBIC, expand=True)
    photo, matte = room(seed, kind), Image.new("L", BEFORE)
    spare = BEFORE[0] - hand.width, BEFORE[1] - hand.height
    at = tuple(int(rng.integers(0, most + 1)) for most in spare)
    photo.paste(hand.convert("RGB"), at, hand.getchannel("A"))
    matte.paste(hand.getchannel("A"), at)
    return photo, np.asarray(matte) > 127


def middle(mask):
    return np.argwhere(mask).mean(axis=0)[::-1]


def test_the_weights_are_as_small_as_promised():
    assert WEIGHTS.stat().st_size <= 1_000_000


@pytest.mark.parametrize("turned", [0, 90, -90, 180])
def test_a_hand_is_found_where_it_is_however_it_is_turned(turned):
    """In rooms fuller than most; a guess would be upright one time in four."""
    near, upright = 0, 0
    cases = [(label, seed) for label in (1, 2, 3, 4, 5) for seed in range(4)]
    for label, seed in cases:
        photo, mask = in_a_room(label, seed, turned)
        found = find_hand(photo)
        if found is None:
            continue
        away = np.hypot(*(np.array([found.square.x, found.square.y]) - middle(mask)))
        near += away < SIDE / 2
        off = (np.rad2deg(found.square.turn) - turned + 180) % 360 - 180
        upright += abs(off) < 45
    assert near >= 0.65 * len(cases)
    assert upright >= 0.65 * len(cases)


def test_a_square_holds_the_hand():
    inside, sides = [], []
    for seed in range(12):
        photo, mask = in_a_room(1 + seed % 5, seed, kind="wall")
        found = find_hand(photo)
        assert found, seed
        rows, columns = np.argwhere(mask).T
        x, y = columns - found.square.x, rows - found.square.y
        cosine, sine = np.cos(found.square.turn), np.sin(found.square.turn)
        across, down = cosine * x + sine * y, cosine * y - sine * x
        inside.append((np.maximum(abs(across), abs(down)) < 0.55 * found.square.side).mean())
        sides.append(found.square.side)
    assert np.median(inside) > 0.85  # the arm may be cut off, fingers not
    assert SIDE / 2 < np.median(sides) < 2 * SIDE


def test_rooms_without_a_hand_have_none():
    empty = [find_hand(room(seed, kind)) is None for kind in KINDS for seed in range(5)]
    assert np.mean(empty) >= 0.8


def test_a_larger_photo_of_the_same_gives_the_same_place():
    photo, _mask = in_a_room(5, 1)
    small = find_hand(photo.resize((320, 180)))
    large = find_hand(photo.resize((1280, 720), Image.Resampling.BICUBIC))
    assert small
    assert large
    assert abs(4 * small.square.x - large.square.x) < 60
    assert abs(4 * small.square.y - large.square.y) < 60
    assert large.square.side == pytest.approx(4 * small.square.side, rel=0.25)


def test_what_is_shrunk_already_stays_as_it_is():
    once = shrunk(Image.new("RGB", (900, 300)))
    assert once.size == (512, 171)
    assert shrunk(once).size == once.size


@pytest.mark.parametrize("size", [(1, 1), (5, 400), (1000, 3)])
def test_photos_of_any_shape_are_searched(size):
    found = find_hand(Image.new("RGB", size, (120, 110, 100)))
    assert found is None or found.score >= A_HAND
