"""The papers somebody is at: their own drafts; who wrote a revision, and what stood in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import exists, select, update

from ledger import keys, seal
from ledger.audit.paper_events import PaperMoved
from ledger.papers import PaperRow, PaperStateError, contents_of, find, rows_of
from ledger.records import record_of
from ledger.tables import artifact, case_file, number, office, paper, paper_rev
from ledger.types import Actor, Instant
from ledger.write import write

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import ColumnElement

    from ledger.engine import Ledger
    from ledger.write import Writing
    from validators.model import Record


@dataclass(frozen=True, slots=True)
class PaperOfCase:
    """The case a paper is of."""

    ref: str
    number: str


def own_drafts(ledger: Ledger, *, office_code: str, person_ref: str, most: int = 200) -> list[PaperRow]:
    """Return the drafts that somebody began in an office, the newest first."""
    with ledger.read() as connection:
        return rows_of(connection, *_own(office_code, person_ref), most=most)


def draft_kept(ledger: Ledger, ref: str, *, office_code: str, person_ref: str) -> tuple[PaperRow, Record] | None:
    """Return a draft that somebody began in an office, as it was kept last; None where there is none such."""
    with ledger.read() as connection:
        rows = rows_of(connection, paper.c.ref == ref, *_own(office_code, person_ref))
        return (rows[0], record_of(contents_of(connection, ledger, rows[0])["record"], ref)) if rows else None


def _own(office_code: str, person_ref: str) -> tuple[ColumnElement[bool], ...]:
    """Return what makes a paper somebody's draft in an office; each is looked up, not all that somebody ever began."""
    first = (paper_rev.c.paper_id == paper.c.id, paper_rev.c.rev == 1, paper_rev.c.person_ref == person_ref)
    return paper.c.state == "draft", office.c.code == office_code, exists().where(*first)


def records_kept(ledger: Ledger, rows: Sequence[PaperRow]) -> dict[str, Record]:
    """Return the records of drafts by their refs, as they were kept last; two questions, however many."""
    wanted = select(paper.c.id, paper.c.sealed).where(paper.c.id.in_([row.id for row in rows]))
    with ledger.read() as connection:
        sealed = {row.id: bytes(row.sealed) for row in connection.execute(wanted)}
        opened = keys.load_all(connection, ledger, {row.key_id for row in rows})
    told = {row.ref: seal.open_(opened[row.key_id], "paper", row.ref, sealed[row.id]) for row in rows}
    return {ref: record_of(each["record"], ref) for ref, each in told.items()}


def withdraw(ledger: Ledger, actor: Actor, ref: str) -> None:
    """Withdraw a draft: it is in no list any more and replaces nothing, what stood in it stays readable. Raises PaperStateError."""

    def work(writing: Writing) -> None:
        row = find(writing.connection, ref, lock=True)
        if row.state != "draft":
            raise PaperStateError("起案中の文書だけを捨てられます。")
        writing.execute(update(paper).where(paper.c.id == row.id).values(state="withdrawn", corrects=None))
        writing.tell(PaperMoved(paper=ref, state="withdrawn", rev=row.rev))

    write(ledger, actor, work)


def revision(ledger: Ledger, row: PaperRow, rev: int) -> tuple[Actor, Mapping[str, Any]]:
    """Return who wrote a revision of a paper, and its record as it was kept."""
    with ledger.read() as connection:
        wanted = select(paper_rev).where(paper_rev.c.paper_id == row.id, paper_rev.c.rev == rev)
        found = connection.execute(wanted).one()
        key = keys.load(connection, ledger, row.key_id)
        kept = seal.open_(key, "paper_rev", f"{row.ref}/{rev}", bytes(found.sealed))["record"]
    return Actor(found.person, ref=found.person_ref), kept


def case_of_paper(ledger: Ledger, row: PaperRow) -> PaperOfCase | None:
    """Return the case a paper is of; None for one that stands alone."""
    return cases_of_papers(ledger, [row]).get(row.ref)


def cases_of_papers(ledger: Ledger, rows: Sequence[PaperRow]) -> dict[str, PaperOfCase]:
    """Return the case of each paper by its ref; none of one that stands alone."""
    of = {row.ref: row.case_file_id for row in rows if row.case_file_id is not None}
    wanted = select(case_file.c.id, case_file.c.ref, case_file.c.number).where(case_file.c.id.in_(set(of.values())))
    with ledger.read() as connection:
        found = {row.id: PaperOfCase(row.ref, row.number or "") for row in connection.execute(wanted)} if of else {}
    return {ref: found[case_id] for ref, case_id in of.items()}


def void_of(ledger: Ledger, row: PaperRow) -> tuple[Instant, str, str] | None:
    """Return when a paper's number was made void, by whom and why; None for a paper that stands, or has no number."""
    if row.state != "void" or row.number_id is None:
        return None
    with ledger.read() as connection:
        found = connection.execute(select(number).where(number.c.id == row.number_id)).one()
        key_id = connection.execute(select(office.c.key_id).where(office.c.id == row.office_id)).scalar_one()
        said = seal.open_(keys.load(connection, ledger, key_id), "number", found.ref, bytes(found.sealed))
    return Instant(found.voided_at), found.voided_by, said["reason"]


def kinds_of(ledger: Ledger, row: PaperRow) -> list[str]:
    """Return of which kinds the files of a paper are."""
    with ledger.read() as connection:
        wanted = select(artifact.c.kind).where(artifact.c.paper_id == row.id).order_by(artifact.c.kind.desc())
        return list(connection.scalars(wanted))
