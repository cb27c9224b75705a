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
