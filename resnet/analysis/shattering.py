"""How a net's gradient changes along its input: shattered gradients (Balduzzi et al. 2017, §2)."""

import numpy as np

WIDTH, POINTS, MOST_LAG = 200, 256, 40


def input_gradients(depth: int, shortcut: bool, seed: int = 0, nets: int = 1) -> np.ndarray:
    """Return d output / d input of random nets of one number, at POINTS places from −2 to 2.

    (nets, POINTS). Dense ReLU layers with biases, no BatchNorm: x ← W·relu(x) + b, or with a
    shortcut x ← x + 0.1·(W·relu(x) + b), the branch scaled as in their §3.2.
    """
    places = np.linspace(-2, 2, POINTS)
    return np.stack([_gradients(depth, shortcut, places, seed + net) for net in range(nets)])


def _gradients(depth: int, shortcut: bool, places: np.ndarray, seed: int) -> np.ndarray:
    random = np.random.default_rng(seed)
    first = random.standard_normal(WIDTH)
    x = places[:, None] * first + random.standard_normal(WIDTH)  # (POINTS, WIDTH)
    past, through = (1.0, 0.1) if shortcut else (0.0, 1.0)
    weights, slopes = [], []
    for _layer in range(depth):
        w = random.standard_normal((WIDTH, WIDTH)) * np.sqrt(2 / WIDTH)
        weights.append(w)
        slopes.append(x > 0)
        x = past * x + through * (np.maximum(x, 0) @ w.T + 0.1 * random.standard_normal(WIDTH))
    back = np.broadcast_to(random.standard_normal(WIDTH) / np.sqrt(WIDTH), x.shape)
    for w, slope in zip(weights[::-1], slopes[::-1], strict=True):
        back = past * back + through * slope * (back @ w)
    return back @ first


def autocorrelation(gradients: np.ndarray) -> np.ndarray:
    """Return the correlation of gradients (nets, POINTS) with themselves, lags 0…MOST_LAG."""
    centred = gradients - gradients.mean(axis=1, keepdims=True)
    length = centred.shape[1]
    products = np.array(
        [(centred[:, : length - lag] * centred[:, lag:]).mean() for lag in range(MOST_LAG + 1)]
    )
    return products / products[0]
