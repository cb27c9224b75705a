"""Tell of every series what it holds: what was given, is void and why, stands ahead by hand, and what is missing (nothing should be)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from ledger import keys, seal
from ledger.numbers import Series
from ledger.tables import number, office, series

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from ledger.engine import Ledger


@dataclass(frozen=True, slots=True)
class VoidNumber:
    """A number that is void, by whom and why."""

    n: int
    written: str
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class SeriesReport:
    """What a series holds; `missing` are numbers below the next that nobody holds."""

    office: str
    series: Series
    given: int
    by_hand: int
    ahead: tuple[int, ...]
    void: tuple[VoidNumber, ...]
    missing: tuple[int, ...]


def report(ledger: Ledger, office_id: int | None = None) -> list[SeriesReport]:
    """Return the report on every series, of one office or of all, by office, kind and period."""
    with ledger.read() as connection:
        return list(_reports(connection, ledger, office_id))


def _reports(connection: Connection, ledger: Ledger, office_id: int | None) -> Iterator[SeriesReport]:
    columns = [series.c[name] for name in Series.__dataclass_fields__]
    wanted = select(office.c.name.label("called"), office.c.key_id, *columns).join(
        office, series.c.office_id == office.c.id
    )
    if office_id is not None:
        wanted = wanted.where(series.c.office_id == office_id)
    for row in connection.execute(wanted.order_by(series.c.office_id, series.c.kind, series.c.period)).all():
        found = Series(**{name: value for name, value in row._asdict().items() if name not in {"called", "key_id"}})
        mine = number.c.series_id == found.id
        by_state = select(number.c.state, func.count()).where(mine).group_by(number.c.state)
        counts = {state: count for state, count in connection.execute(by_state)}  # noqa: C416 - rows are no pairs
        ahead = connection.scalars(select(number.c.n).where(mine, number.c.n > found.next).order_by(number.c.n)).all()
        within = (mine, number.c.n >= found.start, number.c.n < found.next)
        held = connection.scalar(select(func.count()).where(*within)) or 0
        yield SeriesReport(
            row.called,
            found,
            counts.get("given", 0),
            counts.get("by_hand", 0),
            tuple(ahead),
            tuple(_void(connection, ledger, found, row.key_id)),
            tuple(_missing(connection, found)) if held != found.next - found.start else (),
        )


def _missing(connection: Connection, of: Series) -> Iterator[int]:
    within = (number.c.series_id == of.id, number.c.n >= of.start, number.c.n < of.next)
    held = set(connection.scalars(select(number.c.n).where(*within)))
    return (n for n in range(of.start, of.next) if n not in held)


def _void(connection: Connection, ledger: Ledger, of: Series, key_id: int) -> Iterator[VoidNumber]:
    wanted = select(number.c.n, number.c.ref, number.c.voided_by, number.c.sealed)
    rows = connection.execute(wanted.where(number.c.series_id == of.id, number.c.state == "void").order_by(number.c.n))
    key = None
    for row in rows.all():
        key = key or keys.load(connection, ledger, key_id)
        reason = seal.open_(key, "number", row.ref, row.sealed)["reason"]
        yield VoidNumber(row.n, of.written(row.n), row.voided_by or "", str(reason))
