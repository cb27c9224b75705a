"""The rows of a register out of the ledger: computed from the history of each case, and those that people entered.

A month that is closed shows what was known when it was closed (`KnownUntil`): what was told of it later stands in the month of the
telling, and says of which month it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select

from forms.reports.registers import cells_of
from ledger import keys, seal
from ledger.history import RETRACTED, ToldEvent, happenings, told_of, told_of_several
from ledger.tables import case_file, closing, entry, event, holding
from ledger.types import Instant, day_of, instant
from validators.histories.by_law import ENDS
from validators.histories.registers import rows_by_item
from validators.histories.vocabulary import DELIVERED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy import Connection, Row

    from ledger.engine import Ledger
    from validators.histories.registers import Register
    from validators.histories.vocabulary import EventVocabulary
    from validators.rulebook import Rulebook

_AT_ONCE = 500  # cases read by one question
CORRECTS, CORRECTED, ADDED, TAKEN_BACK = "訂正", "訂正済", "追加", "取消"


@dataclass(frozen=True, slots=True)
class KnownUntil:
    """What a closed month knows: events and entries up to these rows, as of the day of closing."""

    events: int
    entries: int
    at: Instant


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """A row as it is read. `ref`: the event or the entry it is; `mark`: what it is beside a plain row, and of which month."""

    day: str
    ref: str
    case: str
    called: str
    cells: tuple[str, ...]
    mark: str = ""
    recorded: tuple[int, int] = (0, 0)  # when, and which row of its table


@dataclass(frozen=True, slots=True)
class Asked:
    """A register of an office, of a month or of all time, by what a cut knows (None: all there is)."""

    register: Register
    office_id: int
    month: str | None
    cut: KnownUntil | None
    closed: Mapping[str, KnownUntil]  # the months that were closed before

    @property
    def until(self) -> int | None:
        """Return the last event that is known."""
        return self.cut.events if self.cut else None


def cuts_of(
    connection: Connection, register: str, office_id: int, *, before: Instant | None = None
) -> dict[str, KnownUntil]:
    """Return the closed months of a register of an office."""
    c = closing.c
    wanted = select(c.month, c.event_cut, c.entry_cut, c.at).where(c.register == register, c.office_id == office_id)
    rows = connection.execute(wanted if before is None else wanted.where(c.at < before))
    return {row.month: KnownUntil(row.event_cut, row.entry_cut, Instant(row.at)) for row in rows}


def rows_of_month(
    connection: Connection, ledger: Ledger, rules: Rulebook, asked: Asked, profile: Mapping[str, str], *, today: str
) -> list[RegisterRow]:
    """Return the rows in the order of their days, those of one day as they were recorded."""
    found = list(_entered(connection, ledger, asked))
    if asked.register.row.names:
        as_of = date.fromisoformat(day_of(asked.cut.at) if asked.cut else today)
        computed = _Computed(rules, asked.register, profile, as_of)
        for case in _read(connection, ledger, asked, _cases(connection, rules.procedures.vocabulary, asked)):
            found += _of_case(connection, ledger, asked, case, computed)
    return sorted(found, key=lambda row: (row.day, row.recorded))


# ---- computed -----------------------------------------------------------------------------------------------------


def _cases(connection: Connection, vocabulary: EventVocabulary, asked: Asked) -> list[Row[Any]]:
    """Return the cases of an office, and those it held once, in which something may make a row."""
    direct, loose = _makers(vocabulary, asked.register.row.names)
    held = select(holding.c.case_file_id).where(holding.c.office_id == asked.office_id)
    wanted = select(case_file.c.id, case_file.c.ref, case_file.c.number, case_file.c.office_id)
    wanted = wanted.where(or_(case_file.c.office_id == asked.office_id, case_file.c.id.in_(held)))
    told = select(event.c.case_file_id).where(event.c.case_file_id == case_file.c.id)
    if asked.month:
        first, after = _bounds(asked.month)
        told = told.where(event.c.at < after)
        newly = or_(event.c.at >= first, event.c.recorded_at >= instant(datetime.fromisoformat(first)))
        named = event.c.name.in_([*direct, RETRACTED]) & newly
        told = told.where(or_(named, event.c.name.in_(loose)) if loose is not None else event.c.id > 0)
    elif loose is not None:
        told = told.where(event.c.name.in_([*direct, *loose]))
    return list(connection.execute(wanted.where(told.exists()).order_by(case_file.c.id)))


def _makers(vocabulary: EventVocabulary, names: tuple[str, ...]) -> tuple[set[str], set[str] | None]:
    """Return the names of rows that may make one: those whose own day is the row's, and those that tell another day.

    None for the second: any may (a delivery is told by every paper).
    """
    direct, loose, left = set[str](), set[str](), [(name, False) for name in names]
    while left:
        name, other_day = left.pop()
        if name in loose or (name in direct and not other_day):
            continue
        (loose if other_day else direct).add(name)
        if name == DELIVERED:
            return direct, None
        left += [(each.of, other_day or bool(each.on)) for each in vocabulary.implied if each.event == name]
    return direct, loose


def _bounds(month: str) -> tuple[str, str]:
    first = date.fromisoformat(f"{month}-01")
    return first.isoformat(), (first + timedelta(days=31)).replace(day=1).isoformat()


@dataclass(frozen=True, slots=True)
class _CaseRead:
    """A case and what was told of it; `spans`: the days the office held it (none: always), `corrected`: events whose row an entry corrects."""

    id: int
    ref: str
    called: str
    told: list[ToldEvent]
    spans: list[tuple[str, str]]
    corrected: set[int]


def _read(connection: Connection, ledger: Ledger, asked: Asked, cases: Sequence[Row[Any]]) -> Iterator[_CaseRead]:
    """Yield the cases read, many by the same few questions."""
    for first in range(0, len(cases), _AT_ONCE):
        several = cases[first : first + _AT_ONCE]
        ids = [row.id for row in several]
        told = told_of_several(connection, ledger, ids, until=asked.until)
        spans, corrected = _spans(connection, ids, asked.office_id), _corrected(connection, asked, ids)
        for row in several:
            yield _CaseRead(row.id, row.ref, row.number or row.ref, told[row.id], spans.get(row.id, []), corrected)


def _of_case(
    connection: Connection, ledger: Ledger, asked: Asked, case: _CaseRead, computed: _Computed
) -> Iterator[RegisterRow]:
    for source, day, cells in computed.rows(case.told):
        if case.spans and not any(first <= day <= last for first, last in case.spans):
            continue
        booked, mark = _booked(asked, source, day)
        if asked.month in (None, booked):
            mark = "・".join(filter(None, (mark, CORRECTED if source.id in case.corrected else "")))
            yield RegisterRow(day, source.ref, case.ref, case.called, cells, mark, (source.recorded_at, source.id))
    for gone in _taken_back(connection, ledger, asked, case.id):
        for source, day, cells in computed.rows(told_of(connection, ledger, case.id, until=gone.id - 1)):
            if source.id == gone.supersedes:
                mark = f"{TAKEN_BACK}（{_month_in_words(day[:7])}分）"
                yield RegisterRow(day, gone.ref, case.ref, case.called, cells, mark, (gone.recorded_at, gone.id))


@dataclass(frozen=True, slots=True)
class _Computed:
    rules: Rulebook
    register: Register
    profile: Mapping[str, str]
    as_of: date

    def rows(self, told: Sequence[ToldEvent]) -> Iterator[tuple[ToldEvent, str, tuple[str, ...]]]:
        """Yield the rows of a history, each with what makes it and its day; the law's own make none."""
        items = happenings(self.rules, told)
        for item, values in rows_by_item(self.rules, self.register, items, self.as_of, office=self.profile):
            if item.name not in ENDS:
                yield told[item.place], item.on[:10], tuple(cells_of(self.register, values))


