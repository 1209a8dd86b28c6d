"""Train a net on hands whose landmarks are known: it learns to point at joints while it counts.

Where the joints are and which fingers stand is asked of the net besides the number, from the same
features: from some five thousand photos it learns more that way. Both heads are left out of the
net that ships.
"""

from collections.abc import Callable, Sequence

import keras
import numpy as np
from keras import layers, ops

from resnet.data.augment import Augmentation, bilinear, relight, smoothed, turned_back
from resnet.data.classes import CLASSES
from resnet.memory import reuse_memory
from resnet.models.registry import build
from resnet.shipping.known_hands import ROOM, SIDE, KnownHands

ARCHITECTURE, SIZE = "hand", 80
BATCH = 64
LEARNING_RATE = 0.1
L2 = 2.5e-4  # of each kernel's squares
LABEL_SMOOTHING = 0.1
JOINTS = 2.0  # weight of the landmarks' loss
CLOSE = 0.1  # of half the picture: nearer than that a joint's error counts by its square
REPORTS = 20
NEW_BACKDROP = 0.65  # of the hands with a matte
CAMERA = Augmentation(
    brightness=0.08,
    contrast=0.35,
    colour=0.15,
    gamma=0.45,
    grey=0.12,
    noise=0.04,
    blur=0.3,
    cutout_chance=0.2,
    cutout=0.3,
)


class HandBatches(keras.utils.PyDataset):
    """Batches of varied hands forever: batch i is a function of i and the seed alone.

    Gives pictures (64, 80, 80, 3) and a dict of what they show: "sign" (64, 6), "joints"
    (64, 21, 2) from −1 to 1 across the picture and "fingers" (64, 5), NaN where unknown.
    """

    num_batches = None

    def __init__(self, sources: Sequence[KnownHands], behind: np.ndarray, seed: int) -> None:
        super().__init__()
        self._pictures = np.concatenate([source.pictures for source in sources])
        self._labels = np.concatenate([source.labels for source in sources])
        self._landmarks = np.concatenate([source.landmarks for source in sources])
        self._fingers = np.concatenate([source.fingers for source in sources])
        chances = np.concatenate([source.weights for source in sources])
        self._chances = chances / chances.sum()
        self._cut_out = self._pictures[..., 3].max(axis=(1, 2)) > 127
        self._behind, self._seed = behind, seed

    def __getitem__(self, index: int) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        rng = np.random.default_rng((self._seed, index))
        chosen = rng.choice(len(self._labels), BATCH, p=self._chances)
        planes = np.moveaxis(self._pictures[chosen], -1, 0).astype(np.float32) / 255
        planes = self._before_others(planes, self._cut_out[chosen], rng)
        images, joints = _placed(planes, self._landmarks[chosen], rng)
        return images, {
            "sign": np.eye(len(CLASSES), dtype=np.float32)[self._labels[chosen]],
            "joints": joints,
            "fingers": self._fingers[chosen],
        }

    def _before_others(
        self, planes: np.ndarray, cut_out: np.ndarray, rng: np.random.Generator
    ) -> np.ndarray:
        """Put most of the hands that have a matte before another background, in another light."""
        some = np.flatnonzero(cut_out & (rng.random(BATCH) < NEW_BACKDROP))
        behind = self._behind[rng.integers(0, len(self._behind), len(some))]
        wall = np.moveaxis(behind, -1, 0).astype(np.float32) / 255
        if rng.random() < 0.5:
            wall = wall[..., ::-1]
        gain = rng.uniform(-0.35, 0.35, (1, len(some), 1, 1))
        gain = np.exp(gain + rng.uniform(-0.08, 0.08, (3, len(some), 1, 1))).astype(np.float32)
        matte = planes[3, some]
        planes[:3, some] = planes[:3, some] * gain * matte + wall * (1 - matte)
        return planes[:3]


