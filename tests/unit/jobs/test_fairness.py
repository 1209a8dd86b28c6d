"""The order of the queue, as a property: nobody waits for anybody's second run with their first."""

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resnet.errors import LabError
from resnet.jobs.fairness import MOST_WAITING, MOST_WAITING_EACH, check_room, fair_order
from resnet.store.records import Run

LEARNERS = st.lists(st.sampled_from("abcd"), max_size=20)


def run(owner, age):
    values = dict.fromkeys((field.name for field in fields(Run)), None)
    return Run(**values | {"id": f"{owner}{age}", "owner": owner, "created_at": float(age)})


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


def test_a_full_queue_is_refused_in_one_sentence():
    own = [run("a", age) for age in range(MOST_WAITING_EACH)]
    check_room(own, "b")
    with pytest.raises(LabError, match=f"{MOST_WAITING_EACH} of your runs"):
        check_room(own, "a")
    others = [run(str(age), age) for age in range(MOST_WAITING)]
    with pytest.raises(LabError, match="queue is full"):
        check_room(others, "a")