def _booked(asked: Asked, source: ToldEvent, day: str) -> tuple[str, str]:
    """Return the month a row stands in, and its mark: what was told after its month was closed stands in that of the telling."""
    cut = asked.closed.get(day[:7])
    if cut is None or source.id <= cut.events:
        return day[:7], ""
    what = CORRECTS if source.supersedes is not None else ADDED
    return day_of(source.recorded_at)[:7], f"{what}（{_month_in_words(day[:7])}分）"


def _taken_back(connection: Connection, ledger: Ledger, asked: Asked, case_id: int) -> Iterator[ToldEvent]:
    """Yield what took back, in the month asked for, an event of a month closed before."""
    if asked.month is None or not asked.closed:
        return
    for each in told_of(connection, ledger, case_id, all_=True, until=asked.until):
        cut = asked.closed.get(each.at[:7])
        afterwards = cut is not None and (each.supersedes or 0) <= cut.events < each.id
        if each.name == RETRACTED and afterwards and day_of(each.recorded_at)[:7] == asked.month:
            yield each


def _spans(connection: Connection, case_ids: Sequence[int], office_id: int) -> dict[int, list[tuple[str, str]]]:
    """Return the days an office held each case; none of one that has never changed hands."""
    h = holding.c
    wanted = select(h.case_file_id, h.since_at, h.until_at).where(
        h.case_file_id.in_(case_ids), h.office_id == office_id
    )
    found: dict[int, list[tuple[str, str]]] = {}
    for row in connection.execute(wanted):
        until = day_of(Instant(row.until_at)) if row.until_at else "9999"
        found.setdefault(row.case_file_id, []).append((day_of(Instant(row.since_at)), until))
    return found


def _corrected(connection: Connection, asked: Asked, case_ids: Sequence[int]) -> set[int]:
    """Return the events of cases whose row a further entry corrects."""
    e = entry.c
    wanted = select(e.event_id).join(event, event.c.id == e.event_id)
    wanted = wanted.where(e.register == asked.register.slug, event.c.case_file_id.in_(case_ids))
    return set(connection.scalars(wanted.where(e.id <= asked.cut.entries) if asked.cut else wanted))


# ---- entered ------------------------------------------------------------------------------------------------------


def _entered(connection: Connection, ledger: Ledger, asked: Asked) -> Iterator[RegisterRow]:
    e = entry.c
    wanted = select(entry).where(e.register == asked.register.slug, e.office_id == asked.office_id)
    if asked.cut:
        wanted = wanted.where(e.id <= asked.cut.entries)
    rows = connection.execute(wanted.order_by(e.day, e.id)).all()
    corrected = {row.corrects for row in rows if row.corrects is not None}
    opened = keys.load_all(connection, ledger, {row.key_id for row in rows})
    for row in rows:
        if asked.month in (None, row.day[:7]):
            told = seal.open_(opened[row.key_id], "entry", row.ref, row.sealed)
            is_one = row.corrects is not None or row.event_id is not None
            mark = CORRECTS if is_one else CORRECTED if row.id in corrected else ""
            cells = tuple(str(told["values"].get(column.name, "")) for column in asked.register.columns)
            shown = f"{mark}（{told['reason']}）" if is_one else mark
            yield RegisterRow(row.day, row.ref, "", told.get("case", ""), cells, shown, (row.recorded_at, row.id))


def _month_in_words(month: str) -> str:
    return f"{month[:4]}年{int(month[5:])}月"
