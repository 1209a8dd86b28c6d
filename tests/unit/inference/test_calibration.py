"""Temperatures, against answers whose true temperature is known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resnet.inference.calibration import calibrated, fit_temperature

pytestmark = pytest.mark.slow


def softmax(logits):
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("true", [0.5, 1.0, 2.5])
def test_the_temperature_of_an_overconfident_net_is_found(true):
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 2, (20_000, 6))
    honest = softmax(logits)
    labels = (honest.cumsum(axis=1) > rng.random((len(logits), 1))).argmax(axis=1)
    assert fit_temperature(softmax(logits * true), labels) == pytest.approx(true, rel=0.06)


@given(st.floats(0.1, 10), st.integers(0, 99))
def test_the_answer_stays_and_the_probabilities_sum_to_one(temperature, seed):
    probabilities = np.random.default_rng(seed).dirichlet(np.ones(6), 5)
    softened = calibrated(probabilities, temperature)
    np.testing.assert_array_equal(softened.argmax(1), probabilities.argmax(1))
    np.testing.assert_allclose(softened.sum(1), 1)


def test_temperature_one_changes_nothing_and_a_certain_net_stays_finite():
    probabilities = np.array([[0.7, 0.3, 0.0]])
    np.testing.assert_allclose(calibrated(probabilities, 1), probabilities, atol=1e-9)
    assert np.isfinite(calibrated(np.array([[1.0, 0.0]]), 3)).all()
