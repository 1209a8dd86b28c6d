"""The table of runs: what is stored is shown, compared, exported and deleted by its learner."""

import io
import zipfile

import pandas as pd
import pytest

from pages.components import run_comparison, visitors
from pages.components.running import store
from resnet.store.records import Metric
from resnet.store.run_store import RunStore
from resnet.store.states import State
from resnet.training.checkpoint import CARD, WEIGHTS, run_folder
from resnet.training.spec import TrainingSpec
from tests.pages.test_pages import opened, words


@pytest.fixture(autouse=True)
def fresh_store():
    store.clear()
    yield
    store.clear()


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


def test_a_link_names_the_runs_and_what_differs_is_told():
    first, _second, third = (finished(seed=seed, learning_rate=seed + 0.1) for seed in range(3))
    app = opened("runs", compare=f"{first},{third}")
    assert not app.exception
    table = app.table[0].value
    assert set(table.columns) == {first[:6], third[:6]}
    assert table.loc["learning_rate"].tolist() in (["2.1", "0.1"], ["0.1", "2.1"])
    assert "model" not in table.index


def test_runs_of_one_net_that_differ_in_the_seed_share_a_line():
    ids = [finished(seed=seed) for seed in range(2)]
    curves = run_comparison.curves([store().get(run_id) for run_id in ids], "error")
    assert {curve.net for curve in curves} == {"fast"}
    assert [curve.y for curve in curves] == [(0.5, 0.25)] * 2


def test_the_table_of_points_holds_all_that_is_stored():
    run = store().get(finished())
    points = run_comparison._points([run])
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
    with zipfile.ZipFile(io.BytesIO(run_comparison._net(run))) as archive:
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
