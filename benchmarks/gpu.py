"""`make bench-gpu`: what a GPU is good for here, against a plain Keras loop on the same GPU.

On Keras's TensorFlow or JAX backend, whichever KERAS_BACKEND names; writes RESULTS-gpu.md with the
device's name. Seconds count from the start of a training, building and compiling included.
"""

import json
import statistics
import time
from pathlib import Path
from typing import Any

import resnet.backend

# ruff: isort: split
import keras

from resnet.data.photo import as_float
from resnet.data.signs import Dataset, data_here, load
from resnet.models.resnet50 import ResNet50
from resnet.training import train
from resnet.training.batches import one_hot
from resnet.training.spec import PRECISIONS, TrainingSpec, parse_spec
from resnet.training.traced import keep_traced

FILE = Path(__file__).with_name("RESULTS-gpu.md")
SEEDS, EPOCHS, TARGET = 3, 20, 0.97


class StepTimer(keras.callbacks.Callback):
    """Notes when the test accuracy first reaches the target, and each later epoch's seconds."""

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        self._last, self.epochs, self.reached = time.monotonic(), [], float("nan")

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        now = time.monotonic()
        self.epochs.append(now - self._last)
        self._last = now
        if (logs or {})["val_accuracy"] >= TARGET - 5e-4 and self.reached != self.reached:
            self.reached = now

    def images_per_second(self, images: int) -> float:
        """Return the speed of an epoch with its test, without the first, which compiles."""
        return images / statistics.median(self.epochs[1:])


def measure(dataset: Dataset) -> list[dict[str, Any]]:
    """Return a row for each way to train: seconds in all and to the target, speed, accuracy."""
    rows = [_plain(dataset)]
    for precision in PRECISIONS:
        course = parse_spec(
            {
                "model": "resnet50",
                "recipe": "notebook",
                "epochs": EPOCHS,
                "data": dataset.name,
                "precision": precision,
            }
        )
        rows.append(_row(f"lab, ResNet-50, notebook, {precision}", [_lab(course, dataset)]))
        fast = [
            _lab(
                parse_spec(
                    {"recipe": "fast", "seed": seed, "data": dataset.name, "precision": precision}
                ),
                dataset,
            )
            for seed in range(SEEDS)
        ]
        rows.append(_row(f"lab, fast net, fast, {precision}, {SEEDS} seeds", fast))
    return rows


def _lab(spec: TrainingSpec, dataset: Dataset) -> dict[str, float]:
    timer, started = StepTimer(), time.monotonic()
    model = train.prepare_or_reuse(spec, dataset)
    result = train.fit(spec, dataset, [timer], model)
    keep_traced(model)
    return _measured(timer, started, dataset, float(result.test_accuracy or 0))


def _plain(dataset: Dataset) -> dict[str, Any]:
    """Train as the notebook does, with Keras alone."""
    timer, started = StepTimer(), time.monotonic()
    model = ResNet50((64, 64, 3), 6)
    model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
    test = as_float(dataset.test_images), one_hot(dataset.test_labels, 6)
    history = model.fit(
        as_float(dataset.train_images),
        one_hot(dataset.train_labels, 6),
        batch_size=32,
        epochs=EPOCHS,
        validation_data=test,
        callbacks=[timer],
        verbose=0,
    )
    accuracy = history.history["val_accuracy"][-1]
    return _row("plain Keras, ResNet-50, model.fit", [_measured(timer, started, dataset, accuracy)])


def _measured(
    timer: StepTimer, started: float, dataset: Dataset, accuracy: float
) -> dict[str, float]:
    return {
        "s in all": time.monotonic() - started,
        f"s to {TARGET:.0%}": timer.reached - started,
        "images/s": timer.images_per_second(len(dataset.train_images)),
        "test accuracy": accuracy,
    }


def _row(name: str, runs: list[dict[str, float]]) -> dict[str, Any]:
    return {"what": name} | {key: statistics.median(run[key] for run in runs) for key in runs[0]}


def main() -> None:
    """Measure, print, and write the table where there is a GPU."""
    dataset = load(data_here())
    device = resnet.backend.device_name()
    lines = [f"# Measured on {device}, {resnet.backend.backend_version()}, {dataset.name}", ""]
    rows = measure(dataset)
    heads = list(rows[0])
    lines += ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    for row in rows:
        cells = (v if isinstance(v, str) else f"{v:.3g}" for v in row.values())
        lines.append("| " + " | ".join(cells) + " |")
    print("\n".join(lines))
    print(json.dumps(rows))
    if device != "CPU":
        FILE.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
