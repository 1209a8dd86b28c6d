"""Whose turn it is: learners take turns, however many runs one of them has queued."""

from collections import Counter
from collections.abc import Iterable

from resnet.errors import LabError
from resnet.language import translate as _
from resnet.store.records import Rules, Run

MOST_WAITING = 400  # runs; the teacher's rules say how many of them may be one learner's


def fair_order(waiting: Iterable[Run], running: Iterable[Run]) -> list[Run]:
    """Return waiting runs in the order in which they start.

    Those the teacher prefers come first. Otherwise a learner's second run comes after everyone's
    first, the third after everyone's second; what runs already counts as a turn taken. Within a
    turn the older run comes first.
    """
    turns = Counter(run.owner for run in running)
    placed = []
    for run in sorted(waiting, key=lambda run: run.created_at):
        placed.append((-run.priority, turns[run.owner], run.created_at, run))
        turns[run.owner] += 1
    return [run for *_place, run in sorted(placed, key=lambda place: place[:3])]


def check_room(waiting: int, own: int, rules: Rules) -> None:
    """Raise LabError where the queue, or the learner's own part of it, is full."""
    if own >= rules.most_waiting_each:
        sentence = _("{count} of your runs are waiting: let some finish, or stop them, first.")
        raise LabError(sentence.format(count=own))
    if waiting >= MOST_WAITING:
        sentence = _("The queue is full, {count} runs are waiting: try again when it is shorter.")
        raise LabError(sentence.format(count=waiting))
