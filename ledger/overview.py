"""The papers of an office at a glance: what waits and for whom, what was issued when. Nothing sealed is opened."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from sqlalchemy import and_, func, select

from ledger.tables import case_file, confirmation, finding, office, paper, paper_rev
from ledger.tables.papers import DRAFT_STATES
from ledger.types import Instant

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger.engine import Ledger

Standing = Literal["refused", "waiting", "draft", "checked", "approved"]
MOST: Final = 2000  # papers under way that are looked at, the newest first
NUMBERED_LATER: Final = "様式-番号"  # that a paper has no number yet is no fault: the ledger gives it at issue


@dataclass(frozen=True, slots=True)
class FaultStanding:
    """What was found of a paper's newest revision: provisions as the finding names them, the place in its record."""

    clause: str
    severity: str
    path: str


@dataclass(slots=True)
class PaperUnderWay:
    """A paper that is not issued yet. `faults`: what stops it, and what somebody has to confirm."""

    ref: str
    form: str
    edition: int
    state: str
    case: str  # ref, blank where it is of none
    number: str  # of the case
    person: str
    person_ref: str
    at: Instant
    faults: list[FaultStanding] = field(default_factory=list)

    @property
    def standing(self) -> Standing:
        """Return what it waits for: a box mended, a warning confirmed, its writer, an approver, its issuing."""
        if self.state != "draft":
            return "checked" if self.state == "checked" else "approved"
        severities = {each.severity for each in self.faults}
        return "refused" if "error" in severities else "waiting" if "warning" in severities else "draft"


def under_way(ledger: Ledger, office_code: str) -> list[PaperUnderWay]:
    """Return the papers of an office that are not issued yet, the newest first, each with what stops it."""
    columns = (paper.c.id, paper.c.ref, paper.c.form, paper.c.edition, paper.c.state)
    of_case = (case_file.c.ref.label("case_ref"), case_file.c.number)
    by = (paper_rev.c.person, paper_rev.c.person_ref, paper_rev.c.at)
    newest = and_(paper_rev.c.paper_id == paper.c.id, paper_rev.c.rev == paper.c.rev)
    mine = and_(office.c.code == office_code, paper.c.state.in_(DRAFT_STATES))
    of = select(*columns, *of_case, *by).join(office, office.c.id == paper.c.office_id).join(paper_rev, newest)
    of = of.outerjoin(case_file, case_file.c.id == paper.c.case_file_id).where(mine).order_by(paper.c.id.desc())
    with ledger.read() as connection:
        found = {
            row.id: PaperUnderWay(
                row.ref,
                row.form,
                row.edition,
                row.state,
                row.case_ref or "",
                row.number or "",
                row.person,
                row.person_ref,
                Instant(row.at),
            )
            for row in connection.execute(of.limit(MOST))
        }
        ids = list(found)
        told = select(finding.c.paper_id, finding.c.clause, finding.c.severity, finding.c.path)
        told = told.join(paper, and_(paper.c.id == finding.c.paper_id, paper.c.rev == finding.c.rev))
        told = told.where(finding.c.paper_id.in_(ids), finding.c.severity != "info").order_by(finding.c.id)
        faults = connection.execute(told).all()
        said = select(confirmation.c.paper_id, confirmation.c.clause).where(
            confirmation.c.paper_id.in_(ids), confirmation.c.lapsed_at.is_(None)
        )
        confirmed: dict[int, set[str]] = defaultdict(set)
        for given in connection.execute(said):
            confirmed[given.paper_id].add(given.clause)
    for each in faults:
        clauses = set(each.clause.split("、")) - {""}
        settled = each.severity == "warning" and (not clauses or clauses <= confirmed[each.paper_id])
        if not settled and NUMBERED_LATER not in clauses:
            found[each.paper_id].faults.append(FaultStanding(each.clause, each.severity, each.path or ""))
    return list(found.values())


def issued_by_form(ledger: Ledger, office_code: str, since: Instant) -> dict[str, int]:
    """Return how many papers of each form an office has issued since a moment, those void now among them."""
    of = select(paper.c.form, func.count().label("n")).join(office, office.c.id == paper.c.office_id)
    of = of.where(office.c.code == office_code, paper.c.issued_at >= since).group_by(paper.c.form)
    with ledger.read() as connection:
        return {row.form: row.n for row in connection.execute(of)}


def issued_since(ledger: Ledger, office_code: str, since: Instant, *, form: str = "", most: int = 200) -> Sequence[str]:
    """Return the refs of the papers that an office has issued since a moment (of a form), the newest first."""
    of = select(paper.c.ref).join(office, office.c.id == paper.c.office_id)
    of = of.where(office.c.code == office_code, paper.c.issued_at >= since)
    of = of.where(paper.c.form == form) if form else of
    with ledger.read() as connection:
        return list(connection.scalars(of.order_by(paper.c.issued_at.desc(), paper.c.id.desc()).limit(most)))
