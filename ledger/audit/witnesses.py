"""Hold rows against what the chain says of them: sealed blobs, numbers, issued papers.

Every write tells the SHA-256 of the blobs it kept (`rows.kept`), so a row that was changed, taken away or put in behind the
ledger's back is seen, without any key.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select

from ledger.audit.types import NumberGiven, NumberVoided, PaperIssued, RowsKept
from ledger.tables import METADATA, artifact, number, paper, paper_rev

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Select, Table

UNWITNESSED = frozenset({"request", "ledger"})  # answers that are forgotten after days; no sealed values
_PAGE = 500
_HEARD = {RowsKept.name, NumberGiven.name, NumberVoided.name, PaperIssued.name}
_CHANGED = "封をした記録が、書かれたときと違います。"
_MISSING = "あるはずの記録がありません。"
_UNKNOWN = "どの記録も伝えていない行です。"


class _RowWitness(NamedTuple):
    seq: int
    value: str


class _PaperWitness(NamedTuple):
    seq: int
    form: str
    day: str
    number: str | None


class _NumberWitness(NamedTuple):
    seq: int
    series: int
    n: int


class Witnesses:
    """What the entries said, the last word on each row."""

    def __init__(self) -> None:
        self.compared = 0
        self._rows: dict[str, _RowWitness] = {}
        self._numbers: dict[str, _NumberWitness] = {}
        self._void: dict[str, int] = {}
        self._issued: dict[str, _PaperWitness] = {}

    def hear(self, seq: int, kind: str, body: bytes) -> None:
        """Take in an entry."""
        if kind not in _HEARD:
            return
        told = json.loads(body)
        if kind == RowsKept.name:
            self._rows |= {row: _RowWitness(seq, sha) for row, sha in told["rows"].items()}
            for row in told["gone"]:
                self._rows.pop(row, None)
        elif kind == NumberGiven.name:
            self._numbers[told["number"]] = _NumberWitness(seq, told["series"], told["n"])
        elif kind == NumberVoided.name:
            self._void[told["number"]] = seq
        else:
            self._issued[told["paper"]] = _PaperWitness(seq, told["form"], told["day"], told.get("number"))

    def compare(self, connection: Connection) -> list[tuple[int, str, str, str]]:
        """Return what differs: the entry's number or 0, a code, words, and the row."""
        return [
            *self._compare_rows(connection),
            *self._compare_numbers(connection),
            *self._compare_papers(connection),
        ]

    def _compare_rows(self, connection: Connection) -> Iterator[tuple[int, str, str, str]]:
        left = dict(self._rows)
        for row, sha in _stored(connection):
            self.compared += 1
            told = left.pop(row, None)
            if told is None:
                yield 0, "row-unknown", _UNKNOWN, row
            elif told.value != sha:
                yield told.seq, "row-changed", _CHANGED, row
        for row, told in left.items():
            yield told.seq, "row-missing", _MISSING, row

    def _compare_numbers(self, connection: Connection) -> Iterator[tuple[int, str, str, str]]:
        left = dict(self._numbers)
        for row in connection.execute(select(number.c.ref, number.c.series_id, number.c.n, number.c.state)):
            told = left.pop(row.ref, None)
            where = f"number/{row.ref}"
            if told is None:
                yield 0, "row-unknown", _UNKNOWN, where
            elif (row.series_id, row.n) != (told.series, told.n) or (row.state == "void") != (row.ref in self._void):
                yield self._void.get(row.ref, told.seq), "row-changed", "番号が、記録と違います。", where
        for ref, told in left.items():
            yield told.seq, "row-missing", _MISSING, f"number/{ref}"

    def _compare_papers(self, connection: Connection) -> Iterator[tuple[int, str, str, str]]:
        left = dict(self._issued)
        wanted = select(paper.c.ref, paper.c.form, paper.c.day, number.c.ref.label("number")).join(
            number, number.c.id == paper.c.number_id, isouter=True
        )
        for row in connection.execute(wanted.where(paper.c.issued_at.is_not(None))):
            told = left.pop(row.ref, None)
            where = f"paper/{row.ref}"
            if told is None:
                yield 0, "row-unknown", _UNKNOWN, where
            elif (row.form, row.day, row.number) != (told.form, told.day, told.number):
                yield told.seq, "row-changed", "発行した文書の行が、記録と違います。", where
        for ref, told in left.items():
            yield told.seq, "row-missing", _MISSING, f"paper/{ref}"


def _stored(connection: Connection) -> Iterator[tuple[str, str]]:
    """Yield every row that has a witness, `table/ref` and the digest of its blob, page by page."""
    for table in METADATA.sorted_tables:
        if table.name not in UNWITNESSED and "sealed" in table.c and "ref" in table.c:
            for row in _paged(connection, table):
                yield f"{table.name}/{row[1]}", hashlib.sha256(row[2]).hexdigest()
    revs = select(paper.c.ref, paper_rev.c.rev, paper_rev.c.sealed).join(paper, paper.c.id == paper_rev.c.paper_id)
    for ref, rev, blob in connection.execute(revs):
        yield f"paper_rev/{ref}/{rev}", hashlib.sha256(blob).hexdigest()
    files = select(paper.c.ref, artifact.c.kind, artifact.c.stored_sha).join(paper, paper.c.id == artifact.c.paper_id)
    for ref, kind, sha in connection.execute(files):
        yield f"artifact/{ref}/{kind}", sha.hex()


def _paged(connection: Connection, table: Table) -> Iterator[tuple[int, str, bytes]]:
    last = 0
    while True:
        page = connection.execute(_page(table, last)).all()
        for row in page:
            yield row[0], row[1], row[2]
        if len(page) < _PAGE:
            return
        last = page[-1][0]


def _page(table: Table, last: int) -> Select[int, str, bytes]:
    wanted = select(table.c.id, table.c.ref, table.c.sealed).where(table.c.id > last, table.c.sealed.is_not(None))
    return wanted.order_by(table.c.id).limit(_PAGE)
