"""Training on scenes: batches follow from seed and number, scenes grow, a net learns."""

import keras
import numpy as np
import pytest

from resnet.hands.scene import CAMERA, Scene, backdrops
from resnet.shipping.on_scenes import BATCH, SceneBatches, Source, train_on_scenes

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def squares():
    """Hands that are as easy as can be: a bar at the left, or one at the right, to six classes."""
    hands = np.zeros((60, 32, 32, 4), np.uint8)
    labels = np.arange(60) % 6
    for hand, label in zip(hands, labels, strict=True):
        hand[..., :3] = 120
        hand[2 + 5 * label : 6 + 5 * label, 4:28] = (250, 40, 40, 255)
    return hands, labels


@pytest.fixture(scope="module")
def behind():
    return backdrops(4, 32, seed=0)


def batches(squares, behind, **changes):
    options = {"scene": Scene(), "seed": 3, "growing": 10, **changes}
    return SceneBatches([Source(*squares, share=1)], behind, **options)


def test_a_batch_follows_from_its_number_and_the_seed(squares, behind):
    first, again = batches(squares, behind), batches(squares, behind)
    again[0]  # asking for another batch changes nothing
    for one, two in zip(first[7], again[7], strict=True):
        np.testing.assert_array_equal(one, two)
    assert (first[7][0] != batches(squares, behind, seed=4)[7][0]).any()
    images, targets = first[7]
    assert images.shape == (BATCH, 32, 32, 3)
    np.testing.assert_array_equal(targets.sum(axis=1), 1)


def test_shares_decide_how_often_a_source_is_seen(squares, behind):
    hands, labels = squares
    mixed = SceneBatches(
        [Source(hands, labels * 0, share=3), Source(hands[:6], labels[:6] * 0 + 1, share=1)],
        behind,
        Scene(),
        seed=0,
        growing=1,
    )
    seen = np.concatenate([mixed[i][1].argmax(1) for i in range(20)])
    assert seen.mean() == pytest.approx(0.25, abs=0.05)


def test_the_first_scenes_are_the_photos_and_the_last_the_hardest():
    mild = Scene().milder(0)
    assert (mild.new_backdrop, mild.sleeve, mild.dim, mild.rotation) == (0, 0, 0, 0)
    assert mild.zoom == (1, 1)
    assert mild.camera.noise == 0
    hard = Scene().milder(1)
    assert hard.zoom == Scene().zoom
    assert hard.camera == CAMERA


@pytest.mark.soak
def test_a_net_learns_what_scenes_show(squares, behind):
    reports = []
    still = Scene(0.3, 0, 0, zoom=(0.95, 1.05), rotation=0)
    source = Source(*squares, share=1)
    model = train_on_scenes("fast", [source], behind, still, 60, report=reports.append)
    assert isinstance(model, keras.Model)
    assert model.input_shape == (None, 32, 32, 3)
    assert reports[0].startswith("step 1: loss")
    losses = [float(text.split("loss ")[1].split(",")[0]) for text in reports]
    assert np.mean(losses[-5:]) < 0.8 * np.mean(losses[:5])