def _placed(
    planes: np.ndarray, landmarks: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Turn, magnify, move, mirror, soften and relight (3, N, S, S); move the landmarks, too.

    About as far as the finder is off, and farther: one in seven is turned at random.
    """
    count = planes.shape[1]
    degrees = np.where(
        rng.random(count) < 0.85, rng.normal(0, 20, count), rng.uniform(-180, 180, count)
    )
    angle = np.deg2rad(degrees).astype(np.float32)
    across = SIDE / ROOM / SIZE  # kept pixels of one that the net sees
    log_step = rng.uniform(np.log(0.8), np.log(1.35), count)
    step = (np.exp(log_step) * across).astype(np.float32)
    reach = np.clip(rng.normal(0, 0.06, (2, count)), -0.16, 0.16) * across * SIZE
    shift = reach.astype(np.float32)[..., None, None]
    mirror = np.where(rng.random(count) < 0.5, -1, 1).astype(np.float32)[:, None, None]
    planes = smoothed(planes, np.greater(step, 1.15 * across))
    softness = rng.random(count)
    for share in (0.25, 0.12, 0.06):  # some more than once
        planes = smoothed(planes, np.less(softness, share))
    y, x = np.indices((SIZE, SIZE), dtype=np.float32) - np.float32((SIZE - 1) / 2)
    cosine, sine = ((f(angle) * step)[:, None, None] for f in (np.cos, np.sin))
    from_x, from_y = turned_back(x[None], y[None], cosine, -sine)
    middle = np.float32((SIDE - 1) / 2)
    picture = bilinear(planes, from_x * mirror + middle + shift[0], from_y + middle + shift[1])
    dim = rng.random(count) < 0.25
    exposure = np.where(dim, np.exp(rng.uniform(np.log(0.2), np.log(0.7), count)), 1)
    picture *= exposure.astype(np.float32)[:, None, None]
    picture = relight(picture, rng, CAMERA)
    images = np.ascontiguousarray(np.moveaxis(np.clip(picture, 0, 1), 0, -1))
    # The landmarks go the other way: from the kept picture into the net's.
    at = landmarks * SIDE - 0.5 - middle
    x, y = (at[..., 0] - shift[0, :, 0]) * mirror[:, 0], at[..., 1] - shift[1, :, 0]
    cosine, sine = ((f(angle) / step)[:, None] for f in (np.cos, np.sin))
    x, y = turned_back(x, y, cosine, sine)
    return images, (np.stack([x, y], axis=-1) * 2 / SIZE).astype(np.float32)


def joints_loss(wanted: keras.KerasTensor, got: keras.KerasTensor) -> keras.KerasTensor:
    """Huber's loss of the joints that are known, the mean over their number."""
    known = ops.logical_not(ops.isnan(wanted))
    away = ops.abs(ops.where(known, wanted, 0.0) - ops.where(known, got, 0.0))
    each = ops.where(away < CLOSE, away**2 / (2 * CLOSE), away - CLOSE / 2)
    return 2 * ops.sum(each) / (ops.sum(ops.cast(known, "float32")) + 1e-3)


def fingers_loss(wanted: keras.KerasTensor, got: keras.KerasTensor) -> keras.KerasTensor:
    """Cross-entropy (of logits) of the fingers that are known, the mean over their number."""
    known = ops.logical_not(ops.isnan(wanted))
    each = keras.losses.binary_crossentropy(
        ops.where(known, wanted, 0.0)[..., None], got[..., None], from_logits=True
    )
    known = ops.cast(known, "float32")
    return ops.sum(each * known) / (ops.sum(known) + 1e-3)


def train_on_hands(
    sources: Sequence[KnownHands],
    behind: np.ndarray,
    steps: int,
    seed: int = 0,
    report: Callable[[str], None] = lambda text: None,
) -> keras.Model:
    """Return the hand net trained for `steps` batches of 64; behind: backgrounds (N, 144, 144, 3).

    SGD with Nesterov momentum, cosine schedule with warm-up, label smoothing, products in bfloat16.
    report("step …: loss …") is called now and then.
    """
    keras.utils.set_random_seed(seed)
    reuse_memory()
    policy = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        net = build(ARCHITECTURE, (SIZE, SIZE, 3), len(CLASSES), seed=seed)
        taught = _with_heads(net)
    finally:
        keras.config.set_dtype_policy(policy)
    warm_up = max(1, steps // 20)
    schedule = keras.optimizers.schedules.CosineDecay(
        0.0, max(1, steps - warm_up), warmup_target=LEARNING_RATE, warmup_steps=warm_up
    )
    taught.compile(
        keras.optimizers.SGD(schedule, momentum=0.9, nesterov=True),
        loss={
            "sign": keras.losses.CategoricalCrossentropy(True, LABEL_SMOOTHING),
            "joints": joints_loss,
            "fingers": fingers_loss,
        },
        loss_weights={"sign": 1.0, "joints": JOINTS, "fingers": 1.0},
    )
    a_report = max(1, steps // REPORTS)

    def report_epoch(epoch: int, logs: dict[str, float]) -> None:
        report(f"step {min((epoch + 1) * a_report, steps)}: loss {logs['loss']:.3f}")

    taught.fit(
        HandBatches(sources, behind, seed),
        steps_per_epoch=a_report,
        epochs=-(-steps // a_report),
        callbacks=[keras.callbacks.LambdaCallback(on_epoch_end=report_epoch)],
        shuffle=False,
        verbose=0,
    )
    trained = build(ARCHITECTURE, (SIZE, SIZE, 3), len(CLASSES), seed=seed)
    net.layers[-1].set_weights(taught.get_layer("sign").get_weights())
    trained.set_weights(net.get_weights())
    return trained


def _with_heads(net: keras.Model) -> keras.Model:
    """Return the net's features with a head each for sign (logits), joints and fingers."""
    pooled = net.get_layer("avg_pool").output
    x = layers.Conv2D(48, 1, use_bias=False)(net.get_layer("avg_pool").input)
    x = layers.ReLU()(layers.BatchNormalization(momentum=0.95)(x))
    joints = layers.Dense(42, dtype="float32")(layers.Flatten()(x))
    outputs = {
        "sign": layers.Dense(len(CLASSES), dtype="float32", name="sign")(pooled),
        "joints": layers.Reshape((21, 2), dtype="float32", name="joints")(joints),
        "fingers": layers.Dense(5, dtype="float32", name="fingers")(pooled),
    }
    taught = keras.Model(net.inputs, outputs)
    for weight in taught.trainable_weights:
        if len(weight.shape) > 1:
            weight.regularizer = keras.regularizers.L2(L2)
    return taught
