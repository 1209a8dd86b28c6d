"""`runs list`, `runs show`, `runs export`."""

import csv
import json
import math
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from resnet.cli.reporting import state_word
from resnet.inference.checkpoint import run_folder
from resnet.settings import runs_folder
from resnet.store import database
from resnet.store.records import Metric
from resnet.store.run_store import RunStore
from resnet.store.states import State

SPEC = {"model": "fast", "data": "synthetic", "recipe": "fast", "epochs": 2, "seed": 7}


@pytest.fixture
def finished():
    """Store one finished run of two epochs; return its id."""
    store = RunStore()
    run_id = store.create(SPEC, origin="cli")
    store.set_state(run_id, State.RUNNING, device="CPU", versions={"keras": "3"})
    store.append_metrics(
        run_id,
        [
            Metric(1, 1, "loss", 2.0),
            Metric(2, 1, "train_loss", 1.5),
            Metric(2, 1, "test_accuracy", 0.25),
            Metric(4, 2, "train_loss", math.nan),
            Metric(4, 2, "test_accuracy", 0.5),
        ],
    )
    store.set_layers(run_id, ["stem_conv", "fc6"])
    store.append_norms(run_id, 1, [0.5, 0.25])
    store.save_predictions(run_id, [0, 1], [0, 2], [0.9, 0.6])
    store.finish(run_id, State.DONE, seconds=1.5, test_accuracy=0.5, synthetic=True)
    return run_id


def test_no_runs_yet(cli):
    assert "No runs yet" in cli("runs", "list").stdout
    assert json.loads(cli("runs", "list", "--json").stdout) == []


def test_list(cli, finished):
    RunStore().create({**SPEC, "model": "resnet20"})
    lines = cli("runs", "list").stdout.splitlines()
    assert len(lines) == 3
    assert any(finished in line and "50.0 %" in line and "cli" in line for line in lines)
    (done,) = json.loads(cli("runs", "list", "--state", "done", "--json").stdout)
    assert (done["run"], done["model"], done["seed"]) == (finished, "fast", 7)
    assert len(json.loads(cli("runs", "list", "--limit", 1, "--json").stdout)) == 1


def test_a_state_is_named_in_english_as_the_option_takes_it():
    assert [state_word(state) for state in State] == [str(state) for state in State]


def test_show(cli, finished):
    shown = json.loads(cli("runs", "show", finished, "--json").stdout)
    assert (shown["model"], shown["seed"], shown["state"]) == ("fast", 7, "DONE")
    assert shown["versions"] == {"keras": "3"}
    assert shown["history"] == [
        {"epoch": 1, "train_loss": 1.5, "test_accuracy": 0.25},
        {"epoch": 2, "train_loss": None, "test_accuracy": 0.5},
    ]
    words = cli("runs", "show", finished).stdout
    assert "keras 3" in words
    assert "test_accuracy" in words


def test_export_csv_has_one_row_a_number(cli, finished, tmp_path):
    path = tmp_path / "run.csv"
    assert cli("runs", "export", finished, "--out", path).exit_code == 0
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 7
    assert {row["run"] for row in rows} == {finished}
    (norm,) = [row for row in rows if row["name"] == "gradient_norm:fc6"]
    assert (norm["step"], norm["value"], norm["seed"]) == ("1", "0.25", "7")


def test_export_for_tensorboard_holds_every_number(cli, finished, tmp_path):
    import tensorflow as tf

    folder = tmp_path / "run.tensorboard"
    assert cli("runs", "export", finished, "--out", folder).exit_code == 0
    (file,) = folder.iterdir()
    found = {
        (event.step, value.tag): float(tf.make_ndarray(value.tensor))
        for event in tf.compat.v1.train.summary_iterator(str(file))
        for value in event.summary.value
    }
    curves = RunStore().metrics(finished)
    for name, curve in curves.items():
        for step, value in zip(curve.steps, curve.values, strict=True):
            assert found[step, name] == pytest.approx(value, nan_ok=True)


