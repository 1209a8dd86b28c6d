"""One slider change: the block screen, an empty app, and the usual app that imports Keras."""

import statistics
import time
from collections.abc import Iterable
from typing import Any

from benchmarks.server import PROJECT, Server, serving

EMPTY = "import streamlit as st\nst.slider('x', 0, 1000, 0, key='x')\n"
USUAL = "import tensorflow, keras\n" + EMPTY
SETTLE_SECONDS = 30  # Keras and the cluster load behind the first screen


def _median(server: Server, session: str, key: str, values: Iterable[Any]) -> float:
    """Return the median milliseconds from sending a change to the finished page."""
    times = []
    for value in values:
        start = time.perf_counter()
        server.interact(session_id=session, widget_state={key: value})
        times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times)


def _simple(script: str, repeats: int) -> float:
    with serving(script) as server:
        session = server.interact()["session_id"]
        _median(server, session, "x", range(1, 6))
        return _median(server, session, "x", range(10, 10 + repeats))


def measure(repeats: int) -> dict[str, float]:
    """Return median milliseconds a click: block cached and not, an empty app, the usual app."""
    channels = [8, 16, 32, 64, 128, 256, 512, 1024]
    fresh = [(f1, f2) for f1 in channels for f2 in channels][:repeats]
    with serving(PROJECT / "app.py") as server:
        session = server.interact(page="residual_block")["session_id"]
        time.sleep(SETTLE_SECONDS)
        server.interact(session_id=session)
        built = []
        for f1, f2 in fresh:
            server.interact(session_id=session, widget_state={"block_f1": f1})
            built.append(_median(server, session, "block_f2", [f2]))
        cached = _median(server, session, "block_f2", [f2 for _f1, f2 in fresh])
    return {
        "block screen, new block": statistics.median(built),
        "block screen, block seen before": cached,
        "empty app": _simple(EMPTY, repeats),
        "usual app (imports TensorFlow)": _simple(USUAL, repeats),
    }
