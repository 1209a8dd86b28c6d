"""`train`: options become a spec, the run is stored, the last line is one object."""

import json
from pathlib import Path

import pytest

from resnet.settings import runs_folder
from resnet.store.run_store import RunStore
from resnet.store.states import State

SMALL = ("--model", "resnet8", "--image-size", 16, "--batch-size", 8, "--epochs", 2)


def test_a_run_ends_with_one_object_and_is_stored(cli, tiny_signs):
    options = ("--data", tiny_signs, "--seed", 5, "--gradient-norms-every", 2, "--json")
    result = cli("train", *SMALL, *options)
    assert result.exit_code == 0, result.output
    (line,) = result.stdout.splitlines()
    told = json.loads(line)
    assert (told["model"], told["data"]) == ("resnet8", str(tiny_signs))
    assert (told["seed"], told["epochs"], told["state"]) == (5, 2, "DONE")
    assert told["synthetic"] is True
    assert told["seconds"] > 0
    assert [epoch["epoch"] for epoch in told["history"]] == [1, 2]
    assert 0 <= told["history"][-1]["test_accuracy"] <= 1
    assert 0 <= told["train_accuracy"] <= 1
    assert 0 <= told["test_accuracy"] <= 1
    assert {"keras", "python"} <= set(told["versions"])
    assert told["device"]
    assert Path(told["weights"]).is_file()

    run = RunStore().get(told["run"])
    assert (run.state, run.origin) == (State.DONE, "cli")
    assert run.test_accuracy == pytest.approx(told["test_accuracy"])
    assert RunStore().norms(run.id).steps == [1, 3, 5]
    assert run.id in cli("runs", "list").stdout
    assert json.loads(cli("runs", "show", run.id, "--json").stdout) == told


def test_progress_goes_to_stderr(cli, tiny_signs):
    result = cli("train", *SMALL, "--data", tiny_signs, "--no-shortcut", "--no-batch-norm")
    assert result.stdout.startswith("DONE ")
    assert "synthetic" in result.stderr
    assert "epoch 2: loss" in result.stderr
    (run,) = RunStore().runs()
    assert (run.spec["shortcut"], run.spec["batch_norm"]) == (False, False)


def test_the_recipe_fills_in_what_is_not_given(cli, tiny_signs, monkeypatch):
    monkeypatch.setattr("resnet.training.train.run", end_at_once)
    cli("train", "--model", "resnet8", "--recipe", "notebook", "--data", tiny_signs)
    (run,) = RunStore().runs()
    assert (run.spec["epochs"], run.spec["batch_size"]) == (20, 32)
    assert run.spec["learning_rate"] == pytest.approx(1e-3)


def test_without_signs_the_synthetic_set_is_used_and_named(cli, tmp_path, monkeypatch):
    monkeypatch.setattr("resnet.data.signs.find_signs", lambda folder=None: None)
    monkeypatch.setattr("resnet.training.train.run", end_at_once)
    result = cli("train", "--model", "resnet8")
    assert "synthetic hands" in result.stderr
    assert RunStore().runs()[0].spec["data"] == "synthetic"


def end_at_once(run_id: str, store: RunStore) -> None:
    store.set_state(run_id, State.RUNNING)
    store.finish(run_id, State.DONE)


@pytest.mark.parametrize(
    ("state", "code"), [(State.STOPPED, 130), (State.FAILED, 1), (State.DIVERGED, 1)]
)
def test_other_ends_have_their_exit_codes(cli, tiny_signs, monkeypatch, state, code):
    def end(run_id: str, store: RunStore) -> None:
        store.set_state(run_id, State.RUNNING)
        store.finish(run_id, state, "No reason.")

    monkeypatch.setattr("resnet.training.train.run", end)
    result = cli("train", "--model", "resnet8", "--data", tiny_signs, "--json")
    assert result.exit_code == code
    assert json.loads(result.stdout)["state"] == state
    assert ("Error: No reason." in result.stderr) == (code == 1)


def test_a_second_ctrl_c_ends_it_now(cli, tiny_signs, monkeypatch):
    def interrupted(run_id: str, store: RunStore) -> None:
        store.set_state(run_id, State.RUNNING)
        raise KeyboardInterrupt

    monkeypatch.setattr("resnet.training.train.run", interrupted)
    result = cli("train", "--model", "resnet8", "--data", tiny_signs)
    assert result.exit_code == 130
    assert RunStore().runs()[0].state is State.STOPPED


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--model", "fst"), "There is no net"),
        (("--model", "fast", "--epochs", 0), "epochs must be"),
        (("--model", "fast", "--batch-size", -1), "batch_size must be"),
        (("--model", "fast", "--learning-rate", "nan"), "learning_rate must be"),
        (("--model", "fast", "--seed", -1), "seed must be"),
        (("--model", "fast", "--image-size", 8), "at least 16 pixels"),
        (("--model", "fast", "--data", "nowhere"), "no data set “nowhere”"),
    ],
)
def test_wrong_values_end_with_one_line_and_store_nothing(one_line, options, words):
    assert words in one_line("train", *options, code=1)
    assert not runs_folder().exists() or not RunStore().runs()


def test_wrong_options_end_with_one_line(one_line):
    assert "--model" in one_line("train", code=2)
    one_line("train", "--model", "fast", "--recipe", "slow", code=2)
    one_line("train", "--model", "fast", "--epochs", "ten", code=2)


@pytest.mark.parametrize("model", ["lenet5", "lenet5_1998"])
def test_a_classic_net_trains(cli, tiny_signs, model):
    ran = cli("train", "--model", model, "--data", tiny_signs, "--epochs", 1, "--batch-size", 12,
              "--json")  # fmt: skip
    assert ran.exit_code == 0, ran.output
    assert json.loads(ran.stdout.splitlines()[-1])["model"] == model
