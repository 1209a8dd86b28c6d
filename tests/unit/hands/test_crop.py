"""The proposed square, against pictures whose hand was pasted at a known place."""

import numpy as np
import pytest
from PIL import Image

from resnet.hands.crop import Square, hand_square, parts, whole
from resnet.hands.synthetic import hand_with_matte
from resnet.hands.view import Variety

READABLE = Variety(framing=(0.6, 0.9), sleeve=0, dim=0)


def photo(label, seed, size, side=110):
    """Return a wall of a size with a hand in it whose arm leaves below, and the hand's matte."""
    rng = np.random.default_rng(seed)
    drawn = hand_with_matte(label, rng, 96, READABLE)
    picture, matte = Image.new("RGB", size, (205, 203, 198)), Image.new("L", size)
    place = (int(rng.integers(0, size[0] - side + 1)), size[1] - side)
    hand, cover = (
        Image.fromarray(part).resize((side, side)) for part in (drawn[..., :3], drawn[..., 3])
    )
    picture.paste(hand, place, cover)
    matte.paste(cover, place)
    return picture, np.asarray(matte) > 127


@pytest.mark.parametrize("size", [(320, 240), (240, 320)])
def test_a_small_hand_anywhere_is_framed_better_than_by_the_centre(size):
    overlaps = {"proposed": [], "centre": []}
    for seed in range(12):
        picture, hand = photo(seed % 6, seed, size)
        for name, square in (("proposed", hand_square(picture)), ("centre", whole(picture))):
            inside = np.zeros_like(hand)
            left, top, right, bottom = square.box
            inside[top:bottom, left:right] = True
            overlaps[name].append(((hand & inside).sum() / hand.sum(), hand[inside].mean()))
    seen, filled = np.median(overlaps["proposed"], axis=0)
    assert seen > 0.85  # hardly anything of the hand is cut off
    assert filled > 2 * np.median(overlaps["centre"], axis=0)[1]


@pytest.mark.parametrize("size", [(64, 64), (301, 97), (40, 500), (1, 1), (9, 2000)])
def test_a_square_lies_within_any_photo(size):
    noise = np.random.default_rng(0).integers(0, 256, (size[1], size[0], 3)).astype(np.uint8)
    picture = Image.fromarray(noise)
    corner = Square(max(0, size[0] - 5), 0, min(5, *size))
    half = picture.resize([max(1, side // 2) for side in size])
    bigger = whole(half).scaled(size[0] / half.width, size)
    found = (hand_square(picture), whole(picture), whole(picture, corner), bigger)
    for square in [*filter(None, found), *parts(picture)]:
        left, top, right, bottom = square.box
        assert 0 <= left < right <= size[0]
        assert 0 <= top < bottom <= size[1]
        assert right - left == bottom - top


def test_an_empty_wall_holds_no_hand():
    assert hand_square(Image.new("RGB", (320, 240), (200, 190, 180))) is None


@pytest.mark.parametrize("size", [(100, 100), (640, 360), (360, 640), (1200, 1600)])
def test_the_parts_cover_the_photo(size):
    covered = np.zeros(size[::-1], bool)
    for square in parts(Image.new("RGB", size)):
        left, top, right, bottom = square.box
        covered[top:bottom, left:right] = True
    assert covered.mean() > 0.99


def test_a_tiny_photo_has_no_parts():
    assert parts(Image.new("RGB", (40, 40))) == []


def test_the_whole_goes_where_the_hand_is():
    wide = Image.new("RGB", (300, 100))
    assert whole(wide).left == 100
    assert whole(wide, Square(250, 20, 50)).left == 200
    assert whole(wide, Square(0, 20, 50)).left == 0
    assert whole(wide, Square(140, 0, 40)).left == 110
