"""`doctor` tells a healthy installation from a sick one, and what to do."""

import json
import sys

import pytest

from resnet.store.run_store import RunStore


def found(cli, code=0):
    result = cli("doctor", "--json")
    assert result.exit_code == code, result.output
    return {finding["part"]: finding for finding in json.loads(result.stdout)}


def test_a_healthy_installation_is_told_part_by_part_and_nothing_is_left(cli):
    parts = found(cli)
    assert {"Python", "machine", "Keras", "data", "run store", "folder"} <= set(parts)
    assert not [part for part, finding in parts.items() if finding["state"] == "bad"]
    assert "keras 3" in parts["Keras"]["told"]
    assert RunStore().runs() == []
    told = cli("doctor").stdout
    assert told.startswith("✓ Python: 3.")
    assert "✗" not in told


def test_without_signs_it_says_how_to_get_it(cli, monkeypatch):
    monkeypatch.delenv("SIGNS_DIR", raising=False)
    finding = found(cli)["data"]
    assert finding["state"] in ("good", "note")
    if finding["state"] == "note":
        assert "data fetch" in finding["told"]


@pytest.mark.parametrize(
    ("variable", "part", "told"),
    [
        ("RESNET_LAB_DATABASE_URL", "run store", "check RESNET_LAB_DATABASE_URL"),
        ("RESNET_LAB_RUNS", "folder", "exists"),
    ],
)
def test_what_keeps_the_lab_from_working_ends_with_code_1(
    cli, tmp_path, monkeypatch, variable, part, told
):
    (tmp_path / "file").write_text("no folder")
    wrong = {"run store": "mysql://nowhere/runs", "folder": str(tmp_path / "file")}[part]
    monkeypatch.setenv(variable, wrong)
    finding = found(cli, code=1)[part]
    assert finding["state"] == "bad"
    assert told in finding["told"]


def test_signs_that_cannot_be_read_are_told(cli, tmp_path, monkeypatch):
    (tmp_path / "train_signs.h5").write_bytes(b"not HDF5")
    monkeypatch.setenv("SIGNS_DIR", str(tmp_path))
    assert found(cli, code=1)["data"]["state"] == "bad"


def test_a_scheduler_that_does_not_answer_is_told(cli, monkeypatch):
    monkeypatch.setattr(sys.modules["resnet.cli.doctor"], "CLUSTER_SECONDS", 2.0)
    monkeypatch.setenv("RESNET_LAB_SCHEDULER", "tls://127.0.0.1:9")
    finding = found(cli, code=1)["cluster"]
    assert "tls://127.0.0.1:9 does not answer" in finding["told"]
