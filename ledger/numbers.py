"""Give numbers: by office, kind and period, at issue and not before, none twice and none left out.

A number is presumed (`presumed`) before a paper is drawn, for it is printed, and given (`give`) by compare-and-swap in the
issuing transaction. Numbers that were given by hand are taken over (`take_over`); the series passes over them. What is void
keeps its number, its reason and who said so. `next` is always a number that nobody holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import insert, select, update

from ledger import keys, seal
from ledger.audit.number_events import SeriesBegun, SeriesClosed
from ledger.audit.types import NumberGiven, NumberVoided
from ledger.faults import passing
from ledger.tables import number, office, series
from ledger.types import LedgerError, Miss, moment_of, new_ref
from ledger.write import write
from validators.numbering import Numbered

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from sqlalchemy import Connection

    from ledger.engine import Ledger
    from ledger.types import Actor
    from ledger.write import Writing


class NumberError(LedgerError):
    """A number cannot be given, taken over or made void as asked; the text says why."""

    code = "number"
    http_status = 409


def written(text: str, kind: str, period: str, n: int) -> str:
    """Write a number by the format its series was begun with."""
    return Numbered(kind, "", text, "", "").written(period, n)


@dataclass(frozen=True, slots=True)
class Series:
    """One office's numbers of a kind in a period; `next` is presumed for the next paper."""

    id: int
    office_id: int
    kind: str
    period: str
    format: str
    start: int
    next: int
    last_day: str | None
    closed: bool

    def written(self, n: int) -> str:
        """Write a number of this series, as the series was begun."""
        return written(self.format, self.kind, self.period, n)

    def read(self, text: str) -> int | None:
        """Return the number a text writes in this series, None when it is none of it."""
        return Numbered(self.kind, "", self.format, "", "").read(self.period, text)


@dataclass(frozen=True, slots=True)
class GivenNumber:
    """A number that a paper holds."""

    id: int
    ref: str
    n: int


_COLUMNS = (
    series.c.id,
    series.c.office_id,
    series.c.kind,
    series.c.period,
    series.c.format,
    series.c.start,
    series.c.next,
    series.c.last_day,
    series.c.closed,
)


def series_of(ledger: Ledger, actor: Actor, office_id: int, numbered: Numbered, day: date, *, start: int = 1) -> Series:
    """Return the series of a day, begun where there is none yet: as the office writes its numbers from then on.

    Whoever counts by other periods from now on goes on with the series that runs until it ends: else a number came twice.
    """
    period = numbered.period_of(day)
    with ledger.read() as connection:
        found = _running(connection, office_id, numbered, day)
    if found is not None:
        return found

    def work(writing: Writing) -> Series:
        if (running := _running(writing.connection, office_id, numbered, day)) is not None:
            raise _AlreadyError(running)
        written = {"format": numbered.with_symbol(), "start": start, "next": start}
        begun = writing.insert_once(series, office_id=office_id, kind=numbered.kind, period=period, **written)
        made = _named(writing.connection, office_id, numbered.kind, period)
        if made is None:
            raise Miss("series")
        if not begun:
            raise _AlreadyError(made)
        writing.tell(SeriesBegun(series=made.id, kind=made.kind, period=period, start=start))
        return made

    try:
        return write(ledger, actor, work)
    except _AlreadyError as already:  # begun by another meanwhile
        return already.series


class _AlreadyError(Exception):
    def __init__(self, found: Series) -> None:
        super().__init__("begun already")
        self.series = found


def _named(connection: Connection, office_id: int, kind: str, period: str) -> Series | None:
    named = (series.c.office_id == office_id, series.c.kind == kind, series.c.period == period)
    row = connection.execute(select(*_COLUMNS).where(*named)).one_or_none()
    return Series(**row._asdict()) if row else None


