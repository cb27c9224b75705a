"""Papers of no case: how long each is kept, by its source's provision and its office's schedule, counted from its own day.

A draft is work, and stays; one that was withdrawn counts from the day it was last written.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import exists, func, select

from ledger.offices import profile_of
from ledger.papers import STANDING, PaperRow, rows_of
from ledger.tables import hold, paper, paper_rev
from ledger.tables.papers import DRAFT_STATES
from ledger.types import Instant, day_of
from validators.retention import KeptUntil, kept_until

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection

    from validators.rulebook import Rulebook

ENDED = (*STANDING, "void", "withdrawn")
_draft = paper.alias("draft")
PAPER_HELD: ColumnElement[bool] = exists().where(hold.c.paper_id == paper.c.id, hold.c.until_at.is_(None))
_CORRECTED: ColumnElement[bool] = exists().where(_draft.c.corrects == paper.c.id, _draft.c.state.in_(DRAFT_STATES))
LONE = (paper.c.case_file_id.is_(None), paper.c.state.in_(ENDED), ~_CORRECTED)


@dataclass(frozen=True, slots=True)
class PlannedPaper:
    """A paper of no case that may be destroyed, and why: its last day, and (clause or blank, in words) what sets it."""

    ref: str
    office: str
    form: str
    number: str
    day: str
    retain_until: str
    reasons: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class LonePapers:
    """The papers of no case on a day: those that may go; `held` and `unset` stay: somebody needs them, nothing says how long."""

    over: tuple[PlannedPaper, ...]
    held: tuple[str, ...]
    unset: tuple[str, ...]


def lone_papers(connection: Connection, rules: Rulebook, today: str) -> LonePapers:
    """Return the papers of no case whose time is over, the oldest first."""
    held = set(connection.scalars(select(paper.c.ref).where(*LONE, PAPER_HELD)))
    over, unset = [], []
    for row in reversed(rows_of(connection, *LONE)):
        if row.ref in held:
            continue
        kept = kept_paper(connection, rules, row, today)
        if kept is None:
            unset.append(row.ref)
        elif kept.day.isoformat() < today:
            reasons = tuple((clause, words) for clause, words, _ in kept.reasons)
            until = kept.day.isoformat()
            over.append(PlannedPaper(row.ref, row.office_code, row.form, row.number, row.day, until, reasons))
    return LonePapers(tuple(over), tuple(sorted(held)), tuple(unset))


def kept_paper(connection: Connection, rules: Rulebook, row: PaperRow, today: str) -> KeptUntil | None:
    """Return until when a paper of no case is kept, None where nothing says; by its office's schedule as it stands today."""
    source = rules.catalogue.source_of(row.form)
    ended = row.day or _last_written(connection, row.id)
    return kept_until(rules.reference, profile_of(connection, row.office_id, today), source, date.fromisoformat(ended))


def _last_written(connection: Connection, paper_id: int) -> str:
    at = connection.scalar(select(func.max(paper_rev.c.at)).where(paper_rev.c.paper_id == paper_id))
    return day_of(Instant(int(at or 0)))
