"""The cluster as one process of the lab sees it: started, connected and kept in the background."""

import atexit
import logging
import os
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from resnet.errors import LabError
from resnet.jobs.keeper import Keeper
from resnet.jobs.local_service import LocalService
from resnet.jobs.tasks import probed
from resnet.jobs.watch import Watch
from resnet.language import translate as _
from resnet.settings import runs_folder, scheduler_address
from resnet.store.database import database_url
from resnet.store.run_store import RunStore, StoreUnavailable

if TYPE_CHECKING:
    from distributed import Client
    from distributed.security import Security

Status = Literal["starting", "ready", "failed"]
Call = tuple["Future[Any]", Callable[..., Any], tuple[Any, ...]]

CONNECT_SECONDS, ANEW_SECONDS = 30, 10
LOOK_SECONDS = 1.0
CLOSING_SECONDS = 12
# A service that keeps dying young is called failed, and tried again now and then.
YOUNG_SECONDS = 60
YOUNG_DEATHS = 3
RETRY_SECONDS = 20
CERTIFICATES = {
    "tls_ca_file": "RESNET_LAB_TLS_CA",
    "tls_client_cert": "RESNET_LAB_TLS_CERT",
    "tls_client_key": "RESNET_LAB_TLS_KEY",
}

logger = logging.getLogger(__name__)
_shared: "Cluster | None" = None
_sharing = threading.Lock()


def connect() -> "Cluster":
    """Return this process's cluster at once; the first call starts it in the background."""
    global _shared
    with _sharing:
        if _shared is None:
            _shared = Cluster()
        return _shared


class Cluster:
    """A connection that looks after itself: the local service by default, or RESNET_LAB_SCHEDULER.

    status: "starting", "ready" (workers may still be loading Keras) or "failed"; then `reason`
    says why in one sentence. The workers get the environment of the moment of creation: make it
    before hiding the GPUs from this process. store_url: of a store other than the settings' own.
    """

    def __init__(self, store_url: str | None = None) -> None:
        self.status: Status = "starting"
        self.reason = ""
        self.client: Client | None = None
        self.service: LocalService | None = None
        self._watch: Watch | None = None
        self._environment = dict(os.environ)
        self._outside = scheduler_address()
        self._store_url = store_url or database_url()
        started = time.strftime("%Y%m%d-%H%M%S")
        self._log = runs_folder() / "logs" / f"cluster-{started}-{os.getpid()}.log"
        self._calls: list[Call] = []
        self._answers: set[Future[Any]] = set()
        self._changed = threading.Condition()
        self._wake = threading.Event()
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="cluster", daemon=True)
        self._thread.start()
        atexit.register(self.close)

    def wake(self) -> None:
        """Look at the run store now: a run was queued."""
        self._wake.set()

    def wait(self, timeout: float | None = None) -> Status:
        """Wait up to `timeout` seconds while the cluster is starting; return its status."""
        with self._changed:
            self._changed.wait_for(lambda: self.status != "starting", timeout)
            return self.status

    def probe(self, function: Callable[..., Any], *args: Any) -> "Future[Any]":
        """Run a module-level function on the probe worker, now or as soon as there is one.

        The answer's result() raises what the function raised, or LabError without a worker.
        """
        answer: Future[Any] = Future()
        with self._changed:
            if self.status != "failed":
                self._calls.append((answer, function, args))
            else:
                _settle(answer, self._no_worker())
        self._wake.set()
        return answer

    def close(self) -> None:
        """Disconnect, and end the local service with its workers. Idempotent."""
        self._closed.set()
        self._wake.set()
        self._thread.join(CLOSING_SECONDS)
        service = self.service
        if service is not None and self._thread.is_alive():
            service.kill()  # the thread waits for it in vain; nobody would end it any more
        atexit.unregister(self.close)

    # In the background thread

    def _keep(self) -> None:
        try:
            if self._outside:
                _outside_scheduler(self._outside, self._environment)
        except LabError as error:  # nobody changes these settings while the lab runs
            self.reason = str(error)
        else:
            self._keep_connected()
        self._give_up()

    def _keep_connected(self) -> None:
        young_deaths = 0
        while not self._closed.is_set():
            if young_deaths >= YOUNG_DEATHS:
                self._give_up()
                self._closed.wait(RETRY_SECONDS)
            born = time.monotonic()
            try:
                store = RunStore(self._store_url)  # first: without it nothing need be started
                self._connect()
                self._serve(store)
            except LabError as error:  # the store cannot be opened: perhaps it can in a while
                self.reason = str(error)
                young_deaths = YOUNG_DEATHS
            except OSError as error:
                self.reason = _(
                    "The training service cannot be reached ({error}): {log} may say why."
                ).format(error=error, log=self._log)
            except Exception as error:
                # Whatever it was, such as two threads importing the same libraries at once: a
                # thread that ends here would leave every run waiting forever.
                logger.exception("The connection to the training service broke; trying again.")
                self.reason = f"{type(error).__name__}: {error}"
            finally:
                self._disconnect()
            young_deaths = young_deaths + 1 if time.monotonic() - born < YOUNG_SECONDS else 0

    def _give_up(self) -> None:
        """Say that there is no service, also to those who wait for an answer."""
        with self._changed:
            calls, self._calls = self._calls, []
            self._announce("failed")
        for answer, *_call in calls:
            _settle(answer, self._no_worker())

    def _connect(self) -> None:
        # Imported here: it takes the better part of a second, and no page needs it.
        import dask
        from distributed import Client

        # Whoever asks a scheduler in the moment in which it dies waits so long for another one.
        dask.config.set({"distributed.comm.timeouts.connect": f"{ANEW_SECONDS}s"})
        if self._outside:
            address, security = _outside_scheduler(self._outside, self._environment)
        else:
            self.service = LocalService(self._environment, self._log)
            address, security = self.service.address()
        _log_to(self._log)
        self.client = Client(
            address, security=security, timeout=CONNECT_SECONDS, set_as_default=False
        )
        if self.service is not None:
            self._watch = Watch(self.client, self.service.kill)
        self.reason = ""
        self._announce("ready")

    def _serve(self, store: RunStore) -> None:
        assert self.client is not None
        keeper = Keeper(store, self.client)
        while not self._closed.is_set() and self._alive():
            self._wake.clear()
            with self._changed:
                calls, self._calls = self._calls, []
            for call in calls:
                self._submit(*call)
            self._look(keeper, store)
            self._wake.wait(LOOK_SECONDS)

    def _look(self, keeper: Keeper, store: RunStore) -> None:
        known, found = store.last_trouble(), store.tried()
        if found is not None:
            keeper.forgive()
            if known is None:
                logger.warning("The run store cannot be written: %s", found.orig)
        try:
            keeper.look()
        except StoreUnavailable as error:
            logger.warning("The run store cannot be read or written; trying again: %s", error.orig)
            keeper.forgive()

    def _submit(self, answer: "Future[Any]", function: Callable[..., Any], args: tuple) -> None:
        if answer.cancelled():
            return
        assert self.client is not None
        task = self.client.submit(probed, function, *args, resources={"probe": 1}, pure=False)
        self._answers.add(answer)
        answer.add_done_callback(self._answers.discard)
        answer.add_done_callback(lambda done: task.cancel() if done.cancelled() else None)
        task.add_done_callback(lambda done: _hand_over(done, answer))

    def _alive(self) -> bool:
        assert self.client is not None
        service_lives = self.service is None or self.service.alive()
        return service_lives and self.client.status != "closed"

    def _disconnect(self) -> None:
        self._announce("starting")
        watch, self._watch = self._watch, None
        client, self.client = self.client, None
        service, self.service = self.service, None
        for answer in list(self._answers):
            _settle(answer, self._no_worker())
        if watch is not None:
            watch.end()
        if client is not None:
            client.close(timeout=2)
        if service is not None:
            service.end()

    def _announce(self, status: Status) -> None:
        with self._changed:
            self.status = status
            self._changed.notify_all()

    def _no_worker(self) -> LabError:
        return LabError(self.reason or _("The worker has gone: start the experiment again."))


