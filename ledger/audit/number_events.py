"""What the audit is told of series of numbers and the offices they are of (types.py has the numbers themselves)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ledger.audit.types import Audited


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesBegun(Audited):
    """A series of numbers was begun."""

    name: ClassVar = "series.begun"
    series: int
    kind: str
    period: str
    start: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesClosed(Audited):
    """A period of numbers was closed: no further number is given in it."""

    name: ClassVar = "series.closed"
    series: int
    next: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeMet(Audited):
    """An office was kept when it first issued."""

    name: ClassVar = "office.met"
    office: str  # its code
