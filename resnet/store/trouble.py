"""What may keep a run store from answering: its disk is full, its file is damaged, it is away."""

import errno
import sqlite3
from typing import Any

from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import OperationalError, ProgrammingError

from resnet.language import translate as _

# Raised by any method of the run store while its database is locked for long, read-only, full,
# damaged or gone, or has no connection left; `orig` is the cause. Our mistakes are other errors.
StoreUnavailable = OperationalError

FULL = (errno.ENOSPC, errno.EDQUOT)
# PostgreSQL's codes of errors that its driver calls internal, but are no fault of a statement's.
_READ_ONLY, _DAMAGED, _DISK_FULL = "25006", ("XX001", "XX002"), "53100"
_SQLITE_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_PRIMARY = 0xFF  # of SQLite's extended codes


def name_rightly(context: ExceptionContext) -> BaseException | None:
    """Have SQLAlchemy raise StoreUnavailable for what keeps a store from answering, and only then.

    A listener of its event handle_error.
    """
    error, raised = context.original_exception, context.sqlalchemy_exception
    if raised is None:
        return None
    away = isinstance(raised, OperationalError)
    if _code(error) == sqlite3.SQLITE_ERROR:  # of a statement, unless somebody emptied the file
        away = "no such table" in str(error)
    elif _is_about_connection(error) or is_damaged(error):
        away = True
    if away == isinstance(raised, OperationalError):
        return None
    kind = OperationalError if away else ProgrammingError
    return kind(context.statement, context.parameters, error)


def _is_about_connection(error: BaseException) -> bool:
    return type(error).__name__ == "InterfaceError" or _state(error) == _READ_ONLY


def is_full(error: BaseException) -> bool:
    """Tell whether an error of a file or of the store says that a disk is full."""
    if isinstance(error, OSError):
        return error.errno in FULL
    cause = getattr(error, "orig", error)
    if isinstance(cause, OSError):
        return cause.errno in FULL
    return _code(cause) == sqlite3.SQLITE_FULL or _state(cause) == _DISK_FULL


def is_damaged(error: BaseException) -> bool:
    """Tell whether an error says that what the database's files hold is no database."""
    cause = getattr(error, "orig", error)
    return _code(cause) in _SQLITE_DAMAGED or _state(cause) in _DAMAGED


def remedy(error: StoreUnavailable) -> str:
    """Return what to say of a full disk or a damaged file; "" where the store may come back."""
    if is_full(error):
        return _(
            "The disk of the run store is full ({reason}), so that nothing new can be kept: make "
            "room there, or delete runs; what is stored is whole."
        ).format(reason=error.orig)
    if is_damaged(error):
        return _(
            "The file of the run store is damaged ({reason}): end the server, move the file away, "
            "and `python -m resnet restore` a backup or begin anew."
        ).format(reason=error.orig)
    return ""


def _code(error: Any) -> int | None:
    code = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & _PRIMARY


def _state(error: Any) -> str | None:
    return getattr(error, "sqlstate", None)
