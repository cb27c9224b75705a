"""Close a month of a register: what it shows stands from then on, and its digest says so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import func, select, text

from ledger.audit.register_events import RegisterClosed
from ledger.faults import passing
from ledger.register_rows import KnownUntil
from ledger.registers import RegisterView, check_month, definition_of, office_of, view
from ledger.tables import case_file, closing, destruction, entry, event, office, paper
from ledger.types import Instant, day_of
from ledger.write import write
from validators.errors import InputError

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

    from ledger.engine import Ledger
    from ledger.types import Actor
    from ledger.write import Writing
    from validators.histories.registers import Register
    from validators.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class ClosedMonth:
    """A closed month and whether it still shows what it showed: the same, changed, or it cannot be said (`why`)."""

    register: str
    office: str
    month: str
    rows: int
    digest: bytes
    closed_at: Instant
    state: Literal["same", "changed", "unsayable"] = "same"
    why: str = ""


def close_month(
    ledger: Ledger, rules: Rulebook, actor: Actor, slug: str, *, office_code: str, month: str
) -> RegisterView:
    """Close a month that is over and return it as it stands. Raises InputError where it is not over, or closed already."""
    check_month(month)
    if not month or month >= day_of(ledger.now())[:7]:
        raise InputError("締められるのは、終わった月だけです。", action="月を 2026-04 のように書いてください。")

    def work(writing: Writing) -> RegisterView:
        connection, register = writing.connection, rules.procedures.register(slug)
        of = office_of(connection, office_code)
        same = (closing.c.register == slug, closing.c.office_id == of, closing.c.month == month)
        if connection.scalar(select(closing.c.id).where(*same)) is not None:
            raise InputError("この月は、すでに締めてあります。")
        cut = _cut(writing)
        seen = view(connection, ledger, rules, slug, office_code=office_code, month=month, cut=cut)
        passing("register.closing")
        writing.insert(
            closing,
            register=slug,
            office_id=of,
            month=month,
            rows=len(seen.rows),
            digest=seen.digest(),
            definition=definition_of(register),
            event_cut=cut.events,
            entry_cut=cut.entries,
            at=writing.now,
            **writing.actor.columns(),
        )
        told = RegisterClosed(register=slug, office=office_code, month=month, rows=len(seen.rows), digest=seen.digest())
        writing.tell(told)
        return seen

    return write(ledger, actor, work)


def _cut(writing: Writing) -> KnownUntil:
    """Return the last rows there are, when nobody else is about to put one before them."""
    if writing.connection.dialect.name == "postgresql":
        writing.execute(text("LOCK TABLE event, entry IN SHARE MODE"))
    events, entries = (writing.connection.scalar(select(func.max(table.c.id))) or 0 for table in (event, entry))
    return KnownUntil(int(events), int(entries), writing.now)


def closings(ledger: Ledger, rules: Rulebook, *, office_code: str = "", slug: str = "") -> list[ClosedMonth]:
    """Return the closed months, each held against what it shows now."""
    c = closing.c
    wanted = select(closing, office.c.code).join(office, office.c.id == c.office_id).order_by(c.at, c.id)
    wanted = wanted.where(office.c.code == office_code) if office_code else wanted
    wanted = wanted.where(c.register == slug) if slug else wanted
    with ledger.read() as connection:
        rows = connection.execute(wanted).all()
        known = {each.slug: each for each in rules.procedures.registers()}
        return [
            ClosedMonth(
                row.register,
                row.code,
                row.month,
                row.rows,
                row.digest,
                Instant(row.at),
                *_held(connection, ledger, rules, row, known_as=known.get(row.register)),
            )
            for row in rows
        ]


def _held(
    connection: Connection, ledger: Ledger, rules: Rulebook, row: Row[Any], *, known_as: Register | None
) -> tuple[Literal["same", "changed", "unsayable"], str]:
    """Hold a closed month against what it shows now."""
    if known_as is None or definition_of(known_as) != row.definition:
        return "unsayable", "帳簿の定義が、締めた後に変わっています。"
    seen = view(connection, ledger, rules, row.register, office_code=row.code, month=row.month)
    if seen.digest() == row.digest:
        return "same", ""
    theirs = (case_file.c.office_id == row.office_id) | (paper.c.office_id == row.office_id)
    of_case, of_paper = case_file.c.id == destruction.c.case_file_id, paper.c.id == destruction.c.paper_id
    gone = select(destruction.c.id).select_from(destruction.outerjoin(case_file, of_case).outerjoin(paper, of_paper))
    if connection.scalar(gone.where(destruction.c.at >= row.at, theirs).limit(1)) is not None:
        return "unsayable", "締めた後に、この所属で廃棄されたものがあります。"
    return "changed", "締めた後に、台帳の外から変えられたおそれがあります。"
