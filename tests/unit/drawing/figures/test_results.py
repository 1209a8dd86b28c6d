import base64

import numpy as np
import pytest

from resnet.drawing.figures.results import class_probabilities, confusion_matrix, refinement
from resnet.drawing.palette import palette


def test_confusion_matrix_shades_by_share_of_the_true_class_and_writes_counts():
    counts = np.array([[18, 2], [0, 20]])
    heat = confusion_matrix(counts, ["0", "1"], "light").data[0]
    assert np.asarray(heat.z) == pytest.approx(np.array([[0.9, 0.1], [0, 1]]))
    assert np.array_equal(heat.customdata, counts)
    assert heat.text.tolist() == [["18", "2"], ["", "20"]]


def test_a_class_without_images_does_not_divide_by_zero():
    heat = confusion_matrix(np.zeros((2, 2), int), ["0", "1"], "light").data[0]
    assert not np.asarray(heat.z).any()


def test_true_classes_run_downwards_like_a_table():
    figure = confusion_matrix(np.eye(3, dtype=int), ["0", "1", "2"], "dark")
    assert figure.layout.yaxis.autorange == "reversed"


def test_class_probabilities_mark_the_likeliest():
    figure = class_probabilities([0.1, 0.7, 0.2], ["0", "1", "2"], "light")
    bars = figure.data[0]
    assert bars.x == (0.1, 0.7, 0.2)
    assert bars.text == ("10.0%", "70.0%", "20.0%")
    assert [c == palette("light").ink for c in bars.marker.color] == [False, True, False]


def test_pictures_stand_beside_their_labels_in_their_order():
    figure = class_probabilities([0.1, 0.9], ["0", "1"], "light", ["<svg/>", "<svg></svg>"])
    first, second = figure.layout.images
    assert base64.b64decode(first.source.partition(",")[2]) == b"<svg/>"
    assert (first.y, second.y) == (0, 1)
    film = refinement([[0.1, 0.9]], ["net"], ["0", "1"], "light", ["<svg/>"] * 2)
    assert len(film.layout.images) == 2
