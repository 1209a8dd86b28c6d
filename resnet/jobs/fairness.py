"""Whose turn it is: learners take turns, however many runs one of them has queued."""

from collections import Counter
from collections.abc import Iterable, Sequence

from resnet.errors import LabError
from resnet.language import translate as _
from resnet.store.records import Run

MOST_WAITING, MOST_WAITING_EACH = 400, 80  # runs


def fair_order(waiting: Iterable[Run], running: Iterable[Run]) -> list[Run]:
    """Return waiting runs in the order in which they start.

    A learner's second run comes after everyone's first, the third after everyone's second; what
    runs already counts as a turn taken. Within a turn the older run comes first.
    """
    turns = Counter(run.owner for run in running)
    placed = []
    for run in sorted(waiting, key=lambda run: run.created_at):
        placed.append((turns[run.owner], run.created_at, run))
        turns[run.owner] += 1
    return [run for _turn, _age, run in sorted(placed, key=lambda place: place[:2])]


def check_room(waiting: Sequence[Run], owner: str) -> None:
    """Raise LabError where the queue, or the owner's part of it, is full."""
    own = sum(run.owner == owner for run in waiting)
    if own >= MOST_WAITING_EACH:
        sentence = _("{count} of your runs are waiting: let some finish, or stop them, first.")
        raise LabError(sentence.format(count=own))
    if len(waiting) >= MOST_WAITING:
        sentence = _("The queue is full, {count} runs are waiting: try again when it is shorter.")
        raise LabError(sentence.format(count=len(waiting)))
