"""What every cluster does for the lab: its own on this machine, and one started elsewhere.

The second is a TLS scheduler with two workers from the documented commands, and its run store is a
PostgreSQL database.
"""

import subprocess
import sys
import threading
from contextlib import ExitStack, suppress
from pathlib import Path

import psutil
import pytest
from distributed.security import Security

from resnet.inference.prediction import available_nets, find_net
from resnet.jobs import keeper
from resnet.jobs.cluster import Cluster
from resnet.settings import PROJECT
from resnet.store.run_store import RunStore
from resnet.store.states import ACTIVE, State
from resnet.training.spec import parse_spec
from tests.contracts.conftest import new_database
from tests.waiting import until

pytestmark = pytest.mark.slow

DASK = Path(sys.executable).with_name("dask")
SOAK = pytest.mark.soak
# In `make test` the one elsewhere: the lab's own is behind every server of tests/faults, and in
# tests/unit/jobs/test_cluster.py. In `make soak` both, and what takes longer.
ELSEWHERE, IN_THE_SOAK = (
    pytest.mark.parametrize("lab", labs, indirect=True, scope="module")
    for labs in (
        [pytest.param("local", marks=SOAK), "scheduler"],
        [pytest.param("local", marks=SOAK), pytest.param("scheduler", marks=SOAK)],
    )
)
TINY = {
    "model": "resnet8",
    "data": "synthetic",
    "recipe": "notebook",
    "epochs": 1,
    "batch_size": 240,
    "image_size": 16,
}


def certificates(folder: Path) -> list[str]:
    """Write a certificate for all, as a lab's administrator would; return Dask's options."""
    keys = Security.temporary()
    options = []
    for option, role in (("ca-file", "ca_file"), ("cert", "client_cert"), ("key", "client_key")):
        path = folder / f"{option}.pem"
        path.write_text(getattr(keys, f"tls_{role}"))
        options += [f"--tls-{option}", str(path)]
    return options


