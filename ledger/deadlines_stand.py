"""Hold the stored deadlines of every case against its history, and against what the chain says of them."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date, timedelta
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from ledger.audit.history_events import DeadlinesComputed
from ledger.deadlines import differs, stored_of, wanted_of
from ledger.history import the_case, told_of
from ledger.invariants import Offence
from ledger.offices import profile_of
from ledger.tables import audit, case_file, deadline, event
from ledger.types import Instant, day_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from sqlalchemy import Connection, Row

    from ledger.deadlines import DeadlineStands, Key
    from ledger.engine import Ledger
    from ledger.history import ToldEvent
    from validators.rulebook import Rulebook

_PAGE = 100


def deadlines_stand(ledger: Ledger, rules: Rulebook) -> Iterator[Offence]:
    """Yield the cases whose deadlines are others than their history says (D1), or where the law worked twice (D2).

    Day, last moment, state and what ended it are compared, rows that are too many or too few are found. What only time has
    changed since the deadlines were computed last is no offence, nor what another rulebook computed: the tick brings both up.
    """
    with ledger.read() as connection:
        began = _began(connection)
    last = 0
    while True:
        with ledger.read() as connection:
            wanted = select(case_file.c.id).where(case_file.c.id > last, case_file.c.state != "destroyed")
            page = connection.scalars(wanted.order_by(case_file.c.id).limit(_PAGE)).all()
            for case_id in page:
                yield from _of_case(connection, ledger, rules, case_id, began)
        if len(page) < _PAGE:
            return
        last = page[-1]


def _began(connection: Connection) -> Counter[str]:
    """Return how many deadlines began in each case by the chain: no row of them ever goes before its case does."""
    found: Counter[str] = Counter()
    for body in connection.scalars(select(audit.c.body).where(audit.c.type == DeadlinesComputed.name)):
        told = json.loads(body)
        found[told["case"]] += told.get("began") or 0
    return found


def _of_case(
    connection: Connection, ledger: Ledger, rules: Rulebook, case_id: int, began: Mapping[str, int]
) -> Iterator[Offence]:
    case = the_case(connection, case_id)
    if case is None:
        return
    told = told_of(connection, ledger, case_id)
    by_law = Counter((each.name, each.at[:10], str(sorted(each.facts.items()))) for each in told if each.law)
    if any(count > 1 for count in by_law.values()):
        yield Offence("D2", "法令だけで生じたことが、二度記録されています。", case.ref)
    rows = connection.scalars(select(deadline.c.rulebook).where(deadline.c.case_file_id == case_id)).all()
    if len(rows) < began.get(case.ref, 0):
        yield Offence("D1", "計算された期限の行が取り除かれています。", case.ref)
    if not any(row.hex() == rules.hash for row in rows):
        return
    stored = {key: row for key, row in stored_of(connection, case_id).items() if row.rulebook.hex() == rules.hash}
    now = date.fromisoformat(day_of(ledger.now()))
    at = cache(partial(_on, connection, rules, told, case.office_id))
    if _otherwise(stored, at, _last_told(connection, case_id) or now, now):
        yield Offence("D1", "期限が、経過から計算し直したものと違います。", case.ref)


def _on(
    connection: Connection, rules: Rulebook, told: list[ToldEvent], office_id: int, day: date
) -> dict[Key, DeadlineStands]:
    return wanted_of(rules, told, day, profile_of(connection, office_id, day.isoformat()))


def _last_told(connection: Connection, case_id: int) -> date | None:
    """Return the day of the last event that was entered, corrected or taken back: then the deadlines were computed."""
    at = connection.scalar(select(func.max(event.c.recorded_at)).where(event.c.case_file_id == case_id))
    return date.fromisoformat(day_of(Instant(int(at)))) if at is not None else None


def _otherwise(
    stored: Mapping[Key, Row[Any]], at: Callable[[date], Mapping[Key, DeadlineStands]], first: date, now: date
) -> bool:
    """Tell whether a row is as on no day since the case was told something last, or is not there though it always was due."""
    if (at(first).keys() & at(now).keys()) - stored.keys():
        return True
    days = [now, first, *(first + timedelta(days) for days in range(1, (now - first).days))]
    return not all(any(_fits(row, at(day).get(key)) for day in days) for key, row in stored.items())


def _fits(row: Row[Any], wanted: DeadlineStands | None) -> bool:
    return row.state != "open" if wanted is None else not differs(row, wanted)
