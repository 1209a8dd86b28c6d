"""What a shipped net answers to a photo: probabilities, heat, and the film of its blocks."""

import numpy as np
import pytest

from resnet.data.photo import model_input, read_photo
from resnet.settings import ASSETS
from resnet.training.asking import answer, film
from resnet.training.calibration import calibrated
from resnet.training.prediction import find_net, load_net, predict

NET = "signs"


@pytest.fixture(scope="module")
def photo():
    return model_input(read_photo(ASSETS / "samples" / "sign_5.jpg"), 64)


def test_an_answer_is_the_nets_own_calibrated(photo):
    said = answer(NET, photo)
    expected = calibrated(predict(load_net(NET), photo[None]), find_net(NET).card.temperature)[0]
    np.testing.assert_allclose(said.probabilities, expected, rtol=1e-5)
    assert said.heat.shape == (4, 4)
    assert 0 <= said.heat.min() <= said.heat.max() <= 1
    assert said.sure == (expected.max() >= find_net(NET).card.unsure_below)


def test_the_film_ends_in_the_nets_own_answer(photo):
    told = film(NET, photo)
    assert len(told.blocks) == len(told.probabilities) == 4
    np.testing.assert_allclose(np.sum(told.probabilities, axis=1), 1, rtol=1e-5)
    np.testing.assert_allclose(told.probabilities[-1], answer(NET, photo).probabilities, rtol=1e-5)
