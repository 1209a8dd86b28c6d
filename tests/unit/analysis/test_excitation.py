"""Favourites of a net whose channels are known."""

import keras
import numpy as np
import pytest
from keras import layers

from resnet.analysis.excitation import OUTSIDE, first_filters, learned, places_to_look
from resnet.analysis.favourites import PATCHES
from resnet.backend import without_values
from resnet.models.layer_names import place
from resnet.models.registry import build

SIDE = 8


@pytest.fixture(scope="module")
def red_and_blue():
    """A net of one convolution: channel 0 answers to red, 1 to blue, 2 to nothing."""
    images = keras.Input((SIDE, SIDE, 3))
    convolution = layers.Conv2D(3, 3, padding="same", use_bias=False, name="stage1_block1_colours")
    net = keras.Model(images, layers.Flatten()(convolution(images)))
    kernel = np.zeros((3, 3, 3, 3), "float32")
    kernel[1, 1, 0, 0] = kernel[1, 1, 2, 1] = 1
    convolution.set_weights([kernel])
    return net


def dotted(count: int = 24) -> tuple[np.ndarray, np.ndarray]:
    """Black images of one dot each, red in class 0 and blue in class 1, brighter from one to the
    next; the brightest stand in a corner."""
    images, labels = np.zeros((count, SIDE, SIDE, 3), np.uint8), np.arange(count) % 2
    for number, (image, label) in enumerate(zip(images, labels, strict=True)):
        row = 0 if number >= count - 2 else 4
        image[row, row, 2 * label] = 100 + number
    return images, labels


def test_a_channel_s_favourites_are_what_it_was_made_for(red_and_blue):
    images, labels = dotted()
    found = learned(red_and_blue, (images / 255).astype("float32"), labels).favourites[0]
    assert (found.layer, found.side) == ("stage1_block1_colours", 3)
    assert found.patches.shape == (2, PATCHES, 3, 3, 3)  # the dead channel has none
    assert found.one_class == PATCHES
    assert PATCHES / 2 < found.by_chance < PATCHES
    for patches in found.patches:
        centres = patches[:, 1, 1].max(axis=-1)
        assert list(centres) == sorted(centres, reverse=True)
        assert (patches[0, 0] == OUTSIDE).all()  # the brightest dot is in the image's corner
        assert not (patches[1:] == OUTSIDE).any()


def test_first_filters_are_the_kernel_s(red_and_blue):
    filters = first_filters(red_and_blue)
    assert filters.shape == (3, 3, 3, 3)
    assert filters[1, 1, 1, 2] == 1
    assert filters.sum() == 2


def test_every_stage_is_looked_at_once():
    for name, stages in (("fast", 3), ("vgg16", 5), ("lenet5", 2)):
        found = places_to_look(without_values(build, name, (64, 64, 3), 6))
        assert [place(layer).stage for layer in found] == [f"stage{n + 1}" for n in range(stages)]
