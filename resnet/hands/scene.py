"""Put hands into new scenes: another background, place, size, sleeve and light, a batch at once."""

from dataclasses import dataclass, replace
from dataclasses import fields as dataclass_fields

import numpy as np

from resnet.data.augment import Augmentation, bilinear, relight, smoothed, turned_back
from resnet.hands.backdrop import KINDS, backdrop, paint

BACKDROP_WEIGHTS = (0.3, 0.15, 0.1, 0.15, 0.15, 0.15)  # of backdrop.KINDS
ROOM_TO_MOVE = 1.4  # a backdrop's side, of a picture's


CAMERA = Augmentation(
    brightness=0.05,
    contrast=0.3,
    colour=0.15,
    gamma=0.4,
    grey=0.08,
    noise=0.035,
    blur=0.3,
    cutout_chance=0.15,
    cutout=0.25,
)


@dataclass(frozen=True)
class Scene:
    """How far the scenes go.

    new_backdrop, sleeve, dim: probabilities. zoom: smallest and largest magnification of the
    picture the hand comes from. rotation: degrees either way. hand_light: the hand's own change
    of brightness and colour, relative. darkest: exposure of the darkest dim room. camera: what
    happens to the whole picture in the end.
    """

    new_backdrop: float = 0.7
    sleeve: float = 0.5
    dim: float = 0.35
    zoom: tuple[float, float] = (0.33, 1.25)
    rotation: float = 35.0
    hand_light: float = 0.3
    darkest: float = 0.2
    camera: Augmentation = CAMERA

    def milder(self, share: float) -> "Scene":
        """Return scenes that go only a share (0 to 1) of the way from the photo as it is."""
        fields = ("new_backdrop", "sleeve", "dim", "rotation", "hand_light")
        camera = {
            field.name: share * getattr(self.camera, field.name)
            for field in dataclass_fields(self.camera)
            if field.name != "zoom"
        }
        return replace(
            self,
            **{name: share * getattr(self, name) for name in fields},
            zoom=(self.zoom[0] ** share, self.zoom[1] ** share),
            camera=replace(self.camera, **camera),
        )


def backdrops(count: int, size: int, seed: int) -> np.ndarray:
    """Return `count` seeded backgrounds (count, side, side, 3) uint8, larger than `size`."""
    rng = np.random.default_rng(seed)
    side = round(size * ROOM_TO_MOVE)
    kinds = rng.choice(KINDS, count, p=BACKDROP_WEIGHTS)
    drawn = [backdrop(str(kind), side, rng) for kind in kinds]
    return np.stack([(255 * values).astype(np.uint8) for values in drawn])


def scenes(
    hands: np.ndarray, behind: np.ndarray, rng: np.random.Generator, how: Scene
) -> np.ndarray:
    """Return pictures (N, S, S, 3) float32 in [0, 1] of hands in new scenes.

    hands: (N, S, S, 4) uint8, a photo and its matte; behind: backgrounds of `backdrops()`. A hand
    whose matte is empty keeps its own background, whose border is repeated. The same state of
    `rng` gives the same result.
    """
    planes = np.ascontiguousarray(np.moveaxis(hands, -1, 0)).astype(np.float32) / 255
    planes, beyond = _placed(planes, rng, how)
    picture, matte = planes[:3], planes[3]
    cut_out = (hands[..., 3].max(axis=(1, 2)) > 127) & (rng.random(len(hands)) < how.new_backdrop)
    sleeved = cut_out & (rng.random(len(hands)) < how.sleeve)
    picture[:, sleeved] = _with_sleeves(picture[:, sleeved], beyond[sleeved], rng)
    if cut_out.any():
        lit = picture[:, cut_out] * _gain(int(cut_out.sum()), how.hand_light, rng)
        share = matte[cut_out]
        wall = _walls(behind, int(cut_out.sum()), hands.shape[1], rng)
        picture[:, cut_out] = lit * share + wall * (1 - share)
    dim = rng.random(len(hands)) < how.dim
    exposure = np.where(dim, np.exp(rng.uniform(np.log(how.darkest), np.log(0.6), len(hands))), 1)
    picture *= exposure.astype(np.float32)[:, None, None]
    picture = relight(picture, rng, how.camera)
    return np.ascontiguousarray(np.moveaxis(np.clip(picture, 0, 1), 0, -1))


def _placed(
    planes: np.ndarray, rng: np.random.Generator, how: Scene
) -> tuple[np.ndarray, np.ndarray]:
    """Mirror, turn, magnify and move (4, N, S, S); what comes into the frame repeats the border.

    Also returns how many pixels beyond the original's border each pixel comes from (N, S, S).
    """
    _, count, side, _ = planes.shape
    smallest, largest = np.log(how.zoom)
    zoom = np.exp(rng.uniform(smallest, largest, count)).astype(np.float32)
    for threshold in (0.7, 0.5):  # shrinking skips pixels: smooth first
        planes = smoothed(planes, zoom < threshold)
    angle = np.deg2rad(rng.uniform(-how.rotation, how.rotation, count))
    reach = 0.1 + 0.35 * np.maximum(0, 1 - zoom)  # a small hand may be anywhere
    shift = (rng.uniform(-1, 1, (2, count)) * reach * side).astype(np.float32)[..., None, None]
    mirror = np.where(rng.random(count) < 0.5, -1, 1).astype(np.float32)[:, None, None]
    y, x = np.indices((side, side), dtype=np.float32)
    middle = np.float32((side - 1) / 2)
    x, y = x - middle - shift[0], y - middle - shift[1]
    cosine, sine = ((f(angle) / zoom).astype(np.float32)[:, None, None] for f in (np.cos, np.sin))
    from_x, from_y = turned_back(x, y, cosine, sine)
    from_x, from_y = from_x * mirror + middle, from_y + middle
    beyond = np.maximum(np.abs(from_x - middle), np.abs(from_y - middle)) - middle
    return bilinear(planes, from_x, from_y), beyond


def _with_sleeves(picture: np.ndarray, beyond: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Cover the arm with cloth where it leaves the original picture, keeping its shading."""
    _, count, side, _ = picture.shape
    starts = rng.uniform(-0.05, 0.25, count) * side  # pixels beyond the border
    cloth = np.stack([paint(rng) for _ in range(count)], axis=-1) if count else np.zeros((3, 0))
    covered = np.clip((beyond - starts[:, None, None]) / 2, 0, 1)
    shade = picture.mean(axis=0)
    shade = 0.5 + 0.5 * shade / (shade.mean(axis=(1, 2), keepdims=True) + 1e-3)
    dressed = cloth[..., None, None] * shade
    return (picture * (1 - covered) + dressed * covered).astype(np.float32)


def _gain(count: int, reach: float, rng: np.random.Generator) -> np.ndarray:
    light = rng.uniform(-reach, reach, (1, count))
    colour = rng.uniform(-reach / 4, reach / 4, (3, count))
    return np.exp(light + colour).astype(np.float32)[..., None, None]


def _walls(behind: np.ndarray, count: int, side: int, rng: np.random.Generator) -> np.ndarray:
    """Return pieces (3, count, side, side) of randomly chosen backgrounds, mirrored at random."""
    room = behind.shape[1] - side
    pieces = []
    for which, top, left in zip(
        rng.integers(0, len(behind), count), *rng.integers(0, room + 1, (2, count)), strict=True
    ):
        piece = behind[which, top : top + side, left : left + side]
        pieces.append(piece[:, ::-1] if rng.random() < 0.5 else piece)
    return np.moveaxis(np.stack(pieces), -1, 0).astype(np.float32) / 255
