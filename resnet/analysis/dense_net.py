"""A deep dense net that trains in NumPy: with shortcuts or without, with BatchNorm or without.

Small enough for hundreds of trainings in minutes. Two hidden layers are a block, as in He et al.
2015, §3.1: x ← φ(x + N(W₂·φ(N(W₁·x)))) with a shortcut, and without it the same less x. N is
BatchNorm with γ = 1 and β = 0 at first, or a bias that is 0 at first. All hidden layers have WIDTH
inputs and WIDTH units, so that the norms of their gradients can be compared.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

Activation = Literal["sigmoid", "tanh", "relu"]
Initializer = Literal["glorot_uniform", "he_normal"]
WIDTH = 64  # and as many pixels
BATCH = 32
EPSILON = 1e-5


def _sigmoid(z: np.ndarray) -> np.ndarray:
    return 0.5 * (1 + np.tanh(0.5 * z))


# Each with its slope, as a function of its value.
_FUNCTIONS: dict[Activation, tuple[Callable, Callable]] = {
    "sigmoid": (_sigmoid, lambda a: a * (1 - a)),
    "tanh": (np.tanh, lambda a: 1 - a**2),
    "relu": (lambda z: np.maximum(z, 0), lambda a: (a > 0).astype(float)),
}


@dataclass
class Layer:
    """A hidden layer: weights (WIDTH, WIDTH), γ where there is BatchNorm, and β or a bias."""

    weights: np.ndarray
    scale: np.ndarray | None
    shift: np.ndarray


@dataclass(frozen=True)
class Step:
    """A step's gradients by the weights of each layer, as norms, and its batch's error."""

    norms: np.ndarray
    error: float


class DenseNet:
    """Hidden layers, an even number where there are shortcuts, and a softmax over `classes`."""

    def __init__(
        self,
        layers: int,
        activation: Activation = "relu",
        *,
        batch_norm: bool = False,
        shortcut: bool = False,
        initializer: Initializer = "glorot_uniform",
        classes: int = 6,
        seed: int = 0,
    ) -> None:
        random = np.random.default_rng(seed)
        self._function, self._slope = _FUNCTIONS[activation]
        self._shortcut = shortcut
        self.layers = [
            Layer(
                _first_weights((WIDTH, WIDTH), initializer, random),
                np.ones(WIDTH) if batch_norm else None,
                np.zeros(WIDTH),
            )
            for _layer in range(layers)
        ]
        self.head = Layer(
            _first_weights((WIDTH, classes), initializer, random), None, np.zeros(classes)
        )

    def parameters(self) -> list[np.ndarray]:
        """Return all that is trained, input → output."""
        return [
            array
            for layer in (*self.layers, self.head)
            for array in (layer.weights, layer.scale, layer.shift)
            if array is not None
        ]

    def gradients(self, x: np.ndarray, targets: np.ndarray) -> tuple[list[np.ndarray], float]:
        """Return the gradients by parameters() of the mean cross-entropy, and the share wrong.

        x: (N, WIDTH); targets: (N, classes), one-hot. BatchNorm uses the batch's own statistics.
        """
        signals, normed = self._forward(x)
        scores = signals[-1] @ self.head.weights + self.head.shift
        powers = np.exp(scores - scores.max(axis=1, keepdims=True))
        shares = powers / powers.sum(axis=1, keepdims=True)
        error = float((scores.argmax(axis=1) != targets.argmax(axis=1)).mean())
        if not np.isfinite(scores).all():
            error = np.nan
        back = (shares - targets) / len(x)
        found = [back.sum(axis=0), signals[-1].T @ back]  # output → input
        back = back @ self.head.weights.T
        past = np.zeros_like(back)  # what goes past the block that ends here
        for number in range(len(self.layers) - 1, -1, -1):
            layer = self.layers[number]
            back = back * self._slope(signals[number + 1])
            if self._shortcut and number % 2:
                past = back
            found.append(back.sum(axis=0))
            if layer.scale is not None:
                hat, spread = normed[number]
                found.append((back * hat).sum(axis=0))
                back = back * layer.scale
                mean, along = back.mean(axis=0), (back * hat).mean(axis=0)
                back = (back - mean - hat * along) / spread
            found.append(signals[number].T @ back)
            back = back @ layer.weights.T
            if self._shortcut and not number % 2:
                back = back + past
        return found[::-1], error

    def dead(self, x: np.ndarray) -> float:
        """Return the share of units that are 0 for each of x (N, WIDTH)."""
        signals, _normed = self._forward(x)
        return float(np.mean([(signal <= 0).all(axis=0) for signal in signals[1:]]))

    def train(
        self, x: np.ndarray, targets: np.ndarray, rate: float, momentum: float, seed: int
    ) -> Iterator[Step]:
        """Give one step after the other, on random batches, for as long as numbers are finite."""
        random = np.random.default_rng((seed, 1))
        parameters = self.parameters()
        kernels = [at for at, array in enumerate(parameters) if array.ndim == 2]
        moving = [np.zeros_like(array) for array in parameters]
        while True:
            chosen = random.integers(0, len(x), BATCH)
            with np.errstate(all="ignore"):  # a net that diverges ends below
                gradients, error = self.gradients(x[chosen], targets[chosen])
                norms = np.array([np.linalg.norm(gradients[at]) for at in kernels])
            if not np.isfinite(norms).all() or not np.isfinite(error):
                return
            yield Step(norms, error)
            for array, moved, gradient in zip(parameters, moving, gradients, strict=True):
                moved *= momentum
                moved -= rate * gradient
                array += moved

    def _forward(self, x: np.ndarray) -> tuple[list[np.ndarray], list[tuple]]:
        """Return the input and each layer's output, and what BatchNorm's way back needs."""
        signals, normed = [x], []
        for number, layer in enumerate(self.layers):
            z = signals[-1] @ layer.weights
            if layer.scale is not None:
                spread = np.sqrt(z.var(axis=0) + EPSILON)
                hat = (z - z.mean(axis=0)) / spread
                normed.append((hat, spread))
                z = hat * layer.scale
            z = z + layer.shift
            if self._shortcut and number % 2:
                z = z + signals[-2]
            signals.append(self._function(z))
        return signals, normed


def _first_weights(
    shape: tuple[int, int], initializer: Initializer, random: np.random.Generator
) -> np.ndarray:
    if initializer == "he_normal":
        return random.standard_normal(shape) * np.sqrt(2 / shape[0])  # He et al. 2015b, §2.2
    reach = np.sqrt(6 / sum(shape))  # Glorot & Bengio 2010, eq. 16
    return random.uniform(-reach, reach, shape)
