"""A finished run is found in a real MLflow store; a store that is not there harms nothing."""

import pytest

from resnet.store.run_store import RunStore
from resnet.store.states import State
from resnet.training.mlflow_mirror import EXPERIMENT
from resnet.training.stored_run import run

pytestmark = pytest.mark.slow


@pytest.fixture
def trained(tiny_spec):
    """Train a tiny run and return its id and store."""

    def train():
        store = RunStore()
        run_id = store.create(tiny_spec(epochs=2, seed=7).model_dump())
        run(run_id, store)
        return run_id, store

    return train


@pytest.mark.filterwarnings("ignore:The ``noload`` loader")  # MLflow's own
def test_a_finished_run_is_in_mlflow_with_its_spec_and_curves(trained, tmp_path, monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path / 'mlflow.db'}")
    from mlflow import MlflowClient  # seconds, which other tests need not wait for

    run_id, store = trained()
    client = MlflowClient()
    (copy,) = client.search_runs([client.get_experiment_by_name(EXPERIMENT).experiment_id])
    assert copy.info.status == "FINISHED"
    assert copy.data.params["seed"] == "7"
    assert copy.data.tags["resnet_lab.run"] == run_id
    points = client.get_metric_history(copy.info.run_id, "test_accuracy")
    assert [point.step for point in points] == [1, 2]
    assert [point.value for point in points] == store.metrics(run_id)["test_accuracy"].values


def test_a_server_that_is_not_there_harms_nothing(trained, monkeypatch, caplog):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    run_id, store = trained()
    assert store.get(run_id).state is State.DONE
    assert "could not be mirrored" in caplog.text


def test_without_an_address_mlflow_is_not_even_imported(trained, monkeypatch):
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    monkeypatch.setattr("resnet.training.mlflow_mirror._copy", lambda *_: pytest.fail("asked"))
    run_id, store = trained()
    assert store.get(run_id).state is State.DONE
