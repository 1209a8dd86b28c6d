"""What the screens ask of the queue, without a cluster behind it."""

import threading
from concurrent.futures import Future
from contextlib import suppress
from types import SimpleNamespace

import pytest

from resnet.errors import LabError
from resnet.jobs import cluster as module
from resnet.jobs import queue
from resnet.jobs.cluster import CERTIFICATES, Cluster, connect
from resnet.jobs.fairness import KEPT_UNBEGUN
from resnet.store.records import Rules
from resnet.store.run_store import RunStore
from resnet.store.states import State
from resnet.training.spec import TrainingSpec
from tests.waiting import until


class NoCluster:
    """Notes what it is asked."""

    def __init__(self):
        self.woken = 0

    def wake(self):
        self.woken += 1

    def probe(self, function, *args):
        answer = Future()
        answer.set_result(function(*args))
        return answer


@pytest.fixture
def cluster(monkeypatch):
    cluster = NoCluster()
    monkeypatch.setattr(module, "_shared", cluster)
    return cluster


def test_a_submitted_run_waits_in_the_store_and_wakes_the_cluster(cluster):
    run_id = queue.submit_run(TrainingSpec(seed=7), owner="ada", origin="comparison")
    run = RunStore().get(run_id)
    assert (run.state, run.owner, run.origin) == (State.QUEUED, "ada", "comparison")
    assert TrainingSpec(**run.spec) == TrainingSpec(seed=7)
    assert cluster.woken == 1


def test_the_teachers_rules_hold_for_a_new_run(cluster):
    RunStore().set_rules(Rules(most_epochs=10, most_waiting_each=1))
    with pytest.raises(LabError, match="at most 10 epochs a run: got 11"):
        queue.submit_run(TrainingSpec(epochs=11), owner="ada")
    queue.submit_run(TrainingSpec(epochs=10), owner="ada")
    with pytest.raises(LabError, match="1 of your runs are waiting"):
        queue.submit_run(TrainingSpec(epochs=10), owner="ada")
    assert len(RunStore().runs()) == 1


def test_paused_runs_make_no_room_for_more(cluster):
    RunStore().set_rules(Rules(most_waiting_each=2))
    for _run in range(2):
        assert queue.pause_run(queue.submit_run(TrainingSpec(), owner="ada"))
    with pytest.raises(LabError, match="2 of your runs are waiting or paused"):
        queue.submit_run(TrainingSpec(), owner="ada")
    queue.submit_run(TrainingSpec(), owner="bob")


@pytest.mark.slow
def test_a_thousand_runs_of_one_learner_stay_few(cluster):
    """Pausing, stopping and resuming as they please, one learner fills neither queue nor store."""
    store, submitted = RunStore(), []
    finished = store.create({}, owner="ada", state=State.STOPPED, started_at=1.0)
    wishes = (queue.pause_run, queue.stop_run, queue.resume_run)
    for number in range(1000):
        with suppress(LabError):
            submitted.append(queue.submit_run(TrainingSpec(), store, owner="ada"))
        # As often to the newest as to one of old.
        wishes[number % 3](submitted[-1 if number % 2 else number % len(submitted)], store)
    waiting = store.count((State.QUEUED, State.PAUSED), "ada")
    assert waiting <= Rules().most_waiting_each
    assert store.count(None) <= KEPT_UNBEGUN + 1 + waiting + 1
    assert store.get(finished).owner == "ada"  # what began is kept


def test_a_learner_keeps_so_many_runs_until_they_delete_some(cluster, monkeypatch):
    monkeypatch.setattr("resnet.jobs.fairness.MOST_KEPT_EACH", 3)
    store = RunStore()
    kept = [store.create({}, owner="ada", state=State.DONE) for _run in range(3)]
    with pytest.raises(LabError, match="3 of your runs are kept"):
        queue.submit_run(TrainingSpec(), owner="ada")
    queue.submit_run(TrainingSpec(), owner="bob")
    queue.delete_run(kept[0], store)
    queue.submit_run(TrainingSpec(), owner="ada")


