"""Whose turn it is: learners take turns, however many runs one of them has queued."""

from collections import Counter
from collections.abc import Iterable, Sequence

from resnet.errors import LabError
from resnet.language import translate as _
from resnet.store.records import Rules, Run

MOST_WAITING = 400  # runs; the teacher's rules say how many of them may be one learner's
MOST_KEPT_EACH = 500  # runs of one learner, whatever has become of them
KEPT_UNBEGUN = 200  # the newest of the runs that were stopped while they waited


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


def seconds_until_start(
    run: Run, order: Sequence[Run], running: Sequence[Run], finished: Iterable[Run]
) -> float | None:
    """Return in how many seconds a waiting run will start, None where nobody can tell yet.

    order: all that wait, as fair_order gives them. A run takes as long as those of the
    same net, images and recipe that run or have finished (store order: newest first).
    """
    paces = {
        _kind(done): done.seconds / done.epoch
        for done in reversed(list(finished))
        if done.seconds and done.epoch
    }
    free: list[float] = []  # in how many seconds each worker is free
    for other in running:
        left = other.eta_seconds
        if left is not None and other.started_at and other.progress:
            # Both are the wall clock's, which somebody may have set back in between.
            passed = max(0.0, (other.heartbeat_at or other.started_at) - other.started_at)
            paces.setdefault(_kind(other), (passed + left) / other.spec["epochs"])
        elif left is None:
            if _kind(other) not in paces:
                return None
            left = paces[_kind(other)] * other.spec["epochs"]
        free.append(left)
    free = free or [0.0]
    for other in order:
        at = min(free)
        if other.id == run.id:
            return at
        if _kind(other) not in paces:
            return None
        free[free.index(at)] = at + paces[_kind(other)] * (other.spec["epochs"] - other.epoch)
    return None


def _kind(run: Run) -> tuple[object, ...]:
    spec = run.spec
    return tuple(spec[name] for name in ("model", "data", "recipe", "image_size", "batch_size"))


def check_room(waiting: int, own: int, kept: int, rules: Rules) -> None:
    """Raise LabError where the queue, the learner's own part of it, or their list of runs is full.

    own: the learner's runs that wait or are paused, since pausing must not make room for more;
    kept: all of theirs.
    """
    if own >= rules.most_waiting_each:
        sentence = _(
            "{count} of your runs are waiting or paused: let some finish, or stop them, first."
        )
        raise LabError(sentence.format(count=own))
    if kept >= MOST_KEPT_EACH:
        sentence = _(
            "{count} of your runs are kept, as many as one learner may have: delete some on the "
            "screen “Runs” first."
        )
        raise LabError(sentence.format(count=kept))
    if waiting >= MOST_WAITING:
        sentence = _("The queue is full, {count} runs are waiting: try again when it is shorter.")
        raise LabError(sentence.format(count=waiting))
