"""A hand that fills the photo is seen at once; a small one is looked for."""

import numpy as np
import pytest
from PIL import Image

from resnet.data.photo import model_input
from resnet.hands.backdrop import backdrop
from resnet.hands.synthetic import hand_with_matte
from resnet.hands.view import Variety
from resnet.inference.looking import look
from resnet.inference.prediction import load_net, predict

pytestmark = pytest.mark.slow

PLAIN_WALL = Variety(framing=(0.85, 0.95), sleeve=0, dim=0, turn=0.4, backdrops=(1, 0, 0, 0, 0, 0))


@pytest.fixture(scope="module")
def robust():
    return load_net("robust")


def drawn(label, seed, size=160):
    return hand_with_matte(label, np.random.default_rng((label, seed)), size, PLAIN_WALL)


def in_a_room(label, seed):
    """A hand of 160 pixels somewhere in a webcam's photo of 640×360, cluttered; its place."""
    rng = np.random.default_rng((label, seed, 7))
    room = Image.fromarray((255 * backdrop("clutter", 640, rng)).astype(np.uint8)[:360])
    left, top = int(rng.integers(0, 480)), int(rng.integers(0, 200))
    hand = drawn(label, seed)
    room.paste(Image.fromarray(hand[..., :3]), (left, top), Image.fromarray(hand[..., 3]))
    return room, (left, top)


def test_a_hand_that_fills_a_square_photo_is_asked_about_as_it_is(robust):
    photo = Image.fromarray(drawn(4, 1)[..., :3])
    alone = predict(robust, model_input(photo, 96)[None])[0]
    seen = look(robust, photo)
    np.testing.assert_allclose(seen.probabilities, alone, atol=1e-5)
    assert seen.square.side == 160


def test_probabilities_sum_to_one(robust):
    photo, _place = in_a_room(2, 0)
    assert look(robust, photo).probabilities.sum() == pytest.approx(1, abs=1e-5)


def test_small_hands_in_a_cluttered_room_are_found_and_named_better_than_from_the_whole(robust):
    right, whole_right, near = 0, 0, 0
    cases = [(label, seed) for label in range(6) for seed in range(3)]
    for label, seed in cases:
        photo, (left, top) = in_a_room(label, seed)
        seen = look(robust, photo)
        right += int(seen.probabilities.argmax() == label)
        whole_right += int(predict(robust, model_input(photo, 96)[None])[0].argmax() == label)
        middle = seen.square.left + seen.square.side / 2, seen.square.top + seen.square.side / 2
        near += abs(middle[0] - left - 80) < 120 and abs(middle[1] - top - 80) < 120
    assert right > whole_right
    assert right >= 0.7 * len(cases)
    assert near >= 0.7 * len(cases)
