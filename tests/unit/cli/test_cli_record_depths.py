"""`record depths` trains what is missing, keeps each run at once, and says what differs."""

import json

import pytest

from resnet.cli import record_depths
from resnet.cli.record_depths import Condition

pytestmark = pytest.mark.slow


@pytest.mark.soak
def test_a_recording_goes_on_with_what_is_missing(cli, tmp_path, monkeypatch):
    out = tmp_path / "depths.json"
    command = ("record", "depths", "--data", "synthetic", "--image-size", 8, "--out", tmp_path)
    first, second = Condition("plain8", 1, seeds=(0,)), Condition("resnet8", 1, seeds=(0,))
    monkeypatch.setattr(record_depths, "PLAN", (first,))
    monkeypatch.setattr(record_depths, "KEPT", ("plain8", 1, 0))
    assert cli(*command).exit_code == 0
    (run,) = json.loads(out.read_text())["runs"]
    assert (tmp_path / "weights" / "plain8.weights.h5").stat().st_size < 1.2e6
    monkeypatch.setattr(record_depths, "PLAN", (first, second))
    assert cli(*command).exit_code == 0
    made = json.loads(out.read_text())
    kept, added = made["runs"]
    assert kept == run
    assert {name for name in added if added[name] != kept[name]} >= {"model", "history", "norms"}
    for name in ("zero_last_gamma", "epochs", "seed", "learning_rate", "batch_size", "steps"):
        assert added[name] == kept[name]
    assert added["norms"]["steps"] == list(range(1, added["steps"] + 1))
    assert set(added["norms"]) == {"steps", "stem", "stage1", "stage2", "stage3", "last"}
    assert all(norm > 0 for norm in added["norms"]["stem"])
    assert len(added["history"]["train_accuracy"]) == 1
