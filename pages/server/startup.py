"""What the web process does once, behind the first screen: import Keras, start the cluster."""

import gc
import logging
import threading
from importlib import import_module

import streamlit as st

from pages.server import garbage
from resnet.language import translate as _
from resnet.models.block import Block

logger = logging.getLogger(__name__)
_started = threading.Lock()
_ready = threading.Event()
_failure: list[str] = []
# Imported behind the first screen so that no later click waits for them.
_HEAVY = (
    "resnet.analysis.block_trace",
    "resnet.analysis.cost",
    "resnet.drawing.svg.block_diagram",
    "resnet.drawing.map.network_figure",
    "resnet.drawing.figures.image_grid",
    "resnet.models.block_code",
)


def begin() -> None:
    """Start the work behind the first screen; later calls do nothing."""
    if _started.acquire(blocking=False):
        threading.Thread(target=_look_after, name="housekeeping", daemon=True).start()


def _look_after() -> None:
    _warm_up()
    garbage.keep_lean()


def _warm_up() -> None:
    gc.disable()  # modules that are being imported are no garbage
    try:
        _import_heavy()
    except Exception as error:  # whatever a broken installation raises: pages say so, none waits
        logger.exception("Keras could not be loaded.")
        _failure.append(f"{type(error).__name__}: {error}")
    finally:
        gc.enable()
        garbage.spare_what_lives()
        _ready.set()
    import_module("resnet.jobs.cluster").connect().wait()
    garbage.spare_what_lives()


def _import_heavy() -> None:
    # NumPy's small products take thirty times as long when its threads wait for processors
    # that a training uses: 1.5 s became 0.05 s for 24 layers of 64 units.
    import_module("threadpoolctl").threadpool_limits(1, user_api="blas")
    import_module("resnet.backend").start("hidden")
    for name in _HEAVY:
        import_module(name)
    # The first Keras layer of a process costs more than the next thousand.
    import_module("resnet.analysis.block_trace").trace_block(Block("basic", (4, 4)), (4, 4, 4))


def keras_status() -> str:
    """Return "starting", "ready" or, where Keras cannot be loaded, "failed"."""
    if not _ready.is_set():
        return "starting"
    return "failed" if _failure else "ready"


def cluster_status() -> str:
    """Return "starting", "ready" or "failed"; starting while Keras is still being imported."""
    if not _ready.is_set():
        return "starting"
    return import_module("resnet.jobs.cluster").connect().status


def wait_for_keras() -> None:
    """Hold a page that draws real models until Keras is there, and say so meanwhile."""
    if not _ready.is_set():
        with st.spinner(_("Loading Keras, a few seconds after the start of the server.")):
            _ready.wait(timeout=180)
    if _failure:
        st.error(
            _("Keras could not be loaded ({reason}): run `make setup` again.").format(
                reason=_failure[0]
            )
        )
        st.stop()
