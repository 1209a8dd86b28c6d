"""The local cluster in a process of its own: ``python -m resnet.jobs.service``.

The app starts this module as a child (cluster.py): workers made inside Streamlit itself would
re-execute the app's script. It prints one line of JSON, the scheduler's address and the keys that
open it, then serves until its standard input ends, which the death of the parent brings about
however it dies. The keys are made anew each time and never touch a disk of ours.
"""

import asyncio
import json
import os
import signal
import sys
import tempfile
import threading
from typing import Any, TextIO

import dask
from distributed import Nanny, Scheduler, Security

from resnet.jobs.certificate import fresh_keys
from resnet.machine import raise_open_files_limit

LOOPBACK = "127.0.0.1"
CLOSING_SECONDS = 5
SETTINGS = {
    # One that hangs is ended; the keeper does so for a worker with a run, this for the others, too.
    "distributed.scheduler.worker-ttl": "60s",
    # A run whose worker dies is not started over behind the learner's back.
    "distributed.scheduler.allowed-failures": 0,
    # Scheduler and workers insist on an HTTP server: it stays on loopback and answers nothing.
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
    # Dask's default holds numerical libraries to one thread; a worker here trains alone.
    "distributed.nanny.pre-spawn-environ": {},
    # Watching itself every 20 ms, idle, Dask would take a tenth of a core from the training.
    "distributed.admin.tick.interval": "1s",
    "distributed.admin.tick.cycle": "10s",
    "distributed.admin.system-monitor.interval": "10s",
    "distributed.admin.system-monitor.gil.enabled": False,
    "distributed.scheduler.active-memory-manager.start": False,
    "distributed.scheduler.work-stealing": False,
    "distributed.worker.profile.enabled": False,
}
# Worker by name: the resource its tasks ask for, and what its environment changes.
WORKERS: dict[str, dict[str, str]] = {
    "train": {"RESNET_LAB_NICE": "19"},
    "probe": {"RESNET_LAB_NICE": "10", "CUDA_VISIBLE_DEVICES": "-1", "JAX_PLATFORMS": "cpu"},
}


def main() -> None:
    """Serve until standard input ends or a signal comes, then end with every worker."""
    # Standard output is the parent's ear; whatever else is printed goes to the log.
    with os.fdopen(os.dup(sys.stdout.fileno()), "w") as parent:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        raise_open_files_limit()
        dask.config.set(SETTINGS)
        with tempfile.TemporaryDirectory(prefix="resnet-lab-") as folder:
            asyncio.run(serve(folder, parent))
    # A worker in the middle of a step may hold threads that never join.
    os._exit(0)


async def serve(folder: str, parent: TextIO) -> None:
    """Run scheduler and workers; `folder` is the workers' scratch space."""
    ended = asyncio.Event()
    _watch(asyncio.get_running_loop(), ended)
    certificate, key = fresh_keys()
    keys = {"tls_ca_file": certificate, "tls_client_cert": certificate, "tls_client_key": key}
    roles = {f"tls_{role}_cert": certificate for role in ("scheduler", "worker")}
    roles |= {f"tls_{role}_key": key for role in ("scheduler", "worker")}
    security = Security(require_encryption=True, **keys, **roles)
    common: dict[str, Any] = {"host": LOOPBACK, "protocol": "tls://", "security": security}
    async with Scheduler(
        **common, port=0, dashboard=False, dashboard_address=f"{LOOPBACK}:0"
    ) as scheduler:
        print(json.dumps({"address": scheduler.address, **keys}), file=parent, flush=True)
        nannies = [
            Nanny(
                scheduler.address,
                name=name,
                nthreads=1,
                resources={name: 1},
                env=environment,
                memory_limit=None,
                local_directory=folder,
                preload=["resnet.jobs.worker"],
                dashboard=False,
                dashboard_address=f"{LOOPBACK}:0",
                **common,
            )
            for name, environment in WORKERS.items()
        ]
        starting = asyncio.gather(*nannies)
        await ended.wait()
        starting.cancel()
        closing = asyncio.gather(*(nanny.close(timeout=1) for nanny in nannies))
        await asyncio.wait([asyncio.ensure_future(closing)], timeout=CLOSING_SECONDS)


def _watch(loop: asyncio.AbstractEventLoop, ended: asyncio.Event) -> None:
    def end(*_: object) -> None:
        loop.call_soon_threadsafe(ended.set)

    def wait_for_parent() -> None:
        while os.read(sys.stdin.fileno(), 1024):
            pass
        end()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    threading.Thread(target=wait_for_parent, name="parent", daemon=True).start()


if __name__ == "__main__":
    main()
