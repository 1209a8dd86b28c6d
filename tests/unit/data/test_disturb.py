"""Spoilt pictures, against NumPy's own shifts and turns."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resnet.data.disturb import Disturbance, disturbed


@pytest.fixture
def picture():
    return np.random.default_rng(0).integers(0, 256, (32, 32, 3)).astype(np.uint8)


def test_nothing_asked_nothing_changed(picture):
    np.testing.assert_array_equal(disturbed(picture, Disturbance()), picture)


def test_a_shift_moves_pixels_and_repeats_the_border(picture):
    right = disturbed(picture, Disturbance(across=0.25))
    np.testing.assert_array_equal(right[:, 8:], picture[:, :24])
    np.testing.assert_array_equal(right[:, :8], np.repeat(picture[:, :1], 8, axis=1))
    down = disturbed(picture, Disturbance(down=-0.25))
    np.testing.assert_array_equal(down[:24], picture[8:])


def test_half_a_turn_turns_both_axes(picture):
    turned = disturbed(picture, Disturbance(rotation=180))
    assert np.abs(turned.astype(int) - picture[::-1, ::-1]).max() <= 1


def test_light_and_hiding(picture):
    half = disturbed(picture, Disturbance(brightness=0.5))
    assert np.abs(half.astype(int) - np.round(picture * 0.5)).max() <= 1
    hidden = disturbed(picture, Disturbance(hidden=0.5))
    assert (hidden[8:24, 8:24] == 128).all()
    np.testing.assert_array_equal(hidden[:8], picture[:8])


def test_blur_calms_and_zoom_magnifies(picture):
    assert disturbed(picture, Disturbance(blur=0.1)).std() < 0.5 * picture.std()
    dot = np.zeros((32, 32, 3), np.uint8)
    dot[14:18, 14:18] = 255
    assert disturbed(dot, Disturbance(zoom=2)).sum() == pytest.approx(4 * dot.sum(), rel=0.3)


@given(
    st.builds(
        Disturbance,
        across=st.floats(-0.5, 0.5),
        down=st.floats(-0.5, 0.5),
        rotation=st.floats(-180, 180),
        zoom=st.floats(0.4, 2),
        brightness=st.floats(0, 3),
        blur=st.floats(0, 0.2),
        hidden=st.floats(0, 1),
    )
)
def test_any_disturbance_keeps_the_format(how):
    result = disturbed(np.full((16, 16, 3), 77, np.uint8), how)
    assert result.shape == (16, 16, 3)
    assert result.dtype == np.uint8
