"""The fast recipe against the course's notebook recipe on the same data: time and accuracy."""

import json
import subprocess
import sys

from benchmarks.server import PROJECT

NOTEBOOK = ("--model", "resnet50", "--recipe", "notebook", "--epochs", "20", "--seed", "0")


def _train(*options: str) -> dict[str, float]:
    """Train in a fresh process, as a user does; return seconds and test accuracy."""
    done = subprocess.run(
        [sys.executable, "-m", "resnet", "train", *options, "--json"],
        cwd=PROJECT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    result = json.loads(done.stdout.splitlines()[-1])
    return {"seconds": result["seconds"], "test_accuracy": result["test_accuracy"]}


def measure(seeds: int) -> dict[str, dict[str, float]]:
    """Return seconds and test accuracy of one notebook run and of the fast recipe by seed."""
    runs = {f"fast, seed {seed}": _train("--seed", str(seed)) for seed in range(seeds)}
    return runs | {"notebook, seed 0": _train(*NOTEBOOK)}
