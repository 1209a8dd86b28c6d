"""Short tasks: submitted once for all learners, run by the probe worker, shown as results arrive.

There is one such worker: a task that no page shows any more must not keep it from the others.
"""

import logging
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from pages.components.follow import follow
from resnet.errors import LabError
from resnet.jobs import queue
from resnet.language import translate as _

logger = logging.getLogger(__name__)
POLL = 0.4  # seconds between two looks at an unfinished task
LONG = 10  # seconds after which a learner is told that a task still waits
AT_ONCE = 0.3  # seconds to wait for a quick task before the page goes on without it
KEPT, KEPT_PRIVATE = 500, 60  # tasks remembered, of all learners together and of each
# Of a kind and a learner: as many as one screen shows, two nets and a spoilt photo; of everybody.
PENDING_EACH, PENDING = 3, 300
SUBMITTED_HERE = "submitted_tasks"
_pending: set[Future] = set()
_lock = threading.Lock()


@dataclass(frozen=True)
class Submitted:
    """A task's future and when it was submitted."""

    future: Future
    at: float = field(default_factory=time.monotonic)

    def outdated(self, again_after: float) -> bool:
        """Tell whether to submit it anew: it was cancelled, or failed so many seconds ago."""
        if not self.future.done():
            return False
        if self.future.cancelled():
            return True
        return bool(self.future.exception()) and time.monotonic() - self.at > again_after


Submissions = OrderedDict[tuple, Submitted]  # by task and arguments, the one last looked at last


@st.cache_resource(show_spinner=False)
def _shared_submissions() -> Submissions:
    return OrderedDict()


def _give_up(submissions: Submissions) -> None:
    """Cancel what a closed page was still waiting for."""
    _cancel([one.future for one in submissions.values() if not one.future.done()])


def _cancel(futures: Sequence[Future]) -> None:
    """Cancel tasks in a thread: the scheduler takes part, and may be slow to answer.

    A page that closes does so in the server's event loop, which must not wait.
    """

    def cancel() -> None:
        for future in futures:
            future.cancel()

    if futures:
        threading.Thread(target=cancel, name="cancel", daemon=True).start()


@st.cache_resource(scope="session", on_release=_give_up, show_spinner=False)
def _while_open() -> Submissions:
    # Results outlast a connection that is cut for a moment; this cache does not.
    return st.session_state.setdefault(SUBMITTED_HERE, OrderedDict())


def _submissions(private: bool) -> Submissions:
    """Return the tasks of everyone, or only this browser session's, which end with it."""
    if not private:
        return _shared_submissions()
    _while_open()
    return st.session_state.setdefault(SUBMITTED_HERE, OrderedDict())


def submit(
    task: Callable, *arguments: Hashable, private: bool = False, again_after: float = math.inf
) -> Future:
    """Start a task of `resnet.jobs.tasks`, or return the one submitted with these arguments.

    private keeps a learner's own data, a photo say, out of what is shared with other learners;
    of a kind that is private, those that were looked at longest ago give way. again_after: seconds
    after which one that failed is submitted anew. LabError where too many wait already.
    """
    return _submission(task, *arguments, private=private, again_after=again_after).future


def _submission(
    task: Callable, *arguments: Hashable, private: bool, again_after: float = math.inf
) -> Submitted:
    submissions, key = _submissions(private), (task.__name__, *arguments)
    with _lock:
        submission = submissions.get(key)
        if submission is None or submission.outdated(again_after):
            submissions.pop(key, None)
            if private:
                _give_way(submissions, task.__name__)
            submission = submissions[key] = Submitted(_started(task, arguments))
            if len(submissions) > (KEPT_PRIVATE if private else KEPT):
                submissions.popitem(last=False)
        submissions.move_to_end(key)
    return submission


def _give_way(submissions: Submissions, kind: str) -> None:
    """Cancel what was looked at longest ago of a kind, until there is room for one more."""
    waiting = [
        one.future for key, one in submissions.items() if key[0] == kind and not one.future.done()
    ]
    _cancel(waiting[: max(0, len(waiting) - PENDING_EACH + 1)])


def _started(task: Callable, arguments: tuple[Hashable, ...]) -> Future:
    if len(_pending) >= PENDING:
        raise LabError(
            _(
                "{count} experiments of the class are waiting, as many as the lab takes: try again "
                "in a moment."
            ).format(count=len(_pending))
        )
    future = queue.probe(task, *arguments)
    _pending.add(future)
    future.add_done_callback(_pending.discard)
    return future


def result_within(task: Callable, *arguments: Hashable, seconds: float) -> Any:
    """Run a task this once and return its result; LabError where it takes longer than this."""
    future = _started(task, arguments)
    try:
        return future.result(seconds)
    except TimeoutError:
        _cancel([future])
        raise LabError(
            _("The worker gave no answer in {seconds} s: try again when it has less to do.").format(
                seconds=round(seconds)
            )
        ) from None


def ready(task: Callable, *arguments: Hashable, private: bool = False) -> bool:
    """Submit a task and tell whether it is done, after waiting a moment for a quick one."""
    future = submit(task, *arguments, private=private)
    wait([future], timeout=AT_ONCE)
    return future.done()


def follow_task(
    task: Callable, *arguments: Hashable, draw: Callable[[Any], None], private: bool = False
) -> None:
    """Call draw with a task's result, with None until it is there, and look again meanwhile."""
    ready(task, *arguments, private=private)

    def how_often() -> float | None:
        return None if submit(task, *arguments, private=private).done() else POLL

    def look() -> None:
        draw(outcome(task, *arguments, private=private))
        _say_how_long(_submission(task, *arguments, private=private))

    follow(how_often, look)


def _say_how_long(submission: Submitted) -> None:
    """Tell whoever waits for long that the answer still comes."""
    seconds = time.monotonic() - submission.at
    if seconds > LONG and not submission.future.done():
        st.caption(
            _(
                "Waiting for {seconds} s: the worker does other experiments first, or the machine "
                "is busy. The answer comes by itself."
            ).format(seconds=int(seconds // LONG * LONG))
        )


def outcome(task: Callable, *arguments: Hashable, private: bool = False):
    """Return a task's result, None while it runs; show why it failed and offer a retry."""
    future = submit(task, *arguments, private=private)
    if not future.done() or future.cancelled():  # it is submitted anew at the next look
        return None
    try:
        return future.result()
    except LabError as error:
        st.error(str(error))
    except Exception as error:
        logger.exception("A short task ended early.")
        st.error(
            _("The experiment ended early ({reason}). Ask for it again.").format(
                reason=type(error).__name__
            )
        )
    again = f"again_{task.__name__}_{hash(str(arguments))}"
    if st.button(_("Again"), icon=":material/refresh:", key=again):
        _submissions(private).pop((task.__name__, *arguments), None)
        st.rerun()
    return st.stop()
