"""From `streamlit run` to the first finished screen: the lab and the usual app."""

import statistics
import time
from pathlib import Path

from benchmarks.clicks import USUAL
from tests.harness.server import PROJECT, serving


def _first_screen(script: Path | str) -> float:
    start = time.perf_counter()
    with serving(script) as server:
        server.interact()
        return time.perf_counter() - start


def measure(repeats: int) -> dict[str, float]:
    """Return median seconds to the first screen's finished script run."""
    return {
        "lab": statistics.median(_first_screen(PROJECT / "app.py") for _ in range(repeats)),
        "usual app (imports TensorFlow)": statistics.median(
            _first_screen(USUAL) for _ in range(repeats)
        ),
    }
