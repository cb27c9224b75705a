"""One spelling for what conditions compare: 岬署 and 汐見県岬警察署, 相－１ and 相-1, 第２号 and 2号, 沖　一郎 and 沖一郎 are one each."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from validators.naming import parse, same_office
from validators.text import case_key, fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from validators.histories.items import Happening
    from validators.histories.vocabulary import EventVocabulary, Fact


def in_one_spelling(vocabulary: EventVocabulary, items: Iterable[Happening]) -> list[Happening]:
    """Return the items with each station as it is first written, a headquarters' unit by its own name, a value as it is listed.

    Only for judging: what is printed keeps what was entered. Of lists, the members that are stations and no posts.
    """
    offices = _Offices()
    return [replace(item, facts=_facts(vocabulary, offices, item.name, item.facts)) for item in items]


def with_listed_values(vocabulary: EventVocabulary, items: Iterable[Happening]) -> list[Happening]:
    """Return the items with each value that the vocabulary lists as it is listed; all else keeps what was entered."""
    return [
        replace(
            item, facts={name: _listed(vocabulary.fact(item.name, name), told) for name, told in item.facts.items()}
        )
        for item in items
    ]


def _listed(fact: Fact | None, value: Any) -> Any:
    if fact is None or not fact.listed:
        return value
    if isinstance(value, list):
        return [fact.spelt(each) if isinstance(each, str) else each for each in value]
    return fact.spelt(value) if isinstance(value, str) else value


def _facts(vocabulary: EventVocabulary, offices: _Offices, of: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _value(vocabulary, offices, of, name, value) for name, value in facts.items()}


def _value(vocabulary: EventVocabulary, offices: _Offices, of: str, name: str, value: Any) -> Any:
    fact = vocabulary.fact(of, name)
    if isinstance(value, list):
        return [_member(vocabulary, offices, of, fact, each) for each in value]
    if fact is None or not isinstance(value, str):
        return value
    if fact.type == "person":
        return offices.listed(value)
    return offices.spelt(value) if fact.type == "office" else fact.spelt(value)


def _member(vocabulary: EventVocabulary, offices: _Offices, of: str, fact: Fact | None, value: Any) -> Any:
    if isinstance(value, dict):
        return _facts(vocabulary, offices, of, value)
    if not isinstance(value, str):
        return value
    if fact and fact.listed and not (fact.open and fact.unknown(value)):
        return fact.spelt(value)
    return offices.listed(value)


class _Offices:
    """The stations met so far, as they were first written, each with its prefecture as soon as one is told."""

    def __init__(self) -> None:
        self.stations: dict[str, str] = {}
        self.first: dict[str, str] = {}  # persons and members of lists, 相－１ and 相-1, as they were first written

    def listed(self, written: str) -> str:
        """Return a person or the member of a list as it was first written, 沖 一郎 for 巡査部長　沖一郎 too."""
        return self.first.setdefault(_key(written), self.spelt(written)) if written else written

    def spelt(self, written: str) -> str:
        """Return an office as conditions read it; a post, a person or another text as it is."""
        name = parse(written)
        if name.title or name.rank or name.person:
            return written
        if name.units and "警察本部" in written:
            return name.units[-1]
        if name.kind != "station" or not name.office or name.units:
            return written
        told = name.prefecture
        for first, prefecture in self.stations.items():
            if same_office(first, written) and (not told or not prefecture or told == prefecture):
                self.stations[first] = prefecture or told
                return first
        self.stations[written] = told
        return written


def _key(written: str) -> str:
    """Return what makes a person or a number one: of a person the name without rank and blanks, in one form of its characters."""
    name = parse(written)
    if not name.person or name.title or name.office or name.units or any(c.isdigit() for c in written):
        return case_key(written)
    return case_key(fold(name.person))
