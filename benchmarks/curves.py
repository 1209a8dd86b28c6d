"""How long a curve takes to open, from a thousand points to a million."""

import json
import statistics
import tempfile
import time

import numpy as np

from resnet.store.records import Metric
from resnet.store.run_store import RunStore

SIZES = (1_000, 10_000, 100_000, 1_000_000)
AT_ONCE, READS = 20_000, 30


def measure(sizes: tuple[int, ...] = SIZES) -> dict[str, dict[str, float] | float]:
    """Return milliseconds to read a curve as a page does, by its number of points."""
    with tempfile.TemporaryDirectory() as folder:
        store = RunStore(f"sqlite:///{folder}/runs.db")
        found = {f"{size:,} points": _of(store, size) for size in sizes}
    times = list(found.values())
    return {"ms": found, "ratio of 10⁶ to 10³": times[-1] / times[0]}


def _of(store: RunStore, size: int) -> float:
    run_id = store.create({})
    values = np.random.default_rng(0).random(size)
    for start in range(0, size, AT_ONCE):
        part = values[start : start + AT_ONCE].tolist()
        store.append_metrics(
            run_id, [Metric(start + n, 1, "batch_loss", value) for n, value in enumerate(part, 1)]
        )
    return statistics.median(_milliseconds(store, run_id) for _read in range(READS))


def _milliseconds(store: RunStore, run_id: str) -> float:
    started = time.perf_counter()
    store.outline(run_id, ("batch_loss",))
    return 1000 * (time.perf_counter() - started)


if __name__ == "__main__":
    print(json.dumps(measure(), indent=1))
