"""What is cut out of a photo, against Pillow's own way of turning and cropping pictures."""

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings
from PIL import Image, ImageFilter

from resnet.data.photo import model_input
from resnet.hands.crop import VARIATIONS, HandSquare, averaged, cut_out, variations, whole


def smooth_photo(size=(300, 200)):
    noise = np.random.default_rng(0).integers(0, 256, (size[1] // 20, size[0] // 20, 3), np.uint8)
    return Image.fromarray(noise).resize(size, Image.Resampling.BICUBIC)


def test_an_upright_square_is_scaled_as_training_images_are():
    photo = smooth_photo()
    expected = model_input(photo.crop((40, 20, 140, 120)), 64)
    np.testing.assert_array_equal(cut_out(photo, HandSquare(90, 70, 100), 64), expected)


@pytest.mark.parametrize("degrees", [30, 90, -120, 180])
def test_a_turned_square_is_what_a_turned_photo_shows(degrees):
    photo = smooth_photo()
    square = HandSquare(150, 100, 80, np.deg2rad(degrees))
    # Pillow turns counter-clockwise; the square's own turn is clockwise.
    turned = photo.rotate(degrees, Image.Resampling.BICUBIC, center=(150, 100))
    expected = turned.crop((110, 60, 190, 140)).resize((40, 40), Image.Resampling.BOX)
    difference = cut_out(photo, square, 40).astype(float) - np.asarray(expected, float)
    assert np.abs(difference).mean() < 4


def test_the_corners_are_where_the_square_is():
    corners = HandSquare(10, 20, 8, np.pi / 2).corners
    np.testing.assert_allclose(corners, [(14, 16), (14, 24), (6, 24), (6, 16)])


def test_outside_the_photo_the_border_goes_on():
    photo = Image.new("RGB", (50, 40), (200, 100, 50))
    pixels = cut_out(photo, HandSquare(0, 0, 120, 0.3), 32)
    assert (pixels == (200, 100, 50)).all()


def test_a_mirrored_one_is_the_same_from_right_to_left():
    photo, square = smooth_photo(), HandSquare(120, 90, 70, 0.4)
    straight = cut_out(photo, square, 48)
    np.testing.assert_array_equal(cut_out(photo, square, 48, mirrored=True), straight[:, ::-1])


def test_a_fine_pattern_is_averaged_not_sampled():
    stripes = np.zeros((400, 400, 3), np.uint8)
    stripes[:, ::2] = 255
    pixels = cut_out(Image.fromarray(stripes), HandSquare(200, 200, 380, 0.5), 32)
    assert np.abs(pixels.astype(float) - 127.5).max() < 30


def test_the_whole_is_the_middle():
    assert whole(Image.new("RGB", (300, 100))) == HandSquare(150, 50, 100)


@settings(max_examples=40, deadline=None)
@given(
    width=st.integers(1, 90),
    height=st.integers(1, 90),
    x=st.floats(-50, 150),
    y=st.floats(-50, 150),
    side=st.floats(0.5, 400),
    turn=st.floats(-7, 7),
)
def test_any_square_of_any_photo_can_be_cut_out(width, height, x, y, side, turn):
    photo = Image.new("RGB", (width, height), (9, 8, 7))
    pixels = cut_out(photo, HandSquare(x, y, side, turn), 16)
    assert pixels.shape == (16, 16, 3)
    assert (pixels == (9, 8, 7)).all()


def test_a_square_scales_with_its_photo():
    photo = smooth_photo((200, 160)).filter(ImageFilter.GaussianBlur(3))
    square = HandSquare(90, 80, 70, 0.5)
    double = photo.resize((400, 320), Image.Resampling.BICUBIC)
    difference = cut_out(photo, square, 24).astype(float) - cut_out(double, square.scaled(2), 24)
    assert np.abs(difference).mean() < 2


def test_a_hand_is_asked_about_in_variations_the_first_upright():
    photo, square = smooth_photo(), HandSquare(150, 100, 100, 0.2)
    pictures = variations(photo, square, 40)
    assert pictures.shape == (len(VARIATIONS), 40, 40, 3)
    np.testing.assert_array_equal(pictures[0], cut_out(photo, HandSquare(150, 100, 90, 0.2), 40))
    answers = np.arange(4.0)[:, None]
    assert averaged(answers) == 1.5


def test_a_photo_that_a_hand_fills_is_asked_about_itself_and_counts_half():
    photo = smooth_photo()
    pictures = variations(photo, HandSquare(150, 100, 160, 0.2), 40)
    assert len(pictures) == len(VARIATIONS) + 1
    np.testing.assert_array_equal(pictures[-1], model_input(photo, 40))
    np.testing.assert_allclose(averaged(np.array([[0.0], [0], [0], [0], [1]])), [0.5])
