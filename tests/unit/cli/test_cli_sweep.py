"""A sweep from the command line: every cell trained, compared, stored and written."""

import json

import pytest

from resnet.errors import LabError
from resnet.store.records import Run
from resnet.store.run_store import RunStore
from resnet.store.states import State
from resnet.training.sweep import MOST_CELLS, grid, summary

pytestmark = pytest.mark.slow

TINY = ("--epochs", 1, "--image-size", 8, "--batch-size", 12)


def test_a_sweep_trains_its_grid_and_writes_it(cli, tiny_signs, tmp_path):
    out = tmp_path / "depths.json"
    result = cli(
        "sweep",
        "--depth",
        8,
        "--seeds",
        1,
        "--data",
        tiny_signs,
        *TINY,
        "--title",
        "one",
        "--out",
        out,
        "--json",
    )
    assert result.exit_code == 0, result.output
    report = json.loads(result.stdout.splitlines()[-1])
    assert {net["model"]: net["runs"] for net in report["nets"]} == {"plain8": 1, "resnet8": 1}
    store = RunStore()
    runs = store.runs(experiment=report["experiment"])
    assert {(run.spec["model"], run.spec["seed"]) for run in runs} == {
        ("plain8", 0),
        ("resnet8", 0),
    }
    assert all(run.state == State.DONE for run in runs)
    experiment = store.experiment(report["experiment"])
    assert (experiment.title, len(experiment.cells), experiment.closed) == ("one", 2, True)
    written = json.loads(out.read_text())
    assert written["command"].startswith("python -m resnet sweep --depth 8 --seeds 1 --data ")
    assert "--epochs 1 --image-size 8" in written["command"]
    assert "gamma" not in written["command"]
    assert {"made", "versions", "device", "data", "epochs", "image_size", "seeds"} <= set(written)
    assert [len(run["history"]["test_accuracy"]) for run in written["runs"]] == [1] * 2


def test_a_grid_has_every_cell_once():
    specs = grid([20, 8], 2, epochs=3)
    assert [(spec.model, spec.seed) for spec in specs[:4]] == [
        ("plain8", 0),
        ("resnet8", 0),
        ("plain20", 0),
        ("resnet20", 0),
    ]
    assert len({(spec.model, spec.seed) for spec in specs}) == 8
    assert {spec.epochs for spec in specs} == {3}


def test_only_nets_with_shortcuts_start_as_the_identity():
    starts = {spec.model: spec.zero_last_gamma for spec in grid([8], 1, zero_last_gamma=True)}
    assert starts == {"plain8": False, "resnet8": True}


@pytest.mark.parametrize(("depths", "seeds"), [([], 1), ([8], 0), ([8, 20], MOST_CELLS)])
def test_a_grid_of_nothing_or_too_much_is_refused(depths, seeds):
    with pytest.raises(LabError, match=f"1 to {MOST_CELLS} runs"):
        grid(depths, seeds)


def test_a_depth_that_there_is_not_is_refused(one_line):
    assert "plain9" in one_line("sweep", "--depth", 9, "--data", "synthetic", code=1)


def test_a_summary_counts_finished_runs_only():
    store = RunStore()
    for seed, accuracy in enumerate((0.5, 0.75, None)):
        run_id = store.create({"model": "resnet8", "seed": seed})
        store.set_state(run_id, State.RUNNING)
        if accuracy:
            store.finish(run_id, State.DONE, train_accuracy=accuracy, test_accuracy=accuracy / 2)
    runs: list[Run] = store.runs()
    (cell,) = summary(runs)
    assert (cell.runs, cell.train_error) == (2, (0.375, 0.25, 0.5))
    assert cell.test_error == pytest.approx((0.6875, 0.625, 0.75))
