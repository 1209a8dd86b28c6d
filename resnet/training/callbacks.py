"""Four callbacks, one job each: metrics, control, heartbeat, checkpoint."""

import math
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import keras
import numpy as np

from resnet.machine import Load
from resnet.store.records import BATCH_METRICS, Metric
from resnet.store.run_store import RunStore, StoreUnavailable
from resnet.store.states import State

Logs = dict[str, float] | None

WRITE_SECONDS = 0.5
CONTROL_SECONDS = 0.25
HEARTBEAT_SECONDS = 1.0
CHECKPOINT_SECONDS = 30.0
SPEED_STEPS = 20


class TrainingEnded(Exception):  # noqa: N818 - it is a wish granted, not an error
    """Raised between two batches when the run was asked to stop or pause; `state` says which."""

    def __init__(self, state: State) -> None:
        super().__init__(state)
        self.state = state


class Metrics(keras.callbacks.Callback):
    """Writes each batch's own loss and accuracy, each epoch's figures, and gradient norms.

    images, batch_size: of the training set. layers: names whose norms the optimizer records
    every `norms_every` steps (gradient_recorder.py). step: taken before this training. claim: as in
    the store; ClaimLost ends the training of a worker that hung and comes too late.
    """

    def __init__(
        self,
        store: RunStore,
        run_id: str,
        images: int,
        batch_size: int,
        layers: list[str],
        norms_every: int,
        step: int = 0,
        claim: float | None = None,
    ) -> None:
        super().__init__()
        self._store, self._run_id, self._claim = store, run_id, claim
        self._images, self._batch_size = images, batch_size
        self._norms_every = norms_every
        self._points: list[Metric] = []
        self._written = 0.0
        self._step = step
        if norms_every:
            store.set_layers(run_id, layers)

    def on_epoch_begin(self, epoch: int, logs: Logs = None) -> None:
        self._epoch = epoch + 1
        self._means = RunningMeans()
        self._clock = EpochClock()

    def on_train_batch_end(self, batch: int, logs: Logs = None) -> None:
        self._step += 1
        count = min(self._batch_size, self._images - batch * self._batch_size)
        self._clock.tick(count)
        values = self._means.latest(logs or {}, count)
        self._points += [
            Metric(self._step, self._epoch, name, values[name]) for name in BATCH_METRICS
        ]
        if self._norms_every and (self._step - 1) % self._norms_every == 0:
            norms = keras.ops.convert_to_numpy(self.model.optimizer.kernel_norms)
            self._store.append_norms(self._run_id, self._step, norms.tolist(), self._claim)
        if time.monotonic() - self._written > WRITE_SECONDS:
            self.flush()

    def on_epoch_end(self, epoch: int, logs: Logs = None) -> None:
        logs = logs or {}
        values = {
            "train_loss": logs.get("loss"),
            "train_accuracy": logs.get("accuracy"),
            "test_loss": logs.get("val_loss"),
            "test_accuracy": logs.get("val_accuracy"),
            "learning_rate": float(keras.ops.convert_to_numpy(self.model.optimizer.learning_rate)),
            "images_per_second": self._clock.images_per_second(),
        }
        self._points += [
            Metric(self._step, self._epoch, name, value)
            for name, value in values.items()
            if value is not None
        ]
        self.flush()

    def flush(self) -> None:
        """Write what has not been written yet."""
        points, self._points = self._points, []
        self._store.append_metrics(self._run_id, points, self._claim)
        self._written = time.monotonic()


class RunningMeans:
    """Takes the means Keras reports since the epoch's start apart into each batch's own values."""

    def __init__(self) -> None:
        self._seen = 0
        self._totals: dict[str, float] = {}

    def latest(self, means: dict[str, float], count: int) -> dict[str, float]:
        """Return the values of the batch of `count` images that led to these means."""
        self._seen += count
        values = {}
        for name, mean in means.items():
            total = float(mean) * self._seen
            values[name] = (total - self._totals.get(name, 0.0)) / count
            self._totals[name] = total
        if "accuracy" in values and np.isfinite(values["accuracy"]):
            values["accuracy"] = round(values["accuracy"] * count) / count  # whole images
        return values


