"""The store of every earlier release opens, with all it held."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, make_url

from resnet.store import database, schema
from resnet.store.run_store import RunStore
from resnet.store.states import State

FIRST_RELEASE = Path(__file__).with_name("first_release.sql").read_text(encoding="utf-8")
RUN = "aaaabbbbcccc"


@pytest.fixture
def first_release(address):
    """Address of a store as the first release left it."""
    sql, file = FIRST_RELEASE, make_url(address).database
    if address.startswith("postgresql"):
        sql = sql.replace(" WITHOUT ROWID", "").replace("DOUBLE", "DOUBLE PRECISION")
    else:
        Path(file).parent.mkdir()
    engine = create_engine(address)
    with engine.begin() as connection:
        for statement in sql.split(";\n"):
            if statement.strip():
                connection.exec_driver_sql(statement)
    engine.dispose()
    return address


def test_a_store_of_the_first_release_opens_with_all_it_held(first_release):
    store = RunStore(first_release)
    run = store.get(RUN)
    assert (run.state, run.owner, run.test_accuracy) == (State.DONE, "ada", 0.975)
    assert (run.title, run.tags, run.priority, run.experiment) == ("", (), 0, "")
    assert store.metrics(RUN)["loss"].values == [1.0, 0.5, pytest.approx(1 / 3)]
    assert store.norms(RUN).values == [[0.5, 2.0]]
    assert store.predictions(RUN).predicted == [0, 2]
    store.describe(RUN, "the first", ["class 7"])
    assert store.get(RUN).title == "the first"
    assert store.experiments() == []


def test_lost_workers_that_were_points_of_a_curve_are_counted(first_release):
    engine = create_engine(first_release)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO metrics (run_id, name, step, epoch, value) "
            f"VALUES ('{RUN}', 'worker_lost', 1, 1, 2), ('{RUN}', 'worker_lost', 2, 1, 3)"
        )
    engine.dispose()
    store = RunStore(first_release)
    assert store.get(RUN).losses == 2
    assert "worker_lost" not in store.metrics(RUN)
    assert "loss" in store.metrics(RUN)


def test_a_new_store_has_the_tables_and_alembic_s_note(address):
    assert differences(address) == []


def test_a_migrated_store_has_the_tables_of_the_schema(first_release):
    assert differences(first_release) == []


def differences(url):
    with RunStore(url)._engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert context.get_current_revision() == str(schema.SCHEMA_VERSION)
        return compare_metadata(context, schema.metadata)


def test_many_who_open_an_old_store_at_once_migrate_it_once(first_release):
    def open_it(_number):
        engine = database._opened(first_release)
        with engine.connect() as connection:
            version = database._schema_version(connection)
        engine.dispose()
        return version

    with ThreadPoolExecutor(6) as threads:
        assert set(threads.map(open_it, range(6))) == {schema.SCHEMA_VERSION}


def test_a_migration_that_breaks_off_leaves_the_old_store(first_release, monkeypatch):
    upgrade = command.upgrade

    def broken(config, revision):
        upgrade(config, revision)
        raise OSError("the power went out")

    monkeypatch.setattr(command, "upgrade", broken)
    with pytest.raises(database.LabError, match="the power went out"):
        RunStore(first_release)
    monkeypatch.undo()
    engine = create_engine(first_release)
    with engine.connect() as connection:
        assert database._schema_version(connection) == 1
        assert "title" not in [c["name"] for c in database.inspect(connection).get_columns("runs")]
    engine.dispose()
    assert RunStore(first_release).get(RUN).title == ""


def test_the_program_of_the_first_release_would_refuse_a_migrated_store(first_release):
    query = "SELECT value FROM meta WHERE key='schema_version'"  # as the first release asks
    with RunStore(first_release)._engine.connect() as connection:
        assert int(connection.exec_driver_sql(query).scalar_one()) > 1
