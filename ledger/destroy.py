"""Destroy cases whose time has come: bytes, sealed values, fingerprints and keys gone, numbers and the chain left.

Each case goes in one transaction, after its state, its day and its holds were asked again. What is left of it: the ref, the forms,
days and numbers of its papers, and a numbered certificate. Then the database's own remains go too: SQLite's log is brought into
the file and cut, PostgreSQL's dead rows are vacuumed away. Copies elsewhere end with the last of their key files, which is why the
certificate says when that is.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from ledger import numbers
from ledger.audit.keeping_events import CaseDestroyed
from ledger.faults import passing
from ledger.offices import profile_of
from ledger.purge import purge
from ledger.remains import Remains
from ledger.retention import HELD, kept_case, plan
from ledger.tables import case_file, destruction
from ledger.types import LedgerError, Miss, day_of, new_ref
from ledger.write import write
from validators.numbering import numbering_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Row

    from ledger.engine import Ledger
    from ledger.retention import PlannedCase, RetentionPlan
    from ledger.types import Actor
    from ledger.write import Writing
    from validators.rulebook import Rulebook

KIND = "destruction"  # of numbers: reference/numbers.yaml
_TRIES = 3


class CannotDestroyError(LedgerError):
    """The plan is not the one that was read, or the second person is the first."""

    code = "cannot-destroy"
    http_status = 409


@dataclass(frozen=True, slots=True)
class Certificate:
    """What is left of a case: who destroyed it, with whom, by what provision, and what went."""

    ref: str
    number: str
    case: str
    told: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Destroying:
    """What every case of a run is destroyed with."""

    ledger: Ledger
    rules: Rulebook
    actor: Actor
    second: Actor
    plan: RetentionPlan
    copies_until: str


def run_plan(
    ledger: Ledger, rules: Rulebook, actor: Actor, second: Actor, *, digest: str, copies_until: date
) -> list[Certificate]:
    """Destroy every case of today's plan, whose digest somebody has read, before a second person; return the certificates.

    `copies_until`: the day on which the last backup and key file that has the cases' keys will be gone. A case that was opened
    again, held, or kept longer meanwhile is left. Raises CannotDestroyError.
    """
    if actor.is_same(second.name, second.ref) or not second.name.strip():
        raise CannotDestroyError(
            "廃棄には、別の人の立会いが要ります。", action="--second に立ち会う人の名前を書いてください。"
        )
    found = plan(ledger, rules)
    if found.digest != digest:
        raise CannotDestroyError(
            "計画が、読まれたときと変わっています。何も廃棄していません。",
            action="yoshiki retention plan で、もう一度確かめてください。",
        )
    run = _Destroying(ledger, rules, actor, second, found, copies_until.isoformat())
    done = [certificate for each in found.cases if (certificate := _destroy(run, each)) is not None]
    if done:
        purge(ledger, actor)
    return done


def _destroy(run: _Destroying, case: PlannedCase) -> Certificate | None:
    with run.ledger.read() as connection:
        office_id = connection.scalar(select(case_file.c.office_id).where(case_file.c.ref == case.ref))
        profile = profile_of(connection, int(office_id or 0), run.plan.day)
    numbered = numbering_of(run.rules.reference, profile, KIND)
    series = numbers.series_of(run.ledger, run.actor, int(office_id or 0), numbered, date.fromisoformat(run.plan.day))
    for _ in range(_TRIES):
        with run.ledger.read() as connection:
            n = numbers.presumed(connection, series.id).next
        try:
            return write(run.ledger, run.actor, partial(_work, run, case, series.id, n))
        except Miss as miss:
            if miss.what != "series":
                return None
    return None


def _work(run: _Destroying, case: PlannedCase, series_id: int, n: int, writing: Writing) -> Certificate:
    row = _still(run, case, writing)
    remains = Remains(writing, run.ledger, row.id, row.ref)
    papers = remains.papers()
    ref = new_ref()
    given = numbers.give(writing, series_id, n, run.plan.day, ref)
    number = numbers.presumed(writing.connection, series_id).written(n)
    told = {
        "number": number,
        "case": case.ref,
        "kind": case.kind,
        "closed_on": case.closed_on,
        "retain_until": case.retain_until,
        "reasons": case.reasons,
        "papers": papers,
        "copies_until": run.copies_until,
    }
    writing.execute(
        update(case_file)
        .where(case_file.c.id == row.id)
        .values(state="destroyed", sealed=None, version=case_file.c.version + 1)
    )
    writing.gone("case_file", row.ref)
    counts = remains.remove(certificate=number)
    passing("destroy.bytes-gone")
    remains.shred(row.key_id)
    passing("destroy.key-gone")
    writing.insert(
        destruction,
        ref=ref,
        case_file_id=row.id,
        certificate=json.dumps(told, ensure_ascii=False),
        counts=json.dumps(counts),
        second=run.second.name,
        second_ref=run.second.ref,
        at=writing.now,
        **run.actor.columns(),
    )
    writing.tell(
        CaseDestroyed(
            case=row.ref, destruction=ref, certificate=given.ref, second=run.second.name, plan=run.plan.digest
        )
    )
    passing("destroy.certified")
    return Certificate(ref, number, row.ref, told | {"counts": counts})


def _still(run: _Destroying, case: PlannedCase, writing: Writing) -> Row[*tuple[object, ...]]:
    """Lock the case and ask again whether it may go. Raises Miss("case")."""
    columns = (case_file.c.id, case_file.c.ref, case_file.c.key_id, case_file.c.retain_until, HELD.label("held"))
    wanted = select(*columns).where(case_file.c.ref == case.ref, case_file.c.state == "closed")
    row = writing.execute(wanted.with_for_update(of=case_file)).one_or_none()
    if row is None or row.held:
        raise Miss("case")
    today = day_of(writing.now)
    kept = kept_case(writing.connection, run.rules, row.id, today)
    if kept is None or max(kept.day.isoformat(), row.retain_until) >= today:
        raise Miss("case")
    return row
