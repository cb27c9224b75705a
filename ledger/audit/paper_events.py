"""What the audit is told of papers before and after their issue (types.py has the issue itself)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ledger.audit.types import Audited


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperDrafted(Audited):
    """A draft was kept, new or in another revision."""

    name: ClassVar = "paper.drafted"
    paper: str
    form: str
    rev: int
    findings: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperJoined(Audited):
    """A draft that was older than its case joined it: a draft again, under the case's key."""

    name: ClassVar = "paper.joined"
    paper: str
    case: str
    rev: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperMoved(Audited):
    """A paper came into another state: checked, approved, returned, delivered, undeliverable, withdrawn."""

    name: ClassVar = "paper.moved"
    paper: str
    state: str
    rev: int
    day: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningConfirmed(Audited):
    """A person answered for issuing in spite of a warning."""

    name: ClassVar = "paper.confirmed"
    paper: str
    rev: int
    clause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmationLapsed(Audited):
    """What a confirmed warning had weighed was changed: the confirmation counts no longer."""

    name: ClassVar = "paper.confirmation-lapsed"
    paper: str
    rev: int
    clause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperVoided(Audited):
    """An issued paper was made void; it keeps its number."""

    name: ClassVar = "paper.voided"
    paper: str
    replaced_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperRead(Audited):
    """The contents of a paper were shown."""

    name: ClassVar = "paper.read"
    level: ClassVar = "read"
    paper: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperExported(Audited):
    """Files of papers left the ledger, for a named receiver or as a reprint."""

    name: ClassVar = "paper.exported"
    level: ClassVar = "read"
    export: str
    papers: int
    paper: str | None = None
    reprint: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperVerified(Audited):
    """A file was held against the ledger."""

    name: ClassVar = "paper.verified"
    level: ClassVar = "read"
    paper: str | None = None
    known: bool
