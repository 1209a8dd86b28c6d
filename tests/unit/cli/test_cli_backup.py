"""A backup brings everything back, and nothing overwrites what is there."""

import io
import sqlite3
import tarfile

import pytest

from resnet.settings import runs_folder
from resnet.store.records import Metric
from resnet.store.run_store import RunStore
from resnet.store.states import State
from resnet.training.checkpoint import run_folder


@pytest.fixture
def kept(cli, tmp_path):
    """A store with a run and a file of it, backed up; the id and the archive."""
    store = RunStore()
    run_id = store.create({"model": "fast"}, state=State.DONE, title="mine")
    store.append_metrics(run_id, [Metric(1, 1, "loss", 0.5)])
    run_folder(run_id).mkdir(parents=True)
    (run_folder(run_id) / "model.weights.h5").write_bytes(b"weights")
    archive = tmp_path / "kept" / "lab.tar.gz"
    ran = cli("backup", archive)
    assert ran.exit_code == 0, ran.output
    assert "1 files" in ran.stdout
    return run_id, archive


def test_what_was_backed_up_comes_back(cli, kept, tmp_path, monkeypatch):
    run_id, archive = kept
    monkeypatch.setenv("RESNET_LAB_RUNS", str(tmp_path / "another"))
    ran = cli("restore", archive)
    assert ran.exit_code == 0, ran.output
    store = RunStore()
    assert store.get(run_id).title == "mine"
    assert store.metrics(run_id)["loss"].values == [0.5]
    assert (run_folder(run_id) / "model.weights.h5").read_bytes() == b"weights"
    assert {path.name for path in runs_folder().iterdir() if path.is_dir()} == {run_id}


def test_a_store_that_is_there_is_never_overwritten(kept, one_line):
    run_id, archive = kept
    assert "move it away first" in one_line("restore", archive, code=1)
    assert RunStore().get(run_id).title == "mine"


def test_what_is_no_backup_is_told_and_leaves_nothing(tmp_path, monkeypatch, one_line):
    monkeypatch.setenv("RESNET_LAB_RUNS", str(tmp_path / "new"))
    (tmp_path / "text.tar.gz").write_text("no archive")
    assert "not a backup" in one_line("restore", tmp_path / "text.tar.gz", code=1)
    evil = tmp_path / "evil.tar.gz"
    with tarfile.open(evil, "w:gz") as tar:
        member = tarfile.TarInfo("../outside")
        member.size = 1
        tar.addfile(member, io.BytesIO(b"x"))
    assert "not a backup" in one_line("restore", evil, code=1)
    assert not (tmp_path / "outside").exists()
    assert list((tmp_path / "new").iterdir()) == []
    with sqlite3.connect(tmp_path / "runs.db") as empty:
        empty.execute("CREATE TABLE other (x)")
    with tarfile.open(evil, "w:gz") as tar:
        tar.add(tmp_path / "runs.db", "runs.db")
    assert "no such table" in one_line("restore", evil, code=1)


def test_a_store_elsewhere_is_left_to_its_own_tools(monkeypatch, tmp_path, one_line):
    monkeypatch.setenv("RESNET_LAB_DATABASE_URL", "postgresql+psycopg://lab@/lab")
    assert "pg_dump" in one_line("backup", tmp_path / "lab.tar.gz", code=1)


def test_without_a_store_there_is_nothing_to_back_up(monkeypatch, tmp_path, one_line):
    monkeypatch.setenv("RESNET_LAB_RUNS", str(tmp_path / "nothing"))
    assert "no run store" in one_line("backup", tmp_path / "lab.tar.gz", code=1)
