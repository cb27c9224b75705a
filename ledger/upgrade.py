"""Bring the tables of a ledger to the edition of this program: a copy first (SQLite), then one transaction, then filling.

Guards are made anew, for a table that was remade has lost its own; every reference is looked up before the commit. What a
migration fills it fills by a thousand rows in a transaction, and goes on where it was cut off.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from sqlalchemy import text

from ledger import migrate
from ledger.audit import chain
from ledger.audit.types import SchemaMoved
from ledger.faults import passing
from ledger.tables.guards import GUARDS
from ledger.types import LedgerError

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

    from ledger.engine import Ledger
    from ledger.types import Actor

_LOCK_SECONDS = 5  # PostgreSQL: who works must not stand behind a table that is being changed


def bring_up(ledger: Ledger, actor: Actor) -> Path | None:
    """Bring a ledger to this program's edition; return where SQLite's file was copied before, None where nothing was to be done.

    `ledger` is opened without asking for its edition (`engine.open_any`). Raises LedgerError, and leaves everything as it was.
    """
    with ledger.queue.writing():
        with ledger.reading.connect() as connection:
            before = migrate.edition(connection)
        copy = _copied(ledger, before) if before < migrate.HEAD else None
        if before < migrate.HEAD:
            _expand(ledger, actor, before)
    _fill(ledger)
    return copy


def _copied(ledger: Ledger, before: str) -> Path | None:
    """Copy SQLite's file; it holds keys, and is to be removed when the new edition has proved itself."""
    if ledger.folder is None:
        return None
    copy = ledger.folder / f"ledger.before-{migrate.HEAD}.{before}.sqlite"
    copy.unlink(missing_ok=True)
    with closing(ledger.writing.raw_connection()) as source:
        source.cursor().execute("VACUUM INTO ?", (str(copy),))
    copy.chmod(0o600)
    return copy


def _expand(ledger: Ledger, actor: Actor, before: str) -> None:
    with ledger.writing.connect() as connection:
        if ledger.folder is not None:
            connection.connection.cursor().execute("PRAGMA foreign_keys = OFF")  # a table that is remade is dropped
        try:
            with connection.begin():
                if ledger.folder is None:
                    connection.execute(text(f"SET LOCAL lock_timeout = '{_LOCK_SECONDS}s'"))
                migrate.upgrade(connection)
                _guard_anew(connection)
                _refer(connection)
                chain.append(
                    connection, actor, ledger.now(), [SchemaMoved(before=before, after=migrate.edition(connection))]
                )
                passing("migrate.expanded")
        finally:
            connection.invalidate()  # it goes by other rules than the rest


def _guard_anew(connection: Connection) -> None:
    sqlite = connection.dialect.name == "sqlite"
    for guard in GUARDS:
        on = "" if sqlite else f" ON {guard.table}"
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {guard.name}{on}")
        if not sqlite:
            connection.exec_driver_sql(f"DROP FUNCTION IF EXISTS {guard.name}()")
        for statement in guard.sqlite() if sqlite else guard.postgresql():
            connection.exec_driver_sql(statement)


def _refer(connection: Connection) -> None:
    if connection.dialect.name == "sqlite" and connection.execute(text("PRAGMA foreign_key_check")).first():
        raise LedgerError("台帳の表を新しい版に上げられません。指している行のない行ができます。何も変えていません。")


def _fill(ledger: Ledger) -> None:
    """Let every migration fill what it added, a thousand rows at a time, until it says there is nothing more."""
    for fill in migrate.fillings():
        while True:
            with ledger.queue.writing(), ledger.writing.begin() as connection:
                filled = fill(connection)
            passing("migrate.filling")
            if not filled:
                break
