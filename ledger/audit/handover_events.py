"""What the audit is told of handovers: names of fields and receivers, never a value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ledger.audit.types import Audited


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverOffered(Audited):
    """A case, or a few named fields of it, were offered to somebody; `to` is an office's code, blank for a receiver outside."""

    name: ClassVar = "handover.offered"
    case: str
    handover: str
    kind: str
    to: str
    fields: tuple[str, ...]
    basis: str  # consent, or override: then a reason is kept
    expires_on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverMoved(Audited):
    """A handover was accepted, rejected, done or withdrawn; whatever ended it took the copy and its key with it."""

    name: ClassVar = "handover.moved"
    case: str
    handover: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverExpired(Audited):
    """A handover ran out: nobody can read its copy any more."""

    name: ClassVar = "handover.expired"
    case: str
    handover: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverRead(Audited):
    """The copy of a handover was opened by its receiver."""

    name: ClassVar = "handover.read"
    level: ClassVar = "read"
    case: str
    handover: str
    office: str
    fields: tuple[str, ...]
