"""Health and metrics as an operator's tools read them."""

import sqlite3
import threading
from contextlib import closing
from types import SimpleNamespace

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy.exc import OperationalError
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from pages.components import running
from pages.server import health, startup
from resnet.store import condition
from resnet.store.run_store import RunStore
from resnet.store.states import State


@pytest.fixture
def client(monkeypatch):
    own = RunStore()
    monkeypatch.setattr(health, "store", lambda: own)
    monkeypatch.setattr(health, "cluster_status", lambda: "ready")
    return TestClient(Starlette(routes=health.routes))


def samples(client):
    families = text_string_to_metric_families(client.get("/metrics").text)
    return {(s.name, *s.labels.values()): s.value for family in families for s in family.samples}


def test_a_well_server_says_so_and_counts_its_runs(client):
    for state in (State.QUEUED, State.QUEUED, State.DONE):
        health.store().create({}, state=state)
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

    monkeypatch.setattr(health.store(), "count", gone)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["store"]) == (503, "failed")
    assert samples(client)["resnet_lab_ready", "store"] == 0


@pytest.mark.parametrize(("left", "code"), [(0, 503), (15, 503), (16, 200), (float("inf"), 200)])
def test_a_server_without_open_files_left_is_unwell(client, monkeypatch, left, code):
    monkeypatch.setattr(health, "open_files_left", lambda: left)
    answer = client.get("/healthz")
    assert answer.status_code == code
    assert answer.json()["files"] == ("ready" if code == 200 else "failed")
    assert samples(client)["resnet_lab_ready", "files"] == (code == 200)


def test_a_store_that_takes_nothing_more_is_reported_by_health_and_on_every_screen(
    client, monkeypatch, tmp_path
):
    running.store.clear()
    health.store().create({})
    with closing(sqlite3.connect(tmp_path / "runs" / "runs.db")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    file = tmp_path / "runs" / "runs.db"
    whole = file.read_bytes()
    monkeypatch.setattr(condition, "TRY_SECONDS", 0.0)
    file.write_bytes(b"not a database" * (len(whole) // 14))
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["store"]) == (503, "failed")
    app = AppTest.from_string(
        "from pages.components.running import _warn_of_the_store\n_warn_of_the_store()",
        default_timeout=120,
    ).run()
    (shown,) = app.error
    assert "restore" in shown.value
    assert not app.exception
    file.write_bytes(whole)
    assert client.get("/healthz").status_code == 200
    assert not app.run().error


def test_many_who_ask_for_health_make_one_trial(client, monkeypatch):
    tried = []
    monkeypatch.setattr(health.store(), "try_writing", lambda: tried.append(True))
    for _request in range(5):
        assert client.get("/healthz").status_code == 200
    assert len(tried) == 1


def test_nothing_of_a_learner_is_reported(client):
    health.store().create({"model": "fast"}, owner="ada's token", title="my run")
    for path in ("/healthz", "/metrics"):
        text = client.get(path).text
        assert "ada" not in text
        assert "my run" not in text


def test_a_store_that_goes_between_two_looks_ends_no_answer(client, monkeypatch):
    count, counted = health.store().count, []

    def going(state):
        counted.append(state)
        if len(counted) > 1:
            raise OperationalError("SELECT", {}, Exception("database is locked"))
        return count(state)

    monkeypatch.setattr(health.store(), "count", going)
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
        "from pages.server.startup import wait_for_keras\nwait_for_keras()"
    ).run()
    assert str(error) in app.error[0].value
