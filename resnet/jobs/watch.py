"""Notice that the cluster's process hangs: it neither ends nor answers any more."""

import logging
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from distributed import Client

PING_SECONDS = 5.0
# Two answers that do not come, not one: this process itself may have stood still meanwhile.
ANSWER_SECONDS, MOST_MISSED = 30.0, 2

logger = logging.getLogger(__name__)


class Watch:
    """Asks the scheduler again and again, until end(), whether it is there.

    hung: called once when it has not answered for a minute. In a thread of its own: whoever else
    asks a hung scheduler waits forever.
    """

    def __init__(self, client: "Client", hung: Callable[[], None]) -> None:
        self._client, self._hung = client, hung
        self._over = threading.Event()
        threading.Thread(target=self._check_repeatedly, name="watch", daemon=True).start()

    def end(self) -> None:
        """Ask no more."""
        self._over.set()

    def _check_repeatedly(self) -> None:
        missed = 0
        while missed < MOST_MISSED:
            if self._over.wait(PING_SECONDS):
                return
            try:
                self._client.sync(self._check, callback_timeout=ANSWER_SECONDS)
                missed = 0
            except OSError:  # a TimeoutError, or no connection
                missed += 1
            except Exception:  # the client has just been closed, whatever it says then
                return
        if not self._over.is_set():
            logger.warning("The training service does not answer and is ended.")
            self._hung()

    async def _check(self) -> None:
        if self._client.scheduler is not None:  # it is None once the client is closed
            await self._client.scheduler.identity(n_workers=0)
