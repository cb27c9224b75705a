"""What the audit is told: each type a dataclass with a stable name. Fields are refs, numbers, days, counts and words of ours.

No personal value and no search word stands in one: the chain outlives what it tells of. A noun's own types stand beside this
file (`<noun>_events.py`); here are those that every door and the proof know.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Literal

Weight = Literal["act", "read", "alarm"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited:
    """The base of all types; `level` says whether something was changed, read, or ought to alarm."""

    name: ClassVar[str]
    level: ClassVar[Weight] = "act"

    def body(self) -> bytes:
        """Return the fields as the bytes that are hashed and kept: JSON, sorted, bytes as hex, blanks left out."""
        told = {field.name: _plain(getattr(self, field.name)) for field in fields(self)}
        kept = {name: value for name, value in told.items() if value is not None}
        return json.dumps(kept, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _plain(value: Any) -> Any:
    return value.hex() if isinstance(value, bytes) else value


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerCreated(Audited):
    """The ledger was made."""

    name: ClassVar = "ledger.created"
    ledger: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaMoved(Audited):
    """The tables were brought to another edition."""

    name: ClassVar = "ledger.migrated"
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsKept(Audited):
    """Rows with sealed values were written, sealed anew or lost them: `table/ref` and the SHA-256 of the blob as it is stored.

    Told by every write itself (write.py). It needs no key, and of a sealed blob it tells nothing.
    """

    name: ClassVar = "rows.kept"
    rows: dict[str, str]
    gone: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyTaken(Audited):
    """What is written is sealed under a master key from now on; `key` is its name."""

    name: ClassVar = "key.taken"
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperIssued(Audited):
    """A paper was issued, with the number printed on it."""

    name: ClassVar = "paper.issued"
    paper: str
    form: str
    day: str
    case: str | None = None
    number: str | None = None  # the number's ref


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberGiven(Audited):
    """A number of a series was given, or taken over as given by hand before."""

    name: ClassVar = "number.given"
    number: str
    series: int
    n: int
    holder: str | None = None
    by_hand: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberVoided(Audited):
    """A number was made void; it keeps its place, its reason and who said so."""

    name: ClassVar = "number.voided"
    number: str
    series: int
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRead(Audited):
    """The audit itself was read."""

    name: ClassVar = "audit.read"
    level: ClassVar = "read"
    seq_from: int
    seq_to: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditVerified(Audited):
    """The chain was verified."""

    name: ClassVar = "audit.verified"
    level: ClassVar = "read"
    seq_to: int
    sound: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestMade(Audited):
    """A day's digest was made and signed."""

    name: ClassVar = "audit.digest"
    day: str
    seq_to: int
    again: bool = False  # it stood already, and was handed out once more
