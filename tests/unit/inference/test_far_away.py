"""A run's files anywhere fsspec reaches; here in its memory, where a test needs no network."""

import uuid
from pathlib import Path

import numpy as np
import pytest

from resnet.inference.checkpoint import kept_epochs, run_folder
from resnet.inference.prediction import available_nets, find_net, load_net
from resnet.jobs import queue
from resnet.settings import PROJECT, runs_folder, runs_place
from resnet.store.run_store import RunStore
from resnet.store.states import State
from resnet.training.stored_run import run

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("named", "place"),
    [
        ("/data/runs", "/data/runs"),
        ("file:/data/runs", "/data/runs"),
        ("file:///data/runs", "/data/runs"),
        ("", str(PROJECT / "runs")),
    ],
    ids=["folder", "short", "long", "default"],
)
def test_a_folder_may_be_named_as_an_address(named, place, monkeypatch):
    monkeypatch.setenv("RESNET_LAB_RUNS", named)
    assert runs_place() == runs_folder() == Path(place)


@pytest.mark.parametrize("named", ["memory://runs", "memory:runs"], ids=["long", "short"])
def test_an_address_keeps_logs_and_run_store_on_this_machine(named, monkeypatch):
    monkeypatch.setenv("RESNET_LAB_RUNS", named)
    assert runs_folder() == PROJECT / "runs"
    assert not isinstance(runs_place(), Path)


def test_a_run_far_away_is_paused_resumed_asked_continued_and_deleted(
    tiny_spec, tmp_path, monkeypatch
):
    monkeypatch.setenv("RESNET_LAB_RUNS", f"memory://{uuid.uuid4().hex}")
    monkeypatch.setenv("RESNET_LAB_DATABASE_URL", f"sqlite:///{tmp_path / 'runs.db'}")
    monkeypatch.setattr("resnet.training.callbacks.CONTROL_SECONDS", 0)
    monkeypatch.setattr(queue, "connect", lambda: type("Nobody", (), {"wake": lambda self: None})())
    store = RunStore()
    spec = tiny_spec(epochs=3)
    run_id = store.create(spec.model_dump())
    ordered, calls = RunStore.ordered, []

    def pause_in_the_second_epoch(self, which, claim=None):
        calls.append(which)
        if len(calls) == 5:
            self.request_pause(which)
        return ordered(self, which, claim)

    monkeypatch.setattr(RunStore, "ordered", pause_in_the_second_epoch)
    run(run_id, store)
    assert store.get(run_id).state is State.PAUSED
    assert kept_epochs(run_folder(run_id)) == 1
    store.request_resume(run_id)
    run(run_id, store)
    assert store.get(run_id).state is State.DONE
    assert [net.ref for net in available_nets(store)][-1] == run_id
    assert find_net(run_id).card.run == run_id
    answers = load_net(run_id)(np.zeros((1, 16, 16, 3), np.float32))
    assert answers.shape == (1, 6)
    longer = queue.train_on(run_id, 1, store)
    run(longer, store)
    assert len(store.metrics(longer)["test_loss"].steps) == 4
    queue.delete_run(run_id, store)
    assert not run_folder(run_id).exists()
    assert run_folder(longer).exists()
