"""How much of a bare model.fit a run keeps: watched by five browsers, and with gradient norms.

Each is an epoch's median time after the first, of the same net on the same images and at the same
niceness, with the test images after each epoch as the lab has them. A run's epochs are timed by the
states it keeps. All kinds take turns, so that a machine that slows down slows all of them.
"""

import asyncio
import json
import statistics
import subprocess
import sys
from contextlib import AsyncExitStack, suppress
from itertools import pairwise

from resnet.store.run_store import RunStore
from resnet.store.states import ACTIVE
from tests.harness.learner import Learner
from tests.harness.server import PROJECT, Server, serving

SPEC = {"model": "fast", "recipe": "fast", "data": "synthetic", "epochs": 10}
WATCHERS, POLL_SECONDS, ROUNDS = 5, 0.02, 2
_BARE = """
import json, os, sys, time
os.nice(19)
import resnet.backend, keras
from resnet.data.photo import as_float
from resnet.data.signs import load
from resnet.training.batches import Batches, one_hot
from resnet.training.recipes import RECIPES
from resnet.training.spec import parse_spec
from resnet.training.train import prepare
spec = parse_spec(json.loads(sys.argv[1]))
dataset = load(spec.data)
model = prepare(spec, dataset)
targets = one_hot(dataset.train_labels, 6)
test = as_float(dataset.test_images), one_hot(dataset.test_labels, 6)
augmentation = RECIPES[spec.recipe].augmentation
batches = Batches(dataset.train_images, targets, spec.batch_size, spec.seed, augmentation, 0)
ends = []
ended = keras.callbacks.LambdaCallback(on_epoch_end=lambda *_: ends.append(time.monotonic()))
model.fit(batches, epochs=spec.epochs, steps_per_epoch=batches.steps_per_epoch, shuffle=False,
          validation_data=test, validation_batch_size=spec.batch_size, verbose=0, callbacks=[ended])
print(json.dumps([b - a for a, b in zip(ends, ends[1:])]))
"""


def measure() -> dict[str, dict[str, float]]:
    """Return seconds an epoch, and shares of the bare fit's speed."""
    with serving(PROJECT / "app.py") as server:
        asyncio.run(_opened(server))
        kinds = {
            "bare model.fit": _bare,
            "a run that nobody watches": lambda: asyncio.run(_run(server, 0)),
            f"live panel in {WATCHERS} browsers": lambda: asyncio.run(_run(server, WATCHERS)),
            "norms every 10 steps": lambda: asyncio.run(_run(server, 0, gradient_norms_every=10)),
        }
        epochs: dict[str, list[float]] = {name: [] for name in kinds}
        for _round in range(ROUNDS):
            for name, train in kinds.items():
                epochs[name] += train()
    medians = {name: statistics.median(seconds) for name, seconds in epochs.items()}
    bare = medians["bare model.fit"]
    shares = {name: bare / seconds for name, seconds in medians.items()}
    return {"s an epoch": medians, "share of the bare fit's speed": shares}


def _bare() -> list[float]:
    done = subprocess.run(
        [sys.executable, "-c", _BARE, json.dumps(SPEC)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


async def _opened(server: Server) -> None:
    """Let Keras and the cluster load behind a first page."""
    async with Learner(server.url, "train"):
        await asyncio.to_thread(server.settle)


async def _run(server: Server, watchers: int, **more: object) -> list[float]:
    """Queue a run, watch it to its end, and return how long each epoch after the first took."""
    store = RunStore(f"sqlite:///{server.runs / 'runs.db'}")
    from resnet.training.spec import parse_spec

    run_id = store.create(parse_spec({**SPEC, **more}).model_dump())
    ends: dict[str, float] = {}
    async with AsyncExitStack() as stack:
        for _watcher in range(watchers):
            await stack.enter_async_context(Learner(server.url, "train", f"run={run_id}"))
        while store.get(run_id).state in ACTIVE:
            for state in (server.runs / run_id).glob("state-*"):
                with suppress(OSError):  # the state before the last is removed
                    ends[state.name] = state.stat().st_mtime
            await asyncio.sleep(POLL_SECONDS)
    return [later - earlier for earlier, later in pairwise(sorted(ends.values()))]


if __name__ == "__main__":
    print(json.dumps(measure(), indent=1))
