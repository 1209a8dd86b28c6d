"""Short experiments: asked once for all learners, run by the probe worker, shown as they arrive."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future, wait

import streamlit as st

from resnet.errors import LabError
from resnet.jobs import queue
from resnet.language import translate as _

POLL = 0.4  # seconds between looks at an unfinished experiment
AT_ONCE = 0.3  # seconds to wait for a quick experiment before the page goes on without it
KEPT, KEPT_PRIVATE = 500, 60  # experiments remembered, of all learners together and of each


@st.cache_resource(show_spinner=False)
def _asked_by_all() -> OrderedDict[tuple, Future]:
    return OrderedDict()


def _asked(private: bool) -> OrderedDict[tuple, Future]:
    """Return the experiments of everyone, or only this browser session's, which end with it."""
    if private:
        return st.session_state.setdefault("experiments", OrderedDict())
    return _asked_by_all()


def experiment(task: Callable, *arguments: Hashable, private: bool = False) -> Future:
    """Start a task of `resnet.jobs.tasks`, or return the one already asked with these arguments.

    private keeps a learner's own data, a photo say, out of what is shared with other learners.
    """
    asked = _asked(private)
    question = (task.__name__, *arguments)
    if question not in asked:
        asked[question] = queue.probe(task, *arguments)
        if len(asked) > (KEPT_PRIVATE if private else KEPT):
            asked.popitem(last=False)
    return asked[question]


def ready(task: Callable, *arguments: Hashable, private: bool = False) -> bool:
    """Start an experiment and say whether it is done, after waiting a moment for a quick one."""
    probe = experiment(task, *arguments, private=private)
    wait([probe], timeout=AT_ONCE)
    return probe.done()


def outcome(task: Callable, *arguments: Hashable, private: bool = False):
    """Return an experiment's result, None while it runs; show why it failed and offer a retry."""
    probe = experiment(task, *arguments, private=private)
    if not probe.done():
        return None
    try:
        return probe.result()
    except LabError as error:
        st.error(str(error))
    except Exception as error:
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
