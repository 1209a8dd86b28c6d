"""A class's experiment: everyone gets one cell, whoever comes when."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from resnet.errors import LabError
from resnet.store.records import Rules
from resnet.store.run_store import RunStore
from resnet.store.states import State

CELLS = [{"model": f"{kind}{depth}"} for depth in (8, 20) for kind in ("plain", "resnet")]


@pytest.fixture
def store(address):
    return RunStore(address)


def test_an_experiment_comes_back_as_it_was_made(store):
    first = store.create_experiment(" depth ", CELLS, owner="teacher")
    second = store.create_experiment("x" * 200, CELLS[:1])
    found = store.experiment(first)
    assert (found.title, found.owner, found.closed) == ("depth", "teacher", False)
    assert list(found.cells) == CELLS
    assert [e.id for e in store.experiments()] == [second, first]
    assert len(store.experiment(second).title) == 80
    with pytest.raises(LabError, match="ask the teacher"):
        store.experiment("nowhere")


def test_learners_who_come_at_once_share_the_cells_evenly(store):
    experiment = store.create_experiment("depth", CELLS)
    with ThreadPoolExecutor(8) as threads:
        cells = list(
            threads.map(lambda n: store.take_cell(experiment, f"learner {n}").cell, range(12))
        )
    assert Counter(cells) == dict.fromkeys(range(4), 3)
    assert [store.take_cell(experiment, f"learner {n}").cell for n in range(12)] == cells


def test_a_guess_is_made_once(store):
    experiment = store.create_experiment("depth", CELLS)
    store.take_cell(experiment, "ada")
    assert store.expect(experiment, "ada", 0.25, "run1")
    assert not store.expect(experiment, "ada", 0.5, "run2")
    assert store.take_cell(experiment, "ada").guess == 0.25
    assert [(g.owner, g.run_id) for g in store.guesses(experiment)] == [("ada", "run1")]


def test_a_closed_experiment_gives_out_no_more_cells(store):
    experiment = store.create_experiment("depth", CELLS)
    store.take_cell(experiment, "ada")
    store.close_experiment(experiment)
    assert store.take_cell(experiment, "ada").cell == 0
    with pytest.raises(LabError, match="closed"):
        store.take_cell(experiment, "bob")


def test_runs_are_found_by_their_experiment(store):
    inside = store.create({}, experiment="abc")
    store.create({})
    assert [run.id for run in store.runs(experiment="abc")] == [inside]


def test_rules_are_kept(store):
    assert store.rules() == Rules()
    for rules in (Rules(paused=True), Rules(most_waiting_each=3, most_epochs=50)):
        store.set_rules(rules)
        assert store.rules() == rules


def test_a_run_is_named_tagged_preferred_and_counted(store):
    run_id = store.create({}, owner="ada")
    store.create({}, owner="bob")
    store.describe(run_id, "  my best  ", ["depth", " depth ", "", *map(str, range(20))])
    store.prefer(run_id, 2)
    run = store.get(run_id)
    assert (run.title, run.priority) == ("my best", 2)
    assert run.tags[:2] == ("depth", "0")
    assert len(run.tags) == 10
    assert store.count(State.QUEUED) == 2
    assert store.count(State.QUEUED, "ada") == 1
