import numpy as np
import pytest

from resnet.drawing.figures.image_grid import feature_map_grid, magnified, mistakes_grid


def holds(picture, colour):
    return (picture[..., :3] == np.array(colour)).all(axis=-1).any()


def test_feature_maps_have_a_row_a_step_and_a_column_a_channel():
    rng = np.random.default_rng(0)
    one = feature_map_grid([("input", rng.random((8, 8, 3)))])
    two = feature_map_grid([("input", rng.random((8, 8, 3))), ("conv", rng.random((4, 4, 16)))])
    assert two.shape[0] == pytest.approx(2 * one.shape[0], abs=1)
    assert one.shape[1] / 3 == pytest.approx(two.shape[1] / 8, abs=1)
    assert two.shape[2] == 4


def test_large_is_bright_and_small_is_dark():
    values = np.zeros((8, 8, 2))
    values[..., 1] = 1
    picture = feature_map_grid([("conv", values)])
    half = picture.shape[1] // 2
    middle = picture.shape[0] * 2 // 3
    left, right = picture[middle, half // 2], picture[middle, half + half // 2]
    assert tuple(left[:3]) == (0, 34, 77)  # the ends of cividis
    assert tuple(right[:3]) == (253, 231, 55)


@pytest.mark.parametrize("value", [0.0, -3.0])
def test_a_flat_map_is_dark_and_no_error(value):
    picture = feature_map_grid([("relu", np.full((4, 4, 2), value))])
    assert holds(picture, (0, 34, 77))


def test_mistakes_show_their_images_with_hard_pixels():
    images = np.zeros((3, 4, 4, 3), np.uint8)
    for i, colour in enumerate([(255, 0, 0), (0, 255, 0), (0, 0, 255)]):
        images[i] = colour
    picture = mistakes_grid(images, [0, 1, 2], [3, 4, 5])
    for colour in ((255, 0, 0), (0, 255, 0), (0, 0, 255)):
        assert holds(picture, colour)


def test_the_ground_is_clear_so_that_the_page_shows():
    assert (mistakes_grid(np.zeros((1, 4, 4, 3), np.uint8), [0], [1])[..., 3] == 0).any()


def test_magnified_repeats_pixels():
    image = np.arange(6, dtype=np.uint8).reshape(1, 2, 3)
    large = magnified(image, 2)
    assert large.shape == (2, 4, 3)
    assert (large[:, :2] == image[0, 0]).all()
    assert (large[:, 2:] == image[0, 1]).all()