def _running(connection: Connection, office_id: int, numbered: Numbered, day: date) -> Series | None:
    """Return the series of a day by the office's own periods, else one by others that is not closed yet."""
    of = (series.c.office_id == office_id, series.c.kind == numbered.kind)
    wanted = select(*_COLUMNS).where(*of, series.c.period.in_(numbered.periods_of(day))).order_by(series.c.id)
    rows = [Series(**row._asdict()) for row in connection.execute(wanted)]
    own = [row for row in rows if row.period == numbered.period_of(day)]
    return next(iter([*own, *(row for row in rows if not row.closed)]), None)


def presumed(connection: Connection, series_id: int) -> Series:
    """Return a series as it stands: `next` is the number to draw with. Raises NumberError for a closed period."""
    found = Series(**connection.execute(select(*_COLUMNS).where(series.c.id == series_id)).one()._asdict())
    if found.closed:
        raise NumberError(
            f"番号の期間「{found.period}」は締め切られています。",
            action="端末の日付を確かめるか、所属の管理者に尋ねてください。",
        )
    return found


def all_series(connection: Connection) -> list[Series]:
    """Return every series, the newest first."""
    return [Series(**row._asdict()) for row in connection.execute(select(*_COLUMNS).order_by(series.c.id.desc()))]


def held_from(connection: Connection, series_id: int, n: int) -> frozenset[int]:
    """Return the numbers from `n` on that are held already: they were given by hand."""
    return frozenset(connection.scalars(select(number.c.n).where(number.c.series_id == series_id, number.c.n >= n)))


def next_free(held: frozenset[int], n: int) -> int:
    """Return the first number behind `n` that nobody holds."""
    n += 1
    while n in held:
        n += 1
    return n


def give(writing: Writing, series_id: int, n: int, day: str, holder: str) -> GivenNumber:
    """Give one number, as `give_all` gives several."""
    return give_all(writing, series_id, [n], day, [holder])[0]


def give_all(
    writing: Writing, series_id: int, ns: Sequence[int], day: str, holders: Sequence[str]
) -> list[GivenNumber]:
    """Give the numbers that papers were drawn with, if they are still the next ones in this order.

    Raises Miss("series") where they are not, NumberError for a day before that of an earlier number.
    """
    row = _locked(writing, series_id)
    passing("issue.series-locked")
    after, expected = row.next, []
    by_hand = held_from(writing.connection, series_id, row.next)
    for _ in ns:
        expected.append(after)
        after = next_free(by_hand, after)
    if row.closed or expected != list(ns):
        raise Miss("series")
    if row.last_day is not None and day < row.last_day:
        raise NumberError(
            f"この番号では{row.last_day}付けの文書が既に出ています。それより前の日付けの番号は付けません。",
            action="端末の日付（--as-of）を確かめてください。",
        )
    given = _hold(writing, series_id, ns, "given", holders)
    swapped = update(series).where(series.c.id == series_id, series.c.next == row.next)
    if writing.execute(swapped.values(next=after, last_day=day)).rowcount != 1:
        raise Miss("series")
    return given


def _locked(writing: Writing, series_id: int) -> Series:
    wanted = select(*_COLUMNS).where(series.c.id == series_id).with_for_update()
    return Series(**writing.execute(wanted).one()._asdict())


def take_over(writing: Writing, series_id: int, n: int, holder: str | None = None) -> GivenNumber:
    """Take over a number given by hand before, for a paper where one is named. Raises NumberError where it is held."""
    row = _locked(writing, series_id)
    named = (number.c.series_id == series_id, number.c.n == n)
    held = writing.execute(
        select(number.c.id, number.c.ref, number.c.state, number.c.holder).where(*named)
    ).one_or_none()
    if held is not None and (holder is None or held.state != "by_hand" or held.holder is not None):
        raise NumberError(
            f"番号「{row.written(n)}」は既に使われています。", action="番号の欄を空けると、台帳が次の番号を付けます。"
        )
    if held is not None:
        writing.execute(update(number).where(number.c.id == held.id).values(holder=holder))
        taken = GivenNumber(held.id, held.ref, n)
        writing.tell(NumberGiven(number=held.ref, series=series_id, n=n, holder=holder, by_hand=True))
    else:
        (taken,) = _hold(writing, series_id, [n], "by_hand", [holder])
    if row.next == n:
        writing.execute(
            update(series)
            .where(series.c.id == series_id)
            .values(next=next_free(held_from(writing.connection, series_id, n), n))
        )
    return taken


