"""Train the finder: photos and cut-out hands at any place, size and turn, before anything."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import keras
import numpy as np
from keras import ops
from PIL import Image

from resnet.data.augment import Augmentation, bilinear, relight, smoothed, turned_back
from resnet.hands.crop import HandSquare
from resnet.memory import reuse_memory
from resnet.models.finder import CELLS, SIDE, finder_model
from resnet.shipping.known_hands import ROOM, KnownHands, hand_square

BATCH = 48
LEARNING_RATE, WEIGHT_DECAY = 2e-3, 1e-2
NOTHING, OF_PHOTOS = 0.06, 0.72  # up to where a draw gives an empty room, and a whole photo
ANY_TURN = 0.55  # of all; the others are turned a little
TURN_COUNTS = 1.6  # sine and cosine, of the other answers
CENTRE = 0.45  # of the marked centre: cells that learn side, turn and way
REPORTS = 20
CAMERA = Augmentation(
    brightness=0.08, contrast=0.35, colour=0.15, gamma=0.45, grey=0.12, noise=0.04, blur=0.3
)


@dataclass(frozen=True, eq=False)
class KnownPhoto:
    """A whole photo (H, W, 3) uint8 of 160 pixels at most, the hand's square, and how often."""

    pixels: np.ndarray
    square: HandSquare
    share: float


def known_photo(photo: Image.Image, landmarks: np.ndarray, share: float) -> KnownPhoto:
    """Return a photo as the finder learns from it; landmarks (21, 2) as shares of its sides."""
    square = hand_square(landmarks * photo.size)
    scale = 160 / max(photo.size)
    small = photo.resize([max(8, round(side * scale)) for side in photo.size])
    return KnownPhoto(np.asarray(small), square.scaled(scale), share)


