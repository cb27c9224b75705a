"""Who speaks: a person with a session, or another system with its key. Pages and API read it here and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, cast

from flask import current_app, g

from api.access.permissions import ROLE_DEEDS, SCOPE_DEEDS
from ledger.people import ROLES
from ledger.types import Actor

if TYPE_CHECKING:
    from api.access.permissions import Deed
    from ledger.api_keys import ApiKeyKept
    from ledger.engine import Ledger
    from ledger.people import PersonKept


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who speaks. `deeds`: what they may do in each office, by its code; `ref` is a person's or a key's."""

    ref: str
    name: str
    deeds: dict[str, frozenset[Deed]]
    office: str  # the code of the one they act for
    role: str = ""
    person: PersonKept | None = None

    is_authenticated: ClassVar = True  # what Flask-Login asks of a person
    is_active: ClassVar = True
    is_anonymous: ClassVar = False

    def get_id(self) -> str:
        """Return what the session keeps of a person."""
        return self.ref

    def may(self, deed: Deed) -> bool:
        """Return whether they may do something in the office they act for."""
        return deed in self.deeds.get(self.office, ())

    def offices(self, deed: Deed) -> frozenset[str]:
        """Return the codes of the offices where they may do something."""
        return frozenset(code for code, deeds in self.deeds.items() if deed in deeds)

    def actor(self) -> Actor:
        """Return who the ledger is told acts."""
        return Actor(self.name, role=self.role, ref=self.ref, via="http")


def ledger() -> Ledger:
    """Return the application's ledger."""
    return cast("Ledger", current_app.extensions["ledger"])


def visitor() -> Visitor | None:
    """Return who speaks; None on a public route, and where the service has no people."""
    return cast("Visitor | None", g.get("visitor"))


def may(deed: Deed) -> bool:
    """Return whether whoever speaks may do something; where the service has no people, all may."""
    if "ledger" not in current_app.extensions:
        return True
    speaks = visitor()
    return speaks is not None and speaks.may(deed)


def of_person(person: PersonKept, office: str = "") -> Visitor:
    """Return a person as visitor, acting for one of their offices: the one asked for, else the first."""
    deeds: dict[str, frozenset[Deed]] = {}
    for held in person.roles:
        deeds[held.office] = deeds.get(held.office, frozenset()) | ROLE_DEEDS[held.role]
    chosen = office if office in deeds else next(iter(deeds), "")
    role = "・".join(ROLES[held.role] for held in person.roles if held.office == chosen)
    return Visitor(person.ref, person.name, deeds, chosen, role, person)


def of_key(key: ApiKeyKept) -> Visitor:
    """Return another system as visitor."""
    deeds = frozenset(deed for scope in key.scopes for deed in SCOPE_DEEDS[scope])
    return Visitor(key.ref, key.label, {key.office: deeds}, key.office, "ほかの仕組み")
