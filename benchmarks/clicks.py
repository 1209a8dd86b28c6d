"""One slider change: the block screen, an empty app, and the usual app that imports Keras."""

import statistics
import time
from collections.abc import Iterable
from typing import Any

from tests.harness.server import PROJECT, Server, serving

EMPTY = "import streamlit as st\nst.slider('x', 0, 1000, 0, key='x')\n"
USUAL = "import tensorflow, keras\n" + EMPTY


FROZEN = """import gc, keras
if not hasattr(keras, "frozen"):
    gc.collect()
    gc.freeze()
    keras.frozen = True
"""


def _medians(server: Server, session: str, key: str, values: Iterable[Any]) -> dict[str, float]:
    """Return the median milliseconds of a change: from the client, and of the server's script."""
    times, before = [], len(server.run_times())
    for value in values:
        start = time.perf_counter()
        server.interact(session_id=session, widget_state={key: value})
        times.append(1000 * (time.perf_counter() - start))
    runs = server.run_times()[before:]
    return {"client": statistics.median(times), "server": statistics.median(runs)}


def _simple(script: str, repeats: int) -> dict[str, float]:
    with serving(script) as server:
        session = server.interact()["session_id"]
        _medians(server, session, "x", range(1, 6))
        return _medians(server, session, "x", range(10, 10 + repeats))


def measure(repeats: int) -> dict[str, dict[str, float]]:
    """Return median milliseconds a click: block cached and not, empty apps, the usual app."""
    channels = [8, 16, 32, 64, 128, 256, 512, 1024]
    fresh = [(f1, f2) for f1 in channels for f2 in channels][:repeats]
    with serving(PROJECT / "app.py") as server:
        session = server.interact(page="residual_block")["session_id"]
        server.settle()
        server.interact(session_id=session)
        built = []
        for f1, f2 in fresh:
            server.interact(session_id=session, widget_state={"block_f1": f1})
            built.append(_medians(server, session, "block_f2", [f2]))
        again = [f2 for _f1, f2 in fresh]
        _medians(server, session, "block_f2", again)  # some of these pairs are new
        cached = _medians(server, session, "block_f2", again)
    new = {part: statistics.median(row[part] for row in built) for part in ("client", "server")}
    return {
        "block screen, new block": new,
        "block screen, block seen before": cached,
        "empty app": _simple(EMPTY, repeats),
        "empty app, Keras loaded, collector frozen": _simple(FROZEN + EMPTY, repeats),
        "usual app (imports TensorFlow)": _simple(USUAL, repeats),
    }
