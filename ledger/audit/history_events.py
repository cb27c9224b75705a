"""What the audit is told of a case's history: events told, superseded, worked by law, and the deadlines they move."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ledger.audit.types import Audited


@dataclass(frozen=True, slots=True, kw_only=True)
class EventTold(Audited):
    """An event was entered in a case, or one entered before was superseded; `version` is the case's after it."""

    name: ClassVar = "event.told"
    case: str
    event: str
    kind: str  # its name in the procedures' vocabulary
    at: str
    version: int
    supersedes: str | None = None
    paper: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LawWorked(Audited):
    """What the law works alone was recorded: the end of an order or a designation, service by public notice."""

    name: ClassVar = "law.worked"
    case: str
    event: str
    kind: str
    at: str
    supersedes: str | None = None  # a record whose ground was corrected


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseTouched(Audited):
    """A case changed otherwise than by an event; what was judged before is old."""

    name: ClassVar = "case.touched"
    case: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlinesComputed(Audited):
    """The deadlines of a case were computed again: how many began, were kept, came late, ended, moved, stand open again."""

    name: ClassVar = "deadlines.computed"
    case: str
    version: int
    began: int | None = None
    kept: int | None = None
    late: int | None = None
    ended: int | None = None
    moved: int | None = None
    reopened: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlinesSent(Audited):
    """The deadlines of an office left the ledger: as a mail, or as a calendar."""

    name: ClassVar = "deadlines.sent"
    level: ClassVar = "read"
    office: str
    way: str  # mail, ics
    count: int
