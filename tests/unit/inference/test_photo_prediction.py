"""What a shipped net answers to a photo: probabilities, heat, and the film of its blocks."""

import numpy as np
import pytest

from resnet.data.photo import model_input, read_photo
from resnet.inference.calibration import calibrated
from resnet.inference.photo_prediction import guesses_by_block, predict_photo
from resnet.inference.prediction import find_net, load_net, predict
from resnet.settings import ASSETS

NET = "signs"


@pytest.fixture(scope="module")
def photo():
    return model_input(read_photo(ASSETS / "samples" / "sign_5.jpg"), 64)


def test_an_answer_is_the_nets_own_calibrated(photo):
    prediction = predict_photo(NET, photo)
    expected = calibrated(predict(load_net(NET), photo[None]), find_net(NET).card.temperature)[0]
    np.testing.assert_allclose(prediction.probabilities, expected, rtol=1e-5)
    assert prediction.heat.shape == (4, 4)
    assert 0 <= prediction.heat.min() <= prediction.heat.max() <= 1
    assert prediction.sure == (expected.max() >= find_net(NET).card.unsure_below)


def test_the_film_ends_in_the_nets_own_answer(photo):
    guesses = guesses_by_block(NET, photo)
    assert len(guesses.blocks) == len(guesses.probabilities) == 4
    np.testing.assert_allclose(np.sum(guesses.probabilities, axis=1), 1, rtol=1e-5)
    np.testing.assert_allclose(
        guesses.probabilities[-1], predict_photo(NET, photo).probabilities, rtol=1e-5
    )
