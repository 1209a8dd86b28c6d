"""How a net's gradient changes along its input: shattered gradients (Balduzzi et al. 2017, §2)."""

import numpy as np

WIDTH, POINTS, MOST_LAG = 100, 256, 40


def input_gradients(
    depth: int,
    shortcut: bool,
    branch: float = 1.0,
    batch_norm: bool = False,
    seed: int = 0,
    nets: int = 1,
) -> np.ndarray:
    """Return d output / d input of random nets of one number, at POINTS places from −2 to 2.

    (nets, POINTS). Dense ReLU layers with biases: x ← W·relu(x) + b, or with a shortcut
    x ← x + β·(W·relu(x) + b), branch being β as in their §3.2. BatchNorm stands before the ReLU;
    its mean and variance are those of all POINTS places, and fixed.
    """
    places = np.linspace(-2, 2, POINTS)
    way = (1.0, branch) if shortcut else (0.0, 1.0)
    return np.stack([_gradients(depth, way, batch_norm, places, seed + net) for net in range(nets)])


def _gradients(
    depth: int, way: tuple[float, float], batch_norm: bool, places: np.ndarray, seed: int
) -> np.ndarray:
    random = np.random.default_rng(seed)
    first = random.standard_normal(WIDTH)
    x = places[:, None] * first + random.standard_normal(WIDTH)  # (POINTS, WIDTH)
    past, through = way
    weights, slopes = [], []
    for _layer in range(depth):
        w = random.standard_normal((WIDTH, WIDTH)) * np.sqrt(2 / WIDTH)
        mean, spread = (x.mean(axis=0), x.std(axis=0)) if batch_norm else (0.0, 1.0)
        normed = (x - mean) / spread
        weights.append(w)
        slopes.append((normed > 0) / spread)
        bias = 0.1 * random.standard_normal(WIDTH)
        x = past * x + through * (np.maximum(normed, 0) @ w.T + bias)
    back = np.broadcast_to(random.standard_normal(WIDTH) / np.sqrt(WIDTH), x.shape)
    for w, slope in zip(weights[::-1], slopes[::-1], strict=True):
        back = past * back + through * slope * (back @ w)
    return back @ first


def autocorrelation(gradients: np.ndarray) -> np.ndarray:
    """Return each net's correlation with itself (nets, MOST_LAG + 1) of gradients (nets, POINTS).

    1 for a gradient that is the same everywhere.
    """
    return np.stack([_own(gradient) for gradient in gradients])


def _own(gradient: np.ndarray) -> np.ndarray:
    centred = gradient - gradient.mean()
    if np.abs(centred).max() <= 1e-9 * np.abs(gradient).max():  # rounding
        return np.ones(MOST_LAG + 1)
    length = len(centred)
    products = [(centred[: length - lag] * centred[lag:]).mean() for lag in range(MOST_LAG + 1)]
    return np.array(products) / products[0]
