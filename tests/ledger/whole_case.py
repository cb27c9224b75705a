"""A case with something in every table that hangs on one: people, facts, events, an issued paper, a draft, a handover, an entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, update

from ledger import blind, contents, events, keys, numbers, seal
from ledger.audit.types import PaperIssued
from ledger.cases import CaseFile, CaseTold, case_of, open_case
from ledger.offices import save_office
from ledger.persons import PartyTold, PlaceKept, Spelling
from ledger.tables import (
    approval,
    batch,
    case_file,
    confirmation,
    entry,
    event,
    finding,
    handover,
    item,
    paper,
    paper_rev,
    unit,
)
from ledger.types import Actor, new_ref
from ledger.write import write
from tests.rulebooks import OURS
from validators.numbering import Numbered

if TYPE_CHECKING:
    from datetime import date

    from ledger.engine import Ledger
    from ledger.write import Writing

CLERK = Actor("岸　みなみ", role="係長")
SECOND = Actor("沖田　航", role="課長")
SCHEDULE = {"retention.other": "1 year\nday"}
PLACE = "架空町避難１０番地　みさき荘"  # what must be nowhere once the case is destroyed
NAME = "島津　理緒"
PDF = b"%PDF-1.7 " + PLACE.encode() * 40


def with_schedule(ledger: Ledger, code: str = "shiomi") -> None:
    """Keep an office that keeps its cases for a year."""
    profile = {"name": "汐見県汐見警察署", **SCHEDULE}
    save_office(ledger, CLERK, code, "汐見県汐見警察署", kind="station", told=profile, from_on="2020-01-01")


def whole_case(ledger: Ledger, number: str = "7-003", *, name: str = NAME, place: str = PLACE) -> CaseFile:
    """Open a case of the office `shiomi` and put something into every table."""
    person = PartyTold(
        "applicant", names=(Spelling("registered", name),), places=(PlaceKept("refuge", place, protected=True),)
    )
    told = CaseTold("shiomi", "kanagawa-stalker/warning", "2024-03-02", number, f"{name}の件", parties=(person,))
    case = open_case(ledger, OURS, CLERK, told, although="別の申出")
    told_event = events.tell(ledger, OURS, CLERK, case.ref, {"on": "2024-03-02", "event": "request_received"})
    numbered = Numbered("paper", "文書番号", "第{n}号", "year", "")
    series = numbers.series_of(ledger, CLERK, case.office_id, numbered, _day("2024-03-03"))

    def work(writing: Writing) -> None:
        _issued(writing, ledger, case, series.id, place)
        _draft(writing, case, place)
        key = keys.make(writing, ledger)
        ref = new_ref()
        writing.insert(
            handover,
            ref=ref,
            case_file_id=case.id,
            kind="referral",
            state="offered",
            from_office_id=case.office_id,
            fields="[]",
            basis="consent",
            expires_on="2026-12-31",
            offered_at=writing.now,
            key_id=key.id,
            sealed=seal.close(key, "handover", ref, {"copy": place}),
            **writing.actor.columns(),
        )
        event_id = writing.connection.scalar(select(event.c.id).where(event.c.ref == told_event.ref))
        ref = new_ref()
        writing.insert(
            entry,
            ref=ref,
            register="consultations",
            office_id=case.office_id,
            event_id=event_id,
            day="2024-03-02",
            recorded_at=writing.now,
            key_id=case.key.id,
            sealed=seal.close(case.key, "entry", ref, {"where": place}),
            **writing.actor.columns(),
        )

    write(ledger, CLERK, work)
    with ledger.read() as connection:
        return case_of(connection, ledger, case.id)


def close(ledger: Ledger, case: CaseFile, day: str = "2024-03-31") -> None:
    """Close a case."""
    from ledger.retention import settle_case  # noqa: PLC0415

    def work(writing: Writing) -> None:
        writing.execute(update(case_file).where(case_file.c.id == case.id).values(state="closed", closed_on=day))
        settle_case(OURS, case.id, writing)

    write(ledger, CLERK, work)


def _day(text: str) -> date:
    from datetime import date  # noqa: PLC0415

    return date.fromisoformat(text)


def _issued(writing: Writing, ledger: Ledger, case: CaseFile, series_id: int, place: str) -> None:
    ref = new_ref()
    given = numbers.give(writing, series_id, numbers.presumed(writing.connection, series_id).next, "2024-03-03", ref)
    row = writing.insert(
        paper,
        **_paper(case, ref, writing, place),
        batch_item_id=_uploaded(writing, case, place),
        state="issued",
        day="2024-03-03",
        number_id=given.id,
        issued_at=writing.now,
        issued_by=writing.actor.name,
    )
    keyed = (case.key, blind.index_key(writing, ledger))
    contents.put(writing, keyed, row, ref, {"pdf": PDF})
    blob = seal.close(case.key, "paper_rev", f"{ref}/1", {"place": place})
    writing.insert(paper_rev, paper_id=row, rev=1, at=writing.now, sealed=blob, **writing.actor.columns())
    writing.witness("paper_rev", f"{ref}/1", blob)
    for table, more in (
        (finding, {"clause": "KNG-9(5)", "severity": "warning", "status": "failed"}),
        (confirmation, {"clause": "KNG-9(5)", "at": writing.now, **writing.actor.columns()}),
        (
            approval,
            {"stage": "chief", "act": "approved", "at": writing.now, **writing.actor.columns()},
        ),
    ):
        own = new_ref()
        sealed = seal.close(case.key, table.name, own, {"reason": place})
        writing.insert(table, ref=own, paper_id=row, rev=1, sealed=sealed, **more)
    events.append(writing, ledger, OURS, case.id, {"on": "2024-03-03", "paper": "non-warning-notice"}, paper_id=row)
    writing.tell(PaperIssued(paper=ref, form="non-warning-notice", day="2024-03-03", case=case.ref, number=given.ref))


def _uploaded(writing: Writing, case: CaseFile, place: str) -> int:
    """Put the row of an upload that the paper comes from, and return its id."""
    refs = [new_ref(), new_ref()]
    sealed = [
        seal.close(case.key, table, ref, {"record": place}) for table, ref in zip(("batch", "item"), refs, strict=True)
    ]
    made = writing.insert(
        batch,
        ref=refs[0],
        office_id=case.office_id,
        state="done",
        rulebook=bytes(32),
        work="{}",
        created_at=writing.now,
        expires_at=writing.now,
        key_id=case.key.id,
        sealed=sealed[0],
        **writing.actor.columns(),
    )
    part = writing.insert(unit, batch_id=made, ordinal=1, state="done")
    one = {"batch_id": made, "ordinal": 1, "unit_id": part, "state": "issued", "key_id": case.key.id}
    return writing.insert(item, ref=refs[1], sealed=sealed[1], **one)


def _draft(writing: Writing, case: CaseFile, place: str) -> None:
    writing.insert(paper, **_paper(case, new_ref(), writing, place), state="draft")


def _paper(case: CaseFile, ref: str, writing: Writing, place: str) -> dict[str, object]:
    return {
        "ref": ref,
        "case_file_id": case.id,
        "office_id": case.office_id,
        "form": "non-warning-notice",
        "edition": 1,
        "rulebook": bytes(32),
        "rev": 1,
        "key_id": case.key.id,
        "created_at": writing.now,
        "sealed": seal.close(case.key, "paper", ref, {"record": place}),
    }
