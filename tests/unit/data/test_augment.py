"""Augmentation: what each strength may and may not change."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resnet.data.augment import LIGHT, NONE, STRONG, Augmentation, augment
from resnet.data.photo import as_float

IMAGES = np.random.default_rng(1).integers(0, 256, (8, 16, 16, 3), np.uint8)


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_none_is_the_preprocessing_alone() -> None:
    np.testing.assert_array_equal(augment(IMAGES, rng(), NONE), as_float(IMAGES))


@pytest.mark.parametrize("how", [NONE, LIGHT, STRONG])
def test_results_are_seeded_floats_in_range_and_the_batch_is_untouched(how: Augmentation) -> None:
    before = IMAGES.copy()
    first, again = augment(IMAGES, rng(5), how), augment(IMAGES, rng(5), how)
    np.testing.assert_array_equal(first, again)
    np.testing.assert_array_equal(IMAGES, before)
    assert first.dtype == np.float32
    assert first.shape == IMAGES.shape
    assert first.flags.c_contiguous
    assert first.min() >= 0
    assert first.max() <= 1
    if how is not NONE:
        assert np.any(first != augment(IMAGES, rng(6), how))


@pytest.mark.parametrize("how", [NONE, LIGHT, STRONG])
def test_bytes_and_floats_give_the_same(how: Augmentation) -> None:
    floats = as_float(IMAGES)
    kept = floats.copy()
    np.testing.assert_allclose(augment(IMAGES, rng(), how), augment(floats, rng(), how), atol=1e-6)
    np.testing.assert_array_equal(floats, kept)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 5), st.integers(4, 20), st.integers(4, 20), st.integers(0, 99))
def test_any_batch_shape_works(count: int, height: int, width: int, seed: int) -> None:
    images = rng(seed).integers(0, 256, (count, height, width, 3), np.uint8)
    assert augment(images, rng(seed), STRONG).shape == images.shape
    assert augment(images, rng(seed), LIGHT).shape == images.shape


def test_always_flipping_mirrors() -> None:
    np.testing.assert_array_equal(
        augment(IMAGES, rng(), Augmentation(flip=1)), as_float(IMAGES[:, :, ::-1])
    )
    mirrored = augment(IMAGES, rng(), Augmentation(flip=1, rotation=1e-9))
    np.testing.assert_allclose(mirrored, as_float(IMAGES[:, :, ::-1]), atol=1e-4)


def test_a_shift_moves_by_whole_pixels_and_repeats_the_border() -> None:
    moved = augment(IMAGES, rng(3), Augmentation(shift=2 / 16))
    padded = np.pad(as_float(IMAGES), ((0, 0), (2, 2), (2, 2), (0, 0)), mode="edge")
    for image, result in enumerate(moved):
        crops = [padded[image, r : r + 16, c : c + 16] for r in range(5) for c in range(5)]
        assert any(np.array_equal(result, crop) for crop in crops)


def test_a_smooth_picture_turns_and_grows_as_geometry_says() -> None:
    y, x = np.indices((33, 33), dtype=np.float32) / 32 - 0.5
    ramp = np.stack([0.5 + 0.5 * x, 0.5 + 0.5 * y, 0 * x], axis=-1)[None]
    how = Augmentation(rotation=30, zoom=(1.1, 1.3), shift=0.05)
    result = augment(ramp, rng(2), how)[0, 8:25, 8:25]
    # The ramp's slope along a direction turns with the picture and shrinks with magnification.
    slopes = np.array([np.gradient(result[..., c], axis=a).mean() for c in (0, 1) for a in (0, 1)])
    down_x, right_x, down_y, right_y = slopes * 32 / 0.5
    zoom = 1 / np.hypot(right_x, down_x)
    assert 1.1 <= zoom <= 1.3
    assert abs(np.degrees(np.arctan2(down_x, right_x))) <= 30
    np.testing.assert_allclose([right_y, down_y], [-down_x, right_x], atol=1e-4)


def test_brightness_adds_and_stays_within_its_reach() -> None:
    grey = np.full((64, 4, 4, 3), 0.5, np.float32)
    result = augment(grey, rng(), Augmentation(brightness=0.1))
    assert np.ptp(result[0]) == 0
    assert 0.05 < np.abs(result - 0.5).max() <= 0.1


def test_gamma_keeps_black_and_white_and_the_order_of_tones() -> None:
    ramp = np.broadcast_to(np.linspace(0, 1, 50, dtype=np.float32)[:, None, None], (50, 50, 3))
    result = augment(np.stack([ramp] * 8), rng(), Augmentation(gamma=0.9))
    np.testing.assert_allclose(result[:, 0], 0, atol=1e-6)
    np.testing.assert_allclose(result[:, -1], 1, atol=1e-6)
    assert np.all(np.diff(result[:, :, 0, 0], axis=1) > 0)


def test_contrast_and_colour_leave_mid_grey_as_light_as_it_was() -> None:
    grey = np.full((32, 4, 4, 3), 0.5, np.float32)
    result = augment(grey, rng(), Augmentation(contrast=0.3, colour=0.1))
    np.testing.assert_allclose(result.mean(axis=(1, 2, 3)), 0.5, atol=1e-6)


def test_grey_takes_all_colour_away() -> None:
    result = augment(IMAGES, rng(), Augmentation(grey=1))
    np.testing.assert_allclose(result[..., 0], as_float(IMAGES).mean(axis=-1), atol=1e-6)
    np.testing.assert_array_equal(result[..., 0], result[..., 2])


def test_blur_keeps_the_mean_and_noise_has_its_strength() -> None:
    centre = np.zeros((4, 9, 9, 3), np.float32)
    centre[:, 4, 4] = 1
    blurred = augment(centre, rng(), Augmentation(blur=1))
    np.testing.assert_allclose(blurred.sum(axis=(1, 2)), 1, atol=1e-6)
    np.testing.assert_allclose(blurred[0, 4, 4], 0.25)
    grey = np.full((64, 32, 32, 3), 0.5, np.float32)
    grain = augment(grey, rng(), Augmentation(noise=0.05)).std(axis=(1, 2, 3))
    assert grain.max() <= 0.05 * 1.05
    assert 0.02 < grain.mean() < 0.03


def test_cut_out_hides_one_square_of_one_colour() -> None:
    black = np.zeros((16, 40, 40, 3), np.float32)
    result = augment(black, rng(), Augmentation(cutout_chance=1, cutout=0.5))
    for image in result:
        rows, columns = np.nonzero(image.any(axis=-1))
        height, width = np.ptp(rows) + 1, np.ptp(columns) + 1
        assert height == width <= 20
        assert len(np.unique(image.reshape(-1, 3), axis=0)) == 2
        assert len(rows) == height * width


def test_presets_stay_as_the_recipes_name_them() -> None:
    assert replace(LIGHT, flip=0, shift=0, brightness=0) == NONE
    assert LIGHT.shift * 64 == 4
    assert STRONG.zoom == (0.4, 1.3)
