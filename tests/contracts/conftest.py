"""Stores for the contract tests: SQLite, and a real PostgreSQL server started for them."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from resnet.store.run_store import RunStore
from tests.waiting import until

_numbers = count()


def _program(name: str) -> str | None:
    """Find one of PostgreSQL's programs: Debian keeps them out of the PATH."""
    debians = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return shutil.which(name) or (str(debians[-1]) if debians else None)


def _unprivileged() -> str | None:
    """Return the user to run a server as: it refuses to be root's."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """Folder of the socket of a PostgreSQL server that lives as long as the tests."""
    initdb, server = _program("initdb"), _program("postgres")
    if not initdb or not server:
        if os.environ.get("CI"):
            pytest.fail("PostgreSQL is not installed: `make test` does so")
        pytest.skip("PostgreSQL is not installed: `make test` does so")
    user = _unprivileged()
    with tempfile.TemporaryDirectory(prefix="pg-") as folder:
        if user:
            shutil.chown(folder, user)
        data = f"{folder}/data"
        subprocess.run(
            [initdb, "-D", data, "-U", "lab", "--auth=trust", "--no-sync", "-E", "UTF8"],
            check=True,
            capture_output=True,
            user=user,
            cwd=folder,
        )
        settings = {"listen_addresses": "", "unix_socket_directories": folder, "fsync": "off"}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with subprocess.Popen(
            [server, "-D", data, *options], stderr=subprocess.DEVNULL, user=user, cwd=folder
        ) as process:
            try:
                until(lambda: _psql(folder, "SELECT 1").returncode == 0)
                yield folder
            finally:
                process.send_signal(signal.SIGINT)  # does not wait for clients to leave
                process.wait()


def _psql(socket: str, statement: str) -> subprocess.CompletedProcess:
    program = _program("psql")
    assert program is not None
    command = [program, "-h", socket, "-U", "lab", "-d", "postgres", "-qc", statement]
    return subprocess.run(command, capture_output=True, text=True)


def new_database(socket: str) -> str:
    """Create an empty database on the server and return its address."""
    errors: list[str] = []

    def create() -> str:
        # A name of its own each time: an attempt that seemed to fail may have created it.
        name = f"lab{next(_numbers)}"
        # Nobody can be connected to template0, and so in the way of copying it.
        done = _psql(socket, f"CREATE DATABASE {name} TEMPLATE template0")
        errors.append(done.stderr)
        return "" if done.returncode else name

    try:
        name = until(create, seconds=60)
    except AssertionError:
        pytest.fail("\n".join(errors))
    return f"postgresql+psycopg://lab@/{name}?host={socket}"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def address(request, tmp_path) -> Iterator[str]:
    """Address of a new, empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'new folder' / 'runs.db'}"
        return
    yield new_database(request.getfixturevalue("postgresql"))


@pytest.fixture
def store(address) -> RunStore:
    """A new, empty store."""
    return RunStore(address)
