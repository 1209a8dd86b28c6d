"""The local cluster for real: a process of its own, TLS on loopback, runs from queue to end."""

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from resnet.jobs import local_service
from resnet.jobs.cluster import Cluster
from resnet.jobs.keeper import WORKER_LOST
from resnet.settings import PROJECT
from resnet.store.records import WORKER_LOST as LOST
from resnet.store.run_store import RunStore
from resnet.store.states import State
from resnet.training.spec import parse_spec
from tests.waiting import until

TINY = {
    "model": "resnet8",
    "data": "synthetic",
    "recipe": "notebook",
    "epochs": 1,
    "batch_size": 240,
    "image_size": 16,
}


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """A connected cluster and the store it serves, in a folder of their own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RESNET_LAB_RUNS", str(tmp_path_factory.mktemp("runs")))
        patch.delenv("RESNET_LAB_DATABASE_URL", raising=False)
        cluster, store = Cluster(), RunStore()
        assert cluster.wait(120) == "ready", cluster.reason
        yield cluster, store
        cluster.close()


@pytest.fixture
def in_its_folder(lab, monkeypatch):
    """Look for files where the module's cluster puts them."""
    monkeypatch.setenv("RESNET_LAB_RUNS", str(lab[0]._log.parent.parent))


def queued(lab, **changes) -> str:
    """Queue a tiny run, as queue.submit_run does with this cluster."""
    cluster, store = lab
    run_id = store.create(parse_spec(TINY | changes).model_dump())
    cluster.wake()
    return run_id


def family(pid: int) -> list[psutil.Process]:
    """Return a process and all that descend from it."""
    process = psutil.Process(pid)
    return [process, *process.children(recursive=True)]


def listening(process: psutil.Process) -> list:
    """Return the sockets on which a process waits for connections."""
    sockets = process.net_connections("inet")
    return [socket for socket in sockets if socket.status == psutil.CONN_LISTEN]


def test_nothing_listens_beyond_loopback(lab):
    sockets = [s for process in family(lab[0].service.pid) for s in listening(process)]
    assert sockets
    assert {socket.laddr.ip for socket in sockets} <= {"127.0.0.1", "::1"}


@pytest.mark.skipif(sys.platform != "linux", reason="Linux's own way to choose")
def test_a_worker_dies_of_too_little_memory_before_the_server_does(lab):
    lab[0].probe(divmod, 1, 1).result(timeout=120)  # by then the workers are there
    server, service = wish_to_die(os.getpid()), lab[0].service.pid
    wishes = [wish_to_die(process.pid) for process in family(service)]
    assert wish_to_die(service) == server
    assert until(lambda: sorted(wish_to_die(p.pid) for p in family(service))[-2:] == [1000, 1000])
    assert server < 1000 in wishes


def wish_to_die(pid: int) -> int:
    """Return how readily Linux ends a process when memory runs out, up to 1000."""
    return int(Path(f"/proc/{pid}/oom_score_adj").read_text())


@pytest.mark.parametrize("protocol", ["tcp", "tls"])
def test_a_client_without_the_keys_is_refused(lab, protocol):
    from distributed import Client, Security

    address = lab[0].client.scheduler.address.replace("tls", protocol)
    keys = Security.temporary() if protocol == "tls" else None  # of its own making
    with pytest.raises(OSError, match=r"(?i)timed out|connect|certificate"):
        Client(address, timeout=2, set_as_default=False, security=keys)


def kill_train_worker(cluster):
    """End the training worker as the kernel does when memory runs out."""
    info = cluster.client.scheduler_info()["workers"]
    address = next(worker for worker, facts in info.items() if facts["name"] == "train")
    worker = next(
        process
        for process in family(cluster.service.pid)[1:]
        if any(c.laddr.port == int(address.rsplit(":", 1)[1]) for c in listening(process))
    )
    worker.kill()


def assert_trained_without_a_gap(store, run_id):
    run = store.get(run_id)
    assert run.state is State.DONE, run.reason
    assert store.metrics(run_id)["loss"].steps == list(range(1, run.total_steps + 1))
    assert store.metrics(run_id)["test_accuracy"].epochs == list(range(1, run.spec["epochs"] + 1))


def test_a_run_whose_worker_is_killed_three_times_fails_and_the_next_one_trains(lab):
    cluster, store = lab
    run_id = queued(lab, epochs=1000)
    for _time in range(3):
        started = store.get(run_id).started_at
        until(lambda before=started: (r := store.get(run_id)).started_at != before or r.state.final)
        until(lambda: store.get(run_id).step > 0)
        kill_train_worker(cluster)
        until(lambda: store.get(run_id).state is not State.RUNNING)
    run = until(lambda: (r := store.get(run_id)).state.final and r)
    assert (run.state, run.reason) == (State.FAILED, WORKER_LOST)
    following = queued(lab)
    assert until(lambda: (r := store.get(following)).state.final and r).state == State.DONE


