"""How the store's database behaves under load, and what it says where it cannot be opened."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from threading import Barrier

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, ProgrammingError

from resnet.errors import LabError
from resnet.store import database
from resnet.store.records import Metric
from resnet.store.run_store import RunStore, StoreUnavailable
from resnet.store.schema import SCHEMA_VERSION
from resnet.store.states import State
from tests.contracts.conftest import new_database
from tests.waiting import until

SPEC = {"model": "fast", "data": "signs", "epochs": 2, "learning_rate": 0.1}


def test_many_threads_read_while_one_writes(store):
    run_id = store.create(SPEC)
    barrier = Barrier(9)

    def write():
        barrier.wait()
        for step in range(1, 60):
            store.append_metrics(run_id, [Metric(step, 1, "loss", 1 / step)])

    def read():
        barrier.wait()
        lengths = [len(store.metrics(run_id).get("loss", ((), ())).steps) for _ in range(2)]
        return lengths == sorted(lengths)

    store.append_metrics(run_id, [Metric(60, 1, "loss", 0.0)])
    with ThreadPoolExecutor(9) as threads:
        writer = threads.submit(write)
        readers = [threads.submit(read) for _ in range(8)]
        writer.result()
        assert all(reader.result() for reader in readers)
    assert len(store.metrics(run_id)["loss"].steps) == 60


def test_readers_do_not_wait_behind_writers_that_wait_for_a_lock(tmp_path):
    """More of them than SQLAlchemy keeps connections, so that none would be left to read with."""
    store = RunStore(f"sqlite:///{tmp_path / 'runs.db'}")
    run_id = store.create(SPEC)
    assert store.set_state(run_id, State.RUNNING)
    with closing(sqlite3.connect(tmp_path / "runs.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with ThreadPoolExecutor(30) as threads:
            try:
                writers = [threads.submit(store.heartbeat, run_id, step=7) for _ in range(20)]
                until(lambda: store._engine.pool.checkedout() == 20)
                readers = [threads.submit(store.get, run_id) for _ in range(10)]
                assert {reader.result(timeout=10).step for reader in readers} == {0}
                assert not any(writer.done() for writer in writers)
            finally:
                other.execute("ROLLBACK")
    assert store.get(run_id).step == 7


def test_no_connection_left_is_the_store_unavailable(request, monkeypatch):
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.2)
    store = RunStore(new_database(request.getfixturevalue("postgresql")))
    with ExitStack() as held:
        for _all_that_a_pool_has in range(15):
            held.enter_context(store._engine.connect())
        with pytest.raises(StoreUnavailable) as caught:
            store.runs()
        assert "QueuePool" in str(caught.value.orig)
    assert store.runs() == []
    store._engine.dispose()


def test_sqlite_is_set_up_for_readers_beside_a_writer(tmp_path):
    RunStore(f"sqlite:///{tmp_path / 'runs.db'}").create(SPEC)
    with sqlite3.connect(tmp_path / "runs.db") as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        version = connection.execute("SELECT value FROM meta WHERE key='schema_version'")
        assert version.fetchone() == (str(SCHEMA_VERSION),)


def test_a_newer_store_is_refused_untouched(tmp_path):
    with sqlite3.connect(tmp_path / "runs.db") as connection:
        connection.execute("CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)")
        connection.execute("INSERT INTO meta VALUES ('schema_version', '99')")
    with pytest.raises(LabError, match="schema version 99"):
        RunStore(f"sqlite:///{tmp_path / 'runs.db'}")
    with sqlite3.connect(tmp_path / "runs.db") as connection:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type='table'")
        assert tables.fetchall() == [("meta",)]


def test_an_address_that_leads_nowhere_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("not a folder")
    beside_a_file = f"sqlite:///{tmp_path / 'file' / 'runs.db'}"
    for url in (beside_a_file, "no address", "ftp://x/y", "sqlite://", "sqlite:///:memory:"):
        with pytest.raises(LabError, match="cannot be opened"):
            RunStore(url)


def test_a_password_stays_out_of_the_sentence():
    with pytest.raises(LabError) as caught:
        RunStore("nosuchdatabase://ada:secret@localhost/runs")
    assert "secret" not in str(caught.value)


def test_only_what_keeps_a_store_from_answering_is_called_so(store):
    """A mistake of ours must not read as “does not answer just now”."""
    with pytest.raises(ProgrammingError), store._engine.connect() as connection:
        connection.execute(text("SELEC 1"))
    with pytest.raises(ProgrammingError), store._engine.connect() as connection:
        connection.execute(text("SELECT nothing_of_the_kind FROM runs"))
    with pytest.raises(IntegrityError):
        store.append_metrics("no run", [Metric(1, 1, "loss", 1.0)])
    assert not issubclass(ProgrammingError, StoreUnavailable)
    assert not issubclass(IntegrityError, StoreUnavailable)
