"""What falls due: the open deadlines of cases by urgency, with their source. Due today is not overdue.

What the law has worked since the last `tick` is computed afresh for the cases it touches: lists are right without it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from ledger.blind import folded_forms
from ledger.deadlines import A_DUTY, BY_LAW, STANDING, DeadlineStands, Key, wanted_of
from ledger.history import told_of
from ledger.offices import profile_of
from ledger.tables import case_file, deadline, event, office
from ledger.types import Instant, day_of, instant, moment_of
from validators.wareki import format_date

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy import Connection, Row

    from ledger.engine import Ledger
    from validators.rulebook import Rulebook

# figures, eras, words such as 相談第12号, two capitals (C-77, ST-3): whatever else stands in a case's number may be a name
_NO_NAME = re.compile(
    r"(?:(?<![A-Z])[A-Z]{1,2}(?![A-Z])|[0-9\-－―‐・./() 〔〕第号年度令和平成昭和元相談事件指揮申出受理登載広聴特定再被害])+"
)


@dataclass(frozen=True, slots=True)
class Deadline:
    """One deadline as it is shown: no value of the case, but its ref and number, what is due, by when, by which clause."""

    case: str
    number: str
    office: str
    procedure: str
    occurrence: int
    trigger: str  # ref of the event
    trigger_label: str
    trigger_on: str
    due_on: str
    last_instant: Instant
    state: str
    overdue: bool
    wanted: str
    next: str
    citation: str
    clauses: tuple[str, ...]
    actor: str
    severity: str

    @property
    def by_law(self) -> bool:
        """Tell whether the law itself works on that day, and nobody has to do anything for it."""
        return self.procedure.startswith(BY_LAW)

    @property
    def called(self) -> str:
        """Return how the case is named outside: its number, or its ref where the number could hold a name or a telephone."""
        plain = _NO_NAME.fullmatch(unicodedata.normalize("NFKC", self.number))
        return self.number if plain and not folded_forms("phone", self.number) else self.case

    @property
    def last_on(self) -> str:
        """Return the last day in time, which おおむね and rest days move behind the day it is due."""
        return day_of(self.last_instant)

    def days_left(self, now: Instant) -> int:
        """Return how many days are left, 0 on the last one, negative when it is over."""
        return (moment_of(self.last_instant).date() - moment_of(now).date()).days

    def as_json(self, now: Instant) -> dict[str, Any]:
        """Return it in the shape of the public contract (docs/DEADLINES.md)."""
        return {
            "case": self.case,
            "number": self.number,
            "office": self.office,
            "procedure": self.procedure,
            "due_on": self.due_on,
            "last_on": self.last_on,
            "state": self.state,
            "overdue": self.overdue,
            "days_left": self.days_left(now),
            "wanted": self.wanted,
            "next": self.next,
            "citation": self.citation,
            "clauses": list(self.clauses),
            "actor": self.actor,
            "severity": self.severity,
            "trigger": {"event": self.trigger_label, "on": self.trigger_on},
            "by_law": self.by_law,
        }


def listed(
    ledger: Ledger,
    rules: Rulebook,
    *,
    office_code: str | None = None,
    case: str | None = None,
    days: int | None = None,
    states: Sequence[str] = ("open",),
) -> list[Deadline]:
    """Return deadlines of open cases by urgency: what is over first, then by the last instant. `days`: those of so many days from now."""
    now = ledger.now()
    until = _day_end(moment_of(now).date() + timedelta(days=days)) if days is not None else None
    with ledger.read() as connection:
        rows = connection.execute(_wanted_rows(office_code, case, states)).all()
        stale = _stale(connection, now, office_code, case)
        fresh = {case_id: _afresh(connection, ledger, rules, case_id, now) for case_id in stale}
        found = [
            *(_shown(rules, row, _as_stored(row), now) for row in rows if row.case_id not in fresh),
            *(each for case_id, wanted in fresh.items() for each in _of_case(connection, rules, case_id, wanted, now)),
        ]
    kept = [each for each in found if each.state in states and (until is None or each.last_instant <= until)]
    return sorted(kept, key=lambda each: (each.last_instant, each.due_on, each.number, each.case, each.procedure))


def stood(ledger: Ledger, rules: Rulebook, case: str, day: str, known: Instant | None = None) -> list[Deadline]:
    """Return the deadlines of a case as they stood at the end of a day, by what was recorded until `known`; all states."""
    with ledger.read() as connection:
        case_id = connection.scalar(select(case_file.c.id).where(case_file.c.ref == case))
        if case_id is None:
            return []
        at = min(_day_end(date.fromisoformat(day)), known if known is not None else ledger.now())
        wanted = _afresh(connection, ledger, rules, case_id, _day_end(date.fromisoformat(day)), known=known)
        return list(_of_case(connection, rules, case_id, wanted, at))


# ---- rows ---------------------------------------------------------------------------------------------------------


def _day_end(day: date) -> Instant:
    return Instant(instant(datetime.combine(day + timedelta(days=1), datetime.min.time())) - 1)


def _wanted_rows(office_code: str | None, case: str | None, states: Sequence[str]) -> Any:
    wanted = (
        select(
            case_file.c.id.label("case_id"),
            case_file.c.ref.label("case_ref"),
            case_file.c.number,
            office.c.code,
            deadline.c.procedure,
            deadline.c.occurrence,
            deadline.c.due_on,
            deadline.c.last_instant,
            deadline.c.state,
            deadline.c.trigger_id,
            event.c.ref.label("trigger_ref"),
            event.c.name.label("trigger_name"),
            event.c.at.label("trigger_at"),
        )
        .join(case_file, case_file.c.id == deadline.c.case_file_id)
        .join(office, office.c.id == deadline.c.office_id)
        .join(event, event.c.id == deadline.c.trigger_id)
        .where(STANDING, deadline.c.state.in_(states), case_file.c.state != "destroyed")
    )
    if office_code is not None:
        wanted = wanted.where(office.c.code == office_code)
    return wanted.where(case_file.c.ref == case) if case is not None else wanted


def _stale(connection: Connection, now: Instant, office_code: str | None, case: str | None) -> list[int]:
    """Return the cases in which the law has worked and nobody has recorded it yet; found from what is open, not from all cases."""
    wanted = select(deadline.c.case_file_id).distinct()
    wanted = wanted.where(STANDING, deadline.c.state == "open", deadline.c.procedure.startswith(BY_LAW))
    wanted = wanted.where(deadline.c.last_instant < now)
    if office_code is not None:
        wanted = wanted.join(office, office.c.id == deadline.c.office_id).where(office.c.code == office_code)
    if case is not None:
        wanted = wanted.join(case_file, case_file.c.id == deadline.c.case_file_id).where(case_file.c.ref == case)
    return list(connection.scalars(wanted))


def _afresh(
    connection: Connection,
    ledger: Ledger,
    rules: Rulebook,
    case_id: int,
    now: Instant,
    *,
    known: Instant | None = None,
) -> dict[Key, DeadlineStands]:
    day = day_of(now)
    told = [each for each in told_of(connection, ledger, case_id, known=known) if each.at[:10] <= day]
    of = connection.scalar(select(case_file.c.office_id).where(case_file.c.id == case_id))
    profile = profile_of(connection, int(of or 0), day)
    return wanted_of(rules, told, date.fromisoformat(day), profile)


def _of_case(
    connection: Connection, rules: Rulebook, case_id: int, wanted: dict[Key, DeadlineStands], now: Instant
) -> Iterator[Deadline]:
    head = (
        select(case_file.c.ref.label("case_ref"), case_file.c.number, office.c.code)
        .join(office, office.c.id == case_file.c.office_id)
        .where(case_file.c.id == case_id)
    )
    of = connection.execute(head).one()
    triggers = {row.id: row for row in _events(connection, {key.trigger for key in wanted})}
    for key, stands in wanted.items():
        at = triggers[key.trigger]
        row = _DeadlineRow(of.case_ref, of.number, of.code, key.procedure, key.occurrence, at.ref, at.name, at.at)
        yield _shown(rules, row, stands, now)


@dataclass(frozen=True, slots=True)
class _DeadlineRow:
    case_ref: str
    number: str | None
    code: str
    procedure: str
    occurrence: int
    trigger_ref: str
    trigger_name: str
    trigger_at: str


def _events(connection: Connection, rows: Iterable[int]) -> Sequence[Any]:
    return connection.execute(select(event.c.id, event.c.ref, event.c.name, event.c.at).where(event.c.id.in_(rows))).all()  # fmt: skip


def _as_stored(row: Row[Any]) -> DeadlineStands:
    return DeadlineStands(row.due_on, Instant(row.last_instant), row.state, None)


# ---- words --------------------------------------------------------------------------------------------------------


def _shown(rules: Rulebook, row: Any, stands: DeadlineStands, now: Instant) -> Deadline:
    said = _said(rules, row.procedure, row.occurrence, row.trigger_at)
    return Deadline(
        case=row.case_ref,
        number=row.number or "",
        office=row.code,
        procedure=row.procedure,
        occurrence=row.occurrence,
        trigger=row.trigger_ref,
        trigger_label=rules.procedures.vocabulary.label(row.trigger_name),
        trigger_on=row.trigger_at,
        due_on=stands.due_on,
        last_instant=stands.last_instant,
        state=stands.state,
        overdue=stands.state == "open" and stands.last_instant < now,
        **said,
    )


def _said(rules: Rulebook, procedure: str, occurrence: int, trigger_at: str) -> dict[str, Any]:
    """Return what the rulebook in force says of a procedure; one that is no longer there keeps its id."""
    if procedure.startswith(BY_LAW):
        told = rules.reference.entry("by_law", procedure.removeprefix(BY_LAW), "法定の終期")
        return _words(
            told["title"], "手続は要りません。法令により、その日で終わります。", told["citation"], actor="法令"
        )
    day = date.fromisoformat(trigger_at[:10])
    entries = rules.procedures.named(procedure)
    of = next((each for each in entries if each.effective.holds_on(day)), None)
    if of is None:
        return _words(procedure, "", procedure)
    place = occurrence // A_DUTY
    names = of.dues[place].matches if place < len(of.dues) else ()
    labels = dict.fromkeys(rules.procedures.vocabulary.label(name) for match in names for name in match.names)
    return _words(
        "か".join(f"「{label}」" for label in labels),
        of.next,
        of.citation,
        clauses=of.clauses,
        actor=of.actor,
        severity=of.severity,
    )


def _words(
    wanted: str, then: str, citation: str, *, clauses: tuple[str, ...] = (), actor: str = "", severity: str = "info"
) -> dict[str, Any]:  # fmt: skip
    return {"wanted": wanted, "next": then, "citation": citation, "clauses": clauses, "actor": actor, "severity": severity}  # fmt: skip


def basis_of(each: Deadline) -> Iterator[str]:
    """Yield where a deadline comes from and what comes next: labels, days and clauses, no value of the case."""
    clauses = f"（{'、'.join(each.clauses)}）" if each.clauses else ""
    yield f"根拠　{each.citation}{clauses}"
    yield f"起算　「{each.trigger_label}」{format_date(date.fromisoformat(each.trigger_on[:10]))}"
    if each.last_on != each.due_on:
        yield f"目安　{format_date(date.fromisoformat(each.due_on))}（{format_date(date.fromisoformat(each.last_on))}まで）"
    if each.next:
        yield f"次に　{each.next}"


def in_words(each: Deadline, now: Instant) -> str:
    """Return when it is due as people say it: 令和８年４月３日（あと2日）; with the last day where that is a later one."""
    left = each.days_left(now)
    last = f"{format_date(date.fromisoformat(each.last_on))}まで、" if each.last_on != each.due_on else ""
    when = f"{last}{-left}日超過" if left < 0 else "本日まで" if left == 0 else f"{last}あと{left}日"
    return f"{format_date(date.fromisoformat(each.due_on))}（{when}）"
