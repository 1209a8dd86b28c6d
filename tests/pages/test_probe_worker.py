"""One probe worker for a whole class: nobody starves it, and no answer that failed sticks."""

import time
from concurrent.futures import Future

import pytest
from streamlit.runtime.caching import clear_session_resource_cache
from streamlit.testing.v1 import AppTest

from pages.components import experiments, training_cost
from resnet.errors import LabError
from tests.pages.test_pages import opened, words

SESSION = "test session id"  # of every AppTest


@pytest.fixture
def asked(monkeypatch):
    """What was asked of a worker that never answers by itself: arguments and futures, in order."""
    calls = []

    def probe(task, *arguments):
        calls.append((arguments, Future()))
        return calls[-1][1]

    monkeypatch.setattr(experiments.queue, "probe", probe)
    monkeypatch.setattr(experiments, "AT_ONCE", 0.01)
    monkeypatch.setattr(experiments, "_pending", set())
    experiments._asked_by_all.clear()
    yield calls
    experiments._asked_by_all.clear()


def page():
    """A screen with one place for an answer, which a control changes, and a shared experiment."""
    import streamlit as st

    from pages.components.experiments import outcome, ready
    from pages.components.trouble import told
    from resnet.jobs import tasks

    with told():
        for position in st.session_state.get("positions", [0]):
            ready(tasks.ask_about_photo, "net", position, private=True)
        if st.session_state.get("shared"):
            st.markdown(f"said {outcome(tasks.film_of_photo, *st.session_state['shared'])}")


def until(condition):
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def shown(**state):
    app = AppTest.from_function(page)
    for name, value in state.items():
        app.session_state[name] = value
    return app.run()


def open_(asked):
    return [arguments[1] for arguments, probe in asked if not probe.done()]


def test_moving_a_slider_queues_no_experiment_for_every_position(asked):
    app = shown()
    for position in range(1, 20):
        app.session_state["positions"] = [position]
        app.run()
    assert len(asked) == 20
    until(lambda: len(open_(asked)) == experiments.PENDING_EACH)
    assert open_(asked)[-1] == 19


def test_what_the_screen_still_shows_is_never_given_up_for_what_it_does_not(asked):
    app = shown(positions=["one net", "another"])
    for position in range(1, 20):
        app.session_state["positions"] = ["one net", "another", position]
        app.run()
    until(lambda: len(open_(asked)) == 3)
    assert open_(asked) == ["one net", "another", 19]


def test_what_was_given_up_is_asked_again_when_it_is_looked_at(asked):
    app = shown()
    asked[0][1].cancel()
    app.run()
    assert len(asked) == 2


def test_too_many_of_everybody_are_one_sentence(asked, monkeypatch):
    monkeypatch.setattr(experiments, "PENDING", 2)
    app = shown(positions=[1, 2, 3])
    assert not app.exception
    assert "2 experiments of the class are waiting" in app.error[0].value
    asked[0][1].set_result("said")
    app.run()
    assert not app.error


def test_a_closed_page_leaves_nothing_behind(asked):
    clear_session_resource_cache(SESSION)
    shown(positions=[1, 2])
    assert len(open_(asked)) == 2
    clear_session_resource_cache(SESSION)  # as Streamlit does when a page is closed
    until(lambda: not open_(asked))


def test_a_shared_experiment_that_was_cancelled_is_asked_anew(asked):
    app = shown(shared=("net", 1))
    asked[-1][1].cancel()
    app.run()
    asked[-1][1].set_result("three")
    assert "said three" in [m.value for m in app.run().markdown]


def test_an_experiment_that_failed_stays_until_it_is_asked_for_again(asked):
    app = shown(shared=("net", 1))
    asked[-1][1].set_exception(LabError("Out of memory: choose less."))
    count = len(asked)
    assert "Out of memory" in app.run().error[0].value
    assert len(asked) == count


@pytest.mark.parametrize("how", ["cancelled", "failed"])
def test_an_estimate_that_a_lost_worker_owes_is_asked_for_again(asked, monkeypatch, how):
    monkeypatch.setattr(training_cost, "cluster_status", lambda: "ready")
    monkeypatch.setattr(training_cost, "FORGOTTEN", 0)
    app = opened("train", train_data="synthetic")
    (_arguments, probe) = asked[-1]
    if how == "cancelled":
        probe.cancel()
    else:
        probe.set_exception(LabError("The worker has gone: start the experiment again."))
    app.run()
    assert not app.exception
    assert "nobody foresaw" not in words(app)
    assert len(asked) == 2
