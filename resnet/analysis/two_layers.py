"""One residual block of two dense layers, forwards and backwards, in NumPy.

z1 = W1·a, a1 = ReLU(z1), z2 = W2·a1, and the output is ReLU(z2 + a) with a shortcut, ReLU(z2)
without; biases are zero.
"""

from dataclasses import dataclass

import numpy as np

WIDTH = 64  # units of a chain of blocks


@dataclass(frozen=True, eq=False)
class Forward:
    """What a block computes for an input a (units,); joined is what its last ReLU gets."""

    a: np.ndarray
    weights: tuple[np.ndarray, np.ndarray]
    shortcut: bool
    z1: np.ndarray
    a1: np.ndarray
    z2: np.ndarray
    joined: np.ndarray
    output: np.ndarray


@dataclass(frozen=True, eq=False)
class Backward:
    """Gradients of a loss, each of the shape of what it belongs to.

    delta: at the addition, from where it goes both ways; branch: what comes back through the
    weights; a: at the block's input, delta + branch with a shortcut.
    """

    delta: np.ndarray
    a1: np.ndarray
    z1: np.ndarray
    branch: np.ndarray
    a: np.ndarray


def forward(a: np.ndarray, w1: np.ndarray, w2: np.ndarray, shortcut: bool) -> Forward:
    """Send an input (units,) through a block with weights (units, units)."""
    z1 = w1 @ a
    a1 = np.maximum(z1, 0)
    z2 = w2 @ a1
    joined = z2 + a if shortcut else z2
    return Forward(a, (w1, w2), shortcut, z1, a1, z2, joined, np.maximum(joined, 0))


def backward(block: Forward, gradient: np.ndarray) -> Backward:
    """Send the gradient at a block's output back to its input."""
    w1, w2 = block.weights
    delta = gradient * (block.joined > 0)
    a1 = w2.T @ delta
    z1 = a1 * (block.z1 > 0)
    branch = w1.T @ z1
    return Backward(delta, a1, z1, branch, delta + branch if block.shortcut else branch)


def gradient_over_blocks(blocks: int, size: float, shortcut: bool, seed: int = 0) -> np.ndarray:
    """Return the gradient's norm before each of some random blocks and behind the last, which is 1.

    size: of the weights, 1 for He's (standard deviation √(2/units)). Returns (blocks + 1,).
    """
    random = np.random.default_rng(seed)
    a = np.abs(random.standard_normal(WIDTH))
    gradient = random.standard_normal(WIDTH)
    gradient /= np.linalg.norm(gradient)
    passed = []
    for w1, w2 in random.normal(0, np.sqrt(2 / WIDTH), (blocks, 2, WIDTH, WIDTH)):
        passed.append(forward(a, size * w1, size * w2, shortcut))
        a = passed[-1].output
    norms = [1.0]
    for block in reversed(passed):
        gradient = backward(block, gradient).a
        norms.insert(0, float(np.linalg.norm(gradient)))
    return np.array(norms)
