"""Fits from classes that are nested and from classes that are not."""

import itertools

import numpy as np
import pytest

from resnet.analysis.function_classes import axis, best_fit, equal_cuts, error, kept_cuts, step_at

STEPS = [0.1, 1 / 3, 0.5, 0.62, 0.9]
COUNTS = range(1, 17)


def errors(place, cuts):
    target = step_at(place)
    return [error(target, best_fit(target, cuts(count))) for count in COUNTS]


def test_kept_cuts_keep_all_cuts_and_equal_ones_do_not():
    for count in COUNTS[:-1]:
        assert set(kept_cuts(count)) < set(kept_cuts(count + 1))
        assert len(kept_cuts(count)) == len(equal_cuts(count)) == count - 1
    assert not set(equal_cuts(2)) <= set(equal_cuts(3))


@pytest.mark.parametrize("place", STEPS)
def test_the_best_fit_of_a_nested_class_never_gets_worse(place):
    found = errors(place, kept_cuts)
    assert all(after <= before + 1e-9 for before, after in itertools.pairwise(found))


@pytest.mark.parametrize("place", STEPS)
def test_that_of_other_classes_does(place):
    found = errors(place, equal_cuts)
    assert any(after > before + 1e-3 for before, after in itertools.pairwise(found))


def test_a_step_in_the_middle_is_met_by_two_equal_pieces_and_missed_by_three():
    found = errors(0.5, equal_cuts)
    assert found[1] == pytest.approx(0, abs=1e-12)
    # The middle third is half right whatever it is: its variance is 1/4.
    assert found[2] == pytest.approx(np.sqrt(1 / 3 / 4))
    assert errors(1 / 3, equal_cuts)[2] < errors(1 / 3, kept_cuts)[2]  # nested is not always best


def test_a_fit_is_the_mean_of_each_piece():
    target = np.sin(5 * axis())
    fit = best_fit(target, np.array([0.25]))
    assert fit[axis() < 0.25] == pytest.approx(target[axis() < 0.25].mean())