def started(*arguments: str) -> subprocess.Popen:
    """Start one of Dask's own programs."""
    return subprocess.Popen(
        [str(DASK), *arguments], cwd=PROJECT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def ended(process: subprocess.Popen) -> None:
    """End a program and all it has started."""
    children = psutil.Process(process.pid).children(recursive=True)
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(20)
    process.kill()
    process.wait()
    for child in psutil.wait_procs(children, timeout=5)[1]:
        with suppress(psutil.NoSuchProcess):
            child.kill()


@pytest.fixture(scope="module")
def lab(request, tmp_path_factory):
    """A connected cluster, the store it serves, and the process above its workers."""
    folder = tmp_path_factory.mktemp("runs")
    with ExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        patch.setenv("RESNET_LAB_RUNS", str(folder))
        if request.param == "scheduler":
            patch.setenv(
                "RESNET_LAB_DATABASE_URL", new_database(request.getfixturevalue("postgresql"))
            )
            patch.setenv("PYTHONPATH", str(PROJECT))
            options, file = certificates(folder), folder / "scheduler.json"
            common = ["--scheduler-file", str(file), "--host", "127.0.0.1", *options]
            scheduler = started(
                "scheduler", "--protocol", "tls", "--port", "0", "--no-dashboard", *common
            )
            stack.callback(ended, scheduler)
            until(file.exists)
            worker = started(
                "worker",
                *common,
                "--nworkers",
                "2",
                "--nthreads",
                "1",
                "--no-dashboard",
                "--memory-limit",
                "0",
                "--resources",
                "train=1 probe=1",
                "--preload",
                "resnet.jobs.worker",
            )
            stack.callback(ended, worker)
            address = until(lambda: Path(file).read_text().split('"address": "')[1].split('"')[0])
            patch.setenv("RESNET_LAB_SCHEDULER", address)
            for name, option in (("CA", "ca-file"), ("CERT", "cert"), ("KEY", "key")):
                patch.setenv(f"RESNET_LAB_TLS_{name}", str(folder / f"{option}.pem"))
        cluster, store = Cluster(), RunStore()
        stack.callback(cluster.close)
        assert cluster.wait(120) == "ready", cluster.reason
        pid = cluster.service.pid if cluster.service else worker.pid
        yield cluster, store, pid


@pytest.fixture(autouse=True)
def in_its_folder(lab, monkeypatch):
    """Look for files where the module's cluster puts them."""
    monkeypatch.setenv("RESNET_LAB_RUNS", str(lab[0]._log.parent.parent))


def queued(lab, **changes) -> str:
    """Queue a tiny run, as queue.submit_run does with this cluster."""
    run_id = lab[1].create(parse_spec(TINY | changes).model_dump())
    lab[0].wake()
    return run_id


def assert_trained_without_a_gap(store, run_id):
    run = store.get(run_id)
    assert run.state is State.DONE, run.reason
    assert store.metrics(run_id)["loss"].steps == list(range(1, run.total_steps + 1))
    assert store.metrics(run_id)["test_accuracy"].epochs == list(range(1, run.spec["epochs"] + 1))


@ELSEWHERE
def test_a_probe_comes_back(lab):
    assert lab[0].probe(divmod, 17, 5).result(timeout=120) == (3, 2)


@ELSEWHERE
def test_a_probe_that_fails_brings_its_error(lab):
    with pytest.raises(ZeroDivisionError):
        lab[0].probe(divmod, 1, 0).result(timeout=120)


@ELSEWHERE
def test_a_queued_run_trains_to_its_end(lab):
    store = lab[1]
    run_id = queued(lab, gradient_norms_every=2)
    run = until(lambda: (r := store.get(run_id)).state.final and r)
    assert run.state == State.DONE, run.reason
    assert run.step == run.total_steps == 5
    curves = store.metrics(run_id)
    assert len(curves["loss"].values) == 5
    assert len(curves["test_accuracy"].values) == 1
    assert len(store.predictions(run_id).labels) == 120
    norms = store.norms(run_id)
    assert norms.steps
    assert all(len(row) == len(norms.layers) for row in norms.values)
    assert run_id in {net.ref for net in available_nets(store)}
    assert find_net(run_id).card.synthetic


@IN_THE_SOAK
def test_stop_ends_a_run_between_two_batches(lab):
    store = lab[1]
    run_id = queued(lab, epochs=500)
    until(lambda: store.get(run_id).step > 0)
    assert store.request_stop(run_id)
    run = until(lambda: (r := store.get(run_id)).state.final and r)
    assert run.state == State.STOPPED
    assert 0 < run.step < run.total_steps


@IN_THE_SOAK
def test_pause_frees_the_worker_and_resume_finishes_the_run(lab):
    cluster, store, _pid = lab
    paused = queued(lab, epochs=18)
    until(lambda: store.get(paused).epoch > 1)
    assert store.request_pause(paused)
    until(lambda: store.get(paused).state is State.PAUSED)
    following = queued(lab)
    assert until(lambda: (r := store.get(following)).state.final and r).state == State.DONE
    assert store.get(paused).state is State.PAUSED
    assert store.request_resume(paused)
    cluster.wake()
    until(lambda: store.get(paused).state.final)
    assert_trained_without_a_gap(store, paused)


def busy_worker(lab) -> psutil.Process:
    """Return the one of the workers that trains: only it has used the processor lately."""
    workers = [p for p in psutil.Process(lab[2]).children(recursive=True) if p.num_threads() > 8]
    for worker in workers:
        worker.cpu_percent()
    threading.Event().wait(0.5)
    return max(workers, key=lambda worker: worker.cpu_percent())


@IN_THE_SOAK
def test_a_run_whose_worker_hangs_goes_on_elsewhere_or_anew(lab, monkeypatch):
    monkeypatch.setattr(keeper, "SILENCE_SECONDS", 6.0)
    monkeypatch.setattr(keeper, "HUNG_SECONDS", 3.0)
    store = lab[1]
    run_id = queued(lab, epochs=18)
    until(lambda: store.get(run_id).epoch > 2)
    worker = busy_worker(lab)
    worker.suspend()
    until(lambda: store.get(run_id).state.final)
    assert_trained_without_a_gap(store, run_id)
    until(lambda: not worker.is_running() or worker.status() == psutil.STATUS_ZOMBIE)


@ELSEWHERE
def test_a_run_whose_worker_is_killed_goes_on_elsewhere_or_anew(lab):
    store = lab[1]
    run_id = queued(lab, epochs=18, gradient_norms_every=2)
    until(lambda: store.get(run_id).epoch > 2)
    busy_worker(lab).kill()
    until(lambda: store.get(run_id).state.final)
    assert_trained_without_a_gap(store, run_id)
    assert store.get(run_id).losses == 1


@IN_THE_SOAK
def test_many_runs_all_come_to_their_end(lab):
    store = lab[1]
    runs = [queued(lab, seed=seed) for seed in range(3)]
    until(lambda: not store.runs(state=ACTIVE))
    assert {store.get(run_id).state for run_id in runs} == {State.DONE}
