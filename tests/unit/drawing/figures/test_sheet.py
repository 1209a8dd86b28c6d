"""Contact sheets hold each picture, in order, with clear gaps."""

import numpy as np

from resnet.drawing.figures.sheet import GAP, channels, contact_sheet


def test_every_picture_stands_at_its_place():
    images = np.arange(5 * 4 * 4 * 3).reshape(5, 4, 4, 3).astype(np.uint8)
    sheet = contact_sheet(images, columns=3, factor=1)
    assert sheet.shape == (4 + GAP + 4, 3 * 4 + 2 * GAP, 4)
    np.testing.assert_array_equal(sheet[4 + GAP :, 4 + GAP : 8 + GAP, :3], images[4])
    assert not sheet[:, 4 : 4 + GAP, 3].any()
    assert not sheet[4 + GAP :, 2 * (4 + GAP) :, 3].any()  # the last row is not full


def test_channels_add_up_to_the_picture():
    image = np.random.default_rng(0).integers(0, 256, (6, 6, 3)).astype(np.uint8)
    np.testing.assert_array_equal(channels(image).sum(axis=0), image)
