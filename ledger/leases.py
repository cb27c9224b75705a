"""Who works on which units: a lease for a minute, with a fence that every issuing transaction compares, so that a sleeper cannot commit."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from ledger.audit.batch_events import UnitLeased
from ledger.faults import passing
from ledger.tables import item, unit
from ledger.types import Instant, Miss
from ledger.write import write

if TYPE_CHECKING:
    from ledger.batches import BatchRow
    from ledger.engine import Ledger
    from ledger.types import Actor
    from ledger.write import Writing

SECONDS = 60
_LEASE = SECONDS * 1_000_000
AT_ONCE = 8  # units leased together while nobody has died over one
_LOOKED_AT = 64


@dataclass(frozen=True, slots=True)
class Lease:
    """Units that are one worker's, each with the fence it had when they were taken."""

    batch: str
    fences: dict[int, int]  # unit's id → fence

    def fence(self, writing: Writing) -> None:
        """Hold the units against the ledger and renew the lease, first in the transaction. Raises Miss("fence")."""
        wanted = select(unit.c.id, unit.c.fence).where(unit.c.id.in_(self.fences)).order_by(unit.c.id).with_for_update()
        found = {row.id: row.fence for row in writing.execute(wanted)}
        if found != self.fences:
            raise Miss("fence")
        writing.execute(update(unit).where(unit.c.id.in_(self.fences)).values(until_at=Instant(writing.now + _LEASE)))
        passing("batch.renewed")


def me() -> str:
    """Return by what a worker of this process is known: its machine, its number, and when it began."""
    return f"{socket.gethostname()}:{os.getpid()}:{_began(os.getpid())}"


def is_gone(owner: str) -> bool:
    """Tell whether the worker is known to have ended: on this machine its process is asked for, on another only time tells."""
    host, pid, began = owner.rsplit(":", 2) if owner.count(":") > 1 else ("", "", "")
    return host == socket.gethostname() and pid.isdecimal() and _began(int(pid)) != began


def _began(pid: int) -> str:
    """Return when a process began, as the kernel counts; blank where there is none: numbers of processes are used again."""
    try:
        told = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
    except OSError:
        return ""
    return told.rpartition(")")[2].split()[19]


def lease(ledger: Ledger, actor: Actor, of: BatchRow) -> Lease | None:
    """Take the oldest open units of a batch that are nobody's (any more); None where there are none.

    Units that somebody died over are taken one by one: a record of theirs may be the cause.
    """

    def work(writing: Writing) -> Lease:
        wanted = select(unit.c.id, unit.c.fence, unit.c.tries, unit.c.owner, unit.c.until_at)
        mine = wanted.where(unit.c.batch_id == of.id, unit.c.state == "open").order_by(unit.c.ordinal)
        rows = writing.execute(mine.limit(_LOOKED_AT).with_for_update(skip_locked=True)).all()
        free = [row for row in rows if row.until_at is None or row.until_at < writing.now or is_gone(row.owner or "")]
        if not free:
            raise Miss("units")
        taken = [row for row in free if row.tries][:1] or free[:AT_ONCE]
        fences = {row.id: row.fence + 1 for row in taken}
        writing.execute(
            update(unit)
            .where(unit.c.id.in_(fences))
            .values(
                fence=unit.c.fence + 1,
                tries=unit.c.tries + 1,
                owner=me(),
                until_at=Instant(writing.now + _LEASE),
            )
        )
        writing.tell(UnitLeased(batch=of.ref, units=len(fences), fence=max(fences.values())))
        return Lease(of.ref, fences)

    try:
        made = write(ledger, actor, work)
    except Miss:
        return None
    passing("batch.leased")
    return made


def mark_trying(ledger: Ledger, actor: Actor, held: Lease, items: list[int], *, alone: bool) -> None:
    """Say that records are about to be drawn: whoever finds them so later knows over which somebody died.

    Only where one is drawn alone is it known to be the cause, and counted.
    """

    def work(writing: Writing) -> None:
        held.fence(writing)
        counted = {"tries": item.c.tries + 1} if alone else {}
        writing.execute(update(item).where(item.c.id.in_(items)).values(state="trying", **counted))
        writing.tell(UnitLeased(batch=held.batch, units=len(held.fences), fence=max(held.fences.values())))

    write(ledger, actor, work)
    passing("batch.item-trying")
