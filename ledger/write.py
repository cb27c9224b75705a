"""The only way to write: one transaction, at its end the chain, and every change told there.

A write runs in one transaction (SQLite: at the front of the writers' line). What the database turns away for a passing reason
is tried again; when the answer to a commit is lost, the chain says whether it stands, so that a write is done once. The disk's
refusals are never tried again.
"""

from __future__ import annotations

import errno
import random
import sqlite3
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, IntegrityError

from ledger.audit import chain
from ledger.faults import ConnectionDroppedError, passing
from ledger.tables import METADATA
from ledger.types import BrokenRuleError, CannotWriteError, LedgerError

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection, Constraint, CursorResult, Executable, Index, RootTransaction, Table

    from ledger.audit.types import Audited
    from ledger.engine import Ledger
    from ledger.types import Actor, Instant

T = TypeVar("T")

TRIES = 5
_PAUSE = 0.1  # seconds before the second try; three times as long before each further one
_PASSING = ("40001", "40P01", "57P01", "57P02", "57P03", "08")  # the beginnings of SQLSTATEs
_NO_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS})
_FULL = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY)
_SERVER_FULL = ("53100", "58030")  # disk_full, io_error
_LONG_LOG = 4 << 20  # bytes
LOG = "ledger.sqlite-wal"
_PRIMARY = 0xFF  # SQLite: the part of an error's number that tells its kind


class UnknownOutcomeError(LedgerError):
    """The connection was lost at the commit, and the ledger could not be asked whether it stands."""

    code = "unknown-outcome"


@dataclass(slots=True)
class Writing:
    """What a write works with; `now` is one instant for all it does."""

    connection: Connection
    actor: Actor
    now: Instant
    told: list[Audited]

    def execute(self, statement: Executable) -> CursorResult[Any]:
        """Run a statement."""
        return self.connection.execute(statement)

    def insert(self, table: Table, **values: Any) -> int:
        """Insert a row and return its id (of a table without one: the first column of its key)."""
        made = self.connection.execute(insert(table).values(**values)).inserted_primary_key
        return int(made[0]) if made is not None and isinstance(made[0], int) else 0

    def insert_once(self, table: Table, **values: Any) -> bool:
        """Insert a row unless its key stands already; return whether it was inserted."""
        speaks = sqlite.insert if self.connection.dialect.name == "sqlite" else postgresql.insert
        return self.connection.execute(speaks(table).values(**values).on_conflict_do_nothing()).rowcount == 1

    def tell(self, *events: Audited) -> None:
        """Tell the audit; it is written at the end, in this order."""
        self.told += events


class _LostCommitError(Exception):
    """A commit was sent and nobody answered: what the work returned, and the place in the chain that shows whether it stands."""

    def __init__(self, answer: Any, mark: chain.Mark) -> None:
        super().__init__("commit sent, no answer")
        self.answer = answer
        self.mark = mark


def write(ledger: Ledger, actor: Actor, work: Callable[[Writing], T], *, point: str = "") -> T:
    """Do some work in one transaction and return what it returns; it may be run several times, and stands once or not at all.

    `point` names the fault points around the commit (`issue` → issue.chained, issue.committing, issue.committed). Raises
    BrokenRuleError, CannotWriteError, BusyLedgerError, UnknownOutcomeError, and whatever the work raises, after undoing it.
    """
    for tried in range(TRIES):
        try:
            return _once(ledger, actor, work, point)
        except _LostCommitError as lost:
            if _stands(ledger, lost.mark):
                answer: T = lost.answer
                return answer
        except ConnectionDroppedError:
            pass
        except (DBAPIError, OSError) as error:
            if not _will_pass(error):
                raise _told(error) from None
        _pause(tried)
    raise LedgerError("台帳に書き込めませんでした。", action="少し待ってから、もう一度お試しください。")


def record(ledger: Ledger, actor: Actor, *events: Audited) -> None:
    """Tell the audit of what is no change (a reading, an export), before its answer is given."""
    write(ledger, actor, lambda writing: writing.tell(*events))


def _once(ledger: Ledger, actor: Actor, work: Callable[[Writing], T], point: str) -> T:
    with ledger.queue.writing(), ledger.writing.connect() as connection:
        transaction = connection.begin()
        writing = Writing(connection, actor, ledger.now(), [])
        try:
            answer = work(writing)
            mark = chain.append(connection, actor, writing.now, writing.told)
            if point:
                passing(f"{point}.chained")
                passing(f"{point}.committing")
        except BaseException:
            _undo(transaction)
            raise
        try:
            transaction.commit()
            if point:
                passing(f"{point}.committed")
        except (DBAPIError, ConnectionDroppedError) as error:
            if isinstance(error, ConnectionDroppedError) or _is_lost(error):
                connection.invalidate()
                raise _LostCommitError(answer, mark) from None
            _undo(transaction)
            raise
        _checkpoint(ledger, connection)
        return answer


def _stands(ledger: Ledger, mark: chain.Mark) -> bool:
    """Ask the chain whether a commit without answer stands; whoever holds its head is waited for. Raises UnknownOutcomeError."""
    for tried in range(TRIES):
        try:
            with ledger.writing.connect() as connection, connection.begin() as transaction:
                answer = chain.stands(connection, mark)
                transaction.rollback()
                return answer
        except DBAPIError:
            _pause(tried)
    raise UnknownOutcomeError(
        "台帳との接続が書込みの終わりに切れ、書き込めたかどうかを確かめられません。",
        action="接続が戻ってから、書き込まれているかを確かめてください。",
    )


def _pause(tried: int) -> None:
    time.sleep(_PAUSE * 3**tried * (0.5 + random.random()))  # noqa: S311 - to part the waiters, not to hide anything


def _undo(transaction: RootTransaction) -> None:
    """Roll back; a connection that is gone has rolled back already."""
    with suppress(DBAPIError):
        transaction.rollback()


def _checkpoint(ledger: Ledger, connection: Connection) -> None:
    """Bring SQLite's log back into the file once it is long, still at the front of the line; failing costs nothing."""
    if ledger.folder is None:
        return
    log = ledger.folder / LOG
    if log.is_file() and log.stat().st_size > _LONG_LOG:
        with suppress(sqlite3.Error):
            connection.connection.cursor().execute("PRAGMA wal_checkpoint(PASSIVE)")


def _state(error: DBAPIError) -> str:
    return str(getattr(error.orig, "sqlstate", None) or "")


def _is_lost(error: DBAPIError) -> bool:
    """Return whether the connection was lost, so that nobody answered."""
    state = _state(error)
    return error.connection_invalidated or state.startswith(("08", "57P")) or (_on_server(error) and not state)


def _on_server(error: DBAPIError) -> bool:
    return not isinstance(error.orig, sqlite3.Error)


def _code(error: DBAPIError) -> int:
    return (getattr(error.orig, "sqlite_errorcode", None) or 0) & _PRIMARY


def _will_pass(error: DBAPIError | OSError) -> bool:
    """Return whether the same write may well succeed a moment later."""
    if isinstance(error, OSError):
        return False
    return _state(error).startswith(_PASSING) or _code(error) == sqlite3.SQLITE_BUSY or _is_lost(error)


def _told(error: DBAPIError | OSError) -> Exception:
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
