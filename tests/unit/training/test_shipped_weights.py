"""The weights that ship: each does what its card says, on photos it was not trained on."""

import numpy as np
import pytest

from resnet.data.photo import model_input, read_photo
from resnet.data.signs import load
from resnet.settings import ASSETS
from resnet.training.prediction import find_net, load_net, predict

LARGEST = 6_000_000  # bytes
SHIPPED = ("robust", "signs", "synthetic")


@pytest.mark.parametrize("name", SHIPPED)
def test_weights_are_small_and_their_card_tells_all(name):
    card = find_net(name).card
    assert (ASSETS / "weights" / f"{name}.weights.h5").stat().st_size <= LARGEST
    assert card.synthetic == (name == "synthetic")
    assert card.accuracies["SIGNS test"] == card.test_accuracy
    assert {"other people", "rendered, hard"} <= set(card.accuracies)
    assert name in (ASSETS / "weights" / "README.md").read_text(encoding="utf-8")


def test_the_robust_net_names_the_shipped_samples():
    photos = [read_photo(ASSETS / "samples" / f"sign_{n}.jpg") for n in range(6)]
    seen = np.stack([model_input(photo, 96) for photo in photos])
    assert predict(load_net("robust"), seen).argmax(1).tolist() == [0, 1, 2, 3, 4, 5]


@pytest.mark.signs
@pytest.mark.parametrize("name", SHIPPED)
def test_the_accuracy_on_signs_is_that_of_the_card(name):
    signs, card = load("signs"), find_net(name).card
    right = predict(load_net(name), signs.test_images).argmax(1) == signs.test_labels
    assert right.mean() == pytest.approx(card.accuracies["SIGNS test"], abs=1 / 120 + 1e-9)
