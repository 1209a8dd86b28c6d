"""What each learner answered to the questions of the screens."""

import time
from collections import Counter
from contextlib import suppress

from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import IntegrityError

from resnet.store import schema
from resnet.store.database import Addressed

_table = schema.answers


class Answers(Addressed):
    """The part of RunStore about questions."""

    def answer(self, question: str, owner: str, choice: int) -> None:
        """Keep a learner's answer: the number of the option, from 0; the last one counts."""
        row = {"question": question, "owner": owner, "choice": choice, "answered_at": time.time()}
        own = (_table.c.question == question) & (_table.c.owner == owner)
        with self._engine.begin() as connection:
            changed = connection.execute(update(_table).where(own).values(**row)).rowcount
        if not changed:
            # The same learner in two tabs at once: one answer is enough.
            with suppress(IntegrityError), self._engine.begin() as connection:
                connection.execute(insert(_table), row)

    def answers(self, question: str, since: float = 0) -> Counter[int]:
        """Return how many learners chose each option, of those who answered after a time."""
        query = (
            select(_table.c.choice, func.count())
            .where(_table.c.question == question, _table.c.answered_at >= since)
            .group_by(_table.c.choice)
        )
        with self._engine.connect() as connection:
            return Counter(dict(map(tuple, connection.execute(query))))
