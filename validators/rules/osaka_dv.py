"""Checks of the Osaka procedure that an expression would not say readably. Each takes the record's facts.

The card is read by the respondent: what only hints at a protected value is looked for here and warned of; a protected value
itself, in any notation, is validators/disclosure.py's.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from validators.expressions.functions import filled, mentions
from validators.expressions.lookups import plain, words
from validators.text import address_parts, fold

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
    parts = [
        part
        for secret in _secrets(facts)
        for part in address_parts(secret)
        if part == fold(secret) or re.search(r"[0-9]", part)
    ]
    for name in _KNOWN:
        if fold(plain(getattr(facts, name))).endswith(tuple(parts)):
            return facts.breach_at(name)
    return True


_PREFECTURE = re.compile(r"^[^0-9市区町村郡]{2,3}?[都道府県]")
_MUNICIPALITY = re.compile(r"^(?:[^0-9市区町村]{1,5}郡)?[^0-9市区町村]{1,5}[市区町村]")
_TOWN = re.compile(r"^([^0-9]{2,8}?)(?:[0-9一二三四五六七八九十]+(?:丁目|番|-|$)|[0-9])")
_FACILITY = re.compile(
    r"^.*?(?:市|町|村|区|県|府|都)立|株式会社|有限会社|社会福祉法人|医療法人"
    r"|(?:女性)?自立支援施設|母子生活支援施設|一時保護所|支援センター|シェルタ-|センタ-"
    r"|小学校|中学校|高等学校|高校|大学|幼稚園|保育園|保育所|こども園|学園|病院|クリニック|医院|ホテル|支店|本店|工場"
)
_NAMED = re.compile(r"学校|高校|大学|園$|保育所|病院|クリニック|医院|ホテル|施設|シェルタ-|センタ-|寮$|会社|支店|工場")
_PHONE = re.compile(r"^\+?[0-9()-]{9,}$")
_TELEPHONING = ["電話", "携帯", "番号", "連絡先", "末尾", "下4"]


def _hints(secret: str) -> Iterator[str]:
    """Yield the parts of a secret address or name that tell where it is: municipality, town, a facility's own name."""
    key = fold(secret)
    if _PHONE.match(key):
        return
    rest = _PREFECTURE.sub("", key)
    municipality = _MUNICIPALITY.match(rest)
    if municipality and re.search(r"[0-9]|[都道府県]", key[: len(key) - len(rest)] + rest[municipality.end() :]):
        yield municipality.group()
        town = _TOWN.match(rest[municipality.end() :])
        if town:
            yield town.group(1)
    elif municipality and municipality.end() == len(rest):
        yield rest
    if _NAMED.search(key):
        own = _FACILITY.sub("", key)
        if len(own) >= _SHORTEST and not re.search(r"[0-9]", own):
            yield own


def _last_digits(secret: str) -> str:
    """Return the last four digits of a secret number; "" for what is no telephone number."""
    return re.sub(r"[^0-9]", "", fold(secret))[-4:] if _PHONE.match(fold(secret)) else ""


def nothing_hints_at_a_secret(facts: Facts) -> bool:
    """Tell whether no municipality, town, facility or telephone suffix of a secret stands in the card (第3の2(4)エ).

    What the respondent's own or the shared home, or the author's station, names already is no hint. The last digits of a
    number are one where they stand alone in a text that speaks of telephoning.
    """
    known = "\n".join(fold(plain(getattr(facts, name))) for name in (*_KNOWN, "author_unit"))
    secrets = list(_secrets(facts))
    hints = [hint for secret in secrets for hint in _hints(secret) if hint not in known]
    alone = [re.compile(rf"(?<![0-9]){last}(?![0-9年円])") for last in map(_last_digits, secrets) if last]

    def hinted(text: str) -> bool:
        key = fold(text)
        return any(hint in key for hint in hints) or (
            mentions(text, _TELEPHONING) and any(digits.search(key) for digits in alone)
        )

    return _nowhere(facts, hinted)
