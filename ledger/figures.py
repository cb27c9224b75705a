"""What a ledger tells of itself to those who watch the service: whether it can be read, and a few figures that tell of nobody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from ledger.tables import audit_head, outgoing, paper
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
    waiting: int  # calls that other systems have not been told yet
    dead: int  # calls that were given up


def figures(ledger: Ledger) -> Figures:
    """Count what the ledger holds. Raises UnreachableError."""
    issued = select(func.count()).select_from(paper).where(paper.c.issued_at.is_not(None))
    calls = (
        select(outgoing.c.state, func.count().label("rows"))
        .where(outgoing.c.state != "sent")
        .group_by(outgoing.c.state)
    )
    try:
        with ledger.read() as connection:
            out = {row.state: row.rows for row in connection.execute(calls)}
            written = connection.scalar(select(audit_head.c.seq)) or 0
            return Figures(connection.scalar(issued) or 0, written, out.get("waiting", 0), out.get("dead", 0))
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
