"""Cutting hands out, against the renderer, which knows where its hands are."""

import numpy as np
import pytest

from resnet.hands.matte import hand_matte, with_matte
from resnet.hands.synthetic import hand_with_matte
from resnet.hands.view import Variety

BEFORE_A_WALL = Variety(sleeve=0, dim=0, backdrops=(1, 0, 0, 0, 0, 0))


@pytest.mark.parametrize("label", range(6))
def test_a_hand_before_a_wall_is_found_where_it_is(label):
    overlaps = []
    for seed in range(4):
        drawn = hand_with_matte(label, np.random.default_rng(seed), 96, BEFORE_A_WALL)
        found, true = hand_matte(drawn[..., :3]) > 127, drawn[..., 3] > 127
        overlaps.append((found & true).sum() / (found | true).sum())
    assert np.median(overlaps) > 0.85, overlaps


def test_nothing_is_cut_out_of_an_empty_wall_or_of_noise():
    wall = np.full((64, 64, 3), (200, 190, 180), np.uint8)
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3)).astype(np.uint8)
    for photo in (wall, noise):
        assert not hand_matte(photo).any()


def test_the_matte_is_the_fourth_channel():
    photos = np.stack(
        [hand_with_matte(5, np.random.default_rng(s), 64, BEFORE_A_WALL)[..., :3] for s in (0, 1)]
    )
    hands = with_matte(photos)
    assert hands.shape == (2, 64, 64, 4)
    assert hands.dtype == np.uint8
    np.testing.assert_array_equal(hands[..., :3], photos)
