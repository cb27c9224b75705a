"""Bring what was deleted or replaced out of the database's files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

if TYPE_CHECKING:
    from ledger.engine import Ledger


def purge(ledger: Ledger) -> None:
    """Cut SQLite's log at the front of the writers' line (what was deleted is overwritten in the file); vacuum PostgreSQL."""
    if ledger.folder is not None:
        with ledger.queue.writing(), ledger.writing.connect() as connection:
            connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return
    with ledger.writing.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM"))
