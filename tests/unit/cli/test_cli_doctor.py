"""`doctor` tells a healthy installation from a sick one, and what to do."""

import json
import sqlite3
import sys
from contextlib import closing
from math import inf

import pytest

from resnet import patches
from resnet.settings import runs_folder
from resnet.store.run_store import RunStore

doctor = sys.modules["resnet.cli.doctor"]


@pytest.fixture(autouse=True)
def a_cluster_unasked(request, monkeypatch):
    """Start the real cluster only where a test is about it: a worker loads Keras for seconds."""
    if "cluster" not in request.node.name:
        monkeypatch.setitem(doctor._CHECKS, "cluster", lambda: ("good", ""))


def found(cli, code=0):
    result = cli("doctor", "--json")
    assert result.exit_code == code, result.output
    return {finding["part"]: finding for finding in json.loads(result.stdout)}


def test_a_healthy_installation_is_reported_part_by_part_and_nothing_is_left(cli):
    parts = found(cli)
    assert {"Python", "machine", "Keras", "data", "run store", "folder"} <= set(parts)
    assert not [part for part, finding in parts.items() if finding["state"] == "bad"]
    assert "keras 3" in parts["Keras"]["told"]
    assert RunStore().runs() == []
    printed = cli("doctor").stdout
    assert printed.startswith("✓ Python: 3.")
    assert "✗" not in printed


@pytest.mark.parametrize(("limit", "state"), [(256, "note"), (4096, "good"), (inf, "good")])
def test_too_few_open_files_are_reported_with_the_number_and_the_remedy(
    cli, monkeypatch, limit, state
):
    monkeypatch.setattr(doctor, "open_files_limit", lambda: limit)
    finding = found(cli)["open files"]
    assert finding["state"] == state
    assert ("ulimit -n 1024" in finding["told"]) == (state == "note")
    assert limit == inf or str(limit) in finding["told"]


def test_the_parts_are_named_in_the_terminals_language_and_in_json_for_programs(cli, monkeypatch):
    chinese = {"run store": "训练记录库", "machine": "机器"}
    monkeypatch.setattr(doctor, "translate", lambda words: chinese.get(words, words))
    printed = cli("doctor").stdout
    assert "✓ 训练记录库: sqlite" in printed
    assert "机器: " in printed
    assert {"run store", "machine"} <= set(found(cli))


def test_without_signs_it_says_how_to_get_it(cli, monkeypatch):
    monkeypatch.delenv("SIGNS_DIR", raising=False)
    finding = found(cli)["data"]
    assert finding["state"] in ("good", "note")
    if finding["state"] == "note":
        assert "data fetch" in finding["told"]


@pytest.mark.parametrize(
    ("variable", "part", "expected"),
    [
        ("RESNET_LAB_DATABASE_URL", "run store", "check RESNET_LAB_DATABASE_URL"),
        ("RESNET_LAB_RUNS", "folder", "exists"),
    ],
)
def test_what_keeps_the_lab_from_working_ends_with_code_1(
    cli, tmp_path, monkeypatch, variable, part, expected
):
    (tmp_path / "file").write_text("no folder")
    wrong = {"run store": "mysql://nowhere/runs", "folder": str(tmp_path / "file")}[part]
    monkeypatch.setenv(variable, wrong)
    finding = found(cli, code=1)[part]
    assert finding["state"] == "bad"
    assert expected in finding["told"]


def test_signs_that_cannot_be_read_are_reported(cli, tmp_path, monkeypatch):
    (tmp_path / "train_signs.h5").write_bytes(b"not HDF5")
    monkeypatch.setenv("SIGNS_DIR", str(tmp_path))
    assert found(cli, code=1)["data"]["state"] == "bad"


def test_a_cluster_elsewhere_that_does_not_answer_is_reported(cli, monkeypatch):
    monkeypatch.setattr(doctor, "CLUSTER_SECONDS", 2.0)
    monkeypatch.setenv("RESNET_LAB_SCHEDULER", "tls://127.0.0.1:9")
    finding = found(cli, code=1)["cluster"]
    assert "tls://127.0.0.1:9 does not answer" in finding["told"]


@pytest.mark.timeout(300)
@pytest.mark.soak
def test_the_labs_own_cluster_answers_and_leaves_waiting_runs_alone(cli):
    waiting = RunStore().create({"model": "fast"})
    finding = found(cli)["cluster"]
    assert (finding["state"], "a worker answers" in finding["told"]) == ("good", True)
    assert RunStore().get(waiting).state == "QUEUED"
    assert list(runs_folder().glob("logs/cluster*"))  # where a failure would have its reason


@pytest.mark.slow
def test_a_cluster_whose_workers_are_silent_is_reported_in_time(cli, monkeypatch):
    monkeypatch.setattr(doctor, "CLUSTER_SECONDS", 0.0)
    finding = found(cli, code=1)["cluster"]
    assert "does not answer" in finding["told"]


def test_a_check_that_breaks_is_reported_and_the_others_go_on(cli, monkeypatch):
    def broken():
        raise RuntimeError("no such\ndevice")

    monkeypatch.setitem(doctor._CHECKS, "GPU", broken)
    parts = found(cli, code=1)
    assert parts["GPU"]["state"] == "bad"
    assert "RuntimeError: no such device" in parts["GPU"]["told"]
    assert parts["folder"]["state"] == "good"


def test_the_store_is_tried_without_a_run_that_others_could_see(cli, monkeypatch):
    RunStore()
    with closing(sqlite3.connect(runs_folder() / "runs.db")) as store:
        store.execute("CREATE TABLE seen (id)")
        store.execute(
            "CREATE TRIGGER see AFTER INSERT ON runs BEGIN INSERT INTO seen VALUES (new.id); END"
        )
        store.commit()
        before = store.execute("SELECT * FROM meta").fetchall()
        assert found(cli)["run store"]["state"] == "good"
        assert store.execute("SELECT * FROM seen").fetchall() == []
        assert store.execute("SELECT * FROM meta").fetchall() == before


@pytest.mark.slow
def test_a_store_that_cannot_be_written_is_reported(cli, monkeypatch):
    monkeypatch.setattr("resnet.store.database.BUSY_SECONDS", 0.1)
    monkeypatch.setattr("resnet.store.database._engines", {})
    RunStore()
    with closing(sqlite3.connect(runs_folder() / "runs.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        finding = found(cli, code=1)["run store"]
    assert "cannot be written (database is locked)" in finding["told"]


def test_patches_that_another_streamlit_turns_off_are_named(cli, monkeypatch):
    assert found(cli)["patches"]["state"] == "good"
    monkeypatch.setattr(patches, "version", lambda _package: "1.99.0")
    finding = found(cli)["patches"]
    assert finding["state"] == "note"
    assert all(patch.name in finding["told"] for patch in patches.PATCHES)
    assert "Streamlit 1.99.0" in finding["told"]