class FinderBatches(keras.utils.PyDataset):
    """Batches forever: pictures (48, 128, 128, 3) and answers (48, 16, 16, 7).

    The answers are how near each cell is to a hand's centre, from 0 to 1, and ANSWERS[1:]
    (resnet/models/finder.py), NaN off the centre; the last says whether the cell is the centre.
    """

    num_batches = None

    def __init__(
        self, photos: Sequence[KnownPhoto], hands: KnownHands, behind: np.ndarray, seed: int
    ) -> None:
        """hands: those with a matte are cut out; behind: backgrounds (N, S, S, 3) uint8."""
        super().__init__()
        self._photos = photos
        shares = np.array([photo.share for photo in photos])
        self._shares = shares / shares.sum()
        self._hands = hands.pictures[hands.pictures[..., 3].max(axis=(1, 2)) > 127]
        self._behind, self._seed = behind, seed

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        rng = np.random.default_rng((self._seed, index))
        pictures, answers = zip(*(self._one(rng) for _picture in range(BATCH)), strict=True)
        planes = np.stack(pictures, axis=1)
        dim = rng.random(BATCH) < 0.2
        exposure = np.where(dim, np.exp(rng.uniform(np.log(0.2), np.log(0.7), BATCH)), 1)
        planes *= exposure.astype(np.float32)[:, None, None]
        planes = relight(planes, rng, CAMERA)
        images = np.ascontiguousarray(np.moveaxis(np.clip(planes, 0, 1), 0, -1))
        return images, np.stack(answers)

    def _one(self, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        kind, any_turn = rng.random(), rng.random() < ANY_TURN
        wall = _read(_planes(self._behind[rng.integers(len(self._behind))]), _all_of(self._behind))
        if kind < NOTHING:
            return wall, _answers(None)
        mirrored = rng.random() < 0.5
        if kind < OF_PHOTOS:
            known = self._photos[rng.choice(len(self._photos), p=self._shares)]
            turn = rng.uniform(-np.pi, np.pi) if any_turn else rng.normal(0, 0.25)
            own = known.square.side / max(known.pixels.shape)
            as_in_the_photo = rng.random() < 0.7
            change = own * np.exp(rng.uniform(-0.45, 0.6))
            side = float(change if as_in_the_photo else np.exp(rng.uniform(np.log(0.25), 0.18)))
            put = _put(np.clip(side, 0.2, 1.4), turn, rng)
            picture, inside = _moved(_planes(known.pixels), known.square, put, mirrored)
            if rng.random() < 0.35:
                picture = np.where(inside, picture, wall)
            hand_turn = (-known.square.turn if mirrored else known.square.turn) + turn
            return picture, _answers(HandSquare(put.x, put.y, put.side, hand_turn))
        planes = _planes(self._hands[rng.integers(len(self._hands))])
        turn = rng.uniform(-np.pi, np.pi) if any_turn else rng.normal(0, 0.4)
        put = _put(float(np.exp(rng.uniform(np.log(0.25), np.log(1.1)))), turn, rng)
        kept = planes.shape[-1]
        picture, _inside = _moved(
            planes, HandSquare(kept / 2, kept / 2, kept / ROOM), put, mirrored
        )
        gain = rng.uniform(-0.35, 0.35) + rng.uniform(-0.08, 0.08, (3, 1, 1))
        matte = picture[3]
        lit = picture[:3] * np.exp(gain).astype(np.float32)
        return lit * matte + wall * (1 - matte), _answers(put)


def _planes(picture: np.ndarray) -> np.ndarray:
    return np.moveaxis(picture, -1, 0).astype(np.float32) / 255


def _all_of(behind: np.ndarray) -> HandSquare:
    side = behind.shape[1]
    return HandSquare(side / 2, side / 2, side)


def _put(side: float, turn: float, rng: np.random.Generator) -> HandSquare:
    """Draw where a hand of a side (of the picture's) goes: a small one anywhere."""
    low, high = (0.15, 0.85) if side < 0.6 else (0.3, 0.7)
    x, y = rng.uniform(low, high, 2) * SIDE
    return HandSquare(float(x), float(y), float(side) * SIDE, float(turn))


def _read(planes: np.ndarray, square: HandSquare) -> np.ndarray:
    put = HandSquare(SIDE / 2, SIDE / 2, SIDE)
    return _moved(planes, square, put, mirrored=False)[0]


def _moved(
    planes: np.ndarray, square: HandSquare, put: HandSquare, mirrored: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Return the picture (C, 128, 128) in which what is in `square` lies in `put`, turned by it.

    Also returns which pixels come from inside the planes (C, H, W).
    """
    step = square.side / put.side
    for threshold in (1.3, 1.8):
        if step > threshold:
            planes = smoothed(planes[:, None], np.array([True]))[:, 0]
    y, x = np.indices((1, SIDE, SIDE), dtype=np.float32)[1:]
    cosine, sine = float(np.cos(put.turn)) * step, float(np.sin(put.turn)) * step
    from_x, from_y = turned_back(x - put.x, y - put.y, cosine, sine)
    from_x, from_y = square.x + (-from_x if mirrored else from_x), square.y + from_y
    height, width = planes.shape[1:]
    inside = (from_x >= 0) & (from_x < width) & (from_y >= 0) & (from_y < height)
    return bilinear(planes[:, None], from_x, from_y)[:, 0], inside[0]


def _answers(hand: HandSquare | None) -> np.ndarray:
    answers = np.full((CELLS, CELLS, 7), np.nan, np.float32)
    answers[..., 0] = answers[..., 6] = 0
    if hand is None:
        return answers
    column, row = hand.x * CELLS / SIDE - 0.5, hand.y * CELLS / SIDE - 0.5
    rows, columns = np.indices((CELLS, CELLS))
    radius = max(0.8, 0.09 * CELLS * hand.side / SIDE)
    near = np.exp(-((columns - column) ** 2 + (rows - row) ** 2) / (2 * radius**2))
    near[near < 0.02] = 0
    cell = tuple(int(np.clip(round(place), 0, CELLS - 1)) for place in (row, column))
    near[cell] = 1
    answers[..., 0], answers[(*cell, 6)] = near, 1
    way = np.stack([(column - columns) / 2, (row - rows) / 2], axis=-1)
    turn = [np.log(hand.side / SIDE), np.sin(hand.turn), np.cos(hand.turn)]
    known = near > CENTRE
    answers[known, 1:4], answers[known, 4:6] = turn, way[known]
    return answers


def finder_loss(wanted: keras.KerasTensor, got: keras.KerasTensor) -> keras.KerasTensor:
    """Focal loss of the centres (Zhou et al. 2019, arXiv:1904.07850 §3), L1 of the rest."""
    near, centre = wanted[..., 0], wanted[..., 6]
    chance = ops.clip(ops.sigmoid(got[..., 0]), 1e-4, 1 - 1e-4)
    hit = centre * (1 - chance) ** 2 * ops.log(chance)
    missed = (1 - centre) * (1 - near) ** 4 * chance**2 * ops.log(1 - chance)
    marked = -ops.sum(hit + missed) / (ops.sum(centre) + 1)
    rest = wanted[..., 1:6]
    known = ops.logical_not(ops.isnan(rest))
    away = ops.abs(ops.where(known, rest, 0.0) - ops.where(known, got[..., 1:], 0.0))
    counts = ops.convert_to_tensor([1.0, TURN_COUNTS, TURN_COUNTS, 1.0, 1.0])
    return marked + ops.sum(away * counts) / (ops.sum(ops.cast(known, "float32")) / 5 + 1)


def train_finder(
    photos: Sequence[KnownPhoto],
    hands: KnownHands,
    behind: np.ndarray,
    steps: int,
    seed: int = 0,
    report: Callable[[str], None] = lambda text: None,
) -> keras.Model:
    """Return the finder trained for `steps` batches of 48; see FinderBatches.

    AdamW, cosine schedule with warm-up. report("step …: loss …") is called now and then.
    """
    keras.utils.set_random_seed(seed)
    reuse_memory()
    model = finder_model()
    warm_up = max(1, steps // 20)
    schedule = keras.optimizers.schedules.CosineDecay(
        0.0, max(1, steps - warm_up), warmup_target=LEARNING_RATE, warmup_steps=warm_up
    )
    model.compile(keras.optimizers.AdamW(schedule, weight_decay=WEIGHT_DECAY), loss=finder_loss)
    a_report = max(1, steps // REPORTS)

    def report_epoch(epoch: int, logs: dict[str, float]) -> None:
        report(f"step {min((epoch + 1) * a_report, steps)}: loss {logs['loss']:.3f}")

    model.fit(
        FinderBatches(photos, hands, behind, seed),
        steps_per_epoch=a_report,
        epochs=-(-steps // a_report),
        callbacks=[keras.callbacks.LambdaCallback(on_epoch_end=report_epoch)],
        shuffle=False,
        verbose=0,
    )
    return model
