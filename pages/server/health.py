"""What an operator's tools ask a server: is it well, and how much goes on (for Prometheus)."""

from prometheus_client import CollectorRegistry, Gauge, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from pages.components.running import store
from pages.server.pace import open_pages
from pages.server.startup import cluster_status, keras_status
from resnet.errors import LabError
from resnet.machine import open_files_left
from resnet.store.run_store import StoreUnavailable
from resnet.store.states import State

FEW_FILES = 16  # left to open: a browser takes up to nine for a page

_registry = CollectorRegistry()
ProcessCollector(registry=_registry)
_runs = Gauge("resnet_lab_runs", "Runs in the store by state", ["state"], registry=_registry)
_pages = Gauge("resnet_lab_open_pages", "Pages that browsers hold open", registry=_registry)
_ready = Gauge("resnet_lab_ready", "1 where the part works", ["part"], registry=_registry)


def health(_request: Request) -> Response:
    """Answer 200 while learners can work: the store keeps, all else is ready or starting."""
    parts, _counts = _looked()
    well = "failed" not in parts.values()
    return JSONResponse({"well": well} | parts, status_code=200 if well else 503)


def metrics(_request: Request) -> Response:
    """Answer in Prometheus's text format; counts alone, nothing of any learner."""
    parts, counts = _looked()
    _pages.set(open_pages())
    for part, state in parts.items():
        _ready.labels(part).set(state == "ready")
    _runs.clear()  # a store that does not answer now has no numbers
    for state, count in counts.items():
        _runs.labels(state.value).set(count)
    return Response(generate_latest(_registry), media_type=CONTENT_TYPE_LATEST)


def _looked() -> tuple[dict[str, str], dict[State, int]]:
    """Return how each part is, and the runs by state; none where the store does not answer."""
    files = {"files": "ready" if open_files_left() >= FEW_FILES else "failed"}
    try:
        kept = "failed" if store().tried() else "ready"  # first: pages tell what it finds
        counts = {state: store().count(state) for state in State}
    except (LabError, StoreUnavailable):
        return files | {"store": "failed", "keras": "unknown", "cluster": "unknown"}, {}
    parts = {"store": kept, "keras": keras_status(), "cluster": cluster_status()}
    return files | parts, counts


# Starlette runs these in threads of their own, so that a slow database holds up nobody.
routes = [Route("/healthz", health), Route("/metrics", metrics)]
