"""Answers to the questions of the screens: one a learner, the last one counts."""

import time

import pytest

from resnet.store.run_store import RunStore


@pytest.fixture
def store(address):
    return RunStore(address)


def test_the_last_answer_of_each_learner_counts(store):
    for owner, choice in (("ada", 0), ("bob", 1), ("ada", 1), ("cy", 0), ("cy", 0)):
        store.answer("deep_is_hard.error", owner, choice)
    store.answer("another", "ada", 2)
    assert store.answers("deep_is_hard.error") == {1: 2, 0: 1}
    assert store.answers("never asked") == {}


def test_a_teacher_can_look_at_this_lessons_answers_alone(store):
    store.answer("question", "last year's class", 0)
    begun = time.time() + 1
    assert store.answers("question", since=begun) == {}
