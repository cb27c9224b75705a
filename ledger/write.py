"""The only way to write: one transaction, at its end the chain, and every change told there.

A write runs in one transaction (SQLite: at the front of the writers' line). What the database turns away for a passing reason
is tried again; when the answer to a commit is lost, the chain says whether it stands, so that a write is done once. The disk's
refusals are never tried again.
"""

from __future__ import annotations

import hashlib
import random
import sqlite3
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError

from ledger.audit import chain
from ledger.audit.types import RowsKept
from ledger.expecting import hold_expected, spent
from ledger.faults import ConnectionDroppedError, passing
from ledger.outbox import put_out
from ledger.refusals import given_up, is_lost, told, will_pass
from ledger.types import LostLedgerError, NothingToldError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import Connection, CursorResult, Executable, RootTransaction, Table

    from ledger.audit.types import Audited
    from ledger.engine import Ledger
    from ledger.types import Actor, Instant

T = TypeVar("T")

TRIES = 5
_PAUSE = 0.1  # seconds before the second try; three times as long before each further one
_LONG_LOG = 4 << 20  # bytes
LOG = "ledger.sqlite-wal"


class UnknownOutcomeError(LostLedgerError):
    """The connection was lost at the commit, and the ledger could not be asked whether it stands."""

    code = "unknown-outcome"


@dataclass(slots=True)
class Writing:
    """What a write works with; `now` is one instant for all it does."""

    connection: Connection
    actor: Actor
    now: Instant
    told: list[Audited] = field(default_factory=list)
    kept: dict[str, str] = field(default_factory=dict)  # table/ref → SHA-256 of its blob
    lost: set[str] = field(default_factory=set)

    def execute(self, statement: Executable) -> CursorResult[Any]:
        """Run a statement."""
        return self.connection.execute(statement)

    def insert(self, table: Table, **values: Any) -> int:
        """Insert a row, witness what is sealed in it, and return its id (0 of a table that has none)."""
        self._witness_row(table, values)
        made = self.connection.execute(insert(table).values(**values)).inserted_primary_key
        return int(made[0]) if made is not None and isinstance(made[0], int) else 0

    def insert_all(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert rows in one statement, and witness what is sealed in each; all name the same columns."""
        for values in rows:
            self._witness_row(table, values)
        if rows:
            self.connection.execute(insert(table), list(rows))

    def insert_once(self, table: Table, **values: Any) -> bool:
        """Insert a row unless its key stands already; return whether it was inserted."""
        speaks = sqlite.insert if self.connection.dialect.name == "sqlite" else postgresql.insert
        statement = speaks(table).values(**values).on_conflict_do_nothing().returning(*table.primary_key.columns)
        new = self.connection.execute(statement).first() is not None  # the count of rows is not told by every driver
        if new:
            self._witness_row(table, values)
        return new

    def witness(self, table: str, row_ref: str, blob: bytes) -> None:
        """Tell the audit what a row's blob is from now on: it was updated, or its table has no `ref`."""
        self.lost.discard(f"{table}/{row_ref}")
        self.kept[f"{table}/{row_ref}"] = hashlib.sha256(blob).hexdigest()

    def gone(self, table: str, row_ref: str) -> None:
        """Tell the audit that a row lost its blob, or is no more."""
        self.kept.pop(f"{table}/{row_ref}", None)
        self.lost.add(f"{table}/{row_ref}")

    def tell(self, *events: Audited) -> None:
        """Tell the audit; it is written at the end, in this order."""
        self.told += events

    def entries(self) -> list[Audited]:
        """Return all that is told; raises NothingToldError where the work told nothing: a defect of ours."""
        if not self.told:
            raise NothingToldError
        rows = RowsKept(rows=self.kept, gone=tuple(sorted(self.lost)))
        return [*self.told, rows] if self.kept or self.lost else self.told

    def _witness_row(self, table: Table, values: Mapping[str, Any]) -> None:
        if values.get("sealed") is not None and "ref" in values:
            self.witness(table.name, values["ref"], values["sealed"])


class _LostCommitError(Exception):
    """A commit was sent and nobody answered: what the work returned, and the place in the chain that shows whether it stands."""

    def __init__(self, answer: Any, mark: chain.Mark) -> None:
        super().__init__("commit sent, no answer")
        self.answer = answer
        self.mark = mark


def write(ledger: Ledger, actor: Actor, work: Callable[[Writing], T], *, point: str = "") -> T:
    """Do some work in one transaction and return what it returns; it may be run several times, and stands once or not at all.

    `point` names the fault points around the commit (`issue` → issue.chained, issue.committing, issue.committed). Raises
    BrokenRuleError, CannotWriteError, BusyLedgerError, LostLedgerError, UnknownOutcomeError, ChangedError (expecting.py), and
    whatever the work raises, after undoing it.
    """
    last: Exception = ConnectionDroppedError()
    for tried in range(TRIES):
        try:
            return _once(ledger, actor, work, point)
        except _LostCommitError as lost:
            if _stands(ledger, lost.mark):
                spent()
                answer: T = lost.answer
                return answer
            last = lost
        except ConnectionDroppedError as error:
            last = error
        except (DBAPIError, OSError) as error:
            if not will_pass(error):
                raise told(error) from None
            last = error
        _pause(tried)
    raise given_up(last) from None


def record(ledger: Ledger, actor: Actor, *events: Audited) -> None:
    """Tell the audit of what is no change (a reading, an export), before its answer is given."""
    write(ledger, actor, lambda writing: writing.tell(*events))


def _once(ledger: Ledger, actor: Actor, work: Callable[[Writing], T], point: str) -> T:
    with ledger.queue.writing(), ledger.writing.connect() as connection:
        transaction = connection.begin()
        writing = Writing(connection, actor, ledger.now())
        try:
            hold_expected(connection)
            answer = work(writing)
            put_out(writing)
            mark = chain.append(connection, actor, writing.now, writing.entries())
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
            if isinstance(error, ConnectionDroppedError) or is_lost(error):
                connection.invalidate()
                raise _LostCommitError(answer, mark) from None
            _undo(transaction)
            raise
        spent()
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