def waits(connection: Connection, series_id: int, n: int) -> bool:
    """Tell whether a number was taken over as given by hand, and no paper has it yet."""
    named = (number.c.series_id == series_id, number.c.n == n, number.c.state == "by_hand", number.c.holder.is_(None))
    return connection.scalar(select(number.c.id).where(*named)) is not None


def _hold(
    writing: Writing, series_id: int, ns: Sequence[int], state: str, holders: Sequence[str | None]
) -> list[GivenNumber]:
    """Insert numbers in one statement; return them in their order."""
    columns = {"series_id": series_id, "state": state, "at": writing.now, **writing.actor.columns()}
    named = [(new_ref(), n, holder) for n, holder in zip(ns, holders, strict=True)]
    rows = [{"ref": ref, "n": n, "holder": holder, **columns} for ref, n, holder in named]
    made = insert(number).returning(number.c.id, sort_by_parameter_order=True)
    ids = writing.connection.scalars(made, rows).all()
    for ref, n, holder in named:
        writing.tell(NumberGiven(number=ref, series=series_id, n=n, holder=holder, by_hand=state == "by_hand"))
    return [GivenNumber(id_, ref, n) for id_, (ref, n, _) in zip(ids, named, strict=True)]


def take_over_all(ledger: Ledger, actor: Actor, series_id: int, ns: Iterable[int]) -> int:
    """Take over numbers that were given by hand on paper, all or none; return how many. Raises NumberError."""

    def work(writing: Writing) -> int:
        return len([take_over(writing, series_id, n) for n in sorted(set(ns))])

    return write(ledger, actor, work)


def make_void(writing: Writing, ledger: Ledger, number_id: int, reason: str) -> None:
    """Make a number void: it keeps its place, the reason stands under the office's key. Raises NumberError where it is so."""
    joined = number.join(series, number.c.series_id == series.c.id).join(office, series.c.office_id == office.c.id)
    wanted = (number.c.ref, number.c.n, number.c.state, number.c.series_id, office.c.key_id)
    row = writing.execute(select(*wanted).select_from(joined).where(number.c.id == number_id)).one()
    if row.state == "void":
        raise NumberError("この番号は既に無効です。")
    key = keys.load(writing.connection, ledger, row.key_id)
    sealed = seal.close(key, "number", row.ref, {"reason": reason})
    values = {"state": "void", "voided_at": writing.now, "voided_by": writing.actor.name, "sealed": sealed}
    writing.execute(update(number).where(number.c.id == number_id).values(**values))
    writing.witness("number", row.ref, sealed)
    passing("number.voided")
    writing.tell(NumberVoided(number=row.ref, series=row.series_id, n=row.n))


def close_period(ledger: Ledger, actor: Actor, series_id: int, numbered: Numbered) -> None:
    """Close a period that is over: no further number is given in it. Raises NumberError while it lasts, or where it is closed."""

    def work(writing: Writing) -> None:
        row = _locked(writing, series_id)
        today = moment_of(writing.now).date()
        if row.closed or numbered.period_of(today) == row.period:
            why = "既に締め切られています" if row.closed else "まだ終わっていません"
            raise NumberError(f"番号の期間「{row.period}」は{why}。")
        writing.execute(update(series).where(series.c.id == series_id).values(closed=True))
        writing.tell(SeriesClosed(series=series_id, next=row.next))

    write(ledger, actor, work)
