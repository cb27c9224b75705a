"""What a case keeps secret, whatever the record at hand says: it is looked for in every paper the respondent may read.

Protected facts as they are and as they were, places of people, and what events told as protected. A paper that says none of it
is held against all of it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from ledger.cases import case_of
from ledger.facts import fact_items, fact_revisions, facts_of
from ledger.history import told_of
from ledger.parties import parties_of
from ledger.persons import PLACE_LABELS
from validators.disclosure import gather, together
from validators.errors import InputError
from validators.model import Record
from validators.secrecy import Value
from validators.text import mentions

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from sqlalchemy import Connection

    from ledger.cases import CaseFile
    from ledger.engine import Ledger
    from ledger.facts import CaseFact
    from ledger.history import ToldEvent
    from ledger.persons import PartyKept
    from validators.disclosure import PaperSecrets
    from validators.model import Field
    from validators.rulebook import Rulebook

_TOLD: Final = "protected_values"  # what events tell as protected, in words of people
_CUT: Final = {"phone": "phone", "address": "address", "refuge": "address"}  # other places are names or numbers


def secrets_of_case(connection: Connection, ledger: Ledger, rules: Rulebook, case_id: int) -> PaperSecrets:
    """Return the protected values of a case, and what the respondent knows already."""
    case = case_of(connection, ledger, case_id)
    now, ever = facts_of(connection, case), fact_revisions(connection, case)
    items = fact_items(rules, case.kind, {fact.name for fact in ever})
    fields = {name: replace(item, name=name) for name, item in items.items() if item}
    secret, known = _gathered(rules, fields, {name: fact.value for name, fact in now.items()})
    former = {value for fact in _former(ever, now) for value in _gathered(rules, fields, {fact.name: fact.value})[0]}
    people = _of_people(parties_of(connection, case))
    told = _of_events(told_of(connection, ledger, case.id), rules.procedures.vocabulary.label(_TOLD))
    return tuple(dict.fromkeys((*secret, *sorted(former), *people, *told))), known


def require_discreet(connection: Connection, ledger: Ledger, rules: Rulebook, case: CaseFile, words: str) -> None:
    """Refuse words that are kept in clear and tell who the case is about, or what it hides. Raises InputError."""
    names = [name.text for person in parties_of(connection, case) for name in person.names]
    hidden = together([secrets_of_case(connection, ledger, rules, case.id)])
    if hidden.found_in(words) or any(mentions(words, name) for name in names):
        raise InputError(
            "理由に、人の名前か、秘匿すべきことが書かれています。",
            action="理由は記録にそのまま残ります。名前や場所を書かずに、理由だけを書いてください。",
        )


def _gathered(rules: Rulebook, fields: Mapping[str, Field], data: Mapping[str, Any]) -> PaperSecrets:
    """Return what facts keep secret, as a paper with these items that he does not read would."""
    asked = {name: fields[name] for name in data if name in fields}
    inner = replace(rules.catalogue.get(rules.catalogue.slugs()[0]), fields=asked, audience=frozenset())
    return gather(inner, Record(inner.slug, "", dict(data)))


def _former(ever: Sequence[CaseFact], now: Mapping[str, CaseFact]) -> Iterator[CaseFact]:
    for fact in ever:
        stands = now.get(fact.name)
        if fact.value is not None and (stands is None or stands.ref != fact.ref):
            yield fact


def _of_people(people: Sequence[PartyKept]) -> Iterator[Value]:
    for person in people:
        for place in person.places:
            if place.protected:
                label = PLACE_LABELS[place.kind]
                yield Value(label, _CUT.get(place.kind, "string"), place.text, place.kind == "refuge")


def _of_events(told: Sequence[ToldEvent], label: str) -> Iterator[Value]:
    for event in told:
        said = event.facts.get(_TOLD)
        for text in said if isinstance(said, list) else [said]:
            if isinstance(text, str) and text.strip():
                yield Value(label, "string", text)
