"""A few photos are learned, what was known is kept, and what is kept back is not taught."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resnet.errors import LabError
from resnet.hands.synthetic import hand_image
from resnet.hands.view import Variety
from resnet.inference.fine_tuning import fine_tune, kept_back
from resnet.inference.prediction import load_net, predict

pytestmark = pytest.mark.slow

SECOND_THREE = Variety(second_three=1, back=0, sleeve=0, dim=0, turn=0.5)


@given(st.lists(st.integers(0, 5), max_size=40))
def test_every_third_photo_of_each_class_is_kept_back(labels):
    labels = np.array(labels, int)
    back = kept_back(labels)
    for label in range(6):
        assert np.count_nonzero(back[labels == label]) == np.count_nonzero(labels == label) // 3


@pytest.fixture(scope="module")
def threes():
    return np.stack(
        [hand_image(3, np.random.default_rng((3, seed)), 64, SECOND_THREE) for seed in range(12)]
    )


@pytest.fixture(scope="module")
def taught(threes):
    return fine_tune("signs", threes, np.full(12, 3))


def test_a_net_learns_the_second_three_even_where_it_was_not_taught(taught):
    back = taught.kept_back
    right = [(predicted[back].argmax(1) == 3).mean() for predicted in (taught.before, taught.after)]
    assert right[1] > right[0]
    assert right[1] >= 0.75


def test_it_does_not_forget(taught):
    assert taught.known_after >= taught.known_before - 0.05


def test_the_net_asked_is_a_copy(taught, threes):
    np.testing.assert_allclose(
        predict(load_net("signs"), threes).argmax(1), taught.before.argmax(1)
    )


def test_its_weights_and_card_make_the_same_net_again(taught, threes, tmp_path):
    from resnet.inference.checkpoint import WEIGHTS, write_net

    write_net(taught.weights, taught.card, tmp_path)
    again = predict(load_net(tmp_path / f"model{WEIGHTS}"), threes)
    np.testing.assert_array_equal(again.argmax(1), taught.after.argmax(1))
    assert taught.card.data.endswith("+ 8 own")
    assert not taught.card.accuracies, "measured before it was taught"


def test_without_a_photo_it_says_what_is_missing():
    with pytest.raises(LabError, match="add a photo"):
        fine_tune("signs", np.zeros((0, 64, 64, 3), np.uint8), np.zeros(0, int))
