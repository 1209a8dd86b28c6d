"""One probe worker for a whole class: nobody starves it, and no answer that failed sticks."""

import time
from concurrent.futures import Future

import pytest
from streamlit.runtime.caching import clear_session_resource_cache
from streamlit.testing.v1 import AppTest

from pages.components import short_tasks
from pages.training import cost
from resnet.errors import LabError
from tests.pages.test_pages import opened, words

SESSION = "test session id"  # of every AppTest


@pytest.fixture
def submitted(monkeypatch):
    """What was asked of a worker that never answers by itself: arguments and futures, in order."""
    calls = []

    def probe(task, *arguments):
        calls.append((arguments, Future()))
        return calls[-1][1]

    monkeypatch.setattr(short_tasks.queue, "probe", probe)
    monkeypatch.setattr(short_tasks, "AT_ONCE", 0.01)
    monkeypatch.setattr(short_tasks, "_pending", set())
    short_tasks._shared_submissions.clear()
    yield calls
    short_tasks._shared_submissions.clear()


def page():
    """A screen with one place for an answer, which a control changes, and a shared experiment."""
    import streamlit as st

    from pages.components.short_tasks import outcome, ready
    from pages.components.trouble import reporting_errors
    from resnet.jobs import tasks

    with reporting_errors():
        for position in st.session_state.get("positions", [0]):
            ready(tasks.predict_photo, "net", position, private=True)
        if st.session_state.get("shared"):
            st.markdown(f"said {outcome(tasks.guesses_by_block, *st.session_state['shared'])}")


def until(condition):
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def shown(**state):
    app = AppTest.from_function(page, default_timeout=60)
    for name, value in state.items():
        app.session_state[name] = value
    return app.run()


def open_(submitted):
    return [arguments[1] for arguments, probe in submitted if not probe.done()]


def test_moving_a_slider_queues_no_experiment_for_every_position(submitted):
    app = shown()
    for position in range(1, 20):
        app.session_state["positions"] = [position]
        app.run()
    assert len(submitted) == 20
    until(lambda: len(open_(submitted)) == short_tasks.PENDING_EACH)
    assert open_(submitted)[-1] == 19


def test_what_the_screen_still_shows_is_never_given_up_for_what_it_does_not(submitted):
    app = shown(positions=["one net", "another"])
    for position in range(1, 20):
        app.session_state["positions"] = ["one net", "another", position]
        app.run()
    until(lambda: len(open_(submitted)) == 3)
    assert open_(submitted) == ["one net", "another", 19]


def test_what_was_given_up_is_asked_again_when_it_is_looked_at(submitted):
    app = shown()
    submitted[0][1].cancel()
    app.run()
    assert len(submitted) == 2


def test_too_many_of_everybody_are_one_sentence(submitted, monkeypatch):
    monkeypatch.setattr(short_tasks, "PENDING", 2)
    app = shown(positions=[1, 2, 3])
    assert not app.exception
    assert "2 experiments of the class are waiting" in app.error[0].value
    submitted[0][1].set_result("said")
    app.run()
    assert not app.error


def test_a_closed_page_leaves_nothing_behind(submitted):
    clear_session_resource_cache(SESSION)
    shown(positions=[1, 2])
    assert len(open_(submitted)) == 2
    clear_session_resource_cache(SESSION)  # as Streamlit does when a page is closed
    until(lambda: not open_(submitted))


def test_a_shared_experiment_that_was_cancelled_is_asked_anew(submitted):
    app = shown(shared=("net", 1))
    submitted[-1][1].cancel()
    app.run()
    submitted[-1][1].set_result("three")
    assert "said three" in [m.value for m in app.run().markdown]


def test_an_experiment_that_failed_stays_until_it_is_asked_for_again(submitted):
    app = shown(shared=("net", 1))
    submitted[-1][1].set_exception(LabError("Out of memory: choose less."))
    count = len(submitted)
    assert "Out of memory" in app.run().error[0].value
    assert len(submitted) == count


def following():
    """A screen that waits for one shared experiment."""
    import streamlit as st

    from pages.components.short_tasks import follow_task
    from resnet.jobs import tasks

    follow_task(tasks.guesses_by_block, "net", 1, draw=lambda said: st.markdown(f"said {said}"))


def test_whoever_waits_for_long_is_told_so(submitted, monkeypatch):
    app = AppTest.from_function(following, default_timeout=60).run()
    assert not app.caption
    (_arguments, probe) = submitted[-1]
    ((key, waiting),) = short_tasks._shared_submissions().items()
    long_ago = short_tasks.Submitted(probe, waiting.at - 3 * short_tasks.LONG)
    short_tasks._shared_submissions()[key] = long_ago
    assert f"Waiting for {3 * short_tasks.LONG} s" in app.run().caption[0].value
    probe.set_result("three")
    app.run()
    assert [m.value for m in app.markdown] == ["said three"]
    assert not app.caption


@pytest.mark.parametrize("how", ["cancelled", "failed"])
def test_an_estimate_that_a_lost_worker_owes_is_asked_for_again(submitted, monkeypatch, how):
    monkeypatch.setattr(cost, "cluster_status", lambda: "ready")
    monkeypatch.setattr(cost, "FORGOTTEN", 0)
    app = opened("train", train_data="synthetic")
    (_arguments, probe) = submitted[-1]
    if how == "cancelled":
        probe.cancel()
    else:
        probe.set_exception(LabError("The worker has gone: start the experiment again."))
    app.run()
    assert not app.exception
    assert "nobody foresaw" not in words(app)
    assert len(submitted) == 2
