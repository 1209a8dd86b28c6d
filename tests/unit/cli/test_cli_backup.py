"""A backup brings everything back, and nothing overwrites what is there."""

import io
import sqlite3
import tarfile
from pathlib import Path

import pytest

from resnet.inference.checkpoint import run_folder
from resnet.settings import runs_folder
from resnet.store.records import Metric
from resnet.store.run_store import RunStore
from resnet.store.states import State


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


def test_what_is_no_backup_is_reported_and_leaves_nothing(tmp_path, monkeypatch, one_line):
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


def test_logs_and_what_is_being_written_stay_out(cli, kept, tmp_path):
    run_id, _archive = kept
    for name in ("logs/events-app-1.jsonl", "logs/cluster-1.log", f"{run_id}/partial-model.json"):
        (runs_folder() / name).parent.mkdir(exist_ok=True)
        (runs_folder() / name).write_text("private")
    (runs_folder() / run_id / "model.json").write_text("{}")
    cli("backup", tmp_path / "again.tar.gz")
    with tarfile.open(tmp_path / "again.tar.gz") as tar:
        packed = tar.getnames()
    assert packed == ["runs.db", f"files/{run_id}/model.json", f"files/{run_id}/model.weights.h5"]


@pytest.mark.parametrize("broken", ["no database at all", "a page within"])
def test_a_damaged_store_is_one_line_and_leaves_no_archive(kept, tmp_path, one_line, broken):
    database = runs_folder() / "runs.db"
    with sqlite3.connect(database) as whole:
        whole.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = bytearray(database.read_bytes())
    if broken == "a page within":
        content[4096:8192] = b"\xff" * 4096
    else:
        content[:] = b"not a database" * 1000
    database.write_bytes(content)
    place = tmp_path / "new"
    assert "cannot be copied" in one_line("backup", place / "lab.tar.gz", code=1)
    assert list(place.iterdir()) == []


def test_a_full_disk_is_one_line_and_leaves_the_earlier_archive(kept, one_line, monkeypatch):
    _run, archive = kept
    before = archive.read_bytes()

    def full(*_arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tarfile.TarFile, "addfile", full)
    assert "No space left on device" in one_line("backup", archive, code=1)
    assert [path.name for path in archive.parent.iterdir()] == [archive.name]
    assert archive.read_bytes() == before


def test_a_file_that_vanishes_while_others_are_packed_is_left_out(cli, kept, tmp_path, monkeypatch):
    run_id, _archive = kept
    (runs_folder() / run_id / "gone.json").write_text("{}")
    add = tarfile.TarFile.add

    def lose_and_add(self, name, *arguments, **options):
        if Path(name).name == "gone.json":
            Path(name).unlink()
        add(self, name, *arguments, **options)

    monkeypatch.setattr(tarfile.TarFile, "add", lose_and_add)
    ran = cli("backup", tmp_path / "again.tar.gz")
    assert ran.exit_code == 0, ran.output
    assert "1 files" in ran.stdout
