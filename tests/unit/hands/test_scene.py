"""New scenes: what must hold of every one of them, whatever was drawn."""

from dataclasses import replace

import numpy as np
import pytest

from resnet.data.augment import NONE
from resnet.hands.scene import Scene, backdrops, scenes

STILL = Scene(new_backdrop=1, sleeve=0, dim=0, zoom=(1, 1), rotation=0, hand_light=0, camera=NONE)


@pytest.fixture(scope="module")
def behind():
    return backdrops(6, 32, seed=0)


def hands(matte=255):
    """Return red squares with green around, of which only the square counts as hand."""
    drawn = np.zeros((8, 32, 32, 4), np.uint8)
    drawn[..., 1] = 255
    drawn[:, 8:24, 8:24] = (255, 0, 0, matte)
    return drawn


def test_the_same_seed_gives_the_same_scenes(behind):
    first, again = (scenes(hands(), behind, np.random.default_rng(3), Scene()) for _ in range(2))
    np.testing.assert_array_equal(first, again)
    assert (first != scenes(hands(), behind, np.random.default_rng(4), Scene())).any()


def test_scenes_are_float_images_in_range(behind):
    made = scenes(hands(), behind, np.random.default_rng(0), Scene())
    assert made.shape == (8, 32, 32, 3)
    assert made.dtype == np.float32
    assert made.min() >= 0
    assert made.max() <= 1


def test_a_cut_out_hand_stays_and_its_old_background_goes(behind):
    made = scenes(hands(), behind, np.random.default_rng(0), STILL)
    red = (made[..., 0] > 0.99) & (made[..., 1] < 0.01) & (made[..., 2] < 0.01)
    green = (made[..., 1] > 0.99) & (made[..., 0] < 0.01) & (made[..., 2] < 0.01)
    assert (red.sum(axis=(1, 2)) > 200).all()  # of 256, less what a shift interpolates
    assert not green.any()


def test_without_a_matte_the_photo_keeps_its_background(behind):
    made = scenes(hands(matte=0), behind, np.random.default_rng(0), STILL)
    green = (made[..., 1] > 0.99) & (made[..., 0] < 0.01)
    assert (green.sum(axis=(1, 2)) > 500).all()


def test_dim_scenes_are_darker(behind):
    bright = scenes(hands(), behind, np.random.default_rng(0), STILL)
    dim = scenes(hands(), behind, np.random.default_rng(0), replace(STILL, dim=1))
    assert (dim.mean(axis=(1, 2, 3)) < 0.65 * bright.mean(axis=(1, 2, 3))).all()


def test_a_sleeve_covers_only_what_lies_beyond_the_photo(behind):
    arm = hands()
    arm[:, 8:, 12:20] = (255, 0, 0, 255)  # down to the border
    shrunk = replace(STILL, zoom=(0.5, 0.5), sleeve=1)
    bare = scenes(arm, behind, np.random.default_rng(1), replace(shrunk, sleeve=0))
    dressed = scenes(arm, behind, np.random.default_rng(1), shrunk)
    changed = np.abs(bare - dressed).max(axis=-1) > 0.02
    was_red = (bare[..., 0] > 0.9) & (bare[..., 1] < 0.1)
    assert changed.any()
    assert (was_red & ~changed).sum() > 8 * 40  # the hand itself is not dressed
