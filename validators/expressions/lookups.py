"""Answers that the record does not hold itself: reference tables (validators/reference/), settings, the case's papers.

A table without an answer raises UnknownAnswerError; the evaluator turns that into an undetermined verdict.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from validators.office import stations_of

if TYPE_CHECKING:
    from validators.definitions.reference import ReferenceTables

_PREFECTURE = re.compile(r"^(北海道|東京都|京都府|大阪府|[^\s都道府県市区町村郡]{2,3}県)")


class UnknownAnswerError(Exception):
    """The reference tables have no answer: the verdict is undetermined."""


class AbsentPapersError(UnknownAnswerError):
    """The record belongs to a case whose other papers are not at hand: nobody can say what stands in them."""


@dataclass(slots=True)
class Surroundings:
    """What the record does not hold itself: the rulebook's tables, the case's other papers, the office that issues.

    `absent` is a list where the record names a case and none of its papers are here: the forms that were asked for.
    """

    reference: ReferenceTables
    papers: Mapping[str, list[dict[str, Any]]] = field(default_factory=dict)
    office: Mapping[str, str] = field(default_factory=dict)
    absent: list[str] | None = None


SURROUNDINGS: ContextVar[Surroundings] = ContextVar("surroundings")  # set by whoever judges; there is no other


@contextmanager
def surrounded(by: Surroundings) -> Iterator[None]:
    """Let functions of expressions see these surroundings."""
    kept = SURROUNDINGS.set(by)
    try:
        yield
    finally:
        SURROUNDINGS.reset(kept)


def plain(value: Any) -> str:
    """Return the words of a text, number, person (its name) or list of these."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, Mapping):
        return plain(value.get("name"))
    if isinstance(value, list):
        return "\n".join(plain(part) for part in value)
    return str(value)


def _folded(address: Any) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", plain(address)))


def prefecture_of(address: Any) -> str | None:
    """Return the prefecture an address begins with, or that of a city written without one (横浜市; reference/courts.yaml).

    A blank has none; any other address without one has no answer: UnknownAnswerError.
    """
    place = _folded(address)
    if not place:
        return None
    if match := _PREFECTURE.match(place):
        return match.group(1)
    alone: Mapping[str, list[str]] = SURROUNDINGS.get().reference.table("courts")["cities_without_prefecture"]
    for prefecture, cities in alone.items():
        if place.startswith(tuple(cities)):
            return prefecture
    raise UnknownAnswerError


def district_of(court: Any) -> str:
    """Return the district of a court: 水戸 for 水戸地方裁判所土浦支部 and 水戸地裁; a branch counts as its court."""
    return re.split("地方裁判所|地裁", _folded(court))[0]


def high_court_of(court: Any) -> str:
    """Return the seat of the high court over a district court (水戸地裁土浦支部 → 東京); "" for a court not in the table."""
    over: Mapping[str, list[str]] = SURROUNDINGS.get().reference.table("courts")["high_courts"]
    return next((seat for seat, courts in over.items() if district_of(court) in courts), "")


def court_covers(court: Any, address: Any) -> bool:
    """Tell whether the district court (a branch counts as its court) takes the place; see reference/courts.yaml."""
    if not (_folded(court) and _folded(address)):
        return False
    prefecture, table = prefecture_of(address) or "", SURROUNDINGS.get().reference.table("courts")
    name = district_of(court)
    if prefecture in table["by_prefecture"]:
        answer = table["by_prefecture"][prefecture]
    elif prefecture in table["by_municipality"]:
        rest = _folded(address).removeprefix(prefecture)
        found = [
            (rest.index(place), -len(place), of)
            for of, places in table["by_municipality"][prefecture].items()
            for place in places
            if place in rest[:12]
        ]
        if not found:
            raise UnknownAnswerError
        answer = min(found)[2]  # the place written first: 帯広市東川町 is no 東川町
    else:
        raise UnknownAnswerError
    courts = {*table["by_prefecture"].values(), *(of for places in table["by_municipality"].values() for of in places)}
    if name not in courts:
        raise UnknownAnswerError
    return bool(name == answer)


def takes_electronic(court: Any, on: Any) -> bool:
    """Tell whether a court takes electronic petitions on a day; see reference/electronic_courts.yaml.

    A blank court or day gives False. A court that is not listed has no answer: UnknownAnswerError.
    """
    if not (_folded(court) and isinstance(on, str)):
        return False
    from_day = SURROUNDINGS.get().reference.table("electronic_courts").get("courts", {}).get(district_of(court))
    if from_day is None:
        raise UnknownAnswerError
    return str(from_day) <= on[:10]


def station_of(address: Any) -> str | None:
    """Return the police station that takes the place: the office profile's own, else reference/stations.yaml."""
    if not _folded(address):
        return None
    place = _folded(address)
    around = SURROUNDINGS.get()
    stations = {**around.reference.table("stations"), **stations_of(around.office)}
    found = [(area, station) for station, areas in stations.items() for area in areas if place.startswith(area)]
    if not found:
        raise UnknownAnswerError
    return str(max(found, key=lambda pair: len(pair[0]))[1])


def setting(key: str) -> float:
    """Return an office's figure (目安): the office profile's own, else reference/settings.yaml."""
    around = SURROUNDINGS.get()
    own = around.office.get(key)
    if own is not None and re.fullmatch(r"[0-9]+", str(own)):
        return int(own)
    return float(around.reference.entry("settings", key, "設定値"))


def words(lexicon: str) -> list[str]:
    """Return a word list from reference/lexicons.yaml."""
    return list(SURROUNDINGS.get().reference.entry("lexicons", lexicon, "語の表"))


def papers(slug: str) -> list[dict[str, Any]]:
    """Return the case's other records of that form. Raises AbsentPapersError where the case's papers are not at hand."""
    around = SURROUNDINGS.get()
    if around.absent is not None:
        around.absent.append(slug)
        raise AbsentPapersError
    return list(around.papers.get(slug, ()))
