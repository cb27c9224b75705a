"""What the audit is told of batches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ledger.audit.types import Audited


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchTaken(Audited):
    """An upload was taken, sealed, before anything of it was read."""

    name: ClassVar = "batch.taken"
    batch: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchMoved(Audited):
    """A batch was cut into units, resumed, ended, cancelled, or its upload and records expired."""

    name: ClassVar = "batch.moved"
    batch: str
    state: str
    units: int | None = None
    records: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitLeased(Audited):
    """Somebody took units of a batch to work on, for a while."""

    name: ClassVar = "batch.leased"
    batch: str
    units: int
    fence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FatesKept(Audited):
    """What became of records of a batch that were not issued was kept."""

    name: ClassVar = "batch.fates"
    batch: str
    records: int