def test_export_json_has_everything(cli, finished, tmp_path):
    path = tmp_path / "run.json"
    assert cli("runs", "export", finished, "--out", path).exit_code == 0
    run = json.loads(path.read_text(encoding="utf-8"))
    assert run["gradient_norms"] == {
        "layers": ["stem_conv", "fc6"],
        "steps": [1],
        "values": [[0.5, 0.25]],
    }
    assert run["predictions"]["predicted"] == [0, 2]
    assert run["metrics"]["loss"]["values"] == [2.0]


def test_mistakes_end_with_one_line(one_line, finished, tmp_path):
    assert "There is no run" in one_line("runs", "show", "nothing", code=1)
    csv_path = tmp_path / "x.csv"
    assert "There is no run" in one_line("runs", "export", "nothing", "--out", csv_path, code=1)
    assert not csv_path.exists()
    assert "There is no run" in one_line("runs", "export", "no", "--out", "net.onnx", code=1)
    assert ".csv, .json, .tensorboard or .onnx" in one_line(
        "runs", "export", finished, "--out", "run.xml", code=2
    )
    one_line("runs", "list", "--limit", 0, code=2)
    one_line("runs", "list", "--state", "LOST", code=2)


def test_a_store_that_cannot_be_opened(one_line, monkeypatch):
    monkeypatch.setenv("RESNET_LAB_DATABASE_URL", "nonsense")
    assert "RESNET_LAB_DATABASE_URL" in one_line("runs", "list", code=1)


def test_prune_deletes_what_ended_long_ago_and_nothing_else(cli):
    store, day = RunStore(), 86400
    ends = {}
    for days, state in ((100, State.DONE), (100, State.FAILED), (10, State.DONE)):
        run_id = store.create({}, finished_at=time.time() - days * day, state=state)
        run_folder(run_id).mkdir(parents=True)
        (run_folder(run_id) / "model.json").write_text("{}")
        ends[run_id] = days
    paused = store.create({}, state=State.PAUSED, created_at=0)
    assert "2 runs would be deleted" in cli("runs", "prune", "--days", "90", "--dry-run").output
    assert len(store.runs(limit=None)) == 4
    assert "2 runs deleted" in cli("runs", "prune", "--days", "90").output
    left = {run.id for run in store.runs(limit=None)}
    assert left == {paused} | {run_id for run_id, days in ends.items() if days == 10}
    for run_id, days in ends.items():
        assert run_folder(run_id).exists() == (days == 10)


def test_a_store_that_stays_locked_is_one_line(one_line, monkeypatch):
    monkeypatch.setattr("resnet.store.database.BUSY_SECONDS", 0.1)
    monkeypatch.setattr("resnet.store.database._engines", {})
    RunStore().create(SPEC, state=State.DONE, finished_at=1)
    with closing(sqlite3.connect(runs_folder() / "runs.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        line = one_line("runs", "prune", "--days", 1, code=1)
    assert "database is locked" in line
    assert "try again" in line
    assert "DELETE" not in line


def test_a_store_of_a_newer_program_is_refused_in_one_line(one_line):
    RunStore().create({})
    with closing(sqlite3.connect(runs_folder() / "runs.db")) as connection, connection:
        connection.execute("UPDATE meta SET value = '99' WHERE key = 'schema_version'")
    database._engines.clear()
    assert "schema version 99" in one_line("runs", "list", code=1)


def test_a_store_of_the_first_release_is_listed(cli):
    runs_folder().mkdir()
    sql = Path(__file__).parents[2] / "contracts" / "first_release.sql"
    with closing(sqlite3.connect(runs_folder() / "runs.db")) as connection:
        connection.executescript(sql.read_text(encoding="utf-8"))
    (run,) = json.loads(cli("runs", "list", "--json").stdout)
    assert (run["run"], run["state"], run["test_accuracy"]) == ("aaaabbbbcccc", "DONE", 0.975)
