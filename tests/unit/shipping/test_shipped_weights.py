"""The weights that ship: each does what its card says, on photos it was not trained on."""

import pytest

from resnet.data.photo import read_photo
from resnet.data.signs import load, resized
from resnet.inference.checkpoint import Card
from resnet.inference.looking import look
from resnet.inference.prediction import find_net, load_net
from resnet.settings import ASSETS
from resnet.shipping.shipped_weights import HARD_RENDERS, SIGNS_TEST, card, probabilities_of

pytestmark = pytest.mark.slow

LARGEST = 6_000_000  # bytes
SHIPPED = ("hands", "robust", "signs", "synthetic")


@pytest.mark.parametrize("name", SHIPPED)
def test_weights_are_small_and_their_card_tells_all(name):
    card_of = find_net(name).card
    assert (ASSETS / "weights" / f"{name}.weights.h5").stat().st_size <= LARGEST
    assert card_of.synthetic == (name == "synthetic")
    assert card_of.accuracies["SIGNS test"] == pytest.approx(card_of.test_accuracy)
    assert {"other people", "rendered, hard"} <= set(card_of.accuracies)
    assert name in (ASSETS / "weights" / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["hands", "robust"])
def test_the_nets_for_anybody_name_the_shipped_samples(name):
    photos = [read_photo(ASSETS / "samples" / f"sign_{n}.jpg") for n in range(6)]
    said = [look(load_net(name), photo).probabilities.argmax() for photo in photos]
    assert said == [0, 1, 2, 3, 4, 5]


def test_a_card_counts_what_the_net_went_on_from():
    synthetic = load("synthetic")
    few = resized(synthetic.test_images[:12], 96), synthetic.test_labels[:12]
    net = load_net("synthetic")
    start = Card(
        architecture="fast",
        input_shape=(96, 96, 3),
        classes=(0,),
        spec={"steps": 7000, "seconds": 100},
    )
    made = card("robust", net, {SIGNS_TEST: few, HARD_RENDERS: few}, 10, 1, 5.4, start)
    assert made.spec["steps"] == [7000, 10]
    assert made.spec["seconds"] == 105
    right = probabilities_of(net, few[0]).argmax(1) == few[1]
    assert made.accuracies == {SIGNS_TEST: right.mean(), HARD_RENDERS: right.mean()}
    assert made.temperature > 0
    assert not made.synthetic


@pytest.mark.signs
@pytest.mark.parametrize("name", SHIPPED)
def test_the_accuracy_on_signs_is_that_of_the_card(name):
    signs, card_of = load("signs"), find_net(name).card
    right = probabilities_of(load_net(name), signs.test_images).argmax(1) == signs.test_labels
    assert right.mean() == pytest.approx(card_of.accuracies["SIGNS test"], abs=1 / 120 + 1e-9)