@pytest.mark.parametrize("blow", ["kill", "suspend"])
def test_a_killed_or_hung_service_is_started_anew_and_its_run_goes_on(lab, monkeypatch, blow):
    monkeypatch.setattr("resnet.jobs.keeper.SILENCE_SECONDS", 8)
    monkeypatch.setattr("resnet.jobs.watch.PING_SECONDS", 0.5)
    monkeypatch.setattr("resnet.jobs.watch.ANSWER_SECONDS", 3)
    cluster, store = lab
    running, waiting = queued(lab, epochs=18), queued(lab)
    until(lambda: store.get(running).epoch > 1)
    processes = family(cluster.service.pid)
    getattr(processes[0], blow)()
    assert not psutil.wait_procs(processes, timeout=60)[1]
    until(lambda: store.get(running).state.final)
    assert_trained_without_a_gap(store, running)
    assert until(lambda: (r := store.get(waiting)).state.final and r).state == State.DONE


def test_a_service_that_hangs_while_it_starts_is_ended(tmp_path, monkeypatch):
    monkeypatch.setattr(local_service, "HANDSHAKE_SECONDS", 0.5)
    service = local_service.LocalService(os.environ, tmp_path / "cluster-1.log")
    psutil.Process(service.pid).suspend()  # long before it has imported Dask
    with pytest.raises(OSError, match="the service ended with code -9"):
        service.address()
    service.end()


def test_another_process_can_use_the_scheduler_by_address_and_certificates(
    lab, tmp_path, monkeypatch
):
    client = lab[0].client
    keys = client.security.get_tls_config_for_role("client")
    for role, name in (("ca_file", "CA"), ("cert", "CERT"), ("key", "KEY")):
        (tmp_path / name).write_text(keys[role])
        monkeypatch.setenv(f"RESNET_LAB_TLS_{name}", str(tmp_path / name))
    monkeypatch.setenv("RESNET_LAB_SCHEDULER", client.scheduler.address)
    outside = Cluster()
    assert outside.wait(60) == "ready", outside.reason
    assert outside.service is None
    assert outside.probe(divmod, 17, 5).result(timeout=120) == (3, 2)
    outside.close()


APP = """
import time
from resnet.jobs import keeper
from resnet.jobs.cluster import Cluster
keeper.SILENCE_SECONDS = 8.0
cluster = Cluster()
cluster.wait(120)
print(cluster.service.pid, flush=True)
time.sleep(600)  # until it is killed
"""


def started_app(runs) -> subprocess.Popen:
    """Start a process that keeps a cluster, as the app's server does."""
    return subprocess.Popen(
        [sys.executable, "-c", APP],
        cwd=PROJECT,
        env={"PATH": "/usr/bin:/bin", "RESNET_LAB_RUNS": str(runs), "PYTHONPATH": "."},
        stdout=subprocess.PIPE,
        text=True,
    )


def test_killing_the_app_leaves_no_orphan_and_the_next_app_takes_its_run_up(tmp_path):
    app, store = started_app(tmp_path), RunStore(f"sqlite:///{tmp_path / 'runs.db'}")
    run_id = store.create(parse_spec(TINY | {"epochs": 18}).model_dump())
    assert app.stdout is not None
    service = int(app.stdout.readline())
    # The service and its two nannies' workers, which it starts one after the other.
    processes = until(lambda: len(found := family(service)) >= 3 and found)
    epoch = until(lambda: (r := store.get(run_id)).epoch > 2 and r.epoch)
    app.kill()
    app.wait()
    app.stdout.close()
    assert not psutil.wait_procs(processes, timeout=60)[1]
    assert store.get(run_id).state is State.RUNNING  # nobody was left to say otherwise
    again = started_app(tmp_path)
    try:
        until(lambda: store.get(run_id).state.final)
        assert_trained_without_a_gap(store, run_id)
        assert store.metrics(run_id, (LOST,))[LOST].epochs[0] >= epoch
    finally:
        again.kill()
        again.wait()
        again.stdout.close()


def test_an_unforeseen_error_at_the_start_is_tried_again(monkeypatch, caplog):
    begin, tried = Cluster._connect, []

    def connect(cluster):
        tried.append(cluster)
        if len(tried) == 1:  # as where two threads import the same library
            raise ImportError("partially initialized module")
        begin(cluster)

    monkeypatch.setattr(Cluster, "_connect", connect)
    cluster = Cluster()
    try:
        until(lambda: cluster.status == "ready")
        assert cluster.probe(divmod, 17, 5).result(timeout=120) == (3, 2)
    finally:
        cluster.close()
    assert len(tried) == 2
    assert "trying again" in caplog.text
