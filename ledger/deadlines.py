"""Deadlines of a case: computed from its history in every write that changes it, kept by rows that are closed, never deleted.

By (procedure, trigger, occurrence): the same → version only; moved → superseded and new; gone → ended by the event that did it.
What the law will work alone stands among them by its last day (`law:…`), and is recorded when its day has come.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import select, update

from ledger import keys, seal
from ledger.audit.history_events import DeadlinesComputed, LawWorked
from ledger.faults import passing
from ledger.history import RETRACTED, ToldEvent, happenings, the_case, told_of
from ledger.offices import profile_of
from ledger.tables import case_file, deadline, event
from ledger.types import LAW, Instant, day_of, instant, new_ref
from validators.histories.by_law import ENDS, LawMoment, moments_by_law
from validators.histories.judging import deadlines_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection, Row

    from ledger.engine import Ledger
    from ledger.history import TheCase
    from ledger.write import Writing
    from validators.histories.items import Happening
    from validators.histories.timing import DueDay
    from validators.rulebook import Rulebook

BY_LAW = "law:"  # the beginning of `procedure` where no procedure but the law itself sets the day
A_DUTY = 1000  # `occurrence` = duty of the procedure × this + which of its occurrences
STANDING = (
    deadline.c.state != "superseded"
)  # said in every question about a case's rows: the index by case holds these alone
_EDGE = timedelta(microseconds=1)
_TOLD = {"kept": "kept", "late": "late", "ended": "ended", "open": "reopened"}


class Key(NamedTuple):
    """What tells a deadline from the others of its case."""

    procedure: str
    trigger: int
    occurrence: int


@dataclass(frozen=True, slots=True)
class DeadlineStands:
    """A deadline as the history has it now."""

    due_on: str
    last_instant: Instant
    state: str
    ended_by: int | None


@dataclass(frozen=True, slots=True)
class HistoryRead:
    """What was told of a case, read once for all that is computed from it. `items`: what people told, by its place in `told`."""

    told: Sequence[ToldEvent]
    items: Sequence[Happening]
    moments: Sequence[LawMoment]


def recompute(
    writing: Writing, ledger: Ledger, rules: Rulebook, case_id: int, *, cause: int | None = None
) -> Counter[str]:
    """Bring the deadlines of a case up to its history as of now, within a write; return what changed, and how often.

    `cause`: the event that changed the history. What the law has worked meanwhile is recorded first.
    """
    case = the_case(writing.connection, case_id)
    if case is None or case.state == "destroyed":
        return Counter()
    today = date.fromisoformat(day_of(writing.now))
    profile = profile_of(writing.connection, case.office_id, today.isoformat())
    read = _read(rules, told_of(writing.connection, ledger, case_id), today, profile)
    told = _law_recorded(writing, ledger, case, read, today)
    if told is not read.told:
        case = the_case(writing.connection, case_id) or case
        read = _read(rules, told, today, profile)
    changed = _brought_up(writing, rules, case, _wanted(rules, read, today, profile), cause)
    if changed:
        writing.tell(DeadlinesComputed(case=case.ref, version=case.version, **changed))
    passing("case.deadlines-written")
    return changed


def _read(rules: Rulebook, told: Sequence[ToldEvent], today: date, profile: Mapping[str, str]) -> HistoryRead:
    items = happenings(rules, told)
    return HistoryRead(told, items, moments_by_law(rules, items, today, office=profile))


# ---- what the law works alone -------------------------------------------------------------------------------------


def _law_recorded(
    writing: Writing, ledger: Ledger, case: TheCase, read: HistoryRead, today: date
) -> Sequence[ToldEvent]:
    """Record what the law has worked by now and is not recorded; return all that was told, the same where nothing is new."""
    told = read.told
    come = {_moment_key(each): each for each in read.moments if each.on <= today}
    recorded = {_law_key(each.name, each.at, each.facts): each for each in told if each.law}
    if recorded.keys() == come.keys():
        return told
    for key, before in recorded.items():
        if key not in come:  # what it went by was corrected
            _put(writing, ledger, case, name=RETRACTED, at=before.at, facts={}, law=before.law, supersedes=before)
    found = [_put(writing, ledger, case, name=each.event, at=each.on.isoformat(), facts=each.facts, law=each.kind) for key, each in come.items() if key not in recorded]  # fmt: skip
    writing.execute(update(case_file).where(case_file.c.id == case.id).values(version=case_file.c.version + 1))
    return [each for each in told if not each.law or _law_key(each.name, each.at, each.facts) in come] + found


def _put(
    writing: Writing,
    ledger: Ledger,
    case: TheCase,
    *,
    name: str,
    at: str,
    facts: Mapping[str, Any],
    law: str,
    supersedes: ToldEvent | None = None,
) -> ToldEvent:
    """Enter what the law worked: its moment as `at`, now as `recorded_at`, nobody as the teller."""
    ref, key, ordinal = new_ref(), keys.load(writing.connection, ledger, case.key_id), supersedes.ordinal if supersedes else 0  # fmt: skip
    values = {"facts": dict(facts), "by": LAW.name, "law": law}
    row = writing.insert(
        event,
        ref=ref,
        case_file_id=case.id,
        name=name,
        at=at,
        precision="day",
        ordinal=ordinal,  # on its day before what people did: it happens as the day begins
        recorded_at=writing.now,
        supersedes=supersedes.id if supersedes else None,
        sealed=seal.close(key, "event", ref, values),
    )
    writing.tell(LawWorked(case=case.ref, event=ref, kind=name, at=at, supersedes=supersedes.ref if supersedes else None))  # fmt: skip
    return ToldEvent(row, ref, name, at, "day", ordinal, writing.now, None, None, facts, LAW.name, law=law)


def _law_key(name: str, at: str, facts: Mapping[str, Any]) -> tuple[str, ...]:
    return name, at[:10], *sorted(f"{key}={value}" for key, value in facts.items())


# ---- what the history has -----------------------------------------------------------------------------------------


def wanted_of(
    rules: Rulebook, told: Sequence[ToldEvent], today: date, profile: Mapping[str, str]
) -> dict[Key, DeadlineStands]:
    """Return the deadlines that a history has as of the end of a day."""
    return _wanted(rules, _read(rules, told, today, profile), today, profile)


def _wanted(rules: Rulebook, read: HistoryRead, today: date, profile: Mapping[str, str]) -> dict[Key, DeadlineStands]:
    told, items, moments = read.told, read.items, read.moments
    recorded = {_law_key(each.name, each.at, each.facts): each.id for each in told if each.law}
    by_law: dict[tuple[str, str], int] = {}  # what the law worked → its record; before there is one, what set it going
    for moment in moments:
        row = recorded.get(_moment_key(moment), told[moment.of.place].id)
        by_law.setdefault((moment.event, moment.on.isoformat()), row)
    found: dict[Key, DeadlineStands] = {}
    for each in deadlines_of(rules, items, today, office=profile):
        if (trigger := _row(each.trigger, told, by_law)) is not None:
            ended_by = _row(each.by, told, by_law) if each.by else None
            stands = DeadlineStands(each.limit.due_on.isoformat(), _last_instant(each.limit), each.state, ended_by)
            found[_free(found, each.procedure.id, trigger, each.ordinal * A_DUTY)] = stands
    for moment in moments:
        over = moment.on <= today
        row_of = recorded.get(_moment_key(moment)) if over else None
        stands = DeadlineStands(moment.last.isoformat(), _end_of(moment.last), "ended" if over else "open", row_of)
        found[_free(found, BY_LAW + moment.kind, told[moment.of.place].id, 0)] = stands
    return found


def _free(found: Mapping[Key, DeadlineStands], procedure: str, trigger: int, occurrence: int) -> Key:
    key = Key(procedure, trigger, occurrence)
    while key in found:
        key = key._replace(occurrence=key.occurrence + 1)
    return key


def _row(item: Happening, told: Sequence[ToldEvent], by_law: Mapping[tuple[str, str], int]) -> int | None:
    """Return the row that an item comes from."""
    return by_law.get((item.name, item.on[:10])) if item.name in ENDS else told[item.place].id


def _moment_key(moment: LawMoment) -> tuple[str, ...]:
    return _law_key(moment.event, moment.on.isoformat(), moment.facts)


def _last_instant(limit: DueDay) -> Instant:
    """Return the last instant in time: the minute where hours count, else the end of the last day in Japan."""
    if limit.until and "T" in limit.until:
        return instant(datetime.fromisoformat(limit.until) + timedelta(minutes=1) - _EDGE)
    return _end_of(limit.last)


def _end_of(last: date) -> Instant:
    return instant(datetime.combine(last, datetime.min.time()) + timedelta(days=1) - _EDGE)


# ---- what is stored -----------------------------------------------------------------------------------------------


def stored_of(connection: Connection, case_id: int) -> dict[Key, Row[Any]]:
    """Return the rows of a case that stand."""
    return stored_of_several(connection, [case_id])[case_id]


def stored_of_several(connection: Connection, case_ids: Sequence[int]) -> dict[int, dict[Key, Row[Any]]]:
    """Return the rows that stand of each of several cases, by one question."""
    found: dict[int, dict[Key, Row[Any]]] = {case_id: {} for case_id in case_ids}
    for row in connection.execute(select(deadline).where(deadline.c.case_file_id.in_(case_ids), STANDING)):
        found[row.case_file_id][Key(row.procedure, row.trigger_id, row.occurrence)] = row
    return found


def differs(row: Row[Any], wanted: DeadlineStands) -> bool:
    """Tell whether a row says otherwise than the history."""
    return (row.due_on, row.last_instant, row.state, row.ended_by) != (
        wanted.due_on,
        wanted.last_instant,
        wanted.state,
        wanted.ended_by,
    )


def _brought_up(
    writing: Writing, rules: Rulebook, case: TheCase, wanted: Mapping[Key, DeadlineStands], cause: int | None
) -> Counter[str]:
    stored, changed = stored_of(writing.connection, case.id), Counter[str]()
    judged = {"office_id": case.office_id, "case_version": case.version, "rulebook": bytes.fromhex(rules.hash)}
    for key, row in stored.items():
        changed += _closed(writing, key, row, wanted.get(key), cause)
    for key, now in wanted.items():
        before = stored.get(key)
        if before is None or before.due_on != now.due_on:
            _insert(writing, case, key, now, judged)
            changed["began"] += before is None
    writing.execute(update(deadline).where(deadline.c.case_file_id == case.id, STANDING).values(**judged))
    return +changed


def _closed(writing: Writing, key: Key, row: Row[Any], now: DeadlineStands | None, cause: int | None) -> Counter[str]:
    """Bring one row to what the history has; return what happened to it."""
    if now is None:
        if row.state != "open":
            return Counter()
        replaced = cause is not None and _supersedes(writing, cause) == key.trigger
        values: dict[str, Any] = {"state": "superseded" if replaced else "ended", "ended_by": cause}
        happened = "moved" if replaced else "ended"
    elif not differs(row, now):
        return Counter()
    elif row.due_on != now.due_on:
        values, happened = {"state": "superseded", "ended_by": cause}, "moved"
    else:
        values = {"state": now.state, "ended_by": now.ended_by, "last_instant": now.last_instant}
        happened = _TOLD[now.state] if row.state != now.state else "moved"
    writing.execute(update(deadline).where(deadline.c.id == row.id).values(**values))
    return Counter({happened: 1})


def _supersedes(writing: Writing, cause: int) -> int | None:
    """Return the event that a cause stands for anew; None where it took one back or is new itself."""
    of = select(event.c.supersedes).where(event.c.id == cause, event.c.name != RETRACTED)
    return writing.connection.scalar(of)


def _insert(writing: Writing, case: TheCase, key: Key, now: DeadlineStands, judged: Mapping[str, Any]) -> None:
    writing.insert(
        deadline,
        case_file_id=case.id,
        procedure=key.procedure,
        trigger_id=key.trigger,
        occurrence=key.occurrence,
        due_on=now.due_on,
        last_instant=now.last_instant,
        state=now.state,
        ended_by=now.ended_by,
        **judged,
    )
