"""The table of runs: what is stored is shown, compared, exported and deleted by its learner."""

import io
import zipfile
from concurrent.futures import Future
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from pages.components.running import store
from pages.server import visitors
from pages.stored_runs import comparison
from resnet.data.signs import load
from resnet.inference.checkpoint import CARD, WEIGHTS, run_folder
from resnet.store.records import Metric
from resnet.store.run_store import RunStore
from resnet.store.states import State
from resnet.training.spec import TrainingSpec
from tests.pages.test_pages import opened, words


def finished(owner="", **choices):
    runs = RunStore()
    run_id = runs.create(TrainingSpec(data="synthetic", epochs=2, **choices).model_dump(), owner)
    runs.set_state(run_id, State.RUNNING)
    for epoch, accuracy in ((1, 0.5), (2, 0.75)):
        runs.append_metrics(run_id, [Metric(34 * epoch, epoch, "test_accuracy", accuracy)])
    runs.finish(run_id, State.DONE, test_accuracy=0.75, seconds=3.0)
    return run_id


def test_without_a_run_it_says_where_to_start_one():
    assert "start one" in words(opened("runs"))


def test_a_link_names_the_runs_and_what_differs_is_reported():
    first, _second, third = (finished(seed=seed, learning_rate=seed + 0.1) for seed in range(3))
    app = opened("runs", compare=f"{first},{third}")
    assert not app.exception
    table = app.table[0].value
    assert set(table.columns) == {first[:6], third[:6]}
    assert table.loc["Learning rate"].tolist() in (["2.1", "0.1"], ["0.1", "2.1"])
    assert "model" not in table.index


def test_runs_of_one_net_that_differ_in_the_seed_share_a_line():
    ids = [finished(seed=seed) for seed in range(2)]
    curves = comparison.curves([store().get(run_id) for run_id in ids], "error")
    assert {curve.net for curve in curves} == {"fast"}
    assert [curve.y for curve in curves] == [(0.5, 0.25)] * 2


def test_the_table_of_points_holds_all_that_is_stored():
    run = store().get(finished())
    points = comparison._points([run])
    assert points["value"].tolist() == [0.5, 0.75]
    assert points["step"].tolist() == [34, 68]
    again = pd.read_parquet(io.BytesIO(points.to_parquet(index=False)))
    pd.testing.assert_frame_equal(again, points.reset_index(drop=True))


def test_the_weights_come_with_their_card():
    run = store().get(finished())
    folder = run_folder(run.id)
    folder.mkdir(parents=True)
    for ending in (CARD, WEIGHTS):
        (folder / f"model{ending}").write_text(ending)
    with zipfile.ZipFile(io.BytesIO(comparison._net(run))) as archive:
        assert sorted(archive.namelist()) == ["model.json", "model.weights.h5"]


def test_a_run_is_deleted_with_its_files_by_whom_it_belongs_to(monkeypatch):
    monkeypatch.setattr(visitors, "visitor", lambda: "me")
    run_id = finished(owner="me")
    run_folder(run_id).mkdir(parents=True)
    app = opened("runs", compare=run_id)
    app.button(key="runs_delete").click().run()
    assert store().runs() == []
    assert not run_folder(run_id).exists()
    for owner in ("somebody else", ""):
        finished(owner=owner)
        app = opened("runs")
        assert not [button for button in app.button if button.key == "runs_delete"]


@pytest.fixture
def mine(monkeypatch):
    """This browser is the one called "me"."""
    for module in ("server.visitors", "stored_runs.table", "components.running"):
        monkeypatch.setattr(f"pages.{module}.visitor", lambda: "me")
    monkeypatch.setattr(
        "resnet.jobs.queue.connect",
        lambda: SimpleNamespace(wake=lambda: None, probe=lambda *_task: Future()),
    )


def pressed(app, label):
    """Press the button with this label and return the page that follows."""
    return next(button for button in app.button if button.label == label).click().run()


@pytest.mark.usefixtures("mine")
def test_a_run_is_named_and_tagged_and_found_by_either():
    run_id, other = finished(owner="me"), finished(owner="me", model="resnet20")
    app = opened("runs", compare=run_id)
    name = next(field for field in app.text_input if field.label == "Name")
    name.set_value("my best")
    next(field for field in app.multiselect if field.label == "Tags").set_value(["depth"])
    app = pressed(app, "Keep")
    assert not app.exception
    run = RunStore().get(run_id)
    assert (run.title, run.tags) == ("my best", ("depth",))
    for words_of_it in ("BEST", "depth fast", run_id[:8]):
        app = opened("runs", runs_find=words_of_it)
        assert app.dataframe[0].value["Id"].tolist() == [run_id]
    assert opened("runs", runs_find="resnet20").dataframe[0].value["Id"].tolist() == [other]
    assert "change the filters" in words(opened("runs", runs_find="nothing like it"))


@pytest.mark.usefixtures("mine")
def test_another_run_like_it_begins_with_its_choices():
    run_id = finished(
        owner="me",
        model="resnet20",
        seed=7,
        learning_rate=0.05,
        batch_size=16,
        image_size=32,
        batch_norm=False,
    )
    app = pressed(opened("runs", compare=run_id), "Change and train again")
    assert not app.exception
    assert app.session_state["train_model"] == "resnet20"
    assert app.number_input(key="train_seed").value == 7
    assert app.number_input(key="train_rate_fast").value == 0.05
    assert app.number_input(key="train_batch_fast").value == 16
    assert app.toggle(key="train_bn").value is False
    app = pressed(app.switch_page("train.py").run(), "Train")
    (again,) = RunStore().runs(state=State.QUEUED)
    spec = RunStore().get(run_id).spec
    assert {name for name in spec if again.spec[name] != spec[name]} <= {
        "gradient_norms_every",
        "augmentation",
    }


