"""Kills in a row, of whatever process, at whatever moment: every run still ends right."""

import random
import subprocess
import sys
import time
from functools import partial

import psutil
import pytest

from resnet.inference.checkpoint import kept_epochs
from resnet.jobs.keeper import MOST_LOSSES, WORKER_LOST
from resnet.settings import PROJECT
from resnet.store.records import Run
from resnet.store.run_store import RunStore
from resnet.store.states import ACTIVE, State
from resnet.training.spec import parse_spec
from tests.waiting import until

SPEC = parse_spec(
    {
        "model": "resnet8",
        "data": "synthetic",
        "recipe": "fast",
        "epochs": 16,
        "batch_size": 240,
        "image_size": 16,
        "gradient_norms_every": 3,
    }
)
# When the blow falls, and on whom; the phases are those of a run's life on its worker.
PHASES = ("queued", "first step", "in an epoch", "saving")
TARGETS = ("worker", "worker", "worker", "service", "app")
PATIENCE = 400  # seconds for what a worker does, which gives way to everything else
TRAIN_NICENESS = 19  # by which the training worker is known from outside (resnet/jobs/service.py)
APP = """
import time
from resnet.jobs import keeper
from resnet.jobs.cluster import Cluster
keeper.SILENCE_SECONDS = 8.0  # for which every kill of the service or the app waits
cluster = Cluster()
cluster.wait(120)
print(cluster.service.pid, flush=True)
time.sleep(900)  # until it is killed
"""


class Lab:
    """The app's server in a process of its own, and the store it keeps."""

    def __init__(self, folder):
        self.folder, self.store = folder, RunStore(f"sqlite:///{folder / 'runs.db'}")
        self.start()

    def start(self):
        self.app = subprocess.Popen(
            [sys.executable, "-c", APP],
            cwd=PROJECT,
            env={"PATH": "/usr/bin:/bin", "RESNET_LAB_RUNS": str(self.folder), "PYTHONPATH": "."},
            stdout=subprocess.PIPE,
            text=True,
        )
        self.app.stdout.readline()

    def end(self):
        self.app.kill()
        self.app.wait()
        self.app.stdout.close()

    def process(self, target):
        """Return the process of a target, None while there is none."""
        try:
            (service,) = psutil.Process(self.app.pid).children()
            if target == "service":
                return service if service.status() != psutil.STATUS_ZOMBIE else None
            return next(
                (p for p in service.children(recursive=True) if p.nice() == TRAIN_NICENESS), None
            )
        except (psutil.Error, ValueError):  # it is just ending, or not there yet
            return None

    def kill(self, target):
        if target == "app":
            family = psutil.Process(self.app.pid).children(recursive=True)
            self.end()
            assert not psutil.wait_procs(family, timeout=60)[1], "orphans"
            self.start()
            return
        until(lambda: self.process(target)).kill()

    def queue(self) -> str:
        return self.store.create(SPEC.model_dump())

    def run(self, run_id) -> Run:
        return self.store.get(run_id)


def reached(lab, run_id, phase, claim):
    """Tell whether a run is in a phase, or over; claim: of the worker that was killed before."""
    run = lab.run(run_id)
    if run.state.final:
        return True
    if phase == "queued":
        return run.state is State.QUEUED
    if run.state is not State.RUNNING or run.started_at == claim:
        return False
    if phase == "saving":
        return any((lab.folder / run_id).glob("partial-*"))
    return phase == "first step" or kept_epochs(lab.folder / run_id) < run.epoch < 14


@pytest.fixture
def lab(tmp_path):
    lab = Lab(tmp_path)
    yield lab
    lab.end()


def twenty() -> list[tuple[str, str]]:
    """Return every phase five times in any order, each with a target by chance."""
    chance = random.Random(20)
    blows = [(phase, chance.choice(TARGETS)) for phase in PHASES * 5]
    chance.shuffle(blows)
    return blows


@pytest.mark.soak  # `make test` has a worker killed on a cluster and a service that hangs
@pytest.mark.timeout(1200)  # a worker needs some ten seconds to come back, twenty times
def test_every_run_ends_right_whatever_is_killed_when(lab, monkeypatch):
    monkeypatch.setenv("RESNET_LAB_RUNS", str(lab.folder))
    reference = lab.queue()
    until(lambda: lab.run(reference).state.final, PATIENCE)
    expected = {name: lab.store.metrics(reference)[name] for name in ("loss", "test_accuracy")}
    runs, current, hits = [], "", 0
    for phase, target in twenty():
        spared = len(runs) % 3 > 0 and hits == MOST_LOSSES  # two of three runs shall come through
        if current and spared:
            until(lambda: lab.run(runs[-1]).state.final, PATIENCE)
        if not current or lab.run(current).state.final:
            current, hits = lab.queue(), 0
            runs.append(current)
        claim = lab.run(current).started_at
        print(time.strftime("%X"), current, lab.run(current).state, "then", phase, target)
        until(partial(reached, lab, current, phase, claim), PATIENCE, pause=0.01)
        kept, state = kept_epochs(lab.folder / current), lab.run(current).state
        lab.kill(target)
        hits += state is State.RUNNING
        assert lab.run(current).state.final or kept_epochs(lab.folder / current) >= kept
    until(lambda: not lab.store.runs(state=ACTIVE), seconds=PATIENCE)
    for run_id in runs:
        run = lab.run(run_id)
        if run.state is State.FAILED:
            assert run.reason == WORKER_LOST
            assert run.losses == MOST_LOSSES + 1
            continue
        assert run.state is State.DONE
        assert run.losses <= MOST_LOSSES
        for name, curve in expected.items():
            assert lab.store.metrics(run_id)[name] == curve, name
        assert lab.store.norms(run_id) == lab.store.norms(reference)
    assert sum(lab.run(run_id).state is State.DONE for run_id in runs) >= len(runs) // 2
