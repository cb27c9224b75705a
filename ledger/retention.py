"""Say which cases may be destroyed: closed, kept as long as their provision and their office want, and held by nobody.

The day until which a case is kept is computed when it is closed and settled again before a plan is made, for schedules change. A
plan has a digest: what is destroyed is what somebody has read.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import exists, select, update

from ledger import keys, seal
from ledger.audit.keeping_events import HoldReleased, HoldSet, RetentionSettled
from ledger.offices import profile_of
from ledger.tables import case_file, event, hold, office
from ledger.types import LedgerError, day_of, new_ref
from ledger.write import write
from validators.errors import InputError
from validators.retention import KeptUntil, kept_until

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, Row

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
    """What may be destroyed on a day. `held` and `unset` are closed cases that stay: somebody needs them, nothing says how long."""

    day: str
    cases: tuple[PlannedCase, ...]
    held: tuple[str, ...]
    unset: tuple[str, ...]

    @property
    def digest(self) -> str:
        """Return what whoever runs the plan names it by: it changes with any case of it."""
        told = "\n".join(f"{each.ref} {each.retain_until} {each.version}" for each in self.cases)
        return hashlib.sha256(told.encode()).hexdigest()[:16]


HELD: ColumnElement[bool] = exists().where(hold.c.case_file_id == case_file.c.id, hold.c.until_at.is_(None))
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
    wanted = select(case_file, office.c.code, HELD.label("held")).join(office, office.c.id == case_file.c.office_id)
    with ledger.read() as connection:
        rows = connection.execute(wanted.where(*_CLOSED).order_by(case_file.c.retain_until, case_file.c.id)).all()
        over = [row for row in rows if not row.held and row.retain_until is not None and row.retain_until < today]
        cases = tuple(_planned(row, kept_case(connection, rules, row.id, today)) for row in over)
    return RetentionPlan(
        today,
        cases,
        tuple(row.ref for row in rows if row.held),
        tuple(row.ref for row in rows if row.retain_until is None),
    )


def _planned(row: Row[*tuple[object, ...]], found: KeptUntil | None) -> PlannedCase:
    reasons = tuple((clause, words) for clause, words, _ in found.reasons) if found else ()
    return PlannedCase(
        row.ref, row.code, row.kind, row.number or "", row.closed_on, row.retain_until, row.version, reasons
    )


def set_hold(ledger: Ledger, actor: Actor, case: str, reason: str) -> str:
    """Keep a case from destruction while somebody needs it; return the hold's ref. Raises InputError, HeldError."""
    if not reason.strip():
        raise InputError("止める理由を書いてください。")

    def work(writing: Writing) -> str:
        row = _case(writing, case)
        if _standing(writing, row.id) is not None:
            raise HeldError("この事案の廃棄は、すでに止められています。")
        ref = new_ref()
        key = keys.load(writing.connection, ledger, row.key_id)
        sealed = seal.close(key, "hold", ref, {"reason": reason})
        writing.insert(hold, ref=ref, case_file_id=row.id, from_at=writing.now, sealed=sealed, **actor.columns())
        writing.tell(HoldSet(case=case, hold=ref))
        return ref

    return write(ledger, actor, work)


def release_hold(ledger: Ledger, actor: Actor, case: str) -> None:
    """Let a case be destroyed again when its time has come. Raises InputError, HeldError."""

    def work(writing: Writing) -> None:
        standing = _standing(writing, _case(writing, case).id)
        if standing is None:
            raise HeldError("この事案の廃棄は、止められていません。")
        writing.execute(update(hold).where(hold.c.ref == standing).values(until_at=writing.now))
        writing.tell(HoldReleased(case=case, hold=standing))

    write(ledger, actor, work)


def _case(writing: Writing, ref: str) -> Row[*tuple[object, ...]]:
    wanted = select(case_file.c.id, case_file.c.key_id).where(case_file.c.ref == ref, case_file.c.state != "destroyed")
    row = writing.execute(wanted.with_for_update()).one_or_none()
    if row is None:
        raise InputError("その事案は台帳にありません。", action="事案の ref を確かめてください。")
    return row


def _standing(writing: Writing, case_id: int) -> str | None:
    return writing.connection.scalar(
        select(hold.c.ref).where(hold.c.case_file_id == case_id, hold.c.until_at.is_(None))
    )
