"""The net of random matrices, against finite differences and what can be said on paper."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resnet.analysis.shattering import POINTS, autocorrelation, input_gradients
from resnet.analysis.signal import WIDTH, decayed, passage, path_gradients

pytestmark = pytest.mark.slow


def end_of_net(x, depth, scale, activation, shortcut, branch, seed):
    """The same net written once more, forwards only: the weights come from the same draw."""
    random = np.random.default_rng(seed)
    weights = random.standard_normal((depth, WIDTH, WIDTH)) * scale / np.sqrt(WIDTH)
    function = {"relu": lambda x: np.maximum(x, 0), "tanh": np.tanh, "linear": lambda x: x}
    for w in weights:
        x = shortcut * x + branch * (w @ function[activation](x))
    return x


@settings(max_examples=25, deadline=None)
@given(
    depth=st.integers(1, 6),
    scale=st.floats(0.3, 2),
    activation=st.sampled_from(["linear", "relu", "tanh"]),
    shortcut=st.sampled_from([0.0, 0.5, 1.0]),
    branch=st.floats(0.1, 1),
    seed=st.integers(0, 100),
)
def test_the_gradient_is_the_finite_difference(depth, scale, activation, shortcut, branch, seed):
    net = (depth, scale, activation, shortcut, branch, seed)
    found = passage(*net)
    way = np.random.default_rng(1).standard_normal(WIDTH)
    ends = [end_of_net(found.signals[0] + sign * 1e-6 * way, *net) for sign in (1, -1)]
    slope = (ends[0] - ends[1]) @ found.gradients[-1] / 2e-6
    assert found.gradients[0] @ way == pytest.approx(slope, rel=1e-3, abs=1e-5)
    assert found.gradient_norms[-1] == pytest.approx(1)


def test_only_a_full_shortcut_keeps_its_input():
    assert passage(50, shortcut=0.9).shares[-1] == pytest.approx(0.9**50)
    assert passage(50, shortcut=1.0).shares[-1] == 1
    assert passage(30, shortcut=1.0, branch=0.0).gradient_norms == pytest.approx(np.ones(31))


def test_a_deep_plain_net_vanishes_or_explodes_with_the_scale():
    norms = [
        np.mean([passage(50, scale, seed=seed).gradient_norms[0] for seed in range(5)])
        for scale in (1.0, np.sqrt(2), 2.0)
    ]
    assert norms[0] < 1e-6
    assert 0.1 < norms[1] < 10
    assert norms[2] > 1e3


def test_weight_decay_leaves_the_identity_or_nothing():
    assert decayed(2000, 0.02, shortcut=True)[-1] == pytest.approx(0, abs=1e-6)
    assert decayed(2000, 0.02, shortcut=False)[-1] == pytest.approx(1, abs=1e-6)


def test_a_path_past_every_branch_carries_all_and_longer_ones_less():
    norms = path_gradients(12, scale=0.4)
    assert norms[0] == pytest.approx(1)
    assert (np.diff(norms) < 0).all()


def test_one_path_of_two_branches_is_the_product_of_their_matrices():
    depth, scale = 2, 0.5
    random = np.random.default_rng(0)
    weights = random.standard_normal((depth, WIDTH, WIDTH)) * scale / np.sqrt(WIDTH)
    x = random.standard_normal(WIDTH)
    jacobians = []
    for w in weights:
        jacobians.append(w @ np.diag((x > 0).astype(float)))
        x = x + w @ np.maximum(x, 0)
    start = random.standard_normal(WIDTH)
    both = jacobians[0].T @ jacobians[1].T @ (start / np.linalg.norm(start))
    assert path_gradients(depth, 3, scale)[2] == pytest.approx(np.linalg.norm(both))


def test_gradients_shatter_with_depth_and_shortcuts_hold_them_together():
    def resemblance(depth, shortcut):
        return autocorrelation(input_gradients(depth, shortcut, 0.1, nets=6))[:, 10].mean()

    assert resemblance(1, False) > 0.8
    assert resemblance(40, False) < resemblance(5, False)
    assert resemblance(40, True) > resemblance(40, False) + 0.2


def test_every_signal_resembles_itself_wholly_at_no_distance():
    waves = np.sin(np.linspace(0, 40, POINTS))[None]
    correlation = autocorrelation(waves)[0]
    assert correlation[0] == 1
    assert correlation.min() < -0.9  # half a wave further on
