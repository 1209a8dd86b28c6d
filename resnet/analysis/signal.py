"""A deep net reduced to what matters for its signal and gradient: dense layers in NumPy.

Each layer is x ← λ·x + α·W·φ(x). λ = 0 is a plain net, λ = α = 1 a residual one (He et al. 2016,
eq. 3 and 5). Small enough to follow a slider, and without BatchNorm.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

Activation = Literal["linear", "relu", "tanh"]
WIDTH = 64
BATCH = 64
_FUNCTIONS: dict[Activation, tuple[Callable, Callable]] = {
    "linear": (lambda x: x, np.ones_like),
    "relu": (lambda x: np.maximum(x, 0), lambda x: (x > 0).astype(float)),
    "tanh": (np.tanh, lambda x: 1 - np.tanh(x) ** 2),
}


@dataclass(frozen=True, eq=False)
class Passage:
    """One example's way through the layers and its gradient's way back.

    signals: (depth + 1, width), the input first; gradients: the same places, the last one of
    length 1; shares: (depth + 1,) of the input that arrives untouched, λ^l.
    """

    signals: np.ndarray
    gradients: np.ndarray
    shares: np.ndarray

    @property
    def gradient_norms(self) -> np.ndarray:
        """L2 norms of the gradients, input → output."""
        return np.linalg.norm(self.gradients, axis=1)

    @property
    def variances(self) -> np.ndarray:
        """Variance of the signal over the units, input → output."""
        return self.signals.var(axis=1)


def passage(
    depth: int,
    scale: float = 1.0,
    activation: Activation = "relu",
    shortcut: float = 0.0,
    branch: float = 1.0,
    seed: int = 0,
    width: int = WIDTH,
) -> Passage:
    """Send one random example (width,) through `depth` random layers, and a gradient back.

    scale: standard deviation of the weights times √width; shortcut: λ; branch: α.
    """
    random = np.random.default_rng(seed)
    function, slope = _FUNCTIONS[activation]
    weights = random.standard_normal((depth, width, width)) * scale / np.sqrt(width)
    signals = [random.standard_normal(width)]
    gradient = random.standard_normal(width)
    for w in weights:
        x = signals[-1]
        signals.append(shortcut * x + branch * (w @ function(x)))
    gradients = [gradient / np.linalg.norm(gradient)]
    for w, x in zip(weights[::-1], signals[-2::-1], strict=True):
        back = gradients[-1]
        gradients.append(shortcut * back + branch * slope(x) * (w.T @ back))
    shares = np.power(float(shortcut), np.arange(depth + 1))
    return Passage(np.array(signals), np.array(gradients[::-1]), shares)


def decayed(
    steps: int, decay: float, shortcut: bool, batch_norm: bool = False, seed: int = 0
) -> np.ndarray:
    """Return how far a layer's output is from its input while only L2 decay moves its weights.

    ‖y − x‖ / ‖x‖ over BATCH examples x ≥ 0, before each of `steps` + 1 steps W ← (1 − decay)·W, for
    y = relu(x + N(W·x)) with a shortcut, relu(N(W·x)) without (He et al. 2015, §3.1). N is
    BatchNorm of these examples with ε = 0, or nothing.
    """
    random = np.random.default_rng(seed)
    x = np.abs(random.standard_normal((BATCH, WIDTH)))
    weights = random.standard_normal((WIDTH, WIDTH)) * np.sqrt(2 / WIDTH)
    shrinking = (1 - decay) ** np.arange(steps + 1)
    branch = shrinking[:, None, None] * (x @ weights.T)  # (steps + 1, BATCH, WIDTH)
    if batch_norm:
        branch = (branch - branch.mean(axis=1, keepdims=True)) / branch.std(axis=1, keepdims=True)
    outputs = np.maximum(shortcut * x + branch, 0)
    return np.linalg.norm(outputs - x, axis=(1, 2)) / np.linalg.norm(x)


def path_gradients(depth: int, samples: int = 40, scale: float = 1.0, seed: int = 0) -> np.ndarray:
    """Return the mean gradient norm at the input by the number of branches a path takes, 0…depth.

    The unravelled view of Veit et al. 2016, §3 and §5: the net's Jacobian is the product of 1 + J,
    J a branch's own, and a path is one product of its expansion: it goes through the branch of some
    layers and past the others. `samples` random paths of each length, ReLU, one example.
    """
    random = np.random.default_rng(seed)
    weights = random.standard_normal((depth, WIDTH, WIDTH)) * scale / np.sqrt(WIDTH)
    x = random.standard_normal(WIDTH)
    jacobians = []
    for w in weights:
        jacobians.append(w * (x > 0))
        x = x + w @ np.maximum(x, 0)
    start = random.standard_normal(WIDTH)
    start /= np.linalg.norm(start)
    means = np.empty(depth + 1)
    for length in range(depth + 1):
        norms = []
        for _sample in range(samples):
            gradient = start
            for layer in sorted(random.choice(depth, length, replace=False), reverse=True):
                gradient = jacobians[layer].T @ gradient
            norms.append(np.linalg.norm(gradient))
        means[length] = np.mean(norms)
    return means
