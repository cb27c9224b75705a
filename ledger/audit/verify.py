"""Prove the chain: every entry against the one before, every digest against the chain, every row against its last witness.

What it finds: an entry changed, taken out, put in, exchanged, an end cut off; a chain made anew (by a digest kept outside); a
sealed row changed, taken away or put in without an entry; a number or an issued paper whose row says something else than its
entry. What it cannot: what was never recorded, who sat at the keyboard, the true time, and anything since the last outside
digest against somebody who has the machine and its keys.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from sqlalchemy import select

from ledger.audit import chain
from ledger.audit.digest import all_stored
from ledger.audit.witnesses import Witnesses
from ledger.tables import audit
from ledger.types import Instant, day_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy import Connection, Row

    from ledger.audit.digest import Digest
    from ledger.engine import Ledger

_PAGE = 10_000
_BACKWARDS = (
    60_000_000  # microseconds by which an entry may stand before the one ahead of it: writers wait for one another
)


@dataclass(frozen=True, slots=True)
class Break:
    """One thing that is not as it was written: the entry it is first seen at (0: no entry tells of it), a code, what, where."""

    seq: int
    code: str
    message: str
    where: str = ""


@dataclass(frozen=True, slots=True)
class ChainReport:
    """What a verification found. Sound is a chain without a break; remarks (a clock put back) break nothing."""

    entries: int
    head: str
    breaks: tuple[Break, ...]
    last_good: str | None  # the day of the last digest that agrees with the chain as it is
    last_good_seq: int
    digests: int
    outside: int
    rows: int
    remarks: tuple[str, ...]

    @property
    def sound(self) -> bool:
        """Return whether nothing is broken."""
        return not self.breaks


def verify_ledger(ledger: Ledger, outside: Sequence[Digest] = ()) -> ChainReport:
    """Verify the whole chain, the digests kept in the ledger and those given, and the rows its entries tell of."""
    with ledger.read() as connection:
        inside = all_stored(connection)
        walk = _Walk({each.mark.seq for each in (*inside, *outside)})
        walk.over(connection)
        last = chain.head(connection)
        if not walk.breaks and walk.mark != last:
            at = min(walk.mark.seq, last.seq) + 1
            walk.found(at, "head", "鎖の末尾が、最後の記録と合いません（記録が切り取られたか、足されています）。")
        good = _digests(ledger.ref, walk, inside, outside)
        rows = walk.witnesses.compare(connection) if not walk.breaks else []
        for seq, code, message, where in rows:
            walk.found(seq, code, message, where)
        return ChainReport(
            entries=walk.mark.seq,
            head=walk.mark.hash.hex(),
            breaks=tuple(sorted(walk.breaks, key=lambda each: (each.seq == 0, each.seq))),
            last_good=good.day if good else None,
            last_good_seq=good.mark.seq if good else 0,
            digests=len(inside),
            outside=len(outside),
            rows=walk.witnesses.compared,
            remarks=tuple(walk.remarks),
        )


class _Walk:
    """One way along the chain, up to its first break."""

    def __init__(self, wanted: set[int]) -> None:
        self.mark = chain.Mark(0, chain.BEGINNING)
        self.at = 0
        self.breaks: list[Break] = []
        self.remarks: list[str] = []
        self.hashes: dict[int, bytes] = {}  # at the places digests vouch for
        self.witnesses = Witnesses()
        self._wanted = wanted

    def found(self, seq: int, code: str, message: str, where: str = "") -> None:
        self.breaks.append(Break(seq, code, message, where))

    def over(self, connection: Connection) -> None:
        last, prev = 0, chain.BEGINNING
        for seq, at, kind, actor, body, before, told in _entries(
            connection
        ):  # a million rows: no name is looked up twice
            if seq != last + 1:
                return self.found(last + 1, "missing", "この番号の記録がありません。")
            if before != prev:
                how = "前の記録とつながっていません（記録が入れ替えられたか、書き換えられています）。"
                return self.found(seq, "order", how)
            if told != chain.link(seq=seq, at=at, kind=kind, actor=actor, prev=before, body=body):
                return self.found(seq, "changed", "記録の内容が、書かれたときと違います。")
            last, prev = seq, told
            self.mark = chain.Mark(seq, told)
            if seq in self._wanted:
                self.hashes[seq] = told
            if at < self.at - _BACKWARDS:
                self.remarks.append(f"第{seq}号で時計が戻っています（{day_of(Instant(at))}）。")
            self.at = at
            self.witnesses.hear(seq, kind, body)
        return None


def _entries(connection: Connection) -> Iterator[Row[int, int, str, str, bytes, bytes, bytes]]:
    a = audit.c
    columns = select(a.seq, a.at, a.type, a.actor, a.body, a.prev, a.hash).order_by(a.seq).limit(_PAGE)
    last = 0
    while True:
        page = connection.execute(columns.where(a.seq > last)).all()
        yield from page
        if len(page) < _PAGE:
            return
        last = page[-1][0]


def _digests(ref: str, walk: _Walk, inside: Sequence[Digest], outside: Sequence[Digest]) -> Digest | None:
    """Hold the digests against the chain; return the last that agrees with it."""
    whole = not walk.breaks
    good: Digest | None = None
    for each in sorted((*inside, *outside), key=lambda digest: digest.mark.seq):
        mark = each.mark
        if each.told["ledger"] != ref:
            walk.found(0, "other-ledger", "別の台帳の要約です。", each.day)
        elif not each.is_signed():
            walk.found(0, "signature", "要約の署名が合いません（要約が書き換えられています）。", each.day)
        elif walk.hashes.get(mark.seq) == mark.hash:
            good = each
        elif mark.seq > walk.mark.seq:
            if whole:
                walk.found(walk.mark.seq + 1, "cut", f"要約は第{mark.seq}号まであったと証明しています。", each.day)
        else:
            first = good.mark.seq + 1 if good else 1
            walk.found(first, "rewritten", f"第{mark.seq}号までのどこかが、要約のときと違います。", each.day)
    _previous(walk, inside)
    _keys(walk, inside, outside)
    return good


def _previous(walk: _Walk, inside: Sequence[Digest]) -> None:
    for before, after in pairwise(inside):
        if after.told["previous"] != before.sha256:
            walk.found(0, "digest-order", "要約が、前の要約とつながっていません。", after.day)


def _keys(walk: _Walk, inside: Iterable[Digest], outside: Iterable[Digest]) -> None:
    """Tell of a digest from outside that was signed with a key the ledger never signed with."""
    known = {each.told["public_key"] for each in inside}
    for each in outside:
        if known and each.told["public_key"] not in known:
            walk.found(0, "signer", "要約の署名の鍵が、この台帳のどの要約の鍵とも違います。", each.day)
