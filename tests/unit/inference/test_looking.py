"""One way from photo to answer: a hand anywhere, turned, is found, cut out upright and named."""

import json

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from resnet.cli import lab
from resnet.data.photo import model_input, read_photo
from resnet.hands.crop import variations, whole
from resnet.inference.finding import shrunk
from resnet.inference.looking import look
from resnet.inference.prediction import SHIPPED, find_net, load_net, predict
from resnet.jobs import tasks
from tests.unit.inference.test_finding import in_a_room, room

pytestmark = pytest.mark.slow
CASES = [(label, seed) for label in range(6) for seed in range(3)]


@pytest.fixture(scope="module")
def robust():
    return load_net("robust")


def test_probabilities_sum_to_one(robust):
    photo, _mask = in_a_room(2, 0)
    assert look(robust, photo).probabilities.sum() == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("turned", [0, 90, 180])
def test_a_small_hand_in_a_cluttered_room_is_named_better_than_from_the_whole(robust, turned):
    right, whole_right = 0, 0
    for label, seed in CASES:
        photo, _mask = in_a_room(label, seed, turned)
        right += int(look(robust, photo).probabilities.argmax() == label)
        size = robust.input_shape[1]
        whole_right += int(predict(robust, model_input(photo, size)[None])[0].argmax() == label)
    assert right > whole_right
    assert right >= 0.7 * len(CASES)


def test_where_no_hand_is_the_net_is_asked_about_the_whole(robust):
    photo = Image.new("RGB", (320, 240), (200, 190, 180))
    seen = look(robust, photo)
    assert seen.found is None
    *around, itself = predict(robust, variations(photo, whole(photo), robust.input_shape[1]))
    expected = (np.mean(around, axis=0) + itself) / 2
    np.testing.assert_allclose(seen.probabilities, expected, atol=1e-6)


@pytest.mark.parametrize("colourless", [False, True])
def test_the_screen_and_the_command_give_one_answer(colourless, tmp_path):
    """Both search in a shrunk copy and cut out of the photo itself."""
    photo, _mask = in_a_room(3, 2)
    photo = photo.resize((1280, 720), Image.Resampling.BICUBIC)
    if colourless:
        photo = photo.convert("L").convert("RGB")
    photo.save(tmp_path / "hand.png")
    image = read_photo(tmp_path / "hand.png")

    small = shrunk(image)
    found = tasks.find_hand(small.tobytes(), *small.size)
    square = found.square.scaled(image.width / small.width)
    pictures = variations(image, square, find_net("robust").card.input_shape[0])
    of_the_screen = tasks.predict_photo("robust", pictures.tobytes()).probabilities

    weights = SHIPPED / "robust.weights.h5"
    command = ["predict", "--weights", str(weights), str(tmp_path / "hand.png"), "--json"]
    of_the_command = json.loads(CliRunner().invoke(lab, command).stdout)[0]["probabilities"]
    np.testing.assert_allclose(of_the_screen, of_the_command, atol=1e-5)


def test_an_empty_room_is_answered_too(robust):
    assert look(robust, room(3)).probabilities.shape == (6,)
