"""The light falls where the map says."""

import numpy as np

from resnet.drawing.figures.spotlight import DIMMEST, spotlight

GREY = np.full((64, 64, 3), 200, np.uint8)


def test_full_light_changes_nothing_and_none_dims_evenly():
    np.testing.assert_array_equal(spotlight(GREY, np.ones((4, 4))), GREY)
    assert (spotlight(GREY, np.zeros((4, 4))) == round(200 * DIMMEST)).all()


def test_a_corner_of_the_map_lights_that_corner_of_the_picture():
    heat = np.zeros((4, 4))
    heat[0, 3] = 1
    lit = spotlight(GREY, heat)[..., 0]
    assert lit[4, 60] > 150
    assert lit[60, 4] == round(200 * DIMMEST)
