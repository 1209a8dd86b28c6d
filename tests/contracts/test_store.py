"""What every run store promises; each backend is one more parameter of the fixture."""

import math
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from threading import Barrier

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from resnet.errors import LabError
from resnet.store.records import Metric
from resnet.store.run_store import ClaimLost
from resnet.store.states import ACTIVE, FINAL, SOURCES, State

SPEC = {"model": "fast", "data": "signs", "epochs": 2, "learning_rate": 0.1}


def test_a_new_run_waits_with_its_spec(store):
    run = store.get(store.create(SPEC, owner="ada", origin="cli"))
    assert (run.state, run.spec, run.owner, run.origin) == (State.QUEUED, SPEC, "ada", "cli")
    assert run.created_at > 1.7e9
    assert (run.started_at, run.finished_at, run.test_accuracy) == (None, None, None)
    assert run.progress == 0


def test_an_unknown_run_is_one_sentence(store):
    with pytest.raises(LabError, match="There is no run nowhere"):
        store.get("nowhere")


def test_runs_come_newest_first_and_filtered(store):
    first, second, third = (store.create(SPEC, owner=owner) for owner in ("ada", "bob", "ada"))
    store.set_state(second, State.RUNNING)
    assert [run.id for run in store.runs()] == [third, second, first]
    assert [run.id for run in store.runs(limit=1)] == [third]
    assert [run.id for run in store.runs(state=State.RUNNING)] == [second]
    assert [run.id for run in store.runs(state=(State.QUEUED, State.DONE), owner="ada")] == [
        third,
        first,
    ]
    assert store.runs(origin="cli") == []


def brought_to(store, state):
    run_id = store.create(SPEC)
    if state is not State.QUEUED:
        if state is not State.STOPPED:
            store.set_state(run_id, State.RUNNING)
        store.set_state(run_id, state)
    assert store.get(run_id).state == state
    return run_id


def test_only_the_listed_transitions_happen(store):
    for start, end in product(State, State):
        run_id = brought_to(store, start)
        moved = store.set_state(run_id, end)
        assert moved == (start in SOURCES[end]), (start, end)
        assert store.get(run_id).state == (end if moved else start)


def test_nothing_leads_out_of_a_final_state():
    assert not any(state in sources for state in FINAL for sources in SOURCES.values())
    assert set(FINAL) | set(ACTIVE) == set(State)


def test_of_many_racing_for_a_final_state_one_wins(store):
    run_id = brought_to(store, State.RUNNING)
    barrier = Barrier(8)

    def finish(number):
        barrier.wait()
        return store.finish(run_id, FINAL[number % 4], reason=str(number))

    with ThreadPoolExecutor(8) as threads:
        won = list(threads.map(finish, range(8)))
    assert sum(won) == 1
    run = store.get(run_id)
    assert run.reason == str(won.index(True))
    assert run.state == FINAL[won.index(True) % 4]


def test_finish_keeps_results_and_the_time(store):
    run_id = brought_to(store, State.RUNNING)
    assert store.finish(run_id, State.DONE, test_accuracy=0.975, test_loss=math.nan)
    run = store.get(run_id)
    assert (run.test_accuracy, run.test_loss) == (0.975, None)
    assert run.finished_at >= run.created_at


def test_stop_ends_a_waiting_run_and_asks_a_running_one(store):
    waiting, running, done = (
        brought_to(store, state) for state in (State.QUEUED, State.RUNNING, State.DONE)
    )
    assert store.request_stop(waiting)
    assert store.get(waiting).state is State.STOPPED
    assert store.ordered(running) is None
    assert store.request_stop(running, "Enough.")
    assert store.request_stop(running)
    assert store.get(running).state is State.RUNNING
    assert store.ordered(running) is State.STOPPED
    assert store.finish(running, State.STOPPED)  # as its worker does, which knows no reason
    assert store.get(running).reason == "Enough."
    assert not store.request_stop(done)
    assert store.get(done).control == ""


def test_a_worker_ends_a_run_that_is_no_longer_its(store):
    run_id = brought_to(store, State.RUNNING)
    store.finish(run_id, State.FAILED, "its worker was taken for dead")
    assert store.ordered(run_id) is State.STOPPED
    assert store.ordered("deleted") is State.STOPPED


def test_a_worker_whose_run_another_has_taken_ends_and_changes_nothing(store):
    run_id = store.create(SPEC)
    store.set_state(run_id, State.RUNNING, started_at=1.0)
    assert store.lose_worker(run_id, 2, "gone") is State.QUEUED
    store.set_state(run_id, State.RUNNING, started_at=2.0)
    assert store.ordered(run_id, 1.0) is State.STOPPED
    assert store.ordered(run_id, 2.0) is None
    assert not store.finish(run_id, State.STOPPED, claim=1.0)
    assert store.finish(run_id, State.DONE, claim=2.0)


