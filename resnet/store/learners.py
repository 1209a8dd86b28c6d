"""What learners want to be called on the class's screens."""

from contextlib import suppress

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from resnet.store import schema
from resnet.store.database import Addressed

LONGEST_NAME = 20

_table = schema.learners


class Learners(Addressed):
    """The part of RunStore about the learners' names."""

    def rename_learner(self, owner: str, name: str) -> None:
        """Keep what a learner wants to be called, at most LONGEST_NAME characters; "" forgets it.

        It is drawn in figures, which read angle brackets as markup.
        """
        plain = "".join(c for c in name if c.isprintable() and c not in "<>")
        name = " ".join(plain.split())[:LONGEST_NAME]
        mine = _table.c.owner == owner
        with self._engine.begin() as connection:
            if not name:
                connection.execute(delete(_table).where(mine))
                return
            changed = connection.execute(update(_table).where(mine).values(name=name)).rowcount
        if not changed:
            # The same learner in two tabs at once: one name is enough.
            with suppress(IntegrityError), self._engine.begin() as connection:
                connection.execute(insert(_table), {"owner": owner, "name": name})

    def learner_name(self, owner: str) -> str:
        """Return what a learner wants to be called, "" where they have not said."""
        query = select(_table.c.name).where(_table.c.owner == owner)
        with self._engine.connect() as connection:
            return connection.scalar(query) or ""

    def learner_names(self) -> dict[str, str]:
        """Return the names of all who have chosen one, by owner."""
        with self._engine.connect() as connection:
            return dict(map(tuple, connection.execute(select(_table))))
