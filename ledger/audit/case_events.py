"""What the audit is told of cases: opening, people, facts, access, closing; searching and revealing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ledger.audit.types import Audited


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOpened(Audited):
    """A case was opened; `alike` are the cases with the same people that were shown and passed over with a reason."""

    name: ClassVar = "case.opened"
    case: str
    kind: str
    day: str
    alike: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FactsEntered(Audited):
    """Facts of a case were entered, or superseded by newer ones: their names, never their values."""

    name: ClassVar = "case.facts"
    case: str
    facts: tuple[str, ...]
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyEntered(Audited):
    """A person of a case was entered, or another spelling, place or date of one."""

    name: ClassVar = "case.party"
    case: str
    party: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessGiven(Audited):
    """An office or a person may know a section of a case."""

    name: ClassVar = "case.access-given"
    case: str
    to: str
    section: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessEnded(Audited):
    """What an office or a person might know of a case ended."""

    name: ClassVar = "case.access-ended"
    case: str
    to: str
    section: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseClosed(Audited):
    """A case was closed; `event` is the event of the history that ended it, where its source has one."""

    name: ClassVar = "case.closed"
    case: str
    day: str
    event: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReopened(Audited):
    """A closed case was opened again."""

    name: ClassVar = "case.reopened"
    case: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CasesSearched(Audited):
    """Cases were searched: by which kinds of values, and which were shown. What was searched for is not told."""

    name: ClassVar = "case.searched"
    level: ClassVar = "read"
    by: tuple[str, ...]
    shown: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ValuesRevealed(Audited):
    """Protected values of a case were shown, or given into a paper's entry."""

    name: ClassVar = "case.revealed"
    level: ClassVar = "read"
    case: str
    fields: tuple[str, ...]
    why: str
