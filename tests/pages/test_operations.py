"""Health and metrics as an operator's tools read them."""

import threading
from types import SimpleNamespace

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy.exc import OperationalError
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from pages.components import operations, startup
from resnet.store.run_store import RunStore
from resnet.store.states import State


@pytest.fixture
def client(monkeypatch):
    own = RunStore()
    monkeypatch.setattr(operations, "store", lambda: own)
    monkeypatch.setattr(operations, "cluster_status", lambda: "ready")
    return TestClient(Starlette(routes=operations.routes))


def samples(client):
    families = text_string_to_metric_families(client.get("/metrics").text)
    return {(s.name, *s.labels.values()): s.value for family in families for s in family.samples}


def test_a_well_server_says_so_and_counts_its_runs(client):
    for state in (State.QUEUED, State.QUEUED, State.DONE):
        operations.store().create({}, state=state)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["well"]) == (200, True)
    found = samples(client)
    assert found["resnet_lab_runs", "QUEUED"] == 2
    assert found["resnet_lab_runs", "DONE"] == 1
    assert found["resnet_lab_runs", "FAILED"] == 0
    assert found["process_resident_memory_bytes",] > 1e7


def test_a_store_that_is_gone_makes_the_server_unwell(client, monkeypatch):
    def gone(*_arguments):
        raise OperationalError("SELECT", {}, Exception("disk I/O error"))

    monkeypatch.setattr(operations.store(), "count", gone)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["store"]) == (503, "failed")
    assert samples(client)["resnet_lab_ready", "store"] == 0


def test_nothing_of_a_learner_is_told(client):
    operations.store().create({"model": "fast"}, owner="ada's token", title="my run")
    for path in ("/healthz", "/metrics"):
        text = client.get(path).text
        assert "ada" not in text
        assert "my run" not in text


def test_a_store_that_goes_between_two_looks_ends_no_answer(client, monkeypatch):
    count, asked = operations.store().count, []

    def going(state):
        asked.append(state)
        if len(asked) > 1:
            raise OperationalError("SELECT", {}, Exception("database is locked"))
        return count(state)

    monkeypatch.setattr(operations.store(), "count", going)
    assert client.get("/metrics").status_code == 200


@pytest.mark.parametrize("error", [ImportError("no module"), AttributeError("a broken package")])
def test_a_keras_that_cannot_be_loaded_makes_the_server_unwell(client, monkeypatch, error):
    def broken():
        raise error

    connected = []
    cluster = SimpleNamespace(wait=lambda: connected.append(True), status="ready")
    monkeypatch.setattr("resnet.jobs.cluster.connect", lambda: cluster)
    monkeypatch.setattr(startup, "_import_heavy", broken)
    monkeypatch.setattr(startup, "_failure", [])
    monkeypatch.setattr(startup, "_ready", threading.Event())
    assert client.get("/healthz").json()["keras"] == "starting"
    startup._warm_up()
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["keras"]) == (503, "failed")
    assert samples(client)["resnet_lab_ready", "keras"] == 0
    assert connected
    app = AppTest.from_string(
        "from pages.components.startup import wait_for_keras\nwait_for_keras()"
    ).run()
    assert str(error) in app.error[0].value