def _hand_over(task: Any, answer: "Future[Any]") -> None:
    """Bring a finished Dask task's outcome to the page that waits for it."""
    from distributed import KilledWorker

    if task.cancelled():
        answer.cancel()
        return
    error = task.exception()
    if isinstance(error, KilledWorker):
        error = LabError(
            _(
                "The experiment ended its worker, perhaps for lack of memory: choose a smaller "
                "net, image or batch."
            )
        )
    _settle(answer, error, None if error else task.result())


def _settle(answer: "Future[Any]", error: BaseException | None, result: Any = None) -> None:
    with suppress(InvalidStateError):  # the page may have cancelled it in this instant
        if error is None:
            answer.set_result(result)
        else:
            answer.set_exception(error)


def _outside_scheduler(address: str, environment: Mapping[str, str]) -> tuple[str, "Security"]:
    from distributed.security import Security

    files = {role: environment.get(name) for role, name in CERTIFICATES.items()}
    if not address.startswith("tls://") or not all(files.values()):
        raise LabError(
            _(
                "An outside scheduler needs TLS: set RESNET_LAB_SCHEDULER to tls://host:port and "
                "{names} to the certificate files."
            ).format(names=", ".join(CERTIFICATES.values()))
        )
    return address, Security(require_encryption=True, **files)


def _log_to(path: Path) -> None:
    """Send what Dask has to say to the cluster's log instead of the console."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handler = logging.FileHandler(path, delay=True)
    handler.setFormatter(logging.Formatter("%(asctime)s app %(name)s %(levelname)s %(message)s"))
    for name in ("distributed", "distributed.client", "tornado", "resnet.jobs"):
        library = logging.getLogger(name)
        for old in library.handlers:
            old.close()
        library.handlers = [handler]
        library.propagate = name.startswith("resnet")  # to the lab's own log, too
