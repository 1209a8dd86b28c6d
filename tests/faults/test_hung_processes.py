"""SIGSTOP to each process of a real server while learners click: it comes back, nothing is lost."""

import asyncio
from contextlib import suppress

import psutil
import pytest

from resnet.jobs.keeper import SILENCE_SECONDS
from resnet.store.run_store import RunStore
from resnet.store.states import State
from resnet.training.spec import parse_spec
from tests.harness.learner import Learner
from tests.waiting import until

SPEC = parse_spec(
    {
        "model": "resnet8",
        "data": "synthetic",
        "recipe": "notebook",
        "epochs": 1000,
        "batch_size": 240,
        "image_size": 16,
    }
)
POLITER = {"train": 19, "probe": 10}  # than the service; by this workers are known from outside
pytestmark = pytest.mark.timeout(900)
SECONDS = 420  # for whatever must come in the end


class Lab:
    """A real server, its store, and its processes by what they do."""

    def __init__(self, server):
        self.server, self.store = server, RunStore(f"sqlite:///{server.runs / 'runs.db'}")
        self.hung = []

    def process(self, name):
        """Return a process, None while there is none."""
        app = psutil.Process(self.server.pid)
        if name == "app":
            return app
        try:
            (service,) = app.children()
            workers = service.children(recursive=True)
            if name == "service":
                return service
            niceness = min(19, service.nice() + POLITER[name])
            return next((worker for worker in workers if worker.nice() == niceness), None)
        except (psutil.Error, ValueError):  # it is just ending, or not there yet
            return None

    def train(self):
        return self.store.create(SPEC.model_dump())

    def reached(self, run_id, epoch):
        until(lambda: (run := self.store.get(run_id)).state.final or run.epoch > epoch, SECONDS)

    async def sees(self, condition):
        """Wait for something while learners' pages live on."""
        await asyncio.to_thread(until, condition, SECONDS)

    def hang(self, name):
        """Stop a process; resume() is its own."""
        process = until(lambda: self.process(name))
        process.suspend()
        self.hung.append(process)
        return process


@pytest.fixture
def lab(server):
    lab = Lab(server)
    yield lab
    for process in lab.hung:  # a stopped one would not even notice that its parent has ended
        with suppress(psutil.NoSuchProcess):
            process.resume()


def assert_goes_on_without_a_gap(lab, run_id):
    lab.reached(run_id, lab.store.get(run_id).epoch + 1)
    assert lab.store.get(run_id).state is State.RUNNING
    lab.store.request_stop(run_id)
    until(lambda: lab.store.get(run_id).state is State.STOPPED, SECONDS)
    curves = lab.store.metrics(run_id)
    assert curves["loss"].steps == list(range(1, len(curves["loss"].steps) + 1))
    assert curves["test_accuracy"].epochs == list(range(1, len(curves["test_accuracy"].steps) + 1))


@pytest.mark.soak  # each waits for as long as a worker may be silent
def test_a_server_that_stood_still_takes_no_run_back_and_answers_what_was_asked_meanwhile(lab):
    async def lesson(run_id):
        async with Learner(lab.server.url, "train", f"run={run_id}") as learner:
            app = lab.hang("app")
            refresh = asyncio.create_task(learner.again())
            since = lab.store.get(run_id).heartbeat_at
            late = since + SILENCE_SECONDS + 1
            await lab.sees(lambda: lab.store.get(run_id).heartbeat_at > late)
            app.resume()
            await refresh
            return learner.errors

    run_id = lab.train()
    lab.reached(run_id, 1)
    assert asyncio.run(lesson(run_id)) == []
    assert_goes_on_without_a_gap(lab, run_id)
    assert lab.store.get(run_id).losses == 0


@pytest.mark.soak
def test_a_training_worker_that_wakes_after_its_run_was_taken_back_leaves_it_alone(lab):
    async def lesson(run_id):
        async with Learner(lab.server.url, "train", f"run={run_id}") as learner:
            worker = lab.hang("train")
            await lab.sees(lambda: lab.store.get(run_id).state is State.QUEUED)
            await learner.again()
            worker.resume()
            return learner.text(), learner.errors

    run_id = lab.train()
    lab.reached(run_id, 1)
    shown, errors = asyncio.run(lesson(run_id))
    assert errors == []
    assert "waiting" in shown.lower()
    assert_goes_on_without_a_gap(lab, run_id)
    assert lab.store.get(run_id).losses >= 1  # more than once on a starved machine


@pytest.mark.soak  # `make test` has the cluster's process hang in tests/unit/jobs/test_cluster.py
def test_while_the_clusters_process_hangs_pages_answer_and_the_run_goes_on(lab):
    async def lesson(run_id):
        async with Learner(lab.server.url, "train", f"run={run_id}") as learner:
            service, epoch = lab.hang("service"), lab.store.get(run_id).epoch
            await learner.again()
            await asyncio.to_thread(lab.reached, run_id, epoch + 1)
            await learner.again()
            service.resume()
            return learner.text(), learner.errors

    run_id = lab.train()
    lab.reached(run_id, 1)
    shown, errors = asyncio.run(lesson(run_id))
    assert errors == []
    assert "epoch" in shown.lower()
    assert_goes_on_without_a_gap(lab, run_id)
    assert lab.store.get(run_id).losses == 0


async def notebook(lab):
    """Ask for a file that the probe worker makes; return its address, or what went wrong."""
    async with Learner(lab.server.url, "runs") as learner:
        try:
            return await learner.download("runs_notebook")
        except TimeoutError:
            return "nothing yet"


def test_what_is_asked_of_a_hung_probe_worker_is_answered_once_it_wakes(lab):
    async def lesson():
        refresh = asyncio.create_task(notebook(lab))
        async with Learner(lab.server.url, "runs") as learner:  # nobody else waits
            assert learner.errors == []
        worker.resume()
        return await refresh

    run_id = lab.store.create(SPEC.model_dump(), state=State.DONE)
    worker = lab.hang("probe")
    assert asyncio.run(lesson()).startswith("/media/")
    lab.store.delete(run_id)


@pytest.mark.soak  # Dask looks once a minute
def test_a_probe_worker_that_hangs_for_good_is_replaced(lab):
    run_id = lab.store.create(SPEC.model_dump(), state=State.DONE)
    worker = lab.hang("probe")
    shown = asyncio.run(notebook(lab))
    assert "ended its worker" in shown or shown == "nothing yet"
    until(lambda: asyncio.run(notebook(lab)).startswith("/media/"), SECONDS)
    assert not worker.is_running()
    lab.store.delete(run_id)
