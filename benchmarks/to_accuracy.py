"""Seconds to 93.3 % and 97 % of SIGNS's test images: the sprint and the course's notebook.

Cold counts from the start of a process, imports and first step included; warm from the start of a
training in a worker that has trained such a net before.
"""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterable

from tests.harness.server import PROJECT

TARGETS = (0.933, 0.97)
NEVER = float("inf")
SPRINT = {"model": "fast", "recipe": "sprint", "data": "signs"}
# As long as sixty seconds allow on two cores.
LONG = SPRINT | {"epochs": 70}


def measure(seeds: int, notebooks: int) -> dict[str, dict[str, float]]:
    """Return medians over the seeds; the notebook's over fewer, for each takes ten minutes."""
    notebook = [_notebook() for _run in range(notebooks)]
    kinds = {
        f"the notebook, {notebooks} runs": notebook,
        **{
            f"{name}, {place}, {seeds} seeds": [
                _lab({**spec, "seed": seed}, place == "warm") for seed in range(seeds)
            ]
            for name, spec, place in (
                ("sprint", SPRINT, "cold"),
                ("sprint", SPRINT, "warm"),
                ("sprint of 70 epochs", LONG, "cold"),
            )
        },
    }
    return {name: _row(runs) for name, runs in kinds.items()}


def _row(runs: list[list[dict[str, float]]]) -> dict[str, float]:
    row = {
        f"s to {target:.1%}": statistics.median(_reached(run, target) for run in runs)
        for target in TARGETS
    }
    ends = [run[-1]["final"] for run in runs if "final" in run[-1]]
    if ends:
        row |= {"final mean": statistics.mean(ends), "final least": min(ends)}
    return row | {"s in all": statistics.median(run[-1]["seconds"] for run in runs)}


def _reached(lines: Iterable[dict[str, float]], target: float) -> float:
    times = [line["seconds"] for line in lines if line.get("test_accuracy", 0) >= target - 5e-4]
    return min(times, default=NEVER)


def _notebook() -> list[dict[str, float]]:
    return _lines("benchmarks.plain_keras", str(time.time()), "20", "0.97")


def _lab(spec: dict[str, object], warm: bool) -> list[dict[str, float]]:
    again = ["again"] if warm else []
    return _lines("benchmarks.lab_training", str(time.time()), json.dumps(spec), *again)


def _lines(module: str, *arguments: str) -> list[dict[str, float]]:
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


if __name__ == "__main__":
    print(json.dumps(measure(5, 3), indent=1))
