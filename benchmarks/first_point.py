"""From pressing Train to the first point of the curve, with a worker that has trained before.

The peer is plain Keras with TensorFlow imported and the data loaded: build, compile, and the end of
the first batch of fit.
"""

import asyncio
import json
import subprocess
import sys
import time

from resnet.store.records import BATCH_METRICS
from resnet.store.run_store import RunStore
from resnet.store.states import ACTIVE
from tests.harness.learner import Learner
from tests.harness.server import PROJECT, Server, serving

NETS = {"fast": ("Fast net", "fast"), "resnet50": ("ResNet-50 of the course", "notebook")}
_KERAS = """
import sys, time
import resnet.backend, keras
from resnet.data.photo import as_float
from resnet.data.signs import load
from resnet.models.registry import build
from resnet.training.batches import one_hot
dataset = load("synthetic")
images, targets = as_float(dataset.train_images), one_hot(dataset.train_labels, 6)
started = time.monotonic()
model = build(sys.argv[1], (64, 64, 3), 6)
model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
class First(keras.callbacks.Callback):
    def on_train_batch_end(self, batch, logs=None):
        print(time.monotonic() - started)
        self.model.stop_training = True
        sys.exit()
model.fit(images, targets, batch_size=32, verbose=0, callbacks=[First()])
"""


def measure(repeats: int = 3) -> dict[str, dict[str, float]]:
    """Return seconds to the first point by net, and those of plain Keras's first step."""
    results = {}
    with serving(PROJECT / "app.py") as server:
        asyncio.run(_press(server, "fast"))  # the cluster starts and the worker warms up
        for net in NETS:
            found = sorted(asyncio.run(_press(server, net)) for _repeat in range(repeats))
            results[net] = {"first point, s": found[len(found) // 2]}
    for net in NETS:
        keras = subprocess.run(
            [sys.executable, "-c", _KERAS, net],
            cwd=PROJECT,
            capture_output=True,
            text=True,
            check=False,
        )
        results[net]["plain Keras, first step, s"] = float(keras.stdout.split()[-1])
    return results


async def _press(server: Server, net: str) -> float:
    """Return seconds from the press to the first stored point of a batch."""
    title, recipe = NETS[net]
    link = f"train_data=synthetic&train_model={title.replace(' ', '+')}&train_recipe={recipe}"
    store = RunStore(f"sqlite:///{server.runs / 'runs.db'}")
    async with Learner(server.url, "train", link) as learner:
        pressed = time.monotonic()
        press = asyncio.create_task(learner.set("train_start", True))
        known = {run.id for run in store.runs(limit=None)}
        while not (new := [run for run in store.runs(limit=None) if run.id not in known]):
            await asyncio.sleep(0.02)
        while not store.metrics(new[0].id, BATCH_METRICS):
            await asyncio.sleep(0.02)
        seconds = time.monotonic() - pressed
        await press
    assert new[0].spec["model"] == net
    store.request_stop(new[0].id)
    while store.get(new[0].id).state in ACTIVE:
        await asyncio.sleep(0.1)
    return seconds


if __name__ == "__main__":
    print(json.dumps(measure(), indent=1))
