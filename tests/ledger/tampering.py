"""Write behind the ledger's back, as somebody with the database's password might."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger.tables.guards import GUARDS

if TYPE_CHECKING:
    from sqlalchemy import Executable

    from ledger.engine import Ledger


TAMPERED: set[str] = set()  # refs of ledgers that need not be sound when their test ends


def tamper(ledger: Ledger, *statements: Executable) -> None:
    """Take the guards away and run some statements, without an entry."""
    TAMPERED.add(ledger.ref)
    with ledger.writing.begin() as connection:
        for guard in GUARDS:
            on = f" ON {guard.table}" if ledger.dialect == "postgresql" else ""
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {guard.name}{on}")
        for statement in statements:
            connection.execute(statement)
