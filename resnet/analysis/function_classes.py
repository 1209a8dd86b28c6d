"""Best fits from classes of functions that grow, nested or not: level pieces and a step to fit.

A class holds every function that is level between its cuts. Where the cuts of the smaller class
are among those of the larger one, so are its functions (d2l.ai, §8.6.1).
"""

import numpy as np

POINTS = 720  # of the axis from 0 to 1; a multiple of many counts of pieces, so cuts fall between


def axis() -> np.ndarray:
    """Return the places at which functions are compared, (POINTS,)."""
    return (np.arange(POINTS) + 0.5) / POINTS


def step_at(place: float) -> np.ndarray:
    """Return the function to be fitted: 0 before a place, 1 behind it."""
    return (axis() > place).astype(float)


def equal_cuts(pieces: int) -> np.ndarray:
    """Return the cuts between pieces of equal width, all of them new for each count."""
    return np.arange(1, pieces) / pieces


def kept_cuts(pieces: int) -> np.ndarray:
    """Return the cuts of one piece fewer and one more, which halves the first of the widest."""
    edges = [0.0, 1.0]
    while len(edges) <= pieces:
        widest = int(np.argmax(np.diff(edges)))
        edges.insert(widest + 1, (edges[widest] + edges[widest + 1]) / 2)
    return np.array(edges[1:-1])


def best_fit(target: np.ndarray, cuts: np.ndarray) -> np.ndarray:
    """Return the function of a class that is nearest to a target, by least squares."""
    piece = np.searchsorted(cuts, axis())
    basis = np.eye(len(cuts) + 1)[piece]  # (POINTS, pieces)
    return basis @ np.linalg.lstsq(basis, target, rcond=None)[0]


def error(target: np.ndarray, fit: np.ndarray) -> float:
    """Return the root of the mean squared distance between two functions."""
    return float(np.sqrt(np.mean((target - fit) ** 2)))
