"""Who sends one wrong teacher's token after another is not listened to for a while."""

import logging
import time
from collections.abc import Callable

logger = logging.getLogger(__name__)
MOST, SECONDS = 10, 60  # different wrong tokens of one address within so long


class WrongTokens:
    """Remembers each address's wrong tokens for a minute; all in the event loop's one thread.

    The same token again is no guess: a browser keeps yesterday's cookie.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._came: dict[str, dict[int, float]] = {}  # by address: when each came, by its hash

    def add(self, address: str, token: str) -> None:
        """Remember a wrong token, and log where it came from, without the token."""
        self._forget()
        came = self._came.setdefault(address, {})
        known = hash(token) in came
        came[hash(token)] = self._clock()
        if known:
            return
        logger.warning("A wrong teacher's token came from %s.", address)
        if len(came) == MOST:
            logger.warning(
                "%s different wrong teacher's tokens came from %s: for %s s none from there is "
                "looked at.",
                MOST,
                address,
                SECONDS,
            )

    def too_many(self, address: str) -> bool:
        """Tell whether a token from this address, right or wrong, is not looked at now."""
        self._forget()
        return len(self._came.get(address, ())) >= MOST

    def _forget(self) -> None:
        old = self._clock() - SECONDS
        for address, came in list(self._came.items()):
            kept = {token: when for token, when in came.items() if when > old}
            if kept:
                self._came[address] = kept
            else:
                del self._came[address]