class EpochClock:
    """Images a second within an epoch; the first step, often spent on tracing, only starts it."""

    def __init__(self) -> None:
        self._start: float | None = None
        self._images = 0

    def tick(self, count: int) -> None:
        """Note the end of a step of `count` images."""
        self._end = time.monotonic()
        if self._start is None:
            self._start = self._end
        else:
            self._images += count

    def images_per_second(self) -> float | None:
        """Return the mean so far, None before the second step."""
        if self._start is None or self._images == 0:
            return None
        return self._images / max(self._end - self._start, 1e-9)


class Control(keras.callbacks.Callback):
    """Raises TrainingEnded between two batches once `ordered()` names a state."""

    def __init__(self, ordered: Callable[[], State | None]) -> None:
        super().__init__()
        self._ordered = ordered
        self._last_check = 0.0

    def on_train_batch_end(self, batch: int, logs: Logs = None) -> None:
        now = time.monotonic()
        if now - self._last_check >= CONTROL_SECONDS:
            self._last_check = now
            state = self._ordered()
            if state is not None:
                raise TrainingEnded(state)

    on_test_batch_end = on_train_batch_end


class Heartbeat(keras.callbacks.Callback):
    """Says every second, in a thread of its own, that the run lives and how far it is.

    A context manager around the whole run: tracing a net's first step takes longer than a page
    would wait for a sign of life. spent: seconds of training before this one; claim: as in the
    store.
    """

    def __init__(
        self,
        store: RunStore,
        run_id: str,
        batch_size: int,
        spent: float = 0.0,
        claim: float | None = None,
    ) -> None:
        super().__init__()
        self._claim = claim
        self._spent, self._begun = spent, math.inf
        self._load = Load()
        self._store, self._run_id, self._batch_size = store, run_id, batch_size
        self._progress: dict[str, Any] = {}
        self._ends: deque[tuple[int, float]] = deque(maxlen=SPEED_STEPS)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._live, name="heartbeat", daemon=True)

    def __enter__(self) -> "Heartbeat":
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        self._thread.join()

    def on_train_begin(self, logs: Logs = None) -> None:
        self._total = self.params["epochs"] * self.params["steps"]
        self._progress = {"total_steps": self._total}
        self._begun = time.monotonic()

    def on_epoch_begin(self, epoch: int, logs: Logs = None) -> None:
        self._epoch = epoch
        self._ends.clear()  # the test between two epochs is no training time

    def on_train_batch_end(self, batch: int, logs: Logs = None) -> None:
        step = self._epoch * self.params["steps"] + batch + 1
        self._ends.append((step, time.monotonic()))
        progress = {"epoch": self._epoch + 1, "step": step, "total_steps": self._total}
        (first, start), (last, end) = self._ends[0], self._ends[-1]
        if last > first:
            seconds_a_step = (end - start) / (last - first)
            progress["images_per_second"] = self._batch_size / max(seconds_a_step, 1e-9)
            progress["eta_seconds"] = seconds_a_step * (self._total - step)
        self._progress = progress

    def beat(self) -> None:
        """Write the progress now."""
        spent = self._spent + max(0.0, time.monotonic() - self._begun)
        load = {name: round(value, 3) for name, value in self._load.now().items()}
        self._store.heartbeat(self._run_id, self._claim, **self._progress, seconds=spent, load=load)

    def _live(self) -> None:
        while not self._over.wait(HEARTBEAT_SECONDS):
            # The next beat may come through; a lasting fault of the store ends the training itself.
            with suppress(StoreUnavailable):
                self.beat()


class Checkpoint(keras.callbacks.Callback):
    """Keeps the training's state after every epoch, and the net at most every half minute.

    keep(net, epochs done), save(net).
    """

    def __init__(
        self, keep: Callable[[keras.Model, int], None], save: Callable[[keras.Model], None]
    ) -> None:
        super().__init__()
        self._keep, self._save = keep, save
        self._saved = time.monotonic()

    def on_epoch_end(self, epoch: int, logs: Logs = None) -> None:
        self._keep(self.model, epoch + 1)
        if time.monotonic() - self._saved > CHECKPOINT_SECONDS:
            self._save(self.model)
            self._saved = time.monotonic()
