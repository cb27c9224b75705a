"""Fill a ledger for measuring: cases and papers that stand in it are copied many times over, through the tables, with a sound chain.

A copy has ids, refs, a number and a key of its own; what it says is what its pattern says. It belongs to another office, or is an
older, closed one of the same. Only ledgers in clear are filled: a sealed row is bound to its ref.
"""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, select, update

from ledger import seal
from ledger.audit import chain
from ledger.audit.case_events import CaseOpened
from ledger.audit.history_events import EventTold
from ledger.audit.types import NumberGiven, PaperIssued, RowsKept
from ledger.tables import (
    artifact,
    case_fact,
    case_file,
    content,
    data_key,
    deadline,
    event,
    number,
    paper,
    paper_rev,
    party,
    party_name,
    party_place,
    series,
    token,
)
from ledger.types import Actor, new_ref

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy import Connection, Table

    from ledger.audit.types import Audited
    from ledger.engine import Ledger
    from ledger.types import Instant

FILLER = Actor("計測", role="複写")
_OF_CASE = (data_key, case_file, case_fact, party, party_name, party_place, token, event, deadline)
_OF_PAPER = (data_key, number, paper, paper_rev, artifact, content)
_AT_ONCE = 100  # patterns' copies in one transaction
_SHARED = 60  # copies in which a person's tokens stay: others are told of by other tokens
_YEARS = 5  # of which old copies are
_A_DAY = 86_400_000_000  # microseconds
_HEAD = 9  # bytes of a blob in clear: version, key

Values = dict[str, Any]
Pattern = dict[str, list[Values]]


@dataclass(slots=True)
class _Filling:
    """What goes on from copy to copy: the next id of each table, the next number of each series, the chain's end."""

    connection: Connection
    ids: dict[str, int]
    series: dict[int, tuple[int, int]]  # office → series, next number
    at: Instant  # of all that is copied
    chance: random.Random = field(default_factory=lambda: random.Random(1))  # noqa: S311 - a sample, no secret
    rows: dict[str, list[Values]] = field(default_factory=dict)
    told: list[Audited] = field(default_factory=list)

    def copied(
        self, pattern: Pattern, tables: Sequence[Table], changed: Mapping[str, Values]
    ) -> dict[str, list[Values]]:
        """Copy a pattern under new ids and refs; `changed`: what is otherwise in the rows of a table."""
        ids: dict[tuple[str, int], int] = {}
        made: dict[str, list[Values]] = {}
        for table in tables:
            for row in pattern[table.name]:
                new = {**row, **changed.get(table.name, {})}
                if "id" in row:
                    self.ids[table.name] += 1
                    new["id"] = ids[table.name, row["id"]] = self.ids[table.name]
                if "ref" in row:
                    new["ref"] = new_ref()
                for column, to in _links(table):
                    if row[column] is not None and column not in changed.get(table.name, {}):
                        new[column] = ids.get((to, row[column]), row[column])
                for blob in ("sealed", "bytes"):
                    if row.get(blob) is not None:
                        key = ids.get(("data_key", seal.key_id_of(row[blob])), seal.key_id_of(row[blob]))
                        new[blob] = b"\0" + key.to_bytes(8, "big", signed=True) + row[blob][_HEAD:]
                made.setdefault(table.name, []).append(new)
                self.rows.setdefault(table.name, []).append(new)
        return made

    def witness(self, made: Mapping[str, Sequence[Values]]) -> None:
        kept = {
            f"{name}/{row['ref']}": hashlib.sha256(row["sealed"]).hexdigest()
            for name, rows in made.items()
            for row in rows
            if row.get("sealed") is not None and "ref" in row
        }
        papers = {row["id"]: row["ref"] for row in made.get("paper", ())}
        for row in made.get("paper_rev", ()):
            kept[f"paper_rev/{papers[row['paper_id']]}/{row['rev']}"] = hashlib.sha256(row["sealed"]).hexdigest()
        for row in made.get("artifact", ()):
            kept[f"artifact/{papers[row['paper_id']]}/{row['kind']}"] = row["stored_sha"].hex()
        self.told.append(RowsKept(rows=kept))

    def flush(self, tables: Sequence[Table]) -> None:
        for table in tables:
            if rows := self.rows.get(table.name):
                self.connection.execute(insert(table), rows)
        chain.append(self.connection, FILLER, self.at, self.told)
        self.rows, self.told = {}, []


@dataclass(frozen=True, slots=True)
class Among:
    """Whose the copies are: a tenth of the cases, closed, and a quarter of the papers are of the office `own`."""

    others: Sequence[int]
    own: int
    cases: int
    papers: int

    def office_of(self, n: int, *, every: int) -> int:
        """Return the office of a copy."""
        return self.own if n % every == 0 else self.others[n % len(self.others)]


def fill(ledger: Ledger, among: Among) -> None:
    """Copy what stands in a ledger until so many cases and papers are added."""
    with ledger.read() as connection:
        of_cases = list(_patterns(connection, case_file, _OF_CASE))
        of_papers = list(_patterns(connection, paper, _OF_PAPER))
    _copy(ledger, among, of_cases, _OF_CASE, among.cases, _a_case)
    _copy(ledger, among, of_papers, _OF_PAPER, among.papers, _a_paper)


