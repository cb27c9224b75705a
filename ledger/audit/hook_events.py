"""What the audit is told of other systems that are told of what happens, and of what was sent them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ledger.audit.types import Audited


@dataclass(frozen=True, slots=True, kw_only=True)
class HookMade(Audited):
    """An administrator let another system be told of an office's papers and cases; `host` is where it is."""

    name: ClassVar = "hook.made"
    hook: str
    office: str
    kinds: str
    host: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HookEnded(Audited):
    """Another system is told no more; what still waited for it will not be sent."""

    name: ClassVar = "hook.ended"
    hook: str
    waiting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingTried(Audited):
    """Something was sent to another system: taken (sent), to be tried again (waiting), or given up (dead)."""

    name: ClassVar = "hook.tried"
    level: ClassVar = "read"
    hook: str
    outgoing: str
    state: str
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingAgain(Audited):
    """What was given up is to be sent once more."""

    name: ClassVar = "hook.again"
    outgoing: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingPruned(Audited):
    """What was sent, or given up, long ago is kept no more."""

    name: ClassVar = "hook.pruned"
    rows: int
