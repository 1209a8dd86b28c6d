"""`train`: options become a spec, the run is stored, the last line is one object."""

import json
from pathlib import Path

import pytest

from resnet.settings import runs_folder
from resnet.store.run_store import RunStore
from resnet.store.states import State

pytestmark = pytest.mark.slow

SMALL = ("--model", "resnet8", "--image-size", 16, "--batch-size", 8, "--epochs", 2)


def test_a_run_ends_with_one_object_and_is_stored(cli, tiny_signs):
    options = ("--data", tiny_signs, "--seed", 5, "--gradient-norms-every", 2, "--json")
    result = cli("train", *SMALL, *options)
    assert result.exit_code == 0, result.output
    (line,) = result.stdout.splitlines()
    report = json.loads(line)
    assert (report["model"], report["data"]) == ("resnet8", str(tiny_signs))
    assert (report["seed"], report["epochs"], report["state"]) == (5, 2, "DONE")
    assert report["synthetic"] is True
    assert report["seconds"] > 0
    assert [epoch["epoch"] for epoch in report["history"]] == [1, 2]
    assert 0 <= report["history"][-1]["test_accuracy"] <= 1
    assert 0 <= report["train_accuracy"] <= 1
    assert 0 <= report["test_accuracy"] <= 1
    assert {"keras", "python"} <= set(report["versions"])
    assert report["device"]
    assert Path(report["weights"]).is_file()

    run = RunStore().get(report["run"])
    assert (run.state, run.origin) == (State.DONE, "cli")
    assert run.test_accuracy == pytest.approx(report["test_accuracy"])
    assert RunStore().norms(run.id).steps == [1, 3, 5]
    assert run.id in cli("runs", "list").stdout
    assert json.loads(cli("runs", "show", run.id, "--json").stdout) == report


def test_progress_goes_to_stderr(cli, tiny_signs):
    result = cli("train", *SMALL, "--data", tiny_signs, "--no-shortcut", "--no-batch-norm")
    assert result.stdout.startswith("DONE ")
    assert "synthetic" in result.stderr
    assert "epoch 2: loss" in result.stderr
    (run,) = RunStore().runs()
    assert (run.spec["shortcut"], run.spec["batch_norm"]) == (False, False)


def test_a_run_that_learned_nothing_says_so_and_what_to_try(cli, tiny_signs):
    options = ("--model", "lenet5", *SMALL[2:], "--data", tiny_signs)
    advice = cli("train", *options, "--learning-rate", 0.3).stdout.splitlines()[1]
    assert advice.startswith("It learned nothing: ")
    assert advice.endswith(": try --learning-rate 0.03.")
    (run,) = RunStore().runs()
    report = json.loads(cli("runs", "show", run.id, "--json").stdout)["learned_nothing"]
    assert report["sentence"] == advice
    assert report["try"] == {"learning_rate": 0.03}
    assert report["why"] in ("dead_relus", "learning_rate_too_high")
    assert advice in cli("runs", "show", run.id).stdout


@pytest.mark.parametrize(
    ("net", "option", "lacking"),
    [
        ("lenet5", "--no-shortcut", "no shortcuts"),
        ("plain20", "--no-shortcut", "no shortcuts"),
        ("vgg16", "--no-batch-norm", "no BatchNorm"),
    ],
)
def test_what_a_net_has_not_cannot_be_left_out(one_line, tiny_signs, net, option, lacking):
    advice = one_line("train", "--model", net, "--data", tiny_signs, option, code=1)
    assert f"{net} has {lacking} that could be left out" in advice
    assert RunStore().runs() == []


def test_the_recipe_fills_in_what_is_not_given(cli, tiny_signs, monkeypatch):
    monkeypatch.setattr("resnet.training.stored_run.run", end_at_once)
    cli("train", "--model", "resnet8", "--recipe", "notebook", "--data", tiny_signs)
    (run,) = RunStore().runs()
    assert (run.spec["epochs"], run.spec["batch_size"]) == (20, 32)
    assert run.spec["learning_rate"] == pytest.approx(1e-3)


def test_without_signs_the_synthetic_set_is_used_and_named(cli, tmp_path, monkeypatch):
    monkeypatch.setattr("resnet.data.signs.find_signs", lambda folder=None: None)
    monkeypatch.setattr("resnet.training.stored_run.run", end_at_once)
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

    monkeypatch.setattr("resnet.training.stored_run.run", end)
    result = cli("train", "--model", "resnet8", "--data", tiny_signs, "--json")
    assert result.exit_code == code
    assert json.loads(result.stdout)["state"] == state
    assert ("Error: No reason." in result.stderr) == (code == 1)


def test_a_second_ctrl_c_ends_it_now(cli, tiny_signs, monkeypatch):
    def interrupted(run_id: str, store: RunStore) -> None:
        store.set_state(run_id, State.RUNNING)
        raise KeyboardInterrupt

    monkeypatch.setattr("resnet.training.stored_run.run", interrupted)
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
    ran = cli(
        "train", "--model", model, "--data", tiny_signs, "--epochs", 1, "--batch-size", 12, "--json"
    )
    assert ran.exit_code == 0, ran.output
    assert json.loads(ran.stdout.splitlines()[-1])["model"] == model
