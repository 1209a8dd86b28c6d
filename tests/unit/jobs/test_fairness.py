"""The order of the queue, as a property: nobody waits for anybody's second run with their first."""

from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resnet.errors import LabError
from resnet.jobs.fairness import (
    MOST_KEPT_EACH,
    MOST_WAITING,
    check_room,
    fair_order,
    seconds_until_start,
)
from resnet.store.records import Rules, Run

LEARNERS = st.lists(st.sampled_from("abcd"), max_size=20)


def run(owner, age, priority=0):
    values = dict.fromkeys((field.name for field in fields(Run)), None)
    known = {"id": f"{owner}{age}", "owner": owner, "created_at": float(age), "priority": priority}
    return Run(**values | known)


@given(waiting=LEARNERS, running=LEARNERS)
def test_learners_take_turns(waiting, running):
    queue = [run(owner, age) for age, owner in enumerate(waiting)]
    active = [run(owner, -1 - age) for age, owner in enumerate(running)]
    order = fair_order(queue, active)
    assert sorted(r.id for r in order) == sorted(r.id for r in queue)
    had = {owner: running.count(owner) for owner in "abcd"}
    for place, chosen in enumerate(order):
        others = {later.owner for later in order[place:]} - {chosen.owner}
        assert all(had[chosen.owner] <= had[other] for other in others)
        had[chosen.owner] += 1
    for owner in "abcd":
        ages = [r.created_at for r in order if r.owner == owner]
        assert ages == sorted(ages)


def test_what_the_teacher_prefers_comes_first():
    queue = [run("a", 1), run("b", 2), run("a", 3, priority=1), run("a", 4, priority=2)]
    assert [r.id for r in fair_order(queue, [])] == ["a4", "a3", "a1", "b2"]


def test_a_full_queue_is_refused_in_one_sentence():
    rules = Rules(most_waiting_each=3)
    check_room(MOST_WAITING - 1, 2, MOST_KEPT_EACH - 1, rules)
    with pytest.raises(LabError, match="3 of your runs are waiting or paused"):
        check_room(3, 3, 3, rules)
    with pytest.raises(LabError, match="queue is full"):
        check_room(MOST_WAITING, 0, 0, rules)
    with pytest.raises(LabError, match="500 of your runs are kept"):
        check_room(0, 0, MOST_KEPT_EACH, rules)


SPEC = {
    "model": "fast",
    "data": "signs",
    "recipe": "fast",
    "image_size": 64,
    "batch_size": 32,
    "epochs": 10,
}


def timed(owner, age, **fields):
    """A run with a spec: 10 epochs of one net unless told otherwise."""
    values = {
        "spec": SPEC | {"model": fields.pop("model", "fast")},
        "epoch": 0,
        "total_steps": 0,
        "step": 0,
    } | fields
    return replace(run(owner, age), **values)


def test_a_run_starts_when_those_before_it_have_had_their_time():
    done = [timed("x", 0, seconds=20.0, epoch=10)]
    order = [timed("a", 1), timed("b", 2), timed("c", 3)]
    running = [timed("y", -1, eta_seconds=5.0)]
    starts = [seconds_until_start(waiting, order, running, done) for waiting in order]
    assert starts == [5, 25, 45]
    two = [*running, timed("z", -2, eta_seconds=12.0)]
    assert [seconds_until_start(r, order, two, done) for r in order] == [5, 12, 25]
    assert seconds_until_start(order[0], order, [], done) == 0


def test_the_newest_finished_run_tells_the_pace_and_epochs_behind_count():
    done = [timed("x", 9, seconds=10.0, epoch=10), timed("x", 1, seconds=90.0, epoch=10)]
    order = [timed("a", 1, epoch=4), timed("b", 2)]
    assert seconds_until_start(order[1], order, [], done) == pytest.approx(6)


def test_a_running_one_tells_the_pace_where_none_has_finished():
    running = [
        timed(
            "y",
            -1,
            eta_seconds=30.0,
            started_at=100.0,
            heartbeat_at=110.0,
            step=25,
            total_steps=100,
        )
    ]
    order = [timed("a", 1), timed("b", 2)]
    assert seconds_until_start(order[1], order, running, []) == pytest.approx(30 + 40)


def test_a_clock_that_was_set_back_makes_no_time_negative():
    running = [
        timed(
            "y",
            -1,
            eta_seconds=30.0,
            started_at=3700.0,
            heartbeat_at=110.0,
            step=25,
            total_steps=100,
        )
    ]
    order = [timed("a", 1), timed("b", 2)]
    assert seconds_until_start(order[1], order, running, []) == pytest.approx(30 + 30)


def test_nobody_guesses_about_a_net_that_was_never_timed():
    done = [timed("x", 0, seconds=20.0, epoch=10)]
    order = [timed("a", 1, model="resnet50"), timed("b", 2)]
    assert seconds_until_start(order[0], order, [], done) == 0
    assert seconds_until_start(order[1], order, [], done) is None
    running = [timed("y", -1, model="resnet50", eta_seconds=None)]
    assert seconds_until_start(order[0], order, running, done) is None