def _copy(  # noqa: PLR0917 - two kinds of copies by one loop
    ledger: Ledger, among: Among, patterns: Sequence[Pattern], tables: Sequence[Table], count: int, one: Any
) -> None:
    done = 0
    while done < count:
        with ledger.queue.writing(), ledger.writing.begin() as connection:
            filling = _began(connection, ledger)
            for n in range(done, min(done + _AT_ONCE, count)):
                one(filling, n, patterns[n % len(patterns)], among)
            filling.flush(tables)
            for series_id, next_ in filling.series.values():
                connection.execute(update(series).where(series.c.id == series_id).values(next=next_))
        if ledger.folder is not None:  # nobody else writes: the log must not grow with all that is copied
            with ledger.writing.connect() as connection:
                connection.connection.cursor().execute("PRAGMA wal_checkpoint(PASSIVE)")
        done += _AT_ONCE


def _began(connection: Connection, ledger: Ledger) -> _Filling:
    tables = {table.name: table for table in (*_OF_CASE, *_OF_PAPER) if "id" in table.c}
    ids = {name: int(connection.scalar(select(func.max(table.c.id))) or 0) for name, table in tables.items()}
    rows = connection.execute(select(series).where(series.c.kind == "paper").order_by(series.c.id)).all()
    return _Filling(connection, ids, {row.office_id: (row.id, row.next) for row in rows}, ledger.now())


def _a_case(filling: _Filling, n: int, pattern: Pattern, among: Among) -> None:
    """Copy a case: that of the own office is an old one, closed, of an earlier year."""
    of, called = among.office_of(n, every=10), f"複写-{n}"
    old = of == among.own
    (case,) = pattern["case_file"]
    closed = {"state": "closed", "closed_on": case["opened_on"], "number": called, "number_key": called}
    changed: dict[str, Values] = {
        "case_file": {"office_id": of, **(closed if old else {"number": called, "number_key": called})},
        "deadline": {"office_id": of, **({"state": "ended"} if old else {})},
    }
    made = filling.copied(pattern, _OF_CASE, changed)
    if old:
        back = 365 * (1 + n // 10 % _YEARS)
        for row in made.get("event", ()):
            row["at"] = _day(row["at"][:10], -back) + row["at"][10:]
            row["recorded_at"] -= back * _A_DAY
        for row in made.get("deadline", ()):
            row["due_on"], row["last_instant"] = _day(row["due_on"], -back), row["last_instant"] - back * _A_DAY
    if n >= _SHARED:
        for row in made.get("token", ()):
            row["mac"] = filling.chance.randbytes(8)
    (new,) = made["case_file"]
    filling.told.append(CaseOpened(case=new["ref"], kind=new["kind"], day=new["opened_on"], alike=()))
    filling.told += [
        EventTold(case=new["ref"], event=row["ref"], kind=row["name"], at=row["at"], version=version)
        for version, row in enumerate(made.get("event", ()), 2)
    ]
    filling.witness(made)


def _a_paper(filling: _Filling, n: int, pattern: Pattern, among: Among) -> None:
    """Copy a paper of an earlier day; every fourth is of the own office."""
    of = among.office_of(n, every=4)
    series_id, next_ = filling.series[of]
    filling.series[of] = series_id, next_ + 1
    (was,) = pattern["paper"]
    back = timedelta(days=365 * _YEARS * (among.papers - n) // among.papers + 1)
    changed: dict[str, Values] = {
        "number": {"series_id": series_id, "n": next_},
        "paper": {
            "office_id": of,
            "state": "delivered",
            "day": _day(was["day"], -back.days),
            "issued_at": was["issued_at"] - back // timedelta(microseconds=1),
        },
    }
    made = filling.copied(pattern, _OF_PAPER, changed)
    (new,), (given,) = made["paper"], made["number"]
    given["holder"] = new["ref"]
    for row in made["artifact"]:
        row["fingerprint"] = filling.chance.randbytes(32)
        stored = next(each for each in made["content"] if each["artifact_id"] == row["id"])
        row["stored_sha"] = hashlib.sha256(stored["bytes"]).digest()
    filling.told.append(NumberGiven(number=given["ref"], series=series_id, n=given["n"], holder=new["ref"]))
    filling.told.append(PaperIssued(paper=new["ref"], form=new["form"], day=new["day"], number=given["ref"]))
    filling.witness(made)


def _patterns(connection: Connection, head: Table, tables: Sequence[Table]) -> Iterator[Pattern]:
    """Yield what is copied: each case, or issued paper with a number, with all rows that hang on it; of files, a little."""
    wanted = (
        select(head)
        if head is case_file
        else select(head).where(head.c.number_id.is_not(None), head.c.case_file_id.is_(None))
    )
    for row in connection.execute(wanted.order_by(head.c.id)).mappings().all():
        found: Pattern = {head.name: [dict(row)]}
        for table in tables:
            if table is data_key:
                found["data_key"] = _rows(connection, data_key, data_key.c.id == row["key_id"])
            elif table is number:
                found["number"] = _rows(connection, number, number.c.id == row["number_id"])
            elif table is not head:
                owners = [(column, to) for column, to in _links(table) if to in found and to != table.name]
                column, to = owners[0]
                found[table.name] = _rows(connection, table, table.c[column].in_([each["id"] for each in found[to]]))
        for each in found.get("content", ()):
            each["bytes"] = each["bytes"][:200]
        yield found


def _rows(connection: Connection, table: Table, which: Any) -> list[Values]:
    return [dict(row) for row in connection.execute(select(table).where(which)).mappings()]


def _links(table: Table) -> list[tuple[str, str]]:
    """Return (column, table it names a row of)."""
    return [(column.name, key.column.table.name) for column in table.c for key in column.foreign_keys]


def _day(of: str, later: int) -> str:
    return (date.fromisoformat(of) + timedelta(days=later)).isoformat()
