"""A residual block's gradients, against finite differences."""

import numpy as np
import pytest

from resnet.analysis.two_layers import backward, forward, gradient_over_blocks

STEP = 1e-6


def drawn(units: int = 4) -> tuple[np.ndarray, ...]:
    random = np.random.default_rng(2)
    a, gradient = random.uniform(0, 2, units), random.normal(size=units)
    return a, *random.normal(0, 0.6, (2, units, units)), gradient


def slopes(function, at: np.ndarray) -> np.ndarray:
    steps = STEP * np.eye(len(at))
    return np.array([(function(at + s) - function(at - s)) / (2 * STEP) for s in steps])


@pytest.mark.parametrize("shortcut", [True, False])
def test_every_gradient_is_the_slope_of_the_loss(shortcut):
    a, w1, w2, gradient = drawn()
    block = forward(a, w1, w2, shortcut)
    back = backward(block, gradient)

    def loss_of_joined(joined):
        return gradient @ np.maximum(joined, 0)

    def passed(a1):
        return w2 @ a1 + (a if shortcut else 0)

    assert back.delta == pytest.approx(slopes(loss_of_joined, block.joined), abs=1e-6)
    assert back.a1 == pytest.approx(
        slopes(lambda a1: loss_of_joined(passed(a1)), block.a1), abs=1e-6
    )
    assert back.z1 == pytest.approx(
        slopes(lambda z1: loss_of_joined(passed(np.maximum(z1, 0))), block.z1), abs=1e-6
    )
    assert back.a == pytest.approx(
        slopes(lambda x: gradient @ forward(x, w1, w2, shortcut).output, a), abs=1e-6
    )
    assert back.a == pytest.approx(back.branch + shortcut * back.delta)


def test_without_weights_the_shortcut_alone_hands_the_gradient_on():
    a, w1, w2, gradient = drawn()
    residual, plain = (backward(forward(a, 0 * w1, 0 * w2, s), gradient) for s in (True, False))
    assert (residual.a == residual.delta).all()
    assert (residual.delta == gradient).all()  # every input is positive, so every ReLU passes
    assert not plain.a.any()
    assert gradient_over_blocks(50, 0, True) == pytest.approx(np.ones(51))
    assert not gradient_over_blocks(50, 0, False)[:-1].any()


def test_over_blocks_small_weights_starve_the_plain_net_and_large_ones_blow_the_residual_up():
    for seed in range(3):
        assert gradient_over_blocks(20, 0.5, False, seed)[0] < 1e-6
        assert 1 < gradient_over_blocks(20, 0.5, True, seed)[0] < 100
        assert gradient_over_blocks(20, 1.0, True, seed)[0] > 100
