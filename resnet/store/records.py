"""What the run store hands out, and the names of the curves it holds."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from resnet.store.states import State

# Written together at the end of a step or of an epoch; read each group with an `after` of its own.
BATCH_METRICS = ("loss", "accuracy")
EPOCH_METRICS = (
    "train_loss",
    "train_accuracy",
    "test_loss",
    "test_accuracy",
    "learning_rate",
    "images_per_second",
)
# Of a run that ended at chance: the share of ReLUs that give 0 for every test image, and that share
# in the layer where it is highest.
DEAD_RELUS, DEADEST_LAYER = "dead_relus", "dead_relus_deadest_layer"


@dataclass(frozen=True)
class Run:
    """One run as stored; the columns are explained in schema.py."""

    id: str
    state: State
    reason: str
    control: str
    owner: str
    origin: str
    spec: dict[str, Any]
    created_at: float
    started_at: float | None
    heartbeat_at: float | None
    finished_at: float | None
    epoch: int
    step: int
    total_steps: int
    images_per_second: float | None
    eta_seconds: float | None
    device: str
    versions: dict[str, str]
    synthetic: bool
    parameters: int | None
    seconds: float | None
    train_loss: float | None
    train_accuracy: float | None
    test_loss: float | None
    test_accuracy: float | None
    title: str
    tags: tuple[str, ...]
    priority: int
    parent: str
    experiment: str
    load: dict[str, float]
    losses: int

    @property
    def progress(self) -> float:
        """Finished part of the training steps, 0 to 1."""
        return min(1.0, self.step / self.total_steps) if self.total_steps else 0.0


class Metric(NamedTuple):
    """One point of a curve: optimizer step and epoch from 1, the curve's name, its value."""

    step: int
    epoch: int
    name: str
    value: float


@dataclass(frozen=True)
class MetricCurve:
    """One metric over the steps; lists of equal length, in the order of the steps."""

    steps: list[int]
    epochs: list[int]
    values: list[float]


@dataclass(frozen=True)
class Norms:
    """Gradient norms of a run: `values[i][j]` belongs to `steps[i]` and `layers[j]`."""

    layers: list[str]
    steps: list[int]
    values: list[list[float]]


@dataclass(frozen=True)
class Predictions:
    """The finished net's answers to the test images, in the data set's order."""

    images: list[int]
    labels: list[int]
    predicted: list[int]
    confidences: list[float]


@dataclass(frozen=True)
class Rules:
    """What the teacher has set: whether waiting runs start, and how much a learner may ask for.

    most_gib, most_minutes: of a training, as estimated before it starts.
    """

    paused: bool = False
    most_waiting_each: int = 80
    most_epochs: int = 1000
    most_gib: int = 1000
    most_minutes: int = 10_000


@dataclass(frozen=True)
class Experiment:
    """A grid of specs which a class trains together, a learner a cell."""

    id: str
    title: str
    owner: str
    created_at: float
    cells: tuple[dict[str, Any], ...]
    closed: bool


@dataclass(frozen=True)
class Guess:
    """A learner's cell of an experiment, the test error they expect of it, and its run."""

    owner: str
    cell: int
    guess: float | None
    run_id: str
