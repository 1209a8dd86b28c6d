"""Rendered hands: seeded, drawn once and found again."""

import numpy as np

from resnet.hands.rendered import HARD, WIDE, rendered_hands


def test_a_set_is_seeded_and_kept(tmp_path):
    hands, labels = rendered_hands(6, 32, 1, WIDE, tmp_path)
    assert hands.shape == (6, 32, 32, 4)
    assert labels.tolist() == [0, 1, 2, 3, 4, 5]
    kept = list(tmp_path.iterdir())
    again, _labels = rendered_hands(6, 32, 1, WIDE, tmp_path)
    np.testing.assert_array_equal(hands, again)
    assert list(tmp_path.iterdir()) == kept
    other, _labels = rendered_hands(6, 32, 1, HARD, tmp_path)
    assert (other != hands).any()
    assert len(list(tmp_path.iterdir())) == 2
