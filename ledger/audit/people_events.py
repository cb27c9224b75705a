"""What the audit is told of people and keys: who may enter, who did, who was turned away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ledger.audit.types import Audited


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonAdded(Audited):
    """A person who may sign in was added."""

    name: ClassVar = "person.added"
    who: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordSet(Audited):
    """A password was set; `once` says that it opens the door to setting another alone."""

    name: ClassVar = "person.password"
    who: str
    once: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactorSet(Audited):
    """A second factor was set up or taken away."""

    name: ClassVar = "person.second-factor"
    who: str
    on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideNamed(Audited):
    """A person was given the name by which the office's provider knows them, or lost it."""

    name: ClassVar = "person.outside"
    who: str
    on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleGiven(Audited):
    """A role in an office was given, until a moment where it is an exception."""

    name: ClassVar = "role.given"
    who: str
    role: str
    office: str
    until: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleEnded(Audited):
    """A role ended before its time."""

    name: ClassVar = "role.ended"
    who: str
    role: str
    office: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn(Audited):
    """A person signed in."""

    name: ClassVar = "sign-in.done"
    level: ClassVar = "read"
    who: str
    way: str | None = None  # provider: not by a password of ours


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedOut(Audited):
    """A person signed out."""

    name: ClassVar = "sign-in.ended"
    level: ClassVar = "read"
    who: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInFailed(Audited):
    """A sign-in failed; `who` where the name was somebody's. What was typed is never told."""

    name: ClassVar = "sign-in.failed"
    level: ClassVar = "alarm"
    who: str | None = None
    locked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonUnlocked(Audited):
    """A lock after failed sign-ins was taken off by hand."""

    name: ClassVar = "person.unlocked"
    who: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKeyMade(Audited):
    """A key for another system was made."""

    name: ClassVar = "api-key.made"
    key: str
    office: str
    scopes: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKeyRevoked(Audited):
    """A key for another system was revoked."""

    name: ClassVar = "api-key.revoked"
    key: str
