"""Look at a case as a whole: its people, what it knows, what happened, its papers, what falls due.

Where somebody hides, how they are reached and what their events tell is hidden until somebody says why they must see it;
that is told to the audit before it is shown.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from ledger.access import access_of
from ledger.audit.case_events import ValuesRevealed
from ledger.case_secrets import require_discreet
from ledger.cases import case_named
from ledger.due import listed
from ledger.facts import fact_items, facts_of
from ledger.history import told_of
from ledger.parties import parties_of
from ledger.tables import number, paper
from ledger.write import record

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from sqlalchemy import Connection

    from ledger.access import CaseAccess
    from ledger.cases import CaseFile
    from ledger.due import Deadline
    from ledger.engine import Ledger
    from ledger.facts import CaseFact
    from ledger.history import ToldEvent
    from ledger.persons import PartyKept
    from ledger.types import Actor
    from validators.model import Field
    from validators.rulebook import Rulebook

HIDDEN: Final = "（秘匿）"


@dataclass(frozen=True, slots=True)
class CasePaper:
    """A paper of a case as the case lists it."""

    ref: str
    form: str
    state: str
    day: str
    n: int | None


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case as a whole; `revealed`: protected values and what events tell stand in it."""

    case: CaseFile
    people: Sequence[PartyKept]
    facts: Mapping[str, CaseFact]
    labels: Mapping[str, str]
    events: Sequence[ToldEvent]
    papers: Sequence[CasePaper]
    deadlines: Sequence[Deadline]
    access: Sequence[CaseAccess]
    revealed: bool


def view_case(ledger: Ledger, rules: Rulebook, actor: Actor, case: str, *, why: str = "") -> CaseView:
    """Return a case as it stands; `why` its protected values must be seen, without which they are hidden. Raises InputError."""
    with ledger.read() as connection:
        found = case_named(connection, ledger, case)
        people, facts = parties_of(connection, found), facts_of(connection, found)
        events, papers = told_of(connection, ledger, found.id), _papers(connection, found)
        access = access_of(connection, found, ledger.now())
        if why.strip():
            require_discreet(connection, ledger, rules, found, why)
    items = fact_items(rules, found.kind, facts)
    hidden = sorted(name for name, item in items.items() if _is_protected(item))
    due = listed(ledger, rules, case=found.ref)
    labels = {name: item.label if item else name for name, item in items.items()}
    if why.strip():
        record(ledger, actor, ValuesRevealed(case=found.ref, fields=tuple(hidden), why=why.strip()))
        return CaseView(found, people, facts, labels, events, papers, due, access, revealed=True)
    shown = {name: replace(each, value=HIDDEN) if name in hidden else each for name, each in facts.items()}
    silent = [replace(each, facts={}) for each in events]
    return CaseView(
        found, [_discreet(each, hidden) for each in people], shown, labels, silent, papers, due, access, revealed=False
    )


def _is_protected(item: Field | None) -> bool:
    """Tell whether a fact is hidden: all that holds what is protected but a name, by which the case itself is found.

    A list is hidden whole where an item of its rows is protected: half of it shown could not be given back whole.
    """
    if item is None or item.known == "never":
        return True
    return any(map(_is_protected, item.fields.values())) or (item.sensitivity == "protected" and item.type != "person")


def _discreet(person: PartyKept, hidden: Collection[str]) -> PartyKept:
    birth = HIDDEN if person.birth and f"{person.role}_birth_date" in hidden else person.birth
    places = [replace(place, text=HIDDEN) if place.protected else place for place in person.places]
    return replace(person, places=places, birth=birth, remarks=HIDDEN if person.remarks else "")


def _papers(connection: Connection, case: CaseFile) -> list[CasePaper]:
    columns: tuple[Any, ...] = (paper.c.ref, paper.c.form, paper.c.state, paper.c.day, number.c.n)
    wanted = select(*columns).outerjoin(number, number.c.id == paper.c.number_id)
    rows = connection.execute(wanted.where(paper.c.case_file_id == case.id).order_by(paper.c.id))
    return [CasePaper(row.ref, row.form, row.state, row.day or "", row.n) for row in rows]