@pytest.mark.parametrize("taken_again", [False, True])
def test_a_worker_that_hung_records_nothing_in_a_run_that_was_taken_back(store, taken_again):
    run_id = store.create(SPEC)
    store.set_state(run_id, State.RUNNING, started_at=1.0)
    store.append_metrics(run_id, [Metric(1, 1, "loss", 1.0)], claim=1.0)
    store.append_norms(run_id, 1, [1.0], claim=1.0)
    assert store.lose_worker(run_id, 2, "silent") is State.QUEUED
    if taken_again:
        store.set_state(run_id, State.RUNNING, started_at=2.0)
    before = store.get(run_id)
    for late in (
        lambda: store.append_metrics(run_id, [Metric(2, 1, "loss", 0.5)], claim=1.0),
        lambda: store.append_norms(run_id, 2, [0.5], claim=1.0),
        lambda: store.forget_after(run_id, 0, claim=1.0),
    ):
        with pytest.raises(ClaimLost):
            late()
    store.heartbeat(run_id, 1.0, epoch=7)
    for state in (State.STOPPED, State.PAUSED, State.FAILED, State.DONE):
        assert not store.set_state(run_id, state, claim=1.0)
    assert store.get(run_id) == before
    assert store.metrics(run_id)["loss"].steps == store.norms(run_id).steps == [1]


def test_pause_holds_a_waiting_run_and_asks_a_running_one(store):
    waiting, running, done = (
        brought_to(store, state) for state in (State.QUEUED, State.RUNNING, State.DONE)
    )
    for _twice in range(2):
        assert store.request_pause(running)
    assert store.request_pause(waiting)
    assert not store.request_pause(done)
    assert store.get(waiting).state is State.PAUSED
    assert store.ordered(running) is State.PAUSED
    assert store.set_state(running, State.PAUSED, control="")
    for run_id in (waiting, running):
        assert store.request_resume(run_id)
        assert not store.request_resume(run_id)
        assert store.get(run_id).state is State.QUEUED
    assert not store.request_resume(done)


def test_a_pause_not_yet_taken_can_be_taken_back_and_stop_outranks_it(store):
    first, second = brought_to(store, State.RUNNING), brought_to(store, State.RUNNING)
    store.request_pause(first)
    assert store.request_resume(first)
    assert (store.get(first).state, store.ordered(first)) == (State.RUNNING, None)
    store.request_stop(second)
    store.request_pause(second)
    assert store.ordered(second) is State.STOPPED


def test_a_paused_run_can_be_stopped(store):
    run_id = brought_to(store, State.PAUSED)
    assert store.request_stop(run_id)
    assert store.get(run_id).state is State.STOPPED


def test_a_lost_worker_is_forgiven_twice(store):
    run_id = brought_to(store, State.RUNNING)
    for _time in range(2):
        assert store.lose_worker(run_id, 2, "gone") is State.QUEUED
        store.set_state(run_id, State.RUNNING)
    assert store.lose_worker(run_id, 2, "gone") is State.FAILED
    assert store.get(run_id).reason == "gone"
    assert store.get(run_id).losses == 3
    assert store.metrics(run_id) == {}
    assert store.lose_worker(run_id, 2, "again") is None


def test_the_lost_worker_of_a_deleted_run_is_no_error(store):
    assert store.lose_worker("deleted", 2, "gone") is None


@pytest.mark.parametrize(("wish", "end"), [("stop", State.STOPPED), ("pause", State.PAUSED)])
def test_a_lost_run_does_what_was_asked_of_it(store, wish, end):
    run_id = brought_to(store, State.RUNNING)
    getattr(store, f"request_{wish}")(run_id)
    assert store.lose_worker(run_id, 2, "gone") is end


def test_of_many_keepers_one_takes_a_lost_run_back(store):
    run_id = brought_to(store, State.RUNNING)
    with ThreadPoolExecutor(8) as threads:
        taken = list(threads.map(lambda _n: store.lose_worker(run_id, 2, "gone"), range(8)))
    assert sorted(taken, key=str) == [None] * 7 + [State.QUEUED]
    assert store.get(run_id).losses == 1


