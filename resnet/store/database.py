"""Open the database of the run store, and bring its tables into being."""

import threading
from pathlib import Path
from typing import Any

from sqlalchemy import (
    URL,
    Column,
    Connection,
    Engine,
    MetaData,
    String,
    Table,
    create_engine,
    delete,
    event,
    insert,
    inspect,
    make_url,
    select,
    text,
)
from sqlalchemy import exc as errors
from sqlalchemy.pool import PoolProxiedConnection, QueuePool

from resnet.errors import LabError
from resnet.language import translate as _
from resnet.store import schema

BUSY_SECONDS = 15
# Of connections to a file, which cost 0.2 ms each: with SQLAlchemy's fifteen, sixteen writers that
# wait for another program's lock kept thirty readers waiting with them.
UNLIMITED = -1
VERSION = "schema_version"
MIGRATIONS = Path(__file__).with_name("migrations")
# The first statement of a migration: others wait here until it is over.
_LOCK = {"sqlite": "BEGIN IMMEDIATE", "postgresql": "SELECT pg_advisory_xact_lock(20151210)"}

# Where Alembic notes the version that it brought a store to.
_alembic = Table("alembic_version", MetaData(), Column("version_num", String(32), primary_key=True))
_engines: dict[str, Engine] = {}
_opening = threading.Lock()


class Pool(QueuePool):
    """Connections to a server, which allows only so many; having none left is its DBAPIError."""

    def connect(self) -> PoolProxiedConnection:
        """Return a connection; OperationalError when none becomes free for BUSY_SECONDS."""
        try:
            return super().connect()
        except errors.TimeoutError as error:
            raise errors.OperationalError(None, None, error) from error


def engine_of(url: str) -> Engine:
    """Return the one engine of this process for a database address; LabError if it cannot be."""
    with _opening:
        if url not in _engines:
            _engines[url] = _opened(url)
        return _engines[url]


def _opened(url: str) -> Engine:
    try:
        address = make_url(url)
        engine = _engine(address)
        _prepare(engine)
    except (
        errors.ArgumentError, errors.NoSuchModuleError, errors.DBAPIError, ImportError, OSError,
    ) as error:  # fmt: skip
        raise LabError(
            _(
                "The run store {url} cannot be opened ({error}): check RESNET_LAB_DATABASE_URL and "
                "that the folder may be written."
            ).format(url=_without_password(url), error=getattr(error, "orig", None) or error)
        ) from error
    return engine


def _engine(address: URL) -> Engine:
    kind = address.get_backend_name()
    if kind == "postgresql":
        waiting = {"connect_timeout": str(BUSY_SECONDS)}  # the library would wait for minutes
        return create_engine(
            address.set(query=waiting | address.query),
            pool_pre_ping=True, poolclass=Pool, pool_timeout=BUSY_SECONDS,
        )  # fmt: skip
    if kind != "sqlite":
        raise errors.ArgumentError("it must be sqlite or postgresql+psycopg")
    if address.database in (None, "", ":memory:"):  # each connection would have its own
        raise errors.ArgumentError("it must name a file")
    Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(address, connect_args={"timeout": BUSY_SECONDS}, max_overflow=UNLIMITED)
    event.listen(engine, "connect", _set_up_sqlite)
    return engine


def _without_password(url: str) -> str:
    try:
        return make_url(url).render_as_string(hide_password=True)
    except errors.ArgumentError:
        return "?"


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    # WAL lets readers read while a worker writes; NORMAL may lose the last instants on a power cut
    # but never corrupts.
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _prepare(engine: Engine) -> None:
    """Bring the tables to this program's version; LabError when a newer program wrote them."""
    with engine.connect() as connection:
        found = _schema_version(connection)
    if found < schema.SCHEMA_VERSION:
        _bring_up(engine)
    elif found > schema.SCHEMA_VERSION:
        raise LabError(
            _(
                "The run store has schema version {found} and this program knows versions up to "
                "{known}: update ResNet Lab, or choose another RESNET_LAB_RUNS folder."
            ).format(found=found, known=schema.SCHEMA_VERSION)
        )


def _schema_version(connection: Connection) -> int:
    """Return the store's version, 0 for a new one."""
    if not inspect(connection).has_table(schema.meta.name):
        return 0
    query = select(schema.meta.c.value).where(schema.meta.c.key == VERSION)
    return int(connection.scalar(query) or 0)


def _bring_up(engine: Engine) -> None:
    """Make a new store's tables, or take the steps from an old one's version, all or none.

    Of several processes that open it at once, one does.
    """
    with engine.connect() as connection, connection.begin():
        connection.execute(text(_LOCK[engine.dialect.name]))
        found = _schema_version(connection)
        if found >= schema.SCHEMA_VERSION:
            return
        if found:
            _migrate(connection, found)
        else:
            # Alembic's import alone takes longer than all that a first screen waits for besides.
            schema.metadata.create_all(connection)
            _alembic.create(connection)
            connection.execute(insert(_alembic), {"version_num": str(schema.SCHEMA_VERSION)})
        connection.execute(delete(schema.meta).where(schema.meta.c.key == VERSION))
        row = {"key": VERSION, "value": str(schema.SCHEMA_VERSION)}
        connection.execute(insert(schema.meta), row)


def _migrate(connection: Connection, found: int) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    if found == 1:  # the first release kept its version in its own table alone
        command.stamp(config, "1")
    command.upgrade(config, str(schema.SCHEMA_VERSION))
