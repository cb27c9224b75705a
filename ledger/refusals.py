"""What the database says when it refuses: what passes, what the disk says, and which rule of ours was broken."""

from __future__ import annotations

import errno
import sqlite3
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError, IntegrityError

from ledger.tables import METADATA
from ledger.types import BrokenRuleError, BusyLedgerError, CannotWriteError, LedgerError, LostLedgerError

if TYPE_CHECKING:
    from sqlalchemy import Constraint, Index

_PASSING = (
    "40001",
    "40P01",
    "55P03",
    "57P01",
    "57P02",
    "57P03",
    "08",
)  # the beginnings of SQLSTATEs; 55P03: lock_timeout
_NO_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS})
_FULL = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY)
_SERVER_FULL = ("53100", "58030")  # disk_full, io_error
_PRIMARY = 0xFF  # SQLite: the part of an error's number that tells its kind


def _state(error: DBAPIError) -> str:
    return str(getattr(error.orig, "sqlstate", None) or "")


def is_lost(error: DBAPIError) -> bool:
    """Return whether the connection was lost, so that nobody answered."""
    state = _state(error)
    return error.connection_invalidated or state.startswith(("08", "57P")) or (_on_server(error) and not state)


def _on_server(error: DBAPIError) -> bool:
    return not isinstance(error.orig, sqlite3.Error)


def _code(error: DBAPIError) -> int:
    return (getattr(error.orig, "sqlite_errorcode", None) or 0) & _PRIMARY


def will_pass(error: DBAPIError | OSError) -> bool:
    """Return whether the same write may well succeed a moment later."""
    if isinstance(error, OSError):
        return False
    return _state(error).startswith(_PASSING) or _code(error) == sqlite3.SQLITE_BUSY or is_lost(error)


def given_up(error: Exception) -> LedgerError:
    """Return what is told of a write that was tried often enough: the server is gone, or others wrote all the while."""
    if isinstance(error, DBAPIError) and not is_lost(error):
        return BusyLedgerError("台帳への書込みが混み合っています。", action="少し待ってから、もう一度お試しください。")
    return LostLedgerError("台帳との接続が切れ、書き込めませんでした。何も書き込んでいません。")


def told(error: DBAPIError | OSError) -> Exception:
    """Return an error as it is told: no text of the database's, which holds values."""
    full = (
        error.errno in _NO_SPACE
        if isinstance(error, OSError)
        else _code(error) in _FULL or _state(error) in _SERVER_FULL
    )
    if full:
        return CannotWriteError(
            "台帳のある装置に書き込めませんでした。何も書き込んでいません。",
            action="空き容量と装置を確かめてから、もう一度お試しください。",
        )
    if isinstance(error, IntegrityError):
        return BrokenRuleError(rule_of(error))
    return error


def rule_of(error: IntegrityError) -> str:
    """Return the name of the constraint or guard that refused, the same on both databases."""
    if (told := getattr(error.orig, "diag", None)) is not None:
        return str(told.constraint_name or f"nn_{told.table_name}_{told.column_name}")
    kind, _, where = str(error.orig).partition(" constraint failed")
    where = where.removeprefix(": ")
    match kind:
        case "UNIQUE":
            return _unique(where)
        case "NOT NULL":
            return "nn_" + where.replace(".", "_")
        case "FOREIGN KEY":
            return "foreign_key"
        case "CHECK":
            return where
        case _:
            return kind  # a guard's name


def _unique(columns: str) -> str:
    """Return the name of the key over some columns, written `table.column, table.column`."""
    pairs = [name.split(".") for name in columns.split(", ")]
    table = METADATA.tables[pairs[0][0]]
    wanted = [column for _, column in pairs]
    keys: list[Constraint | Index] = [*table.constraints, *(index for index in table.indexes if index.unique)]
    named = ((str(key.name), [column.name for column in getattr(key, "columns", ())]) for key in keys)
    return next((name for name, over in named if over == wanted), columns)
