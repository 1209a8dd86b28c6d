"""Open the database of the run store, and bring its tables into being."""

import threading
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, insert, make_url, select
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, NoSuchModuleError
from sqlalchemy.schema import CreateIndex, CreateTable

from resnet.errors import LabError
from resnet.language import translate as _
from resnet.store import schema

BUSY_SECONDS = 15

_engines: dict[str, Engine] = {}
_opening = threading.Lock()


def engine_of(url: str) -> Engine:
    """Return the one engine of this process for a database address; LabError if it cannot be."""
    with _opening:
        if url not in _engines:
            _engines[url] = _opened(url)
        return _engines[url]


def _opened(url: str) -> Engine:
    try:
        address = make_url(url)
        if address.get_backend_name() == "sqlite":
            _make_folder(address.database)
            engine = create_engine(address, connect_args={"timeout": BUSY_SECONDS})
            event.listen(engine, "connect", _set_up_sqlite)
        else:
            engine = create_engine(address, pool_pre_ping=True)
        _prepare(engine)
    except (ArgumentError, NoSuchModuleError, ImportError, OSError, DBAPIError) as error:
        raise LabError(
            _(
                "The run store {url} cannot be opened ({error}): check RESNET_LAB_DATABASE_URL and "
                "that the folder may be written."
            ).format(url=_without_password(url), error=getattr(error, "orig", None) or error)
        ) from error
    return engine


def _without_password(url: str) -> str:
    try:
        return make_url(url).render_as_string(hide_password=True)
    except ArgumentError:
        return "?"


def _make_folder(database: str | None) -> None:
    if database and database != ":memory:":
        Path(database).parent.mkdir(parents=True, exist_ok=True)


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    # WAL lets readers read while a worker writes; NORMAL may lose the last instants on a power cut
    # but never corrupts.
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _prepare(engine: Engine) -> None:
    """Create what is missing; LabError when a newer program wrote the store."""
    with engine.begin() as connection:
        connection.execute(CreateTable(schema.meta, if_not_exists=True))
    found = _schema_version(engine)
    if found > schema.SCHEMA_VERSION:
        raise LabError(
            _(
                "The run store has schema version {found} and this program knows versions up to "
                "{known}: update ResNet Lab, or choose another RESNET_LAB_RUNS folder."
            ).format(found=found, known=schema.SCHEMA_VERSION)
        )
    with engine.begin() as connection:
        for table in schema.metadata.sorted_tables:
            connection.execute(CreateTable(table, if_not_exists=True))
            for index in table.indexes:
                connection.execute(CreateIndex(index, if_not_exists=True))


def _schema_version(engine: Engine) -> int:
    """Return the store's version, written first when the store is new."""
    query = select(schema.meta.c.value).where(schema.meta.c.key == "schema_version")
    row = {"key": "schema_version", "value": str(schema.SCHEMA_VERSION)}
    try:
        with engine.begin() as connection:
            found = connection.scalar(query)
            if found is None:
                connection.execute(insert(schema.meta), row)
                return schema.SCHEMA_VERSION
            return int(found)
    except IntegrityError:  # another process opened the new store in the same instant
        return schema.SCHEMA_VERSION
