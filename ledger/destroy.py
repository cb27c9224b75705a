"""Destroy cases, and papers of none, whose time has come: bytes, sealed values, fingerprints and keys gone, numbers and the chain left.

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
from ledger.audit.keeping_events import CaseDestroyed, PaperDestroyed
from ledger.faults import passing
from ledger.lone_papers import LONE, PAPER_HELD, kept_paper
from ledger.offices import profile_of
from ledger.papers import rows_of
from ledger.purge import purge
from ledger.remains import Remains
from ledger.retention import DUE, HELD, kept_case, plan
from ledger.tables import case_file, destruction, paper
from ledger.types import LedgerError, Miss, day_of, new_ref
from ledger.write import write
from validators.numbering import numbering_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import Row, Select

    from ledger.engine import Ledger
    from ledger.lone_papers import PlannedPaper
    from ledger.papers import PaperRow
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
    """What is left of a case, or of a paper of none: who destroyed it, with whom, by what provision, and what went."""

    ref: str
    number: str
    told: Mapping[str, Any]
    case: str = ""
    paper: str = ""


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
    gone = [*(_case_goes(run, each) for each in found.cases), *(_paper_goes(run, each) for each in found.papers.over)]
    done = [certificate for certificate in gone if certificate is not None]
    if done:
        purge(ledger, actor)
    return done


def _case_goes(run: _Destroying, case: PlannedCase) -> Certificate | None:
    return _numbered(run, select(case_file.c.office_id).where(case_file.c.ref == case.ref), partial(_case, run, case))


def _paper_goes(run: _Destroying, lone: PlannedPaper) -> Certificate | None:
    return _numbered(run, select(paper.c.office_id).where(paper.c.ref == lone.ref), partial(_paper, run, lone))


def _numbered(
    run: _Destroying, of: Select[int], work: Callable[[_CertificateBegun, Writing], Certificate]
) -> Certificate | None:
    """Do one destruction under the next number of its office's certificates; None where it may not go after all."""
    with run.ledger.read() as connection:
        office_id = connection.scalar(of)
        profile = profile_of(connection, int(office_id or 0), run.plan.day)
    numbered = numbering_of(run.rules.reference, profile, KIND)
    series = numbers.series_of(run.ledger, run.actor, int(office_id or 0), numbered, date.fromisoformat(run.plan.day))
    for _ in range(_TRIES):
        with run.ledger.read() as connection:
            n = numbers.presumed(connection, series.id).next
        try:
            return write(
                run.ledger, run.actor, partial(work, _CertificateBegun(series.id, n, series.written(n), new_ref()))
            )
        except Miss as miss:
            if miss.what != "series":
                return None
    return None


@dataclass(frozen=True, slots=True)
class _CertificateBegun:
    """The number and the ref of a certificate that is being made."""

    series_id: int
    n: int
    written: str
    ref: str


def _said(
    run: _Destroying, planned: PlannedCase | PlannedPaper, given: _CertificateBegun, remains: Remains
) -> dict[str, Any]:
    """Return what every certificate says: its number, until when it was kept and why, the papers, when no copy is left."""
    return {
        "number": given.written,
        "retain_until": planned.retain_until,
        "reasons": planned.reasons,
        "papers": remains.papers(),
        "copies_until": run.copies_until,
    }


def _case(run: _Destroying, case: PlannedCase, given: _CertificateBegun, writing: Writing) -> Certificate:
    row = _still(run, case, writing)
    remains = Remains(writing, run.ledger, case=row.id)
    told = _said(run, case, given, remains) | {"case": case.ref, "kind": case.kind, "closed_on": case.closed_on}
    writing.execute(
        update(case_file)
        .where(case_file.c.id == row.id)
        .values(state="destroyed", sealed=None, version=case_file.c.version + 1)
    )
    writing.gone("case_file", row.ref)
    counts = _gone(run, writing, remains, given, told, case_file_id=row.id, key_id=row.key_id)
    number = _held(run, writing, given)
    writing.tell(
        CaseDestroyed(
            case=row.ref, destruction=given.ref, certificate=number, second=run.second.name, plan=run.plan.digest
        )
    )
    passing("destroy.certified")
    return Certificate(given.ref, given.written, told | {"counts": counts}, case=row.ref)


def _paper(run: _Destroying, lone: PlannedPaper, given: _CertificateBegun, writing: Writing) -> Certificate:
    row = _paper_still(run, lone, writing)
    remains = Remains(writing, run.ledger, lone=row.id)
    told = _said(run, lone, given, remains) | {"paper": lone.ref}
    counts = _gone(run, writing, remains, given, told, paper_id=row.id, key_id=row.key_id)
    number = _held(run, writing, given)
    writing.tell(
        PaperDestroyed(
            paper=lone.ref, destruction=given.ref, certificate=number, second=run.second.name, plan=run.plan.digest
        )
    )
    return Certificate(given.ref, given.written, told | {"counts": counts}, paper=lone.ref)


def _held(run: _Destroying, writing: Writing, given: _CertificateBegun) -> str:
    return numbers.give(writing, given.series_id, given.n, run.plan.day, given.ref).ref


def _gone(
    run: _Destroying,
    writing: Writing,
    remains: Remains,
    given: _CertificateBegun,
    told: Mapping[str, Any],
    *,
    key_id: int,
    **of: int,
) -> dict[str, int]:
    """Remove what remains, its key too, and keep the certificate; return what went."""
    counts = remains.remove(certificate=given.written)
    passing("destroy.bytes-gone")
    remains.shred(key_id)
    passing("destroy.key-gone")
    writing.insert(
        destruction,
        ref=given.ref,
        certificate=json.dumps(told, ensure_ascii=False),
        counts=json.dumps(counts),
        second=run.second.name,
        second_ref=run.second.ref,
        at=writing.now,
        **of,
        **run.actor.columns(),
    )
    return counts


def _still(run: _Destroying, case: PlannedCase, writing: Writing) -> Row[*tuple[object, ...]]:
    """Lock the case and ask again whether it may go. Raises Miss("case")."""
    columns = (case_file.c.id, case_file.c.ref, case_file.c.key_id, case_file.c.retain_until)
    wanted = select(*columns, HELD.label("held"), DUE.label("due"))
    wanted = wanted.where(case_file.c.ref == case.ref, case_file.c.state == "closed").with_for_update(of=case_file)
    today = day_of(writing.now)
    row = writing.connection.execute(wanted, {"today": today}).one_or_none()
    if row is None or row.held or row.due:
        raise Miss("case")
    kept = kept_case(writing.connection, run.rules, row.id, today)
    if kept is None or max(kept.day.isoformat(), row.retain_until) >= today:
        raise Miss("case")
    return row


def _paper_still(run: _Destroying, lone: PlannedPaper, writing: Writing) -> PaperRow:
    """Lock the paper and ask again whether it may go. Raises Miss("paper")."""
    rows = rows_of(writing.connection, *LONE, paper.c.ref == lone.ref, ~PAPER_HELD, lock=True)
    today = day_of(writing.now)
    kept = kept_paper(writing.connection, run.rules, rows[0], today) if rows else None
    if kept is None or kept.day.isoformat() >= today:
        raise Miss("paper")
    return rows[0]
