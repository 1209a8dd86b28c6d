"""How sure a net may say it is: temperature scaling (Guo et al. 2017, §4.2)."""

import numpy as np

SMALLEST = 1e-12  # a probability of 0 has no logarithm
TEMPERATURES = np.exp(np.linspace(np.log(0.05), np.log(20), 400))


def calibrated(probabilities: np.ndarray, temperature: float) -> np.ndarray:
    """Return class probabilities (N, C) softened (temperature above 1) or sharpened (below 1).

    The order of the classes stays as it is.
    """
    logits = np.log(np.maximum(probabilities, SMALLEST)) / temperature
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def fit_temperature(probabilities: np.ndarray, labels: np.ndarray) -> float:
    """Return the temperature at which probabilities (N, C) make labels (N,) the most likely.

    Use photos that the net was not trained on.
    """
    rows = np.arange(len(labels))
    losses = [
        -np.log(np.maximum(calibrated(probabilities, t)[rows, labels], SMALLEST)).mean()
        for t in TEMPERATURES
    ]
    return float(TEMPERATURES[int(np.argmin(losses))])
