"""Record what time alone has brought: what the law worked, deadlines that a new day or a new rulebook moves, handovers that ran out.

Run at midnight and at start. Nothing depends on it: lists and verdicts compute the same themselves; it leaves the record.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import exists, or_, select

from ledger.deadlines import STANDING, differs, recompute, stored_of_several, wanted_of
from ledger.faults import passing
from ledger.handovers import expire
from ledger.history import the_case, told_of_several
from ledger.offices import profile_of
from ledger.purge import purge_if_due
from ledger.tables import case_file, deadline
from ledger.types import LAW, Miss, day_of
from ledger.write import write

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection, Row

    from ledger.deadlines import DeadlineStands, Key
    from ledger.engine import Ledger
    from ledger.write import Writing
    from validators.rulebook import Rulebook

_PAGE = 200  # cases looked at in one reading: a long reader lets SQLite's log grow


@dataclass(slots=True)
class Ticked:
    """What a tick found and recorded: cases looked at, cases written, handovers that ran out, what happened to deadlines."""

    looked_at: int = 0
    recorded: int = 0
    expired: int = 0
    changed: Counter[str] = field(default_factory=Counter)


def tick(ledger: Ledger, rules: Rulebook) -> Ticked:
    """Record for every living case what time has brought since it was last written; a second tick finds nothing.

    What a destruction that was cut off left in the database's files is purged.
    """
    purge_if_due(ledger, LAW)
    ticked, after = Ticked(expired=expire(ledger)), 0
    while True:
        with ledger.read() as connection:
            page = _living(connection, after)
            moved = _moved(connection, ledger, rules, page)
        passing("tick.found")
        for case_id in moved:
            try:
                ticked.changed += write(ledger, LAW, partial(_record, ledger, rules, case_id))
            except Miss:
                continue  # another tick was there first
            ticked.recorded += 1
            passing("tick.recorded")
        ticked.looked_at += len(page)
        if len(page) < _PAGE:
            return ticked
        after = max(page)


def _living(connection: Connection, after: int) -> dict[int, int]:
    """Return a page of the cases that are open, or have deadlines that are, each with its office."""
    waits = exists().where(deadline.c.case_file_id == case_file.c.id, STANDING, deadline.c.state == "open")
    living = or_(case_file.c.state == "open", (case_file.c.state == "closed") & waits)
    wanted = select(case_file.c.id, case_file.c.office_id).where(case_file.c.id > after, living)
    rows = connection.execute(wanted.order_by(case_file.c.id).limit(_PAGE))
    return {row.id: row.office_id for row in rows}


def _moved(connection: Connection, ledger: Ledger, rules: Rulebook, page: Mapping[int, int]) -> list[int]:
    """Return the cases whose rows say otherwise than their history does today; all are read by the same few questions."""
    today = day_of(ledger.now())
    profiles = {office: profile_of(connection, office, today) for office in set(page.values())}
    told, stored = told_of_several(connection, ledger, list(page)), stored_of_several(connection, list(page))
    return [
        case_id
        for case_id, office in page.items()
        if _differ(stored[case_id], wanted_of(rules, told[case_id], date.fromisoformat(today), profiles[office]))
    ]


def _differ(stored: Mapping[Key, Row[Any]], wanted: Mapping[Key, DeadlineStands]) -> bool:
    gone = any(row.state == "open" for key, row in stored.items() if key not in wanted)
    return gone or any(key not in stored or differs(stored[key], stands) for key, stands in wanted.items())


def _record(ledger: Ledger, rules: Rulebook, case_id: int, writing: Writing) -> Counter[str]:
    case = the_case(writing.connection, case_id, lock=True)
    before = len(writing.told)
    changed = recompute(writing, ledger, rules, case_id) if case else Counter[str]()
    if len(writing.told) == before:
        raise Miss("tick")
    return changed
