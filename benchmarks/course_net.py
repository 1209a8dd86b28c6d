"""The course's ResNet-50 in the lab and as the notebook trains it: first step, epoch, and peak.

The processor's peak is the best of some multiplications of large float32 matrices in the same run.
"""

import json
import statistics
import subprocess
import sys
import time
from itertools import pairwise

from tests.harness.server import PROJECT

EPOCHS, ROUNDS = 3, 1
SPEC = {"model": "resnet50", "recipe": "notebook", "data": "signs", "epochs": EPOCHS}
_PEAK = """
import time, resnet.backend, tensorflow as tf
a = tf.random.normal((4096, 4096))
tf.linalg.matmul(a, a)
def seconds():
    start = time.perf_counter()
    tf.linalg.matmul(a, a).numpy()
    return time.perf_counter() - start
print(2 * 4096**3 / min(seconds() for _ in range(8)))
"""
_COST = """
from resnet.backend import keras
from resnet.analysis.cost import model_cost
from resnet.models.registry import build
print(model_cost(build("resnet50", (64, 64, 3), 6)).multiply_adds)
"""
_STEPS = """
import json, statistics, time
import resnet.backend, numpy as np
from resnet.models.registry import build
chance = np.random.default_rng(0)
batch = chance.random((32, 64, 64, 3), np.float32), np.eye(6, dtype="f")[np.arange(32) % 6]
def seconds(optimizer, **changes):
    model = build("resnet50", (64, 64, 3), 6, **changes)
    model.compile(optimizer, "categorical_crossentropy")
    took = []
    for _step in range(8):
        start = time.perf_counter()
        model.train_on_batch(*batch)
        took.append(time.perf_counter() - start)
    return statistics.median(took[2:])
print(json.dumps({
    "whole": seconds("adam"),
    "SGD in place of Adam": seconds("sgd"),
    "and no BatchNorm": seconds("sgd", batch_norm=False),
}))
"""
IMAGES, BATCH = 1080, 32


def measure() -> dict[str, dict[str, float]]:
    """Return seconds to the first step and an epoch of both, and the share of the peak."""
    firsts: dict[str, list[float]] = {"lab": [], "lab, warm": [], "notebook": []}
    epochs: dict[str, list[float]] = {name: [] for name in firsts}
    for _round in range(ROUNDS):
        for name in firsts:
            lines = _train(name)
            firsts[name].append(next(line["seconds"] for line in lines if "first_step" in line))
            ends = [line["seconds"] for line in lines if "epoch" in line]
            epochs[name] += [later - earlier for earlier, later in pairwise(ends)]
    peak, multiply_adds = float(_python(_PEAK)), float(_python(_COST))
    epoch = {name: statistics.median(seconds) for name, seconds in epochs.items()}
    # Forward once, backward twice: to the weights and to the inputs; an epoch also tests 120.
    work = 2 * multiply_adds * (3 * IMAGES + 120)
    steps = json.loads(_python(_STEPS))
    return {
        "s to the first step, imports included (warm: without)": {
            name: statistics.median(seconds) for name, seconds in firsts.items()
        },
        "s an epoch with its test": epoch,
        "float32 peak": {
            "GFLOP/s": peak / 1e9,
            "share used by the lab": work / epoch["lab"] / peak,
            "share used by the notebook": work / epoch["notebook"] / peak,
        },
        "share of the peak in a step of 32 images": {
            name: 2 * 3 * multiply_adds * BATCH / seconds / peak for name, seconds in steps.items()
        },
    }


def _train(kind: str) -> list[dict[str, float]]:
    now = str(time.time())
    if kind == "notebook":
        command = ["-m", "benchmarks.plain_keras", now, str(EPOCHS), "2"]
    else:
        again = ["again"] if kind.endswith("warm") else []
        command = ["-m", "benchmarks.lab_training", now, json.dumps(SPEC), *again]
    lines = _python(*command).splitlines()
    return [json.loads(line) for line in lines if line.startswith("{")]


def _python(*arguments: str) -> str:
    arguments = arguments if arguments[0] == "-m" else ("-c", *arguments)
    done = subprocess.run(
        [sys.executable, *arguments], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    return done.stdout


if __name__ == "__main__":
    print(json.dumps(measure(), indent=1))
