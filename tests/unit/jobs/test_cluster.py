"""The local cluster for real: a process of its own, TLS on loopback, runs from queue to end."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import pytest
from cryptography.x509 import load_pem_x509_certificate

from resnet.jobs import local_service
from resnet.jobs.certificate import fresh_keys
from resnet.jobs.cluster import Cluster
from resnet.jobs.keeper import WORKER_LOST
from resnet.settings import PROJECT
from resnet.store.run_store import RunStore
from resnet.store.states import State
from resnet.training.spec import parse_spec
from tests.waiting import until

pytestmark = pytest.mark.slow

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


@pytest.mark.soak  # `make test` has one killed in tests/contracts/test_clusters.py
@pytest.mark.parametrize("times", [1, 3])
def test_a_run_whose_worker_is_killed_too_often_fails_and_the_next_one_trains(
    lab, monkeypatch, times
):
    monkeypatch.setattr("resnet.jobs.keeper.MOST_LOSSES", times - 1)
    cluster, store = lab
    run_id = queued(lab, epochs=1000)
    for _time in range(times):
        started = store.get(run_id).started_at
        until(lambda before=started: (r := store.get(run_id)).started_at != before or r.state.final)
        until(lambda: store.get(run_id).step > 0)
        kill_train_worker(cluster)
        until(lambda: store.get(run_id).state is not State.RUNNING)
    run = until(lambda: (r := store.get(run_id)).state.final and r)
    assert (run.state, run.reason) == (State.FAILED, WORKER_LOST)
    following = queued(lab)
    assert until(lambda: (r := store.get(following)).state.final and r).state == State.DONE


@pytest.mark.soak
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


@pytest.mark.soak
@pytest.mark.timeout(900)
def test_two_servers_on_one_store_train_each_run_once(tmp_path):
    store = RunStore(f"sqlite:///{tmp_path / 'runs.db'}")
    spec = parse_spec(TINY | {"epochs": 3}).model_dump()
    runs = [store.create(spec, owner=str(number)) for number in range(6)]
    servers = [started_app(tmp_path) for _server in range(2)]
    try:
        until(lambda: all(store.get(run_id).state.final for run_id in runs), seconds=800)
    finally:
        for server in servers:
            server.kill()
            server.wait()
            server.stdout.close()
    for run_id in runs:
        assert_trained_without_a_gap(store, run_id)
        assert store.get(run_id).losses == 0
    lines = [
        json.loads(line)
        for file in (tmp_path / "logs").glob("events-worker-*.jsonl")
        for line in file.read_text().splitlines()
    ]
    begun = [line for line in lines if line["event"].startswith("Training begins")]
    assert sorted(line["run"] for line in begun) == sorted(runs)
    assert len({line["process"] for line in begun}) == 2  # both servers' workers had some


def test_the_keys_of_a_cluster_hold_with_a_clock_that_is_set_back_or_forth():
    """A worker that is started anew an hour earlier must find them valid."""
    certificate = load_pem_x509_certificate(fresh_keys()[0].encode())
    now, hour = datetime.now(UTC), timedelta(hours=1)
    assert certificate.not_valid_before_utc < now - hour
    assert certificate.not_valid_after_utc > now + 365 * 24 * hour


@pytest.mark.soak  # `make test` ends an app in tests/faults/test_what_is_logged.py
def test_killing_the_app_leaves_no_orphan_and_the_next_app_takes_its_run_up(tmp_path):
    app, store = started_app(tmp_path), RunStore(f"sqlite:///{tmp_path / 'runs.db'}")
    run_id = store.create(parse_spec(TINY | {"epochs": 18}).model_dump())
    assert app.stdout is not None
    service = int(app.stdout.readline())
    # The service and its two nannies' workers, which it starts one after the other.
    processes = until(lambda: len(found := family(service)) >= 3 and found)
    until(lambda: store.get(run_id).epoch > 2)
    app.kill()
    app.wait()
    app.stdout.close()
    assert not psutil.wait_procs(processes, timeout=60)[1]
    assert store.get(run_id).state is State.RUNNING  # nobody was left to say otherwise
    again = started_app(tmp_path)
    try:
        until(lambda: store.get(run_id).state.final)
        assert_trained_without_a_gap(store, run_id)
        assert store.get(run_id).losses == 1
    finally:
        again.kill()
        again.wait()
        again.stdout.close()


def test_a_worker_that_rests_too_large_answers_and_makes_room_for_a_new_one(lab):
    def rest_too_large() -> int:
        from resnet import memory  # the worker's

        memory.RESTING_BYTES = 0  # from now on no size is small, as after a large net
        return os.getpid()

    cluster, _store = lab
    large = cluster.probe(rest_too_large).result(timeout=120)
    until(lambda: not psutil.pid_exists(large))
    assert cluster.probe(os.getpid).result(timeout=120) != large
    assert cluster.status == "ready"
