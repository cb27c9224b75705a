"""Checks of the Osaka procedure that an expression would not say readably. Each takes the record's facts.

The card is read by the respondent: what only hints at a protected value is looked for here and warned of; a protected value
itself, in any notation, is validators/disclosure.py's.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from validators.expressions.functions import filled, mentions
from validators.expressions.lookups import plain, words
from validators.secrecy import Value, cut, secrets_of
from validators.text import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from validators.statutes import Facts

_PRINTED = (
    "received_place",
    "incident_place",
    "facts",
    "injury_description",
    "consult_content",
    "measures_taken",
)
_KNOWN = ("shared_home_address", "perpetrator_address")
_SECRET = ("protected_values", "victim_base_address", "victim_phone", "workplace_or_school")
_SHORTEST = 2


# ---- persons and stations -----------------------------------------------------------------------------------------


def _same_person(a: Any, b: Any) -> bool:
    """Tell whether two names are one person's, a rank or post before either left aside (巡査部長 沖一郎 is 沖一郎)."""
    left, right = fold(plain(a)), fold(plain(b))
    return min(len(left), len(right)) >= _SHORTEST and (left.endswith(right) or right.endswith(left))


def author_is_the_handler(facts: Facts) -> bool:
    """Tell whether who handled the consultation wrote the card (第3の2(1)イ(ア), (2)イ)."""
    return _same_person(facts.author_id, facts.handler_id)


def author_was_at_the_scene(facts: Facts) -> bool:
    """Tell whether an officer who took measures at the scene wrote the card (第3の2(1)イ(ア)ただし書, (2)イ)."""
    return any(_same_person(facts.author_id, officer) for officer in facts.scene_officer_ids)


def _station_key(station: Any) -> str:
    """Return what of a station's name tells its place: 鳥見県海辺警察署 and 海辺署 both give 海辺."""
    key = re.sub(r"^[^都道府県]{2,3}[都道府県](?:警察?)?", "", fold(plain(station)))
    return re.sub(r"(?:警察)?署(?:長)?$", "", key)


def base_station_is_not_named(facts: Facts) -> bool:
    """Tell whether the card keeps silent about the station of the victim's base, unless the court's request named it.

    The station that received the consultation and the one that the court wrote to are known to the respondent anyway.
    """
    base = _station_key(facts.living_base_station_id)
    known = [_station_key(facts.receiving_station_id), _station_key(facts.court_request_addressee_station)]
    if not base or base in known or mentions(facts.author_unit, base):
        return True
    if filled(facts.issuer_station) and _station_key(facts.issuer_station) == base:
        return facts.breach_at("issuer_station")
    named = [f"{base}署", f"{base}警察署"]
    return _nowhere(facts, lambda text: mentions(text, named))


# ---- words --------------------------------------------------------------------------------------------------------


def _own_words(text: Any) -> str:
    """Return a narrative without what it quotes: 「お前が悪い」と言われた is a fact, whatever the words."""
    return re.sub(r"「[^「」]*」|『[^『』]*』", "", plain(text))


def facts_are_objective(facts: Facts) -> bool:
    """Tell whether the facts are told without guess or judgement, or a person has confirmed it (第3の2(4)ア)."""
    if facts.facts_only_confirmed is not None:
        return facts.facts_only_confirmed is True
    return not mentions(_own_words(facts.facts), words("speculation_or_opinion"))


def nobody_blames_the_victim(facts: Facts) -> bool:
    """Tell whether the narratives put no blame on the victim outside quotations (第3の2(4)エ)."""
    blaming = words("blaming_the_victim")
    return _nowhere(facts, lambda text: mentions(_own_words(text), blaming))


# ---- hints at what is protected -----------------------------------------------------------------------------------


def _nowhere(facts: Facts, told: Callable[[str], bool]) -> bool:
    """Tell whether no printed text tells it; the breach is at the first that does."""
    for name in _PRINTED:
        if told(plain(getattr(facts, name))):
            return facts.breach_at(name)
    return True


def _secrets(facts: Facts) -> Iterator[str]:
    for name in _SECRET:
        value = getattr(facts, name)
        yield from (plain(each) for each in (value if isinstance(value, list) else [value]) if filled(each))


def known_boxes_hold_no_secret(facts: Facts) -> bool:
    """Tell whether no address that counts as known to the respondent is at the same time said to be secret."""
    secrets = secrets_of(Value("", "address", secret) for secret in _secrets(facts))
    for name in _KNOWN:
        if secrets.found_in(plain(getattr(facts, name))):
            return facts.breach_at(name)
    return True


_TELEPHONING = ["電話", "携帯", "番号", "連絡先", "末尾", "下4"]


def _last_digits(secret: str) -> Iterator[str]:
    """Yield the last four digits of each secret number."""
    return (clue.name[-4:] for clue in cut(secret, "phone") if clue.kind == "phone")


def nothing_hints_at_a_secret(facts: Facts) -> bool:
    """Tell whether no municipality, town, facility or telephone suffix of a secret stands in the card (第3の2(4)エ).

    What the respondent's own or the shared home names already is no hint. The last digits of a number are one where they
    stand alone in a text that speaks of telephoning.
    """
    known = [Value("", "address", plain(getattr(facts, name))) for name in _KNOWN]
    secrets = secrets_of((Value("", "address", secret) for secret in _secrets(facts)), known)
    alone = [
        re.compile(rf"(?<![0-9]){last}(?![0-9年円])") for secret in _secrets(facts) for last in _last_digits(secret)
    ]

    def hinted(text: str) -> bool:
        key = fold(text)
        return bool(secrets.hinted_in(text, cities=True)) or (
            mentions(text, _TELEPHONING) and any(digits.search(key) for digits in alone)
        )

    return _nowhere(facts, hinted)
