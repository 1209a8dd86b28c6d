import math

import numpy as np
import pytest

from resnet.drawing.figures.gradient_curves import GradientSeries
from resnet.drawing.figures.gradient_film import gradient_film, gradient_heatmap

LAYERS = ("conv1", "conv2", "conv3")


def test_the_map_is_log10_and_leaves_zero_and_no_number_to_their_own_marks():
    norms = np.array([[1e-3, 0.0, 1.0], [1e-2, math.nan, 10.0]])
    figure = gradient_heatmap(LAYERS, [0, 10], norms, "light")
    heat, zero, strange = figure.data
    assert np.asarray(heat.z)[:, [0, 2]] == pytest.approx(np.array([[-3, 0], [-2, 1]]))
    assert np.isnan(np.asarray(heat.z, dtype=float)[:, 1]).all()
    assert zero.y == (0,)
    assert strange.y == (10,)
    assert zero.x == strange.x == (heat.x[1],)
    assert figure.layout.coloraxis.cmin < -3
    assert figure.layout.coloraxis.cmax > 1


def test_clean_norms_have_no_marks():
    assert len(gradient_heatmap(LAYERS, [0], np.ones((1, 3)), "dark").data) == 1


def test_two_maps_share_their_colours():
    maps = [
        gradient_heatmap(LAYERS, [0], size * np.ones((1, 3)), "light", limits=(1e-5, 10.0))
        for size in (1e-4, 1.0)
    ]
    scales = [(m.layout.coloraxis.cmin, m.layout.coloraxis.cmax) for m in maps]
    assert scales == [(-5.0, 1.0)] * 2


def test_a_long_training_is_thinned_but_keeps_its_ends():
    steps = list(range(1000))
    figure = gradient_heatmap(LAYERS, steps, np.ones((1000, 3)), "light")
    assert len(figure.data[0].y) == 200
    assert (figure.data[0].y[0], figure.data[0].y[-1]) == (0, 999)


def moment(*norms):
    return [GradientSeries("plain20", True, LAYERS, norms)]


def test_the_film_moves_the_curves_and_shows_marks_only_while_they_last():
    figure = gradient_film([0, 5], [moment(0.0, 0.1, 1.0), moment(0.5, 0.6, 0.7)], "light")
    assert [frame.name for frame in figure.frames] == ["0", "5"]
    first, second = figure.frames
    assert first.data[0].y == (None, 0.1, 1.0)
    assert second.data[0].y == (0.5, 0.6, 0.7)
    assert [size > 0 for size in first.data[1].marker.size] == [True, False, False]
    assert not any(second.data[1].marker.size)
    assert len(figure.layout.sliders[0].steps) == 2
    assert figure.layout.sliders[0].active == 1


def test_every_moment_of_the_film_fits_its_axis():
    figure = gradient_film([0, 1], [moment(1e-9, 1e-9, 1.0), moment(1.0, 1.0, 50.0)], "light")
    low, high = figure.layout.yaxis.range
    assert low < -9
    assert high > math.log10(50)
