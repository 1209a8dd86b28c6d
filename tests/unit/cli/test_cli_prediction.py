"""`predict`."""

import json

import numpy as np
import pytest
from PIL import Image

from resnet.inference.checkpoint import Card, save_net
from resnet.inference.looking import look
from resnet.models.registry import build

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """Weights of an untrained net with their card, and the net itself."""
    folder = tmp_path_factory.mktemp("net")
    net = build("resnet8", (32, 32, 3), 6, seed=1)
    card = Card(architecture="resnet8", input_shape=(32, 32, 3), classes=tuple(range(6)))
    save_net(net, card, folder)
    return folder / "model.weights.h5", net


@pytest.fixture
def photos(tmp_path):
    """Two photos whose sides are multiples of the net's input."""
    rng = np.random.default_rng(0)
    paths = []
    for name, side in (("one.png", 32), ("two.webp", 64)):
        image = Image.fromarray(rng.integers(0, 256, (side, side, 3), np.uint8))
        image.save(tmp_path / name, lossless=True)
        paths.append(tmp_path / name)
    return paths


def test_one_object_an_image(cli, trained, photos):
    weights, net = trained
    result = cli("predict", "--weights", weights, *photos, "--json")
    assert result.exit_code == 0, result.output
    answers = json.loads(result.stdout)
    assert [answer["image"] for answer in answers] == [str(path) for path in photos]
    for answer in answers:
        assert sum(answer["probabilities"]) == pytest.approx(1, abs=1e-5)
        assert answer["class"] == int(np.argmax(answer["probabilities"]))
    expected = look(net, Image.open(photos[0])).probabilities
    np.testing.assert_allclose(answers[0]["probabilities"], expected, atol=1e-5)


def test_a_table_for_people(cli, trained, photos):
    result = cli("predict", "--weights", trained[0], *photos)
    assert "one.png" in result.stdout
    assert "%" in result.stdout


def test_mistakes_end_with_one_line(one_line, trained, photos, tmp_path):
    weights, _ = trained
    text = tmp_path / "text.jpg"
    text.write_text("not a photo", encoding="utf-8")
    one_line("predict", "--weights", weights, text, code=1)
    one_line("predict", "--weights", photos[0], photos[0], code=1)
    assert "does not exist" in one_line("predict", "--weights", weights, "no.jpg", code=2)
    assert "IMAGE" in one_line("predict", "--weights", weights, code=2)
    lonely = tmp_path / "lonely.weights.h5"
    lonely.write_bytes(weights.read_bytes())
    assert "card" in one_line("predict", "--weights", lonely, photos[0], code=1)
