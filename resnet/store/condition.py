"""Whether what learners do could be kept just now: tried by writing, now and then."""

import secrets
import threading
import time
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, delete, insert, text

from resnet.store import database, schema
from resnet.store.database import Addressed, keep_room, key_of, replaced_at
from resnet.store.trouble import FULL, StoreUnavailable

TRY_SECONDS = 10.0
LOCKED_SECONDS = 5.0  # a trial does not wait as long for a lock as what a learner does
TOLD_SECONDS = 600.0  # so long pages say that the store's file was deleted or replaced


@dataclass
class _Trial:
    """What the last trial of a store has found; one goes on at a time."""

    at: float = -TRY_SECONDS
    found: StoreUnavailable | None = None
    going: threading.Lock = field(default_factory=threading.Lock)


_trials: dict[Any, _Trial] = {}


class Condition(Addressed):
    """The part of RunStore about itself."""

    def try_writing(self) -> None:
        """Write something that no screen shows, and remove it, as a click on Train would write.

        Raises StoreUnavailable where that cannot be done.
        """
        row = {"key": f"written to try it {secrets.token_hex(6)}", "value": ""}
        mine = schema.meta.c.key == row["key"]
        with self._engine.connect() as connection:
            _look_anew(connection, LOCKED_SECONDS)
            try:
                with connection.begin():
                    connection.execute(insert(schema.meta), row)
                    connection.execute(delete(schema.meta).where(mine))
            finally:
                _look_anew(connection, database.BUSY_SECONDS)
        if not keep_room(self._url):
            raise StoreUnavailable(None, None, OSError(FULL[0], "no space left on device"))

    def tried(self) -> StoreUnavailable | None:
        """Return why nothing can be kept, None where it can; tried at most every TRY_SECONDS."""
        trial = _trials.setdefault(key_of(self._url), _Trial())
        if trial.going.acquire(blocking=False):
            try:
                if time.monotonic() - trial.at >= TRY_SECONDS:
                    trial.found = self._why_not()
                    trial.at = time.monotonic()
            finally:
                trial.going.release()
        return trial.found

    def last_trouble(self) -> StoreUnavailable | None:
        """Return what tried() last found, without a trial."""
        return _trials.setdefault(key_of(self._url), _Trial()).found

    def was_replaced(self) -> bool:
        """Tell whether the store's file was deleted or replaced a short while ago."""
        at = replaced_at(self._url)
        return at is not None and time.monotonic() - at < TOLD_SECONDS

    def _why_not(self) -> StoreUnavailable | None:
        try:
            self.try_writing()
        except StoreUnavailable as error:
            return error
        return None


def _look_anew(connection: Connection, seconds: float) -> None:
    """Have SQLite read the file itself, not what it remembers, and wait so long for a lock."""
    if connection.dialect.name == "sqlite":
        connection.execute(text("PRAGMA shrink_memory"))
        connection.execute(text(f"PRAGMA busy_timeout = {1000 * seconds:.0f}"))
        connection.rollback()
