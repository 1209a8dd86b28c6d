"""Synthetic hands: seeded, balanced, in SIGNS's layout; what ships is what the command makes."""

import numpy as np
import pytest

from resnet.data.signs import FILES, check_folder, load, load_signs, write_hdf5
from resnet.hands.synthetic import hand_image, synthetic_set
from resnet.settings import ASSETS


@pytest.fixture(scope="module")
def small_set():
    """Twelve training and six test images."""
    return synthetic_set(train=12, test=6, seed=3)


def test_a_set_has_the_shapes_types_and_balance_of_signs(small_set):
    assert small_set.train_images.shape == (12, 64, 64, 3)
    assert small_set.train_images.dtype == np.uint8
    assert np.bincount(small_set.train_labels).tolist() == [2] * 6
    assert np.bincount(small_set.test_labels).tolist() == [1] * 6
    assert small_set.synthetic


def test_the_seed_decides_every_pixel(small_set):
    again = hand_image(2, np.random.default_rng(5))
    assert np.array_equal(again, hand_image(2, np.random.default_rng(5)))
    assert not np.array_equal(again, hand_image(2, np.random.default_rng(6)))
    assert not np.array_equal(small_set.train_images[0], small_set.train_images[6])


@pytest.mark.parametrize("label", range(6))
def test_a_picture_holds_a_hand(label):
    picture = hand_image(label, np.random.default_rng(40 + label)).astype(float)
    assert picture.std() > 10  # neither a bare wall nor a black frame


def test_an_unknown_sign_is_refused():
    with pytest.raises(ValueError, match="0 to 5"):
        hand_image(6, np.random.default_rng(0))


def test_a_written_set_reads_back_as_synthetic(small_set, tmp_path):
    write_hdf5(small_set, tmp_path)
    back = load_signs(tmp_path)
    assert back.synthetic
    assert np.array_equal(back.train_images, small_set.train_images)
    assert np.array_equal(back.test_labels, small_set.test_labels)


def test_the_shipped_set_is_sound_small_and_balanced():
    assert all(finding.ok for finding in check_folder(ASSETS / "synthetic"))
    size = sum((ASSETS / "synthetic" / file).stat().st_size for file in FILES.values())
    assert size <= 6_000_000
    shipped = load("synthetic")
    assert shipped.synthetic
    assert np.bincount(shipped.train_labels).tolist() == [180] * 6
    assert np.bincount(shipped.test_labels).tolist() == [20] * 6


def test_the_shipped_set_is_what_the_command_makes():
    shipped = load("synthetic")
    seeds = np.random.SeedSequence(0).spawn(1200)
    for index in (0, 1081):
        expected = hand_image(index % 6, np.random.default_rng(seeds[index]))
        part = shipped.train_images if index < 1080 else shipped.test_images
        found = part[index if index < 1080 else index - 1080].astype(int)
        # Six bits are kept, and other machines' arithmetic may round the other way.
        assert np.abs(found - expected).max() <= 4