def test_what_was_recorded_after_a_step_is_dropped(store):
    run_id = brought_to(store, State.RUNNING)
    store.set_layers(run_id, ["a"])
    store.append_metrics(run_id, [Metric(step, 1, "loss", 1.0) for step in range(1, 6)])
    for step in (1, 4):
        store.append_norms(run_id, step, [1.0])
    store.forget_after(run_id, 3)
    assert store.metrics(run_id)["loss"].steps == [1, 2, 3]
    assert store.norms(run_id).steps == [1]


def test_heartbeat_moves_a_running_run_only(store):
    running, done = brought_to(store, State.RUNNING), brought_to(store, State.DONE)
    for run_id in (running, done):
        store.heartbeat(run_id, epoch=1, step=7, total_steps=28, images_per_second=math.inf)
    assert store.get(running).progress == 0.25
    assert store.get(running).heartbeat_at is not None
    assert store.get(running).images_per_second is None
    assert store.get(done).heartbeat_at is None


def test_versions_are_read_as_written(store):
    run_id = store.create(SPEC)
    store.set_state(run_id, State.RUNNING, device="CPU", versions={"keras": "3.15.1"})
    assert store.get(run_id).versions == {"keras": "3.15.1"}


def test_curves_are_followed_by_step(store):
    run_id, other = store.create(SPEC), store.create(SPEC)
    store.append_metrics(run_id, [Metric(1, 1, "loss", 1.8), Metric(1, 1, "accuracy", 0.2)])
    store.append_metrics(other, [Metric(1, 1, "loss", 9.0)])
    store.append_metrics(run_id, [])
    store.append_metrics(run_id, [Metric(2, 1, "loss", 1.5), Metric(3, 2, "loss", math.nan)])
    curves = store.metrics(run_id)
    assert curves["accuracy"].values == [0.2]
    assert curves["loss"].steps == [1, 2, 3]
    assert curves["loss"].epochs == [1, 1, 2]
    assert curves["loss"].values[:2] == [1.8, 1.5]
    assert math.isnan(curves["loss"].values[2])
    assert store.metrics(run_id, ["loss"], after=1)["loss"].steps == [2, 3]
    assert store.metrics(run_id, ["loss"], after=3) == {}


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(values=st.lists(st.floats(allow_nan=False, allow_infinity=False), max_size=30))
def test_any_finite_value_comes_back_as_it_was(store, values):
    run_id = store.create(SPEC)
    points = [Metric(step, 1, "loss", value) for step, value in enumerate(values, start=1)]
    store.append_metrics(run_id, points)
    curves = store.metrics(run_id)
    assert (curves["loss"].values if values else curves) == (values or {})


def test_norms_are_rows_of_layers(store):
    run_id = store.create(SPEC)
    assert store.norms(run_id).layers == []
    store.set_layers(run_id, ["stem_conv", "fc6"])
    store.append_norms(run_id, 1, [0.5, 2.0])
    store.append_norms(run_id, 11, [0.25, math.inf])
    norms = store.norms(run_id)
    assert (norms.layers, norms.steps) == (["stem_conv", "fc6"], [1, 11])
    assert norms.values[0] == [0.5, 2.0]
    assert math.isnan(norms.values[1][1])
    assert store.norms(run_id, after=1).steps == [11]


def test_predictions_replace_earlier_ones(store):
    run_id = store.create(SPEC)
    store.save_predictions(run_id, [0, 1, 2], [0, 2, 2], [0.9, 0.4, 0.8])
    store.save_predictions(run_id, [5, 4], [5, 5], [0.7, 0.6])
    answers = store.predictions(run_id)
    assert (answers.images, answers.labels, answers.predicted) == ([0, 1], [5, 4], [5, 5])
    assert answers.confidences == [0.7, 0.6]


def test_delete_takes_everything_of_a_finished_run(store):
    run_id = brought_to(store, State.RUNNING)
    store.append_metrics(run_id, [Metric(1, 1, "loss", 1.0)])
    with pytest.raises(LabError, match="stop it first"):
        store.delete(run_id)
    store.finish(run_id, State.DONE)
    store.delete(run_id)
    assert store.runs() == []
    assert store.metrics(run_id) == {}


def test_of_the_runs_that_never_began_only_the_newest_stay(store):
    never = [store.create(SPEC) for _run in range(3)]
    part, goes_on = store.create(SPEC, experiment="class"), store.create(SPEC, parent="other")
    for run_id in (*never, part, goes_on):
        store.request_stop(run_id)
    waiting, done = store.create(SPEC), brought_to(store, State.DONE)
    store.drop_unbegun(1)
    assert {run.id for run in store.runs()} == {never[2], part, goes_on, waiting, done}
    assert store.count(None) == 5
    assert store.count((State.QUEUED, State.DONE)) == 2
