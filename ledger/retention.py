"""Say which cases may be destroyed: closed, kept as long as their provision and their office want, held by nobody, nothing to come.

Papers of no case go the same way (lone_papers.py).

The day until which a case is kept is computed when it is closed and settled again before a plan is made, for schedules change. A
plan has a digest: what is destroyed is what somebody has read.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, exists, select, update

from ledger import keys, seal
from ledger.audit.keeping_events import HoldReleased, HoldSet, RetentionSettled
from ledger.lone_papers import LonePapers, lone_papers
from ledger.offices import profile_of
from ledger.tables import case_file, deadline, event, hold, office, paper
from ledger.types import LedgerError, day_of, new_ref
from ledger.write import write
from validators.errors import InputError
from validators.retention import KeptUntil, kept_until

if TYPE_CHECKING:
    from sqlalchemy import Column, ColumnElement, Connection, Row

    from ledger.engine import Ledger
    from ledger.types import Actor
    from ledger.write import Writing
    from validators.rulebook import Rulebook


class HeldError(LedgerError):
    """The case is held, or is not."""

    code = "held"
    http_status = 409


@dataclass(frozen=True, slots=True)
class PlannedCase:
    """A case that may be destroyed, and why: its last day, and (clause or blank, in words) what sets it."""

    ref: str
    office: str
    kind: str
    number: str
    closed_on: str
    retain_until: str
    version: int
    reasons: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class RetentionPlan:
    """What may be destroyed on a day.

    `held`, `unset` and `due` are closed cases that stay: somebody needs them, nothing says how long, a deadline is to come.
    """

    day: str
    cases: tuple[PlannedCase, ...]
    held: tuple[str, ...]
    unset: tuple[str, ...]
    due: tuple[str, ...]
    papers: LonePapers

    @property
    def digest(self) -> str:
        """Return what whoever runs the plan names it by: it changes with any case of it."""
        told = "\n".join(
            (
                *(f"{each.ref} {each.retain_until} {each.version}" for each in self.cases),
                *(f"{each.ref} {each.retain_until}" for each in self.papers.over),
            )
        )
        return hashlib.sha256(told.encode()).hexdigest()[:16]


HELD: ColumnElement[bool] = exists().where(hold.c.case_file_id == case_file.c.id, hold.c.until_at.is_(None))
DUE: ColumnElement[bool] = exists().where(
    deadline.c.case_file_id == case_file.c.id, deadline.c.state == "open", deadline.c.due_on >= bindparam("today")
)
_CLOSED = (case_file.c.state == "closed",)


def kept_case(connection: Connection, rules: Rulebook, case_id: int, today: str) -> KeptUntil | None:
    """Return until when a closed case is kept, None where nothing says; by its office's schedule as it stands today."""
    row = connection.execute(select(case_file).where(case_file.c.id == case_id)).one()
    told = connection.execute(select(event.c.name, event.c.at).where(event.c.case_file_id == case_id))
    events = [(each.name, date.fromisoformat(each.at[:10])) for each in told]
    profile = profile_of(connection, row.office_id, today)
    source = row.kind.partition("/")[0]
    return kept_until(rules.reference, profile, source, date.fromisoformat(row.closed_on), events)


def settle(ledger: Ledger, actor: Actor, rules: Rulebook) -> int:
    """Keep for every closed case until when it is kept; return how many days have changed."""
    today = day_of(ledger.now())
    with ledger.read() as connection:
        rows = connection.execute(select(case_file.c.id, case_file.c.retain_until).where(*_CLOSED)).all()
        moved = [row.id for row in rows if _day(kept_case(connection, rules, row.id, today)) != row.retain_until]
    return sum(write(ledger, actor, partial(settle_case, rules, case_id)) for case_id in moved)


def settle_case(rules: Rulebook, case_id: int, writing: Writing) -> bool:
    """Keep until when a case is kept, within a write that closes it or after; return whether the day has changed."""
    wanted = select(case_file.c.ref, case_file.c.retain_until).where(case_file.c.id == case_id).with_for_update()
    row = writing.execute(wanted).one()
    found = kept_case(writing.connection, rules, case_id, day_of(writing.now))
    writing.execute(update(case_file).where(case_file.c.id == case_id).values(retain_until=_day(found)))
    clauses = tuple(reason[0] for reason in found.reasons if reason[0]) if found else ()
    writing.tell(RetentionSettled(case=row.ref, until=_day(found), clauses=clauses))
    return bool(_day(found) != row.retain_until)


