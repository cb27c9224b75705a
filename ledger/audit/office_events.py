"""What the audit is told of offices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ledger.audit.types import Audited


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeSaved(Audited):
    """An office was kept, or its profile from a day on."""

    name: ClassVar = "office.saved"
    office: str  # its code
    from_on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperAdopted(Audited):
    """An office's own paper of a form is used from a day on; not `on`: the built-in one again."""

    name: ClassVar = "office.paper"
    office: str
    form: str
    from_on: str
    on: bool