@pytest.mark.usefixtures("mine")
def test_so_it_does_beside_the_run_itself():
    run_id = finished(owner="me", seed=9)
    app = pressed(opened("train", run=run_id), "Change and train again")
    assert not app.exception
    assert app.number_input(key="train_seed").value == 9
    run_folder(run_id).mkdir(parents=True)
    (run_folder(run_id) / "state-2.npz").write_bytes(b"a state")
    app = pressed(app, "Train on")
    assert not app.exception
    (longer,) = RunStore().runs(state=State.QUEUED)
    assert app.query_params["run"] == longer.id


def at_chance(**choices):
    run_id = finished(**choices)
    labels = [number % 6 for number in range(120)]
    store().save_predictions(run_id, labels, [0] * 120, [0.2] * 120)
    return run_id


@pytest.mark.usefixtures("mine")
@pytest.mark.parametrize("screen", ["train", "runs"])
def test_a_run_that_learned_nothing_says_so_and_one_click_trains_what_may_mend_it(screen):
    run_id = at_chance(owner="me", model="lenet5", image_size=32, seed=4)
    link = {"run": run_id} if screen == "train" else {"compare": run_id}
    app = opened(screen, **link)
    assert "20 of 120 test images right is no more than guessing" in app.warning[0].value
    assert "BatchNorm on" not in words(app)
    app = pressed(app, "Train it with learning rate 0.01")
    assert not app.exception
    (mended,) = RunStore().runs(state=State.QUEUED)
    before = RunStore().get(run_id).spec
    assert mended.spec == {**before, "learning_rate": 0.01}
    assert mended.owner == "me"
    if screen == "train":
        assert app.number_input(key="train_rate_fast").value == 0.01  # the form follows
        assert app.query_params["run"] in (mended.id, [mended.id])


def test_a_run_that_learned_something_is_offered_nothing_to_mend():
    app = opened("train", run=finished())
    assert not app.warning


def test_only_what_a_net_has_can_be_left_out():
    toggles = {"fast": {"Shortcuts", "BatchNorm"}, "Plain-20": {"BatchNorm"}, "LeNet-5": set()}
    for title, there in toggles.items():
        app = opened(
            "train",
            train_model="Fast net" if title == "fast" else title,
            train_shortcut="false",
            train_bn="false",
        )
        assert not app.exception
        shown = {toggle.label for toggle in app.toggle} & {"Shortcuts", "BatchNorm"}
        assert shown == there
        page_words = words(app)
        assert ("no shortcuts that could be left out" in page_words) == ("Shortcuts" not in there)
        assert ("no BatchNorm that could be left out" in page_words) == ("BatchNorm" not in there)


@pytest.mark.usefixtures("mine")
def test_the_sidebar_shows_what_runs_also_on_its_own_screen():
    runs, old = RunStore(), finished()
    run_id = runs.create(TrainingSpec(data="synthetic").model_dump())
    runs.set_state(run_id, State.RUNNING)
    app = pressed(opened("train", run=old), "Watch")
    assert not app.exception
    assert app.query_params["run"] == run_id


@pytest.mark.usefixtures("mine")
def test_a_run_is_trained_on_from_its_state():
    run_id = finished(owner="me")
    folder = run_folder(run_id)
    folder.mkdir(parents=True)
    app = pressed(opened("runs", compare=run_id), "Train on")
    assert "left no finished epoch" in words(app)
    (folder / "state-2.npz").write_bytes(b"a state")
    app = pressed(opened("runs", compare=run_id), "Train on")
    (longer,) = RunStore().runs(state=State.QUEUED)
    assert (longer.parent, longer.spec["epochs"], longer.owner) == (run_id, 12, "me")
    assert (run_folder(longer.id) / "state-2.npz").read_bytes() == b"a state"
    assert store().metrics(longer.id)["test_accuracy"].values == [0.5, 0.75]


def test_confusions_of_several_runs_lie_side_by_side():
    ids = [finished(seed=seed) for seed in range(2)]
    for run_id in ids:
        RunStore().save_predictions(run_id, [0, 1, 2], [0, 2, 2], [0.9, 0.4, 0.8])
    app = opened("runs", compare=",".join(ids))
    assert not app.exception
    assert "What they take for what" in [heading.value for heading in app.subheader]
    counts, _signs = comparison.confusions(store().predictions(ids[0]))
    assert counts.sum() == 3
    assert counts[1, 2] == 1


def test_the_photos_that_runs_got_wrong_stand_with_their_confusions():
    tests = load("synthetic").test_labels
    wrong = (tests + (np.arange(len(tests)) < 3)) % 6  # the first three
    ids = [finished(seed=seed) for seed in range(2)]
    for run_id in ids:
        RunStore().save_predictions(run_id, tests.tolist(), wrong.tolist(), [0.5] * len(tests))
    for compared in (ids, ids[:1]):
        app = opened("runs", compare=",".join(compared))
        assert not app.exception
        shown = [caption for image in app.get("image") for caption in image.captions]
        assert shown == ["3 of 3 images it got wrong: true → predicted."] * len(compared)


@pytest.mark.usefixtures("mine")
def test_the_teacher_lets_a_run_start_next(monkeypatch):
    monkeypatch.setattr(visitors, "_is_teachers", lambda token: True)
    runs = RunStore()
    first, second = (
        runs.create(TrainingSpec(data="synthetic").model_dump(), owner) for owner in ("ada", "bob")
    )
    app = pressed(opened("runs", compare=second), "Start next")
    assert not app.exception
    assert runs.get(second).priority > runs.get(first).priority
