"""What the audit is told of registers: reading, entries, corrections, closings, exports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ledger.audit.types import Audited


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterRead(Audited):
    """A register was read; `month` blank: all of it."""

    name: ClassVar = "register.read"
    level: ClassVar = "read"
    register: str
    office: str
    month: str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryMade(Audited):
    """A row was entered by hand, or as the correction of an entry (`corrects`) or of a row that an event makes (`event`)."""

    name: ClassVar = "register.entered"
    register: str
    office: str
    entry: str
    day: str
    corrects: str | None = None
    event: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterClosed(Audited):
    """A month of a register was closed: its rows and their digest stand."""

    name: ClassVar = "register.closed"
    register: str
    office: str
    month: str
    rows: int
    digest: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterExported(Audited):
    """A register was given out to a named receiver; `times`: how often the same was given out, this time included."""

    name: ClassVar = "register.exported"
    level: ClassVar = "read"
    export: str
    register: str
    office: str
    month: str
    kind: str
    rows: int
    times: int
