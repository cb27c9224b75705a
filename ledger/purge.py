"""Bring what was deleted or replaced out of the database's files; what a killed run left there goes with the next tick."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select, text

from ledger.audit.keeping_events import CaseDestroyed, FilesPurged, KeysRetired
from ledger.faults import passing
from ledger.tables import audit
from ledger.write import record

if TYPE_CHECKING:
    from ledger.engine import Ledger
    from ledger.types import Actor


def purge(ledger: Ledger, actor: Actor) -> None:
    """Cut SQLite's log at the front of the writers' line (what was deleted is overwritten in the file); vacuum PostgreSQL.

    The chain is told, unless readers kept SQLite's log from being cut: then it is still due.
    """
    passing("destroy.purging")
    if _purged(ledger):
        record(ledger, actor, FilesPurged())


def purge_if_due(ledger: Ledger, actor: Actor) -> None:
    """Purge where something was destroyed and nobody has purged since."""
    with ledger.read() as connection:
        gone, purged = (
            connection.scalar(select(func.max(audit.c.seq)).where(audit.c.type.in_(names))) or 0
            for names in ((CaseDestroyed.name, KeysRetired.name), (FilesPurged.name,))
        )
    if gone > purged:
        purge(ledger, actor)


def _purged(ledger: Ledger) -> bool:
    if ledger.folder is not None:
        with ledger.queue.writing(), ledger.writing.connect() as connection:
            busy, *_ = connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            return not busy
    with ledger.writing.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM"))
    return True
