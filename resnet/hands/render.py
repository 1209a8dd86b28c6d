"""Draw tapered capsules as soft skin under a light: ray marching in NumPy.

Rays march through the distance to the surface (sphere tracing, Hart 1996). A coarse grid of cones
goes first and hands its depth to the finer rays, so that most of them need a few steps only.
"""

from dataclasses import dataclass

import numpy as np

from resnet.hands.hand import Bones

MELT = 0.4  # cm: how softly the parts of the palm run into each other
CLOSE = 0.02  # cm: a ray this near has arrived
COARSE = 8  # fine rays along a side of a coarse cell


class HandSurface:
    """The skin over some bones: distances, normals and what lies beneath a point.

    Points are (3, R) float32, in cm.
    """

    def __init__(self, bones: Bones) -> None:
        self.joined = bones.joined
        self.start = bones.start.astype(np.float32)
        self.axis = (bones.end - bones.start).astype(np.float32)
        self.radius = bones.radius[:, :1].astype(np.float32)
        self.dorsal = bones.dorsal.astype(np.float32)
        self.taper = (bones.radius[:, 1:] - bones.radius[:, :1]).astype(np.float32)
        length2 = (self.axis**2).sum(axis=1, keepdims=True)
        self._unit = self.axis / length2
        self._offset = (self._unit * self.start).sum(axis=1, keepdims=True)
        self._length2 = length2
        self._start2 = (self.start**2).sum(axis=1, keepdims=True)

    def distance(self, points: np.ndarray) -> np.ndarray:
        """Return the distance (R,) of each point to the skin, negative inside."""
        each = self._each(points)[0]
        return np.minimum(_melted(each[: self.joined])[0], each[self.joined :].min(axis=0))

    def at(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Say where on the skin points lie.

        Returns normals (3, R), how much they face the back of the hand (R,), from −1 to 1, the
        nearest bone (R,) and how far along it (R,), from 0 to 1.
        """
        each, along, length = self._each(points)
        nearest = each.argmin(axis=0)
        columns = np.arange(points.shape[1])
        weights = np.zeros_like(each)
        melted, shares = _melted(each[: self.joined])
        on_palm = melted < each[self.joined :].min(axis=0)
        weights[: self.joined] = shares * on_palm
        weights[nearest, columns] = np.where(on_palm, weights[nearest, columns], 1)
        dorsal = _product(self.dorsal.T, weights)
        weights /= np.maximum(length, 1e-6)
        normals = points * weights.sum(axis=0) - _product(self.start.T, weights)
        normals -= _product(self.axis.T, weights * along)
        normals /= np.maximum(np.linalg.norm(normals, axis=0), 1e-6)
        facing = np.einsum("kr,kr->r", normals, dorsal)
        return normals, facing, nearest, along[nearest, columns]

    def _each(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return (P, R): distance to each capsule, place along it, distance to its axis."""
        reach = _product(self._unit, points)
        reach -= self._offset
        along = np.clip(reach, 0, 1)
        # |p - a - h b|² multiplied out: no (P, R, 3) arrays.
        length = _product(-2 * self.start, points)
        length += self._start2
        length += np.einsum("kr,kr->r", points, points)
        reach *= -2
        reach += along
        reach *= along
        reach *= self._length2
        length += reach
        np.sqrt(np.maximum(length, 0, out=length), out=length)
        distance = np.multiply(along, -self.taper, out=reach)
        distance += length
        distance -= self.radius
        return distance, along, length


def _product(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Matrix product without the BLAS library, whose threads stall on a busy machine."""
    return np.einsum("pk,kr->pr", left, right)


def _melted(each: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return a smooth minimum over axis 0 and each part's share in it."""
    least = each.min(axis=0)
    shares = np.exp((least - each) * np.float32(1 / MELT))
    total = shares.sum(axis=0)
    return least - np.float32(MELT) * np.log(total), shares / total


@dataclass(frozen=True)
class Camera:
    """A pinhole at height `distance` (cm) over the origin, looking down the z axis.

    zoom: focal length in half picture widths; shift: where the axis meets the picture, −1 … 1.
    """

    distance: float
    zoom: float
    shift: tuple[float, float]

    def rays(self, size: int) -> np.ndarray:
        """Return the unit directions (3, size * size), row by row from the top left."""
        steps = ((np.arange(size, dtype=np.float32) + 0.5) * 2 / size - 1).astype(np.float32)
        x, y = np.meshgrid(steps, -steps)
        directions = np.stack(
            [
                (x.ravel() - self.shift[0]) / self.zoom,
                (y.ravel() - self.shift[1]) / self.zoom,
                np.full(size * size, -1, np.float32),
            ]
        ).astype(np.float32)
        return directions / np.linalg.norm(directions, axis=0)


def march(
    surface: HandSurface, camera: Camera, size: int, near: float, far: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return which pixels (K,) see the skin, and the points (3, K) they see."""
    cells = size // COARSE
    coarse = camera.rays(cells)
    origin = np.array([[0], [0], [camera.distance]], np.float32)
    spread = 1.5 * np.sqrt(2) / (cells * camera.zoom)  # cone's radius for each cm of depth
    depth = _advance(surface, origin, coarse, np.full(cells**2, near, np.float32), far, 12, spread)
    depth = depth.reshape(cells, cells).repeat(COARSE, axis=0).repeat(COARSE, axis=1).ravel()
    pixels = np.flatnonzero(depth < far)
    rays = np.take(camera.rays(size), pixels, axis=1)
    depth = _advance(surface, origin, rays, depth[pixels], far, 40, 0.0)
    seen = depth < far
    return pixels[seen], origin + np.compress(seen, rays, axis=1) * depth[seen]


def _advance(surface, origin, rays, depth, far, steps, spread) -> np.ndarray:
    """March rays until they meet the skin (or their cone does); those that miss end beyond far."""
    moving = np.arange(len(depth))
    for _ in range(steps):
        gap = surface.distance(origin + np.take(rays, moving, axis=1) * depth[moving])
        depth[moving] += np.where(gap > CLOSE + spread * depth[moving], gap * np.float32(0.95), 0)
        on = (gap > CLOSE + spread * depth[moving]) & (depth[moving] < far)
        moving = moving[on]
        if not len(moving):
            break
    if not spread:
        depth[moving] = np.where(gap[on] < 4 * CLOSE, depth[moving], far + 1)
    return depth
