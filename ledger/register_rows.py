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
from ledger.history import RETRACTED, ToldEvent, happenings, told_of
from ledger.tables import case_file, closing, entry, event, holding
from ledger.types import Instant, day_of, instant
from validators.histories.by_law import ENDS
from validators.histories.registers import rows_by_item
from validators.histories.vocabulary import DELIVERED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy import Connection, Row

    from ledger.engine import Ledger
    from validators.histories.registers import Register
    from validators.histories.vocabulary import EventVocabulary
    from validators.rulebook import Rulebook

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
        for case in _cases(connection, rules.procedures.vocabulary, asked):
            found += _of_case(
                asked, case, _Computed(connection, ledger, rules, asked.register, case.id, profile, as_of)
            )
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


def _of_case(asked: Asked, case: Row[Any], computed: _Computed) -> Iterator[RegisterRow]:
    connection, ledger = computed.connection, computed.ledger
    spans, corrected = _spans(connection, case.id, asked.office_id), _corrected(connection, asked, case.id)
    for source, day, cells in computed.rows(asked.until):
        if spans and not any(first <= day <= last for first, last in spans):
            continue
        booked, mark = _booked(asked, source, day)
        if asked.month in (None, booked):
            mark = "・".join(filter(None, (mark, CORRECTED if source.id in corrected else "")))
            yield RegisterRow(
                day, source.ref, case.ref, case.number or case.ref, cells, mark, (source.recorded_at, source.id)
            )
    for gone in _taken_back(connection, ledger, asked, case.id):
        for source, day, cells in computed.rows(gone.id - 1):
            if source.id == gone.supersedes:
                mark = f"{TAKEN_BACK}（{_month_in_words(day[:7])}分）"
                yield RegisterRow(
                    day, gone.ref, case.ref, case.number or case.ref, cells, mark, (gone.recorded_at, gone.id)
                )


@dataclass(frozen=True, slots=True)
class _Computed:
    connection: Connection
    ledger: Ledger
    rules: Rulebook
    register: Register
    case_id: int
    profile: Mapping[str, str]
    as_of: date

    def rows(self, until: int | None) -> Iterator[tuple[ToldEvent, str, tuple[str, ...]]]:
        """Yield the rows by what was told up to an event, each with what makes it and its day; the law's own make none."""
        told = told_of(self.connection, self.ledger, self.case_id, until=until)
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


def _spans(connection: Connection, case_id: int, office_id: int) -> list[tuple[str, str]]:
    """Return the days an office held a case; none where the case has never changed hands."""
    h = holding.c
    wanted = select(h.since_at, h.until_at).where(h.case_file_id == case_id, h.office_id == office_id)
    rows = connection.execute(wanted).all()
    return [(day_of(Instant(row.since_at)), day_of(Instant(row.until_at)) if row.until_at else "9999") for row in rows]


def _corrected(connection: Connection, asked: Asked, case_id: int) -> set[int]:
    """Return the events of a case whose row a further entry corrects."""
    e = entry.c
    wanted = select(e.event_id).join(event, event.c.id == e.event_id)
    wanted = wanted.where(e.register == asked.register.slug, event.c.case_file_id == case_id)
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
