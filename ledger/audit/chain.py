"""The chain's links: each entry's hash is over its own bytes and the hash before it.

`hash = SHA-256(parts)`, every part with its length before it (8 bytes, big-endian): the format's name, seq, at, type, actor,
prev, body. One entry more, one fewer, two exchanged or one byte changed, and no later hash fits.
"""

from __future__ import annotations

import hashlib
import json
import struct
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, insert, select, update

from ledger.tables import audit, audit_head
from ledger.tables.columns import HASH_SIZE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from ledger.audit.types import Audited
    from ledger.types import Actor, Instant

FORMAT = b"yoshiki-audit/1"
BEGINNING = bytes(HASH_SIZE)  # what stands before the first entry
_LENGTH = struct.Struct(">Q").pack  # 8 bytes, big-endian
# Made once: every write runs them.
_HEAD = select(audit_head.c.seq, audit_head.c.head)
_LOCKED_HEAD = _HEAD.with_for_update()
_APPEND = insert(audit)
_MOVE = update(audit_head).values(seq=bindparam("last"), head=bindparam("hash"))


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in the chain: the entry's number and its hash."""

    seq: int
    hash: bytes


def link(*, seq: int, at: int, kind: str, actor: str, prev: bytes, body: bytes) -> bytes:
    """Return the hash of an entry."""
    parts = (FORMAT, b"%d" % seq, b"%d" % at, kind.encode(), actor.encode(), prev, body)
    return hashlib.sha256(b"".join([piece for part in parts for piece in (_LENGTH(len(part)), part)])).digest()


def begin(connection: Connection) -> None:
    """Set up the head of an empty chain."""
    connection.execute(insert(audit_head).values(one=1, seq=0, head=BEGINNING))


def head(connection: Connection, *, lock: bool = False) -> Mark:
    """Return the last place of the chain; locked, nobody appends until the transaction ends."""
    row = connection.execute(_LOCKED_HEAD if lock else _HEAD).one()
    return Mark(row.seq, row.head)


def append(connection: Connection, actor: Actor, at: Instant, told: Sequence[Audited]) -> Mark:
    """Append entries, the head locked from here to the commit; return the last one's place."""
    mark = head(connection, lock=True)
    who = json.dumps(asdict(actor), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    rows = []
    for event in told:
        seq, body = mark.seq + 1, event.body()
        made = link(seq=seq, at=at, kind=event.name, actor=who, prev=mark.hash, body=body)
        rows.append(
            {"seq": seq, "at": at, "type": event.name, "actor": who, "body": body, "prev": mark.hash, "hash": made}
        )
        mark = Mark(seq, made)
    connection.execute(_APPEND, rows)
    connection.execute(_MOVE, {"last": mark.seq, "hash": mark.hash})
    return mark


def stands(connection: Connection, mark: Mark) -> bool:
    """Return whether an entry stands in the chain, once whoever holds the head has committed or gone."""
    head(connection, lock=True)
    return connection.scalar(select(audit.c.hash).where(audit.c.seq == mark.seq)) == mark.hash
