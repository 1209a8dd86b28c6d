"""Train a net on hands cut out and put into ever new scenes (data/scene.py)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import keras
import numpy as np

from resnet.data.classes import CLASSES
from resnet.hands.scene import Scene, scenes
from resnet.memory import reuse_memory
from resnet.models.registry import build
from resnet.training.batches import one_hot

BATCH = 64
LABEL_SMOOTHING = 0.1
LEARNING_RATE = 0.1
WEIGHT_DECAY = 5e-3  # of a weight, a step, times the learning rate
GROWING = 0.35  # of the steps, until the scenes are as hard as they get
MIXED = 0.3  # of the later batches are of any hardness: plain photos are not to be forgotten
GOING_ON = 0.5  # of the highest rate, for a net that has been trained before
REPORTS = 40  # over a whole training


@dataclass(frozen=True, eq=False)
class Source:
    """Hands of one origin: (N, S, S, 4) uint8 with mattes, labels (N,), share of each batch."""

    hands: np.ndarray
    labels: np.ndarray
    share: float


class SceneBatches(keras.utils.PyDataset):
    """Batches of new scenes forever: batch i is a function of i and the seed alone.

    The scenes grow from the photos as they are to their full variety within `growing` batches:
    from hard ones alone a net learns nothing for a long time. `growing` 0 starts with all of it.
    """

    num_batches = None

    def __init__(
        self, sources: Sequence[Source], behind: np.ndarray, scene: Scene, seed: int, growing: int
    ) -> None:
        super().__init__()
        self._hands = np.concatenate([source.hands for source in sources])
        self._labels = np.concatenate([source.labels for source in sources])
        shares = [np.full(len(s.hands), s.share / len(s.hands)) for s in sources]
        self._chances = np.concatenate(shares) / sum(source.share for source in sources)
        self._behind, self._scene, self._seed = behind, scene, seed
        self._growing = growing

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        rng = np.random.default_rng((self._seed, index))
        chosen = rng.choice(len(self._hands), BATCH, p=self._chances)
        scene = self._scene.milder(self._hardness(index, rng))
        images = scenes(self._hands[chosen], self._behind, rng, scene)
        return images, one_hot(self._labels[chosen], len(CLASSES))

    def _hardness(self, index: int, rng: np.random.Generator) -> float:
        if index < self._growing:
            return index / self._growing
        return float(rng.random()) if rng.random() < MIXED else 1.0


def train_on_scenes(
    architecture: str,
    sources: Sequence[Source],
    behind: np.ndarray,
    scene: Scene,
    steps: int,
    seed: int = 0,
    report: Callable[[str], None] = lambda text: None,
    start: keras.Model | None = None,
) -> keras.Model:
    """Return a net trained for `steps` batches of 64 on the sources' hands in new scenes.

    Its input has the hands' size. start: a net to go on from, at full hardness and half the rate.
    report("step …: loss …") is called now and then. SGD with Nesterov momentum, cosine
    schedule with warm-up, decoupled weight decay, label smoothing.
    """
    keras.utils.set_random_seed(seed)
    reuse_memory()
    size = sources[0].hands.shape[1]
    model = build(architecture, (size, size, 3), len(CLASSES), zero_init_last_gamma=True, seed=seed)
    rate, growing = LEARNING_RATE, max(1, round(GROWING * steps))
    if start is not None:
        model.set_weights(start.get_weights())
        rate, growing = GOING_ON * LEARNING_RATE, 0
    warm_up = max(1, steps // 20)
    schedule = keras.optimizers.schedules.CosineDecay(
        0.0, steps - warm_up, warmup_target=rate, warmup_steps=warm_up
    )
    optimizer = keras.optimizers.SGD(
        schedule, momentum=0.9, nesterov=True, weight_decay=WEIGHT_DECAY
    )
    optimizer.exclude_from_weight_decay(var_names=["gamma", "beta", "bias"])
    optimizer.build(model.trainable_variables)
    model.compile(
        optimizer,
        keras.losses.CategoricalCrossentropy(label_smoothing=LABEL_SMOOTHING),
        metrics=["accuracy"],
    )
    a_report = max(1, steps // REPORTS)

    def report_epoch(epoch: int, logs: dict[str, float]) -> None:
        done = min((epoch + 1) * a_report, steps)
        text = f"step {done}: loss {logs['loss']:.3f}, train {logs['accuracy']:.1%}"
        report(text)

    model.fit(
        SceneBatches(sources, behind, scene, seed, growing),
        steps_per_epoch=a_report,
        epochs=-(-steps // a_report),
        callbacks=[keras.callbacks.LambdaCallback(on_epoch_end=report_epoch)],
        shuffle=False,
        verbose=0,
    )
    return model
