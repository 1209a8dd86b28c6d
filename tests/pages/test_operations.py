"""Health and metrics as an operator's tools read them."""

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy.exc import OperationalError
from starlette.applications import Starlette
from starlette.testclient import TestClient

from pages.components import operations
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
