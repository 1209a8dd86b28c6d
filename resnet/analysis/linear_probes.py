"""What a net knows after each of its blocks: linear probes (Alain & Bengio 2016)."""

from dataclasses import dataclass

import keras
import numpy as np
from keras import ops

from resnet.analysis.forward import layer_outputs
from resnet.analysis.gradients import block_ends

BATCH = 64
STEPS, RATE, DECAY = 300, 0.5, 1e-3  # of the probes' own training


@dataclass(frozen=True, eq=False)
class LinearProbes:
    """One softmax regression a block, on the mean of the block's maps over all places.

    blocks: the layers they end in, input → output. weights[i]: (C_i + 1, classes), bias last;
    means[i], scales[i]: (C_i,) of the features.
    """

    blocks: tuple[str, ...]
    means: tuple[np.ndarray, ...]
    scales: tuple[np.ndarray, ...]
    weights: tuple[np.ndarray, ...]

    def probabilities(self, features: list[np.ndarray]) -> np.ndarray:
        """Return what each probe says (blocks, N, classes) of block_features()."""
        return np.stack(
            [
                _softmax(_with_bias((values - mean) / scale) @ weights)
                for values, mean, scale, weights in zip(
                    features, self.means, self.scales, self.weights, strict=True
                )
            ]
        )


def fit_probes(model: keras.Model, images: np.ndarray, labels: np.ndarray) -> LinearProbes:
    """Fit a probe after each block to images (N, H, W, C) float and labels (N,).

    The net itself is not changed; the result depends on nothing but the arguments.
    """
    features = block_features(model, images)
    means = tuple(values.mean(axis=0) for values in features)
    scales = tuple(values.std(axis=0) + 1e-6 for values in features)
    classes = int(model.output_shape[-1])
    weights = tuple(
        _softmax_regression((values - mean) / scale, labels, classes)
        for values, mean, scale in zip(features, means, scales, strict=True)
    )
    return LinearProbes(tuple(block_ends(model)), means, scales, weights)


def block_features(model: keras.Model, images: np.ndarray) -> list[np.ndarray]:
    """Return each block's output, averaged over all places: one array (N, C) a block."""
    blocks = block_ends(model)
    parts = []
    for start in range(0, len(images), BATCH):
        outputs = layer_outputs(model, images[start : start + BATCH])
        parts.append([ops.convert_to_numpy(ops.mean(outputs[b], axis=(1, 2))) for b in blocks])
    return [np.concatenate(part) for part in zip(*parts, strict=True)]


def _softmax_regression(values: np.ndarray, labels: np.ndarray, classes: int) -> np.ndarray:
    """Return weights (C + 1, classes) by gradient descent with momentum on standardised values."""
    inputs = _with_bias(values)
    targets = np.eye(classes)[labels]
    weights = np.zeros((inputs.shape[1], classes))
    velocity = np.zeros_like(weights)
    rate = RATE * min(1.0, 40 / inputs.shape[1])  # the curvature grows with the inputs' number
    for _step in range(STEPS):
        ahead = weights + 0.9 * velocity
        error = _softmax(inputs @ ahead) - targets
        velocity = 0.9 * velocity - rate * (inputs.T @ error / len(inputs) + DECAY * ahead)
        weights = weights + velocity
    return weights


def _with_bias(values: np.ndarray) -> np.ndarray:
    return np.concatenate([values, np.ones((len(values), 1))], axis=1)


def _softmax(scores: np.ndarray) -> np.ndarray:
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)
