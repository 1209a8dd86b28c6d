"""The order of the queue, as a property: nobody waits for anybody's second run with their first."""

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resnet.errors import LabError
from resnet.jobs.fairness import MOST_WAITING, check_room, fair_order
from resnet.store.records import Rules, Run

LEARNERS = st.lists(st.sampled_from("abcd"), max_size=20)


def run(owner, age, priority=0):
    values = dict.fromkeys((field.name for field in fields(Run)), None)
    told = {"id": f"{owner}{age}", "owner": owner, "created_at": float(age), "priority": priority}
    return Run(**values | told)


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
    check_room(MOST_WAITING - 1, 2, rules)
    with pytest.raises(LabError, match="3 of your runs"):
        check_room(3, 3, rules)
    with pytest.raises(LabError, match="queue is full"):
        check_room(MOST_WAITING, 0, rules)