def test_stop_is_idempotent(cluster):
    run_id = queue.submit_run(TrainingSpec())
    assert queue.stop_run(run_id)
    assert not queue.stop_run(run_id)
    assert RunStore().get(run_id).state is State.STOPPED


def test_a_probe_is_a_future(cluster):
    assert queue.probe(divmod, 17, 5).result() == (3, 2)


def test_there_is_one_cluster_a_process(cluster):
    assert connect() is connect() is cluster


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:8786", "tls://127.0.0.1:8786", "nonsense"])
def test_an_outside_scheduler_without_certificates_is_refused(address, monkeypatch):
    monkeypatch.setenv("RESNET_LAB_SCHEDULER", address)
    for name in CERTIFICATES.values():
        monkeypatch.delenv(name, raising=False)
    cluster = Cluster()
    assert cluster.wait(60) == "failed"
    assert "needs TLS" in cluster.reason
    with pytest.raises(LabError, match="needs TLS"):
        cluster.probe(divmod, 1, 1).result(10)
    cluster.close()


def test_what_was_asked_before_the_failure_is_answered_too(monkeypatch):
    monkeypatch.setenv("RESNET_LAB_DATABASE_URL", "nosuchdatabase://x")
    monkeypatch.setattr(Cluster, "_connect", connect_to_nothing)
    cluster = Cluster()
    answer = cluster.probe(divmod, 1, 1)
    with pytest.raises(LabError, match="cannot be opened"):
        answer.result(60)
    cluster.close()


def test_a_store_that_comes_back_is_served_again(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "RETRY_SECONDS", 0.05)
    monkeypatch.setattr(Cluster, "_connect", connect_to_nothing)
    database = tmp_path / "runs" / "runs.db"
    database.mkdir(parents=True)  # what stands there is no database
    cluster = Cluster()
    try:
        assert cluster.wait(60) == "failed"
        assert "cannot be opened" in cluster.reason
        with pytest.raises(LabError, match="cannot be opened"):
            cluster.probe(divmod, 1, 1).result(60)
        database.rmdir()
        until(lambda: cluster.status == "ready")
        run_id = RunStore().create({})
        cluster.wake()
        until(lambda: run_id in cluster.client.tasks)
    finally:
        cluster.close()


def test_an_unforeseen_error_at_the_start_is_tried_again(monkeypatch, caplog):
    tried = []

    def connect(cluster):
        tried.append(cluster)
        if len(tried) == 1:  # as where two threads import the same library
            raise ImportError("partially initialized module")
        connect_to_nothing(cluster)

    monkeypatch.setattr(Cluster, "_connect", connect)
    cluster = Cluster()
    try:
        until(lambda: cluster.status == "ready")
        run_id = RunStore().create({})
        cluster.wake()
        until(lambda: run_id in cluster.client.tasks)
    finally:
        cluster.close()
    assert len(tried) == 2
    assert "trying again" in caplog.text


def test_closing_ends_a_service_that_keeps_its_thread_waiting(monkeypatch):
    monkeypatch.setattr(module, "CLOSING_SECONDS", 0.1)
    over, ended = threading.Event(), []
    monkeypatch.setattr(Cluster, "_keep", lambda cluster: over.wait(60))
    cluster = Cluster()
    cluster.service = SimpleNamespace(kill=lambda: ended.append("killed"))
    cluster.close()
    over.set()
    assert ended == ["killed"]


def connect_to_nothing(cluster):
    """Connect at once, to workers that take every task and never end one."""
    cluster.client = NoClient()
    cluster._announce("ready")


class NoClient:
    """A client of nothing."""

    status = "running"

    def __init__(self):
        self.tasks = []

    def scheduler_info(self, n_workers):
        return {"workers": {"a": {"resources": {"train": 1}}}}

    def submit(self, function, run_id, **options):
        self.tasks.append(run_id)
        return Future()

    def close(self, timeout):
        pass
