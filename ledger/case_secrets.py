"""What a case keeps secret, whatever the record at hand says: it is looked for in every paper the respondent may read.

Protected facts as they are and as they were, places of people, and what events told as protected. A paper that says none of it
is held against all of it.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from ledger import blind
from ledger.facts import fact_items, fact_revisions, facts_of
from ledger.history import told_of
from ledger.parties import parties_of
from ledger.persons import PLACE_LABELS
from ledger.tables import office
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
    from ledger.persons import PartyKept, Spelling
    from validators.disclosure import PaperSecrets
    from validators.model import Field
    from validators.rulebook import Rulebook

_PART, _LATIN_PART = 2, 4  # letters of a part of a name that tells by itself
_PARTS: Final = re.compile(r"[\s・,.]+")
_HIRAGANA: Final = re.compile(r"[ぁ-ゖー]+")
_TOLD: Final = "protected_values"  # what events tell as protected, in words of people
_CUT: Final = {"phone": "phone", "address": "address", "refuge": "address"}  # other places are names or numbers


def secrets_of_case(connection: Connection, ledger: Ledger, rules: Rulebook, case: CaseFile) -> PaperSecrets:
    """Return the protected values of a case, and what the respondent knows already."""
    now, ever = facts_of(connection, case), fact_revisions(connection, case)
    items = fact_items(rules, case.kind, {fact.name for fact in ever})
    fields = {name: replace(item, name=name) for name, item in items.items() if item}
    secret, known = _gathered(rules, fields, {name: fact.value for name, fact in now.items()})
    former = {value for fact in _former(ever, now) for value in _gathered(rules, fields, {fact.name: fact.value})[0]}
    people = _of_people(parties_of(connection, case))
    told = _of_events(told_of(connection, ledger, case.id), rules.procedures.vocabulary.label(_TOLD))
    return tuple(dict.fromkeys((*secret, *sorted(former), *people, *told))), known


def require_discreet(
    connection: Connection, ledger: Ledger, rules: Rulebook, case: CaseFile, words: str, *, what: str = "理由"
) -> None:
    """Refuse words that are kept in clear and tell who the case is about, or what it hides. Raises InputError."""
    people = parties_of(connection, case)
    ours = connection.scalar(select(office.c.code + " " + office.c.name).where(office.c.id == case.office_id)) or ""
    names = {each for person in people for name in person.names for each in _said_as(name) if each not in ours}
    hidden = together([secrets_of_case(connection, ledger, rules, case)])
    phones = {form for person in people for form in person.forms()["phone"]} & blind.folded_forms("phone", words)
    if hidden.found_in(words) or phones or any(mentions(words, name) for name in names):
        raise InputError(
            f"{what}に、人の名前か、秘匿すべきことが書かれています。",
            action=f"{what}は記録にそのまま残ります。名前や場所を書かずに、{what}だけを書いてください。",
        )


def _said_as(name: Spelling) -> Iterator[str]:
    """Yield what somebody is called by: the whole name, and of a name its parts, where a part is no common word."""
    yield name.text
    if name.kind != "kana":
        for part in _PARTS.split(name.text):
            least = _LATIN_PART if part.isascii() else _PART
            if len(part) >= least and not _HIRAGANA.fullmatch(part):  # まり stands in あまり
                yield part


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
