"""What a ledger tells of itself to those who watch the service: whether it can be read, and two figures that tell of nobody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from ledger.tables import audit_head, paper
from ledger.types import LedgerError

if TYPE_CHECKING:
    from ledger.engine import Ledger


class UnreachableError(LedgerError):
    """The ledger cannot be read now."""

    code = "ledger-unreachable"
    http_status = 503


@dataclass(frozen=True, slots=True)
class Figures:
    """How much a ledger holds."""

    issued: int  # papers that were ever issued, those void now among them
    written: int  # entries of the audit: every change and every reading told


def figures(ledger: Ledger) -> Figures:
    """Count what the ledger holds. Raises UnreachableError."""
    issued = select(func.count()).select_from(paper).where(paper.c.issued_at.is_not(None))
    try:
        with ledger.read() as connection:
            return Figures(connection.scalar(issued) or 0, connection.scalar(select(audit_head.c.seq)) or 0)
    except (SQLAlchemyError, OSError):
        raise _unreachable() from None


def reach(ledger: Ledger) -> None:
    """Read one row of the ledger. Raises UnreachableError."""
    try:
        with ledger.read() as connection:
            connection.execute(select(audit_head.c.seq)).first()
    except (SQLAlchemyError, OSError):
        raise _unreachable() from None


def _unreachable() -> UnreachableError:
    return UnreachableError(
        "台帳を読めません。",
        action="台帳の場所（フォルダ又は PostgreSQL のサーバ）が使えるか、管理者がお確かめください。",
    )
