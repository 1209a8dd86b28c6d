"""Open the database of the run store, and bring its tables into being."""

import logging
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

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
from resnet.settings import runs_folder
from resnet.store import schema, trouble
from resnet.store.database_file import DatabaseFile
from resnet.store.trouble import StoreUnavailable

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
_engines: dict[Any, Engine] = {}  # by key_of()
_files: dict[Any, DatabaseFile] = {}  # of the engines for SQLite
_replaced: dict[Any, float] = {}  # when a file turned out to be another one (monotonic)
_opening = threading.Lock()

Written = TypeVar("Written")
logger = logging.getLogger(__name__)


class Pool(QueuePool):
    """Connections to a server, which allows only so many; having none left is its DBAPIError."""

    def connect(self) -> PoolProxiedConnection:
        """Return a connection; OperationalError when none becomes free for BUSY_SECONDS."""
        try:
            return super().connect()
        except errors.TimeoutError as error:
            raise errors.OperationalError(None, None, error) from error


def sqlite_address(file: Path) -> URL:
    """Return the address of a database file, whatever signs its name holds."""
    return URL.create("sqlite", database=str(file))


def database_url() -> str | URL:
    """Address of the run store (RESNET_LAB_DATABASE_URL; SQLite in the runs' folder by default)."""
    return os.environ.get("RESNET_LAB_DATABASE_URL") or sqlite_address(runs_folder() / "runs.db")


def engine_of(url: str | URL) -> Engine:
    """Return the one engine of this process for a database address; LabError if it cannot be.

    Where the file of one that is open was deleted or replaced, it is that of the file that is there
    now; StoreUnavailable where that cannot be opened.
    """
    key = key_of(url)
    file, engine = _files.get(key), _engines.get(key)
    if engine is not None and not (file and file.is_another()):
        return engine
    with _opening:
        if key not in _engines:
            _engines[key] = _opened(url)
            _note_file(key, _engines[key])
        elif (file := _files.get(key)) and file.is_another():
            _open_again(key, _engines[key], file)
        return _engines[key]


def key_of(url: str | URL) -> Any:
    """Return what an address is known by: a URL writes itself in UTF-8 for its hash, which a
    folder's name need not be.
    """
    return url if isinstance(url, str) else (url.drivername, url.database)


class Addressed:
    """What reads and writes the store at an address."""

    _url: str | URL

    @property
    def _engine(self) -> Engine:
        return engine_of(self._url)


def replaced_at(url: str | URL) -> float | None:
    """Return when (monotonic) this process last found another file in the place of the store's."""
    return _replaced.get(key_of(url))


def last_word(url: str | URL, write: Callable[[Connection], Written]) -> Written:
    """Write in a transaction of its own; on a full disk again, in the room kept for it."""
    engine, file = engine_of(url), _files.get(key_of(url))
    try:
        with engine.begin() as connection:
            return write(connection)
    except StoreUnavailable as error:
        if file is None or not _may_give_room(error, file):
            raise
    with engine.begin() as connection:
        return write(connection)


def keep_room(url: str | URL) -> bool:
    """Keep room on the disk for last words; False where it is full."""
    file = _files.get(key_of(url))
    return file is None or file.keep_room()


def _may_give_room(error: BaseException, file: DatabaseFile) -> bool:
    """Give the room back where it is what an error wants for."""
    full = trouble.is_full(error) or file.disk_is_full()
    return full and file.give_room_back()


def _opened(url: str | URL) -> Engine:
    try:
        address = make_url(url)
        engine = _engine(address)
        try:
            _prepare(engine)
        except StoreUnavailable as error:  # SQLite's files beside the database find no room
            if not (
                address.database and _may_give_room(error, DatabaseFile(Path(address.database)))
            ):
                raise
            _prepare(engine)
    except (
        errors.ArgumentError,
        errors.NoSuchModuleError,
        errors.DBAPIError,
        ImportError,
        OSError,
    ) as error:
        raise cannot_open(url, error) from error
    return engine


def _note_file(key: Any, engine: Engine) -> None:
    if engine.dialect.name == "sqlite" and engine.url.database:
        _files[key] = DatabaseFile(Path(engine.url.database))
        _files[key].keep_room()


def _open_again(key: Any, engine: Engine, file: DatabaseFile) -> None:
    """Turn to the file that stands in the place of the one that was open."""
    try:
        if file.was_moved():
            raise FileNotFoundError(_("its file {file} is gone").format(file=file.path))
        file.drop_what_was_beside()
        engine.dispose()
        file.path.parent.mkdir(parents=True, exist_ok=True)
        _prepare(engine)
    except (errors.DBAPIError, OSError, LabError) as error:
        cause = getattr(error, "orig", None) or error
        raise StoreUnavailable(None, None, cause) from error
    file.note()
    file.keep_room()
    _replaced[key] = time.monotonic()
    logger.warning(
        "The run store %s was deleted or replaced while the lab ran, which goes on with what is "
        "there now: end the lab before you do so.",
        file.path,
    )


def cannot_open(url: str | URL, error: Exception) -> LabError:
    """Return what to say of a database that cannot be opened."""
    return LabError(
        _(
            "The run store {url} cannot be opened ({error}): check RESNET_LAB_DATABASE_URL and "
            "that the folder may be written."
        ).format(url=_without_password(url), error=getattr(error, "orig", None) or error)
    )


def _engine(address: URL) -> Engine:
    kind = address.get_backend_name()
    if kind == "postgresql":
        waiting = {"connect_timeout": str(BUSY_SECONDS)}  # the library would wait for minutes
        engine = create_engine(
            address.set(query=waiting | address.query),
            pool_pre_ping=True,
            poolclass=Pool,
            pool_timeout=BUSY_SECONDS,
        )
    elif kind == "sqlite":
        if address.database in (None, "", ":memory:"):  # each connection would have its own
            raise errors.ArgumentError("it must name a file")
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(
            address, connect_args={"timeout": BUSY_SECONDS}, max_overflow=UNLIMITED
        )
        event.listen(engine, "connect", _set_up_sqlite)
    else:
        raise errors.ArgumentError("it must be sqlite or postgresql+psycopg")
    event.listen(engine, "handle_error", trouble.name_rightly)
    return engine


def _without_password(url: str | URL) -> str:
    try:
        return make_url(url).render_as_string(hide_password=True)
    except (errors.ArgumentError, UnicodeError):
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
