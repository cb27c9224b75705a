"""Read the audit: page by page, and the reading itself is an entry, committed before anything is shown."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from ledger.audit.types import AuditRead
from ledger.tables import audit
from ledger.types import moment_of
from ledger.write import record

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from ledger.engine import Ledger
    from ledger.types import Actor

PAGE = 50


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """An entry as people read it."""

    seq: int
    at: datetime
    type: str
    person: str
    role: str
    via: str
    fields: dict[str, Any]


def read_audit(
    ledger: Ledger,
    actor: Actor,
    *,
    before: int | None = None,
    kind: str = "",
    types: Collection[str] = (),
    limit: int = PAGE,
) -> list[AuditEntry]:
    """Return entries, the newest first, at most `limit`: `before` a number, of a type or its beginning (`kind`), of some `types`."""
    wanted = select(audit).order_by(audit.c.seq.desc()).limit(limit)
    if before is not None:
        wanted = wanted.where(audit.c.seq < before)
    if kind:
        wanted = wanted.where(audit.c.type.startswith(kind, autoescape=True))
    if types:
        wanted = wanted.where(audit.c.type.in_(types))
    with ledger.read() as connection:
        rows = connection.execute(wanted).all()
    if rows:
        record(ledger, actor, AuditRead(seq_from=rows[-1].seq, seq_to=rows[0].seq))
    return [_entry(row) for row in rows]


def _entry(row: Any) -> AuditEntry:
    who = json.loads(row.actor)
    return AuditEntry(row.seq, moment_of(row.at), row.type, who["name"], who["role"], who["via"], json.loads(row.body))
