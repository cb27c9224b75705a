"""What the audit is told of the ledger's own keeping: backups, restoring, holds, destruction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ledger.audit.types import Audited


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupMade(Audited):
    """A backup was begun: it holds this entry as its last, or one of its last."""

    name: ClassVar = "ledger.backed-up"
    ledger: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRestored(Audited):
    """The ledger was restored from a backup; what came after `seq` in the ledger it was taken from is not here."""

    name: ClassVar = "ledger.restored"
    level: ClassVar = "alarm"
    seq: int
    head: str
    epoch: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionSettled(Audited):
    """Until when a closed case is kept, and the provisions that say so; none where nothing says."""

    name: ClassVar = "case.kept-until"
    case: str
    until: str | None
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldSet(Audited):
    """A case, or a paper of none, is kept from destruction while somebody needs it."""

    name: ClassVar = "case.held"
    hold: str
    case: str | None = None
    paper: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldReleased(Audited):
    """A case, or a paper of none, is no longer kept from destruction."""

    name: ClassVar = "case.released"
    hold: str
    case: str | None = None
    paper: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseDestroyed(Audited):
    """A case was destroyed, its keys with it; its papers' forms, days and numbers stay, and the certificate."""

    name: ClassVar = "case.destroyed"
    case: str
    destruction: str
    certificate: str
    second: str
    plan: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperDestroyed(Audited):
    """A paper of no case was destroyed, its key with it; its form, day and number stay, and the certificate."""

    name: ClassVar = "paper.destroyed"
    paper: str
    destruction: str
    certificate: str
    second: str
    plan: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeysRewrapped(Audited):
    """Data keys were wrapped under the master key in force; none left, the ledger is known by it."""

    name: ClassVar = "key.rewrapped"
    key: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DataKeyRenewed(Audited):
    """All rows of a data key were sealed anew under another."""

    name: ClassVar = "key.renewed"
    before: str
    after: str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KeysRetired(Audited):
    """Data keys that were exchanged were destroyed."""

    name: ClassVar = "key.retired"
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexRenewed(Audited):
    """A new index key was made, or the tokens of a case, the fingerprints of a paper, made under it."""

    name: ClassVar = "key.index"
    key: str
    case: str | None = None
    paper: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FilesPurged(Audited):
    """What was destroyed or exchanged before is gone from the database's own files too."""

    name: ClassVar = "ledger.purged"
