"""Which runs a keeper brings to the workers, and which it gives up; the cluster is played."""

import pytest
from distributed import KilledWorker

from resnet.jobs import keeper as module
from resnet.jobs.keeper import LAB_CLOSED, SILENCE_SECONDS, TASK_FAILED, WORKER_LOST, Keeper
from resnet.jobs.tasks import train_run
from resnet.store.records import Rules
from resnet.store.run_store import RunStore
from resnet.store.states import State


class Task:
    """A Dask future whose end the test decides."""

    def __init__(self):
        self.status, self.error = "pending", None

    def done(self):
        return self.status != "pending"

    def exception(self):
        return self.error

    def end(self, error=None):
        self.status, self.error = ("error" if error else "finished"), error


class Client:
    """Takes tasks and never runs them, for as many workers as it says it has."""

    def __init__(self, workers=9):
        self.tasks, self.workers = {}, workers

    def scheduler_info(self, n_workers):
        assert n_workers == -1
        train = {str(number): {"resources": {"train": 1}} for number in range(self.workers)}
        return {"workers": train | {"probe": {"resources": {"probe": 1}}}}

    def submit(self, function, run_id, resources, pure):
        assert (function, resources, pure) == (train_run, {"train": 1}, False)
        return self.tasks.setdefault(run_id, Task())


@pytest.fixture
def clock(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    return now


@pytest.fixture
def store():
    return RunStore()


def test_waiting_runs_are_submitted_once_oldest_first(store):
    client = Client()
    keeper = Keeper(store, client)
    first, second = store.create({}), store.create({})
    attended = store.create({}, origin="cli")
    keeper.look()
    third = store.create({})
    keeper.look()
    assert list(client.tasks) == [first, second, third]
    assert attended not in client.tasks


def test_nothing_is_submitted_while_the_teacher_holds_the_queue(store):
    client = Client()
    keeper = Keeper(store, client)
    run_id = store.create({})
    store.set_rules(Rules(paused=True))
    keeper.look()
    assert not client.tasks
    store.set_rules(Rules())
    keeper.look()
    assert list(client.tasks) == [run_id]


def test_no_more_is_submitted_than_there_are_workers_and_learners_take_turns(store):
    client = Client(workers=2)
    keeper = Keeper(store, client)
    many = [store.create({}, owner="ada") for _run in range(3)]
    one = store.create({}, owner="bob")
    keeper.look()
    assert list(client.tasks) == [many[0], one]
    for run_id in (many[0], one):
        store.set_state(run_id, State.RUNNING)
        keeper.look()
    assert list(client.tasks) == [many[0], one]
    store.finish(one, State.DONE)
    client.tasks[one].end()
    keeper.look()
    assert list(client.tasks) == [many[0], one, many[1]]


def test_a_keeper_that_starts_later_submits_what_still_waits(store):
    waiting, stopped = store.create({}), store.create({})
    store.request_stop(stopped)
    client = Client()
    Keeper(store, client).look()
    assert list(client.tasks) == [waiting]


@pytest.mark.parametrize(
    ("error", "times", "reason"),
    [(KilledWorker("t", None, 0), 3, WORKER_LOST), (ImportError(), 1, TASK_FAILED)],
)
def test_a_task_that_breaks_fails_its_run_a_killed_worker_only_the_third_time(
    store, error, times, reason
):
    client = Client()
    keeper = Keeper(store, client)
    run_id = store.create({})
    for time in range(times):
        assert store.get(run_id).state is State.QUEUED, time
        keeper.look()
        if isinstance(error, KilledWorker):
            store.set_state(run_id, State.RUNNING)
        client.tasks.pop(run_id).end(error)
        keeper.look()
    run = store.get(run_id)
    assert (run.state, run.reason) == (State.FAILED, reason)


def test_a_run_that_another_servers_worker_has_is_not_failed_by_ones_own(store):
    client = Client()
    keeper = Keeper(store, client)
    run_id = store.create({})
    keeper.look()
    store.set_state(run_id, State.RUNNING)  # by the other server's
    client.tasks[run_id].end(ImportError())
    keeper.look()
    assert store.get(run_id).state is State.RUNNING


def test_nothing_is_submitted_while_nothing_can_be_kept(store, monkeypatch):
    client = Client()
    keeper = Keeper(store, client)
    run_id = store.create({})
    with monkeypatch.context() as patch:
        patch.setattr(store, "last_trouble", lambda: OSError("no space left on device"))
        keeper.look()
    assert not client.tasks
    keeper.look()
    assert list(client.tasks) == [run_id]


def test_the_reason_a_worker_wrote_stays(store):
    client = Client()
    keeper = Keeper(store, client)
    run_id = store.create({})
    keeper.look()
    store.set_state(run_id, State.RUNNING)
    store.finish(run_id, State.FAILED, "no such folder")
    client.tasks[run_id].end(ValueError())
    keeper.look()
    assert store.get(run_id).reason == "no such folder"


@pytest.mark.parametrize(("origin", "end"), [("app", State.QUEUED), ("cli", State.FAILED)])
def test_a_silent_run_is_taken_back_and_a_beating_one_is_not(store, clock, origin, end):
    keeper = Keeper(store, Client())
    silent, beating = store.create({}, origin=origin), store.create({})
    for run_id in (silent, beating):
        store.set_state(run_id, State.RUNNING, heartbeat_at=1.0)
    keeper.look()
    for second in range(1, round(SILENCE_SECONDS) + 3):
        clock[0] = second
        store.heartbeat(beating)
        keeper.look()
        assert store.get(silent).state == (State.RUNNING if second <= SILENCE_SECONDS else end)
    assert store.get(silent).reason == (LAB_CLOSED if end is State.FAILED else "")
    assert store.get(beating).state is State.RUNNING


@pytest.mark.parametrize("broken", [False, True])
def test_a_deleted_run_does_not_stop_the_keeper(store, clock, broken, monkeypatch):
    client = Client()
    keeper = Keeper(store, client)
    deleted = store.create({})
    keeper.look()
    store.set_state(deleted, State.RUNNING, heartbeat_at=1.0)
    keeper.look()
    clock[0] = SILENCE_SECONDS + 1
    if broken:
        client.tasks[deleted].end(KilledWorker("t", None, 0))
        delete(store, deleted)
    else:  # between the list of runs and the look at this one
        lose = RunStore.lose_worker
        monkeypatch.setattr(RunStore, "lose_worker", lambda *a: delete(store, deleted) or lose(*a))
    keeper.look()
    following = store.create({})
    keeper.look()
    assert following in client.tasks


def delete(store, run_id):
    """Remove a run as its learner does: stop it, then delete it."""
    store.finish(run_id, State.STOPPED)
    store.delete(run_id)


def test_a_changed_wall_clock_ends_nothing(store, clock, monkeypatch):
    keeper = Keeper(store, Client())
    run_id = store.create({})
    store.set_state(run_id, State.RUNNING, heartbeat_at=4e9)
    for second in range(60):
        clock[0] = second
        monkeypatch.setattr("resnet.store.run_store.time.time", lambda s=second: 4e9 - 3600 * s)
        store.heartbeat(run_id)
        keeper.look()
    assert store.get(run_id).state is State.RUNNING
