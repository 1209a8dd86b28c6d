"""Short experiments: asked once for all learners, run by the probe worker, shown as they arrive.

There is one such worker: what nobody looks at any more must not keep it from the others.
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

from resnet.errors import LabError
from resnet.jobs import queue
from resnet.language import translate as _

logger = logging.getLogger(__name__)
POLL = 0.4  # seconds between looks at an unfinished experiment
AT_ONCE = 0.3  # seconds to wait for a quick experiment before the page goes on without it
KEPT, KEPT_PRIVATE = 500, 60  # experiments remembered, of all learners together and of each
# Of a kind and a learner: as many as one screen shows, two nets and a spoilt photo; of everybody.
PENDING_EACH, PENDING = 3, 300
ASKED_HERE = "experiments"
_pending: set[Future] = set()
_asking = threading.Lock()


@dataclass(frozen=True)
class Asked:
    """An experiment and when it was asked for."""

    probe: Future
    at: float = field(default_factory=time.monotonic)

    def outdated(self, again_after: float) -> bool:
        """Tell whether to ask anew: it was given up, or failed so many seconds ago."""
        if not self.probe.done():
            return False
        if self.probe.cancelled():
            return True
        return bool(self.probe.exception()) and time.monotonic() - self.at > again_after


Experiments = OrderedDict[tuple, Asked]  # by task and arguments, the one last looked at last


@st.cache_resource(show_spinner=False)
def _asked_by_all() -> Experiments:
    return OrderedDict()


def _give_up(asked: Experiments) -> None:
    """Cancel what a page that was closed still waits for."""
    _cancel([one.probe for one in asked.values() if not one.probe.done()])


def _cancel(probes: Sequence[Future]) -> None:
    """Cancel experiments in a thread: the worker's scheduler is asked, and may be slow to answer.

    A page that closes does so in the server's event loop, which must not wait.
    """

    def cancel() -> None:
        for probe in probes:
            probe.cancel()

    if probes:
        threading.Thread(target=cancel, name="cancel", daemon=True).start()


@st.cache_resource(scope="session", on_release=_give_up, show_spinner=False)
def _while_open() -> Experiments:
    # Answers outlast a line that is cut for a moment, which this cache does not.
    return st.session_state.setdefault(ASKED_HERE, OrderedDict())


def _asked(private: bool) -> Experiments:
    """Return the experiments of everyone, or only this browser session's, which end with it."""
    if not private:
        return _asked_by_all()
    _while_open()
    return st.session_state.setdefault(ASKED_HERE, OrderedDict())


def experiment(
    task: Callable, *arguments: Hashable, private: bool = False, again_after: float = math.inf
) -> Future:
    """Start a task of `resnet.jobs.tasks`, or return the one already asked with these arguments.

    private keeps a learner's own data, a photo say, out of what is shared with other learners;
    of a kind that is private, those that were looked at longest ago give way. again_after: seconds
    after which one that failed is asked anew. LabError where too many wait already.
    """
    asked, question = _asked(private), (task.__name__, *arguments)
    with _asking:
        known = asked.get(question)
        if known is None or known.outdated(again_after):
            asked.pop(question, None)
            if private:
                _give_way(asked, task.__name__)
            known = asked[question] = Asked(_started(task, arguments))
            if len(asked) > (KEPT_PRIVATE if private else KEPT):
                asked.popitem(last=False)
        asked.move_to_end(question)
    return known.probe


def _give_way(asked: Experiments, kind: str) -> None:
    """Cancel what was looked at longest ago of a kind, until there is room for one more."""
    waiting = [one.probe for question, one in asked.items()
               if question[0] == kind and not one.probe.done()]  # fmt: skip
    _cancel(waiting[: max(0, len(waiting) - PENDING_EACH + 1)])


def _started(task: Callable, arguments: tuple[Hashable, ...]) -> Future:
    if len(_pending) >= PENDING:
        raise LabError(
            _("{count} experiments of the class are waiting, as many as the lab takes: try again "
              "in a moment.").format(count=len(_pending))
        )  # fmt: skip
    probe = queue.probe(task, *arguments)
    _pending.add(probe)
    probe.add_done_callback(_pending.discard)
    return probe


def answer(task: Callable, *arguments: Hashable, seconds: float) -> Any:
    """Return what a task gives, asked for this once; LabError where it takes longer than this."""
    probe = _started(task, arguments)
    try:
        return probe.result(seconds)
    except TimeoutError:
        _cancel([probe])
        raise LabError(
            _("The worker gave no answer in {seconds} s: try again when it has less to do.").format(
                seconds=round(seconds)
            )
        ) from None


def ready(task: Callable, *arguments: Hashable, private: bool = False) -> bool:
    """Start an experiment and say whether it is done, after waiting a moment for a quick one."""
    probe = experiment(task, *arguments, private=private)
    wait([probe], timeout=AT_ONCE)
    return probe.done()


def outcome(task: Callable, *arguments: Hashable, private: bool = False):
    """Return an experiment's result, None while it runs; show why it failed and offer a retry."""
    probe = experiment(task, *arguments, private=private)
    if not probe.done() or probe.cancelled():  # it is asked anew at the next look
        return None
    try:
        return probe.result()
    except LabError as error:
        st.error(str(error))
    except Exception as error:
        logger.exception("An experiment ended early.")
        st.error(
            _("The experiment ended early ({reason}). Ask for it again.").format(
                reason=type(error).__name__
            )
        )
    again = f"again_{task.__name__}_{hash(str(arguments))}"
    if st.button(_("Again"), icon=":material/refresh:", key=again):
        _asked(private).pop((task.__name__, *arguments), None)
        st.rerun()
    return st.stop()
