"""A case's history out of its rows: what was told, as of two times.

`at`: what lay before the end of that day; `known`: by what was recorded until then, superseded later or not ("what was due
on the 3rd, by what we knew then"). What the law worked alone is recorded as rows too, but histories compute it themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from ledger import keys, seal
from ledger.tables import case_file, event, paper
from ledger.types import Instant
from validators.histories.items import read_item

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from ledger.engine import Ledger
    from ledger.keys import DataKey
    from validators.histories.items import Happening
    from validators.rulebook import Rulebook

RETRACTED = "retracted"  # the name of a row that takes an event back; no event of the vocabulary


@dataclass(frozen=True, slots=True)
class ToldEvent:
    """One event as it was told. `by`: who told it; `law`: the kind of what the law worked alone, blank for what people told."""

    id: int
    ref: str
    name: str
    at: str
    precision: str
    ordinal: int
    recorded_at: Instant
    supersedes: int | None
    paper: str | None  # ref
    facts: Mapping[str, Any]
    by: str
    reason: str = ""
    law: str = ""

    def item(self, rules: Rulebook) -> dict[str, Any]:
        """Return it as histories are written (docs/PROCEDURES.md)."""
        named = "paper" if rules.procedures.vocabulary.is_paper(self.name) else "event"
        return {**self.facts, "on": self.at, named: self.name}


@dataclass(frozen=True, slots=True)
class TheCase:
    """What is in clear of a case."""

    id: int
    ref: str
    office_id: int
    key_id: int
    state: str
    version: int
    number: str | None


def the_case(connection: Connection, ref: str | int, *, lock: bool = False) -> TheCase | None:
    """Return a case by its ref (or its row), locked where it will be changed; None where there is none."""
    c = case_file.c
    wanted = select(c.id, c.ref, c.office_id, c.key_id, c.state, c.version, c.number)
    wanted = wanted.where(c.id == ref if isinstance(ref, int) else c.ref == ref)
    row = connection.execute(wanted.with_for_update() if lock else wanted).one_or_none()
    return TheCase(*row) if row else None


def told_of(
    connection: Connection,
    ledger: Ledger,
    case_id: int,
    *,
    known: Instant | None = None,
    until: int | None = None,
    all_: bool = False,
) -> list[ToldEvent]:
    """Return what was told of a case, in the order of the case; `all_`: what was superseded and taken back too.

    `known`: by what was recorded until then; `until`: up to that row.
    """
    where = [event.c.recorded_at <= known] if known is not None else []
    rows = _rows(connection, [case_id], until, *where)
    opened = keys.load_all(connection, ledger, _keys_of(rows))
    return _as_told(rows, opened, all_=all_)


def told_of_several(
    connection: Connection, ledger: Ledger, case_ids: Sequence[int], *, until: int | None = None
) -> dict[int, list[ToldEvent]]:
    """Return what was told of several cases, as `told_of` returns it of each; two questions, however many."""
    of: dict[int, list[Any]] = {case_id: [] for case_id in case_ids}
    rows = _rows(connection, case_ids, until)
    for row in rows:
        of[row.case_file_id].append(row)
    opened = keys.load_all(connection, ledger, _keys_of(rows))
    return {case_id: _as_told(own, opened) for case_id, own in of.items()}


def _rows(connection: Connection, case_ids: Sequence[int], until: int | None, *where: Any) -> Sequence[Any]:
    wanted = select(event, paper.c.ref.label("paper_ref")).outerjoin(paper, paper.c.id == event.c.paper_id)
    wanted = wanted.where(event.c.case_file_id.in_(case_ids), *where)
    wanted = wanted.where(event.c.id <= until) if until is not None else wanted
    return connection.execute(wanted.order_by(event.c.at, event.c.ordinal, event.c.id)).all()


def _keys_of(rows: Sequence[Any]) -> set[int]:
    return {seal.key_id_of(row.sealed) for row in rows if row.sealed is not None}


def _as_told(rows: Sequence[Any], opened: Mapping[int, DataKey], *, all_: bool = False) -> list[ToldEvent]:
    """Return the rows of a case that stand (`all_`: every one), opened, in the order of the case."""
    gone = {row.supersedes for row in rows if row.supersedes is not None}
    standing = [row for row in rows if all_ or (row.id not in gone and row.name != RETRACTED)]
    standing.sort(key=lambda row: (row.at[:10], row.ordinal, row.id))
    return [_told(row, opened) for row in standing if row.sealed is not None]


def _told(row: Any, opened: Mapping[int, DataKey]) -> ToldEvent:
    values = seal.open_(opened[seal.key_id_of(row.sealed)], "event", row.ref, row.sealed)
    return ToldEvent(
        id=row.id,
        ref=row.ref,
        name=row.name,
        at=row.at,
        precision=row.precision,
        ordinal=row.ordinal,
        recorded_at=Instant(row.recorded_at),
        supersedes=row.supersedes,
        paper=row.paper_ref,
        facts=values["facts"],
        by=values.get("by", ""),
        reason=values.get("reason", ""),
        law=values.get("law", ""),
    )


def happenings(rules: Rulebook, told: Sequence[ToldEvent]) -> list[Happening]:
    """Return what people told as a history to be judged; an item's place is its place in `told`. Raises InputError."""
    vocabulary = rules.procedures.vocabulary
    return [read_item(vocabulary, each.item(rules), place) for place, each in enumerate(told) if not each.law]


def history_of(
    connection: Connection,
    ledger: Ledger,
    rules: Rulebook,
    case_id: int,
    *,
    at: str | None = None,
    known: Instant | None = None,
) -> list[Happening]:
    """Return the plain history that procedures judge, as of two times."""
    found = happenings(rules, told_of(connection, ledger, case_id, known=known))
    return found if at is None else [item for item in found if item.on[:10] <= at]
