"""One spelling for the offices of a history: 岬署, 岬警察署 and 汐見県岬警察署 are told apart by nothing that conditions compare."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from validators.naming import parse, same_office

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from validators.histories.items import Happening
    from validators.histories.vocabulary import EventVocabulary


def in_one_spelling(vocabulary: EventVocabulary, items: Iterable[Happening]) -> list[Happening]:
    """Return the items with each station as it is first written and a headquarters' unit by its own name.

    Only for judging: what is printed keeps what was entered. Of lists, the members that are stations and no posts.
    """
    offices = _Offices()
    return [replace(item, facts=_facts(vocabulary, offices, item.name, item.facts)) for item in items]


def _facts(vocabulary: EventVocabulary, offices: _Offices, of: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _value(vocabulary, offices, of, name, value) for name, value in facts.items()}


def _value(vocabulary: EventVocabulary, offices: _Offices, of: str, name: str, value: Any) -> Any:
    if isinstance(value, list):
        return [
            _facts(vocabulary, offices, of, each)
            if isinstance(each, dict)
            else offices.spelt(each)
            if isinstance(each, str)
            else each
            for each in value
        ]
    fact = vocabulary.fact(of, name)
    return offices.spelt(value) if fact and fact.type == "office" and isinstance(value, str) else value


class _Offices:
    """The stations met so far, as they were first written, each with its prefecture as soon as one is told."""

    def __init__(self) -> None:
        self.stations: dict[str, str] = {}

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
