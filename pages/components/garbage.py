"""Spare the garbage collector what is here to stay.

Streamlit calls it after every run of a page, and it walks all objects that are not frozen: with
Keras's own 0.4 s a click, and with 100 open pages four fifths of the server's time (measured).
"""

import gc
import threading
import time

LOADING_SECONDS, SERVING_SECONDS, SWEEP_SECONDS = 0.1, 1.0, 120.0


def keep_freezing(loaded: threading.Event) -> None:
    """Freeze what lives, again and again, in a thread of its own."""
    threading.Thread(target=_freeze_for_ever, args=(loaded,), name="freezing", daemon=True).start()


def sweep() -> None:
    """Collect what has become garbage among the frozen, too, and freeze the rest."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def _freeze_for_ever(loaded: threading.Event) -> None:
    # While modules are being imported they are neither garbage nor worth a walk.
    while not loaded.wait(LOADING_SECONDS):
        gc.freeze()
    swept = time.monotonic()
    while True:
        time.sleep(SERVING_SECONDS)
        if time.monotonic() - swept > SWEEP_SECONDS:
            sweep()
            swept = time.monotonic()
        else:
            gc.collect()
            gc.freeze()