def _day(found: KeptUntil | None) -> str | None:
    return found.day.isoformat() if found else None


def plan(ledger: Ledger, rules: Rulebook) -> RetentionPlan:
    """List what may be destroyed today, with the provisions; nothing is written."""
    today = day_of(ledger.now())
    wanted = select(case_file, office.c.code, HELD.label("held"), DUE.label("due")).join(
        office, office.c.id == case_file.c.office_id
    )
    with ledger.read() as connection:
        wanted = wanted.where(*_CLOSED).order_by(case_file.c.retain_until, case_file.c.id)
        rows = connection.execute(wanted, {"today": today}).all()
        past = [row for row in rows if not row.held and row.retain_until is not None and row.retain_until < today]
        over = [row for row in past if not row.due]
        cases = tuple(_planned(row, kept_case(connection, rules, row.id, today)) for row in over)
        papers = lone_papers(connection, rules, today)
    return RetentionPlan(
        today,
        cases,
        tuple(row.ref for row in rows if row.held),
        tuple(row.ref for row in rows if row.retain_until is None),
        tuple(row.ref for row in past if row.due),
        papers,
    )


def _planned(row: Row[*tuple[object, ...]], found: KeptUntil | None) -> PlannedCase:
    reasons = tuple((clause, words) for clause, words, _ in found.reasons) if found else ()
    return PlannedCase(
        row.ref, row.code, row.kind, row.number or "", row.closed_on, row.retain_until, row.version, reasons
    )


def set_hold(ledger: Ledger, actor: Actor, of: str, reason: str) -> str:
    """Keep a case, or a paper of none, from destruction while somebody needs it; return the hold's ref.

    Raises InputError, HeldError.
    """
    if not reason.strip():
        raise InputError("止める理由を書いてください。")

    def work(writing: Writing) -> str:
        what = _locked(writing, of)
        if _standing(writing, what) is not None:
            raise HeldError("廃棄は、すでに止められています。")
        ref = new_ref()
        key = keys.load(writing.connection, ledger, what.key_id)
        sealed = seal.close(key, "hold", ref, {"reason": reason})
        row = {what.column.name: what.id, "from_at": writing.now, "sealed": sealed}
        writing.insert(hold, ref=ref, **row, **actor.columns())
        writing.tell(HoldSet(hold=ref, **what.told))
        return ref

    return write(ledger, actor, work)


def release_hold(ledger: Ledger, actor: Actor, of: str) -> None:
    """Let a case, or a paper of none, be destroyed again when its time has come. Raises InputError, HeldError."""

    def work(writing: Writing) -> None:
        what = _locked(writing, of)
        standing = _standing(writing, what)
        if standing is None:
            raise HeldError("廃棄は、止められていません。")
        writing.execute(update(hold).where(hold.c.ref == standing).values(until_at=writing.now))
        writing.tell(HoldReleased(hold=standing, **what.told))

    write(ledger, actor, work)


@dataclass(frozen=True, slots=True)
class _HeldRow:
    """What is held: its row, the column of `hold` that names it, and what the audit is told."""

    id: int
    key_id: int
    column: Column[int]
    told: dict[str, str]


def _locked(writing: Writing, ref: str) -> _HeldRow:
    case = select(case_file.c.id, case_file.c.key_id).where(case_file.c.ref == ref, case_file.c.state != "destroyed")
    if (row := writing.execute(case.with_for_update()).one_or_none()) is not None:
        return _HeldRow(row.id, row.key_id, hold.c.case_file_id, {"case": ref})
    lone = (paper.c.ref == ref, paper.c.case_file_id.is_(None), paper.c.state != "destroyed")
    row = writing.execute(select(paper.c.id, paper.c.key_id).where(*lone).with_for_update()).one_or_none()
    if row is None:
        raise InputError(
            "その事案（又は事案のない文書）は台帳にありません。",
            action="ref を確かめてください。事案の文書は、事案ごと止めます。",
        )
    return _HeldRow(row.id, row.key_id, hold.c.paper_id, {"paper": ref})


def _standing(writing: Writing, what: _HeldRow) -> str | None:
    return writing.connection.scalar(select(hold.c.ref).where(what.column == what.id, hold.c.until_at.is_(None)))
