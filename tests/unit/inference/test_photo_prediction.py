"""What a shipped net answers to a photo: probabilities, heat, and the film of its blocks."""

import numpy as np
import pytest

from resnet.data.photo import read_photo
from resnet.hands.crop import variations, whole
from resnet.inference.calibration import calibrated
from resnet.inference.photo_prediction import guesses_by_block, predict_photo
from resnet.inference.prediction import find_net, load_net, predict
from resnet.settings import ASSETS

NET = "signs"


@pytest.fixture(scope="module")
def pictures():
    photo = read_photo(ASSETS / "samples" / "sign_5.jpg")
    return variations(photo, whole(photo), 64)


def test_an_answer_is_the_nets_own_averaged_and_calibrated(pictures):
    prediction = predict_photo(NET, pictures)
    *around, itself = (predict(load_net(NET), picture[None])[0] for picture in pictures)
    mean = (np.mean(around, axis=0) + itself) / 2
    expected = calibrated(mean[None], find_net(NET).card.temperature)[0]
    np.testing.assert_allclose(prediction.probabilities, expected, rtol=1e-5)
    assert prediction.heat.shape == (4, 4)
    assert 0 <= prediction.heat.min() <= prediction.heat.max() <= 1
    assert prediction.sure == (expected.max() >= find_net(NET).card.unsure_below)


def test_the_film_ends_in_the_nets_own_answer(pictures):
    guesses = guesses_by_block(NET, pictures)
    assert len(guesses.blocks) == len(guesses.probabilities) == 4
    np.testing.assert_allclose(np.sum(guesses.probabilities, axis=1), 1, rtol=1e-5)
    np.testing.assert_allclose(
        guesses.probabilities[-1], predict_photo(NET, pictures).probabilities, rtol=1e-5
    )
