"""Experiments of a whole class: a grid of specs, who has which cell, and what they expect."""

import json
import secrets
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from resnet.errors import LabError
from resnet.language import translate as _
from resnet.store import schema
from resnet.store.database import Addressed
from resnet.store.records import Experiment, Guess

_table, _guesses = schema.experiments, schema.guesses


class Experiments(Addressed):
    """The part of RunStore about experiments."""

    def create_experiment(
        self, title: str, cells: Sequence[Mapping[str, Any]], owner: str = ""
    ) -> str:
        """Store an experiment of these specs and return its id."""
        row = {
            "id": secrets.token_hex(6),
            "title": title.strip()[:80],
            "owner": owner,
            "created_at": time.time(),
            "cells": json.dumps([dict(cell) for cell in cells]),
            "closed": False,
        }
        with self._engine.begin() as connection:
            connection.execute(insert(_table), row)
        return str(row["id"])

    def experiments(self, limit: int = 20) -> list[Experiment]:
        """Return the experiments, newest first."""
        query = select(_table).order_by(_table.c.created_at.desc()).limit(limit)
        with self._engine.connect() as connection:
            return [_experiment(row) for row in connection.execute(query)]

    def experiment(self, experiment_id: str) -> Experiment:
        """Return an experiment; LabError when there is none with this id."""
        with self._engine.connect() as connection:
            query = select(_table).where(_table.c.id == experiment_id)
            row = connection.execute(query).one_or_none()
        if row is None:
            sentence = _("There is no experiment {id}: ask the teacher for the link.")
            raise LabError(sentence.format(id=experiment_id))
        return _experiment(row)

    def close_experiment(self, experiment_id: str, closed: bool = True) -> None:
        """Give out no more cells, or again; what runs goes on."""
        with self._engine.begin() as connection:
            connection.execute(
                update(_table).where(_table.c.id == experiment_id).values(closed=closed)
            )

    def take_cell(self, experiment_id: str, owner: str) -> Guess:
        """Return the learner's cell, given now if they have none: one of those least taken.

        LabError when the experiment is closed and the learner has no cell.
        """
        experiment = self.experiment(experiment_id)
        own = [guess for guess in self.guesses(experiment_id) if guess.owner == owner]
        if own:  # as a rule: panels that refresh themselves must not write each time
            return own[0]
        with self._engine.begin() as connection:
            # Writing first makes learners who come at once choose one after the other.
            connection.execute(
                update(_table).where(_table.c.id == experiment_id).values(title=_table.c.title)
            )
            taken = _all_guesses(connection, experiment_id)
            own = [guess for guess in taken if guess.owner == owner]
            if own:
                return own[0]
            if experiment.closed:
                raise LabError(_("This experiment is closed: watch what the others found."))
            counts = Counter(guess.cell for guess in taken)
            cell = min(range(len(experiment.cells)), key=lambda cell: (counts[cell], cell))
            row = {
                "experiment_id": experiment_id,
                "owner": owner,
                "cell": cell,
                "run_id": "",
                "created_at": time.time(),
            }
            connection.execute(insert(_guesses), row)
        return Guess(owner, cell, None, "")

    def expect(
        self, experiment_id: str, owner: str, guess: float, run_id: str, instead_of: str = ""
    ) -> bool:
        """Keep what a learner expects of their cell, and its run; False when they already have.

        instead_of: the cell's run before, which came to nothing.
        """
        row = _guesses.c
        change = (
            update(_guesses)
            .where(row.experiment_id == experiment_id, row.owner == owner)
            .where(row.run_id == instead_of)
            .values(guess=guess, run_id=run_id)
        )
        with self._engine.begin() as connection:
            return connection.execute(change).rowcount == 1

    def guesses(self, experiment_id: str) -> list[Guess]:
        """Return who has which cell, in the order in which they came."""
        with self._engine.connect() as connection:
            return _all_guesses(connection, experiment_id)


def _all_guesses(connection: Connection, experiment_id: str) -> list[Guess]:
    row = _guesses.c
    query = (
        select(row.owner, row.cell, row.guess, row.run_id)
        .where(row.experiment_id == experiment_id)
        .order_by(row.created_at)
    )
    return [Guess(*found) for found in connection.execute(query)]


def _experiment(row: Row) -> Experiment:
    values = dict(row._mapping)
    return Experiment(**{**values, "cells": tuple(json.loads(values["cells"]))})
