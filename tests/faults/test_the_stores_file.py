"""A store's file deleted, moved, replaced or damaged under a running program, and a full disk."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from resnet.settings import PROJECT
from resnet.store import condition
from resnet.store.run_store import RunStore, StoreUnavailable
from resnet.store.states import State
from resnet.store.trouble import remedy

IN_A_MOUNT_OF_ITS_OWN = ["unshare", "--map-root-user", "--mount"]


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "runs"


@pytest.fixture(autouse=True)
def tried_each_time(monkeypatch):
    """Let nobody rely on what was found some seconds ago."""
    monkeypatch.setattr(condition, "TRY_SECONDS", 0.0)


def ids_in(file):
    """Read a store as any other program does."""
    with closing(sqlite3.connect(file)) as connection:
        return {name for (name,) in connection.execute("SELECT id FROM runs")}


def test_a_deleted_folder_is_noticed_and_begun_anew(folder):
    store = RunStore()
    before = store.create({})
    shutil.rmtree(folder)
    assert store.runs() == []
    after = store.create({})
    assert ids_in(folder / "runs.db") == {after}
    assert before != after
    assert store.was_replaced()
    assert store.tried() is None


def test_two_programs_share_what_stands_in_a_deleted_stores_place(folder):
    """Each had the old file open; SQLite would let both go on in what nobody sees any more."""
    code = (
        "import sys; from resnet.store.run_store import RunStore\n"
        "store = RunStore(); store.create({}); print('open', flush=True); sys.stdin.readline()\n"
        "print(store.create({}), flush=True); sys.stdin.readline()\n"
    )
    store = RunStore()
    with subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout.readline() == "open\n"
        shutil.rmtree(folder)
        mine = store.create({})
        other.stdin.write("\n")
        other.stdin.flush()
        theirs = other.stdout.readline().strip()
        assert {run.id for run in store.runs()} == {mine, theirs} == ids_in(folder / "runs.db")
        other.communicate("\n")
    assert {run.id for run in store.runs()} == {mine, theirs}  # its end took nothing along


def test_a_file_that_is_moved_away_may_come_back(folder):
    store = RunStore()
    run_id = store.create({})
    for file in folder.glob("runs.db*"):
        file.rename(folder / f"away-{file.name}")
    with pytest.raises(StoreUnavailable, match="is gone"):
        store.runs()
    assert not (folder / "runs.db").exists()  # nothing of ours is in its way
    assert "is gone" in str(store.tried().orig)
    for file in folder.glob("away-*"):
        file.rename(folder / file.name.removeprefix("away-"))
    assert [run.id for run in store.runs()] == [run_id]
    assert store.tried() is None


def test_a_file_that_is_replaced_is_the_store_from_then_on(folder, tmp_path):
    store = RunStore()
    store.create({})
    other = RunStore(f"sqlite:///{tmp_path / 'other.db'}")
    kept = other.create({})
    with closing(sqlite3.connect(tmp_path / "other.db")) as connection:
        connection.execute(f"VACUUM INTO '{tmp_path / 'copy.db'}'")
    (tmp_path / "copy.db").replace(folder / "runs.db")
    assert [run.id for run in store.runs()] == [kept]
    added = store.create({})
    assert ids_in(folder / "runs.db") == {kept, added}


def test_a_file_that_is_overwritten_is_called_damaged(folder):
    store = RunStore()
    for _run in range(50):
        store.create({"model": "fast" * 50})
    with closing(sqlite3.connect(folder / "runs.db")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    (folder / "runs.db").write_bytes(os.urandom((folder / "runs.db").stat().st_size))
    found = store.tried()
    assert found is not None
    assert "restore" in remedy(found)
    with pytest.raises(StoreUnavailable):
        store.create({})


FULL_DISK = """
import json, os, subprocess, sys
from pathlib import Path
from resnet.settings import runs_folder
from resnet.store import condition
from resnet.store.run_store import RunStore
from resnet.training import stored_run
from resnet.training.callbacks import Checkpoint
from resnet.inference.checkpoint import kept_epochs, run_folder
from resnet.training.spec import parse_spec

condition.TRY_SECONDS = 0.0
store, ballast = RunStore(), runs_folder() / "ballast"
spec = parse_spec({"model": "resnet8", "data": "synthetic", "epochs": 4, "image_size": 16,
                   "batch_size": 240})
run_id, keep, found = store.create(spec.model_dump()), Checkpoint.on_epoch_end, {}


def fill(checkpoint, epoch, logs=None):
    keep(checkpoint, epoch, logs)
    if epoch == 1 and not found:
        with ballast.open("wb", buffering=0) as file:
            try:
                while True:
                    file.write(b"x" * 4096)
            except OSError:
                found["full"] = True


Checkpoint.on_epoch_end = fill
stored_run.run(run_id, store)
run = store.get(run_id)
found |= {"state": run.state, "reason": run.reason, "kept": kept_epochs(run_folder(run_id)),
          "partial": [str(path) for path in runs_folder().rglob("partial-*")]}
listed = subprocess.run([sys.executable, "-m", "resnet", "runs", "list", "--json"],
                        capture_output=True, text=True)
found |= {"listed": listed.returncode, "told": listed.stderr}
with ballast.open("ab", buffering=0) as file:  # whatever room there was for last words
    try:
        while True:
            file.write(b"x" * 4096)
    except OSError:
        pass
found["trouble"] = str(store.tried())
ballast.unlink()
found["after"] = str(store.tried())
store.request_resume(run_id)
stored_run.run(run_id, store)
run, curves = store.get(run_id), store.metrics(run_id)
found |= {"end": run.state, "last": run.reason, "epochs": curves["test_accuracy"].epochs,
          "gapless": curves["loss"].steps == list(range(1, run.total_steps + 1))}
print(json.dumps(found))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="a disk of its own is Linux's to give")
@pytest.mark.timeout(1500)
def test_a_run_on_a_full_disk_says_so_and_goes_on_when_there_is_room(folder):
    """On a real file system of 8 MB; with Linux's user namespaces nobody need be root for it."""
    folder.mkdir()
    mount = f'mount -t tmpfs -o size=8m none \'{folder}\' && exec "$0" -c "$1"'
    ran = subprocess.run(
        [*IN_A_MOUNT_OF_ITS_OWN, "sh", "-c", mount, sys.executable, FULL_DISK],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    found = json.loads(ran.stdout.splitlines()[-1])
    assert found["full"]
    assert (found["state"], found["kept"], found["partial"]) == (State.PAUSED, 2, [])
    assert "disk" in found["reason"]
    assert (found["listed"], found["told"]) == (0, "")
    assert "space" in found["trouble"] or "full" in found["trouble"]
    assert found["after"] == "None"
    assert (found["end"], found["last"]) == (State.DONE, "")
    assert found["gapless"]
    assert found["epochs"] == [1, 2, 3, 4]
