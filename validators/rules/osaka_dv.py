"""Checks of the Osaka procedure that an expression would not say readably. Each takes the record's facts.

The card is read by the respondent: what only hints at a protected value is looked for here and warned of; a protected value
itself, in any notation, is validators/disclosure.py's.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any

from validators.approximate import exact, latest
from validators.expressions.dates import before, day, not_after
from validators.expressions.functions import filled, mentions
from validators.expressions.lookups import plain, words
from validators.law_days import DV_ACT_2023
from validators.naming import parse, same_family_name, same_office, same_person
from validators.rules.shared import At, in_order, station_in_text
from validators.secrecy import Value, cut, secrets_of
from validators.text import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from validators.statutes.verdicts import Facts

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
CALLS = ("110番通報", "警察署基地局への通報")
_SHORTEST = 2  # letters that tell a name: 「沖」 begins too many


# ---- the law of the day -----------------------------------------------------------------------------------------------

_OURS = "2017-03-24"
_DAY = re.compile(r"(?:令和|平成|昭和|[RHS])?(?:元|[0-9]{1,4})[-./年][0-9]{1,2}[-./月][0-9]{1,2}日?")


def _version(named: Any) -> str | None:
    """Return the day that a version is called by (R6-04-01, 令和６年４月１日施行, OSK-H29-03-24)."""
    told = _DAY.search(fold(plain(named)).upper())
    return exact(told[0]) if told else None


def versions_are_of_the_day(facts: Facts) -> bool:
    """Tell whether the versions named are ours, and the law's: in force, its articles numbered as on the day of petition or reception."""
    at = facts.petition_filed_on if filled(facts.petition_filed_on) else facts.received_at
    if filled(facts.rule_set_id) and _version(facts.rule_set_id) != _OURS:
        return facts.breach_at("rule_set_id")
    if not filled(facts.law_version) or not filled(at):
        return True
    version = _version(facts.law_version)
    ours = version and not_after(version, at) and before(version, DV_ACT_2023) == before(at, DV_ACT_2023)
    return bool(ours) or facts.breach_at("law_version")


# ---- what the court asks for --------------------------------------------------------------------------------------------


def a_request_is_of_that_day(facts: Facts) -> bool:
    """Tell whether some consultation that the court names may be the one received (第3の2(4)ウ); one without a day may."""
    for asked in facts.court_request_facts:
        first, told = asked["consulted_at"], asked["consulted_text"]
        last = latest(told) if filled(told) else first
        if (
            not filled(first)
            or last is None
            or (not_after(first, facts.received_at) and not_after(day(facts.received_at), last))
        ):
            return True
    return facts.breach_at("court_match")


# ---- order of events ----------------------------------------------------------------------------------------------


def card_events_are_in_order(facts: Facts) -> bool:
    """Tell whether violence, reception, card, report, hand-over and check follow one another, none after today (第3の2).

    Where officers were sent to the scene by a call, the violence may go on after the call: it lies before the card. The report
    of a new case tells of the reception, that of a renewed one brings the card with it.
    """
    days = tuple(At(f"incident_dates[{number}]", on) for number, on in enumerate(facts.incident_dates))
    rough = At("incident_text", facts.incident_at) if filled(facts.incident_text) else "incident_at"
    first = (
        At("first_violence_text", facts.first_violence_on) if filled(facts.first_violence_text) else "first_violence_on"
    )
    violence: tuple[str | At, ...] = (rough, *days)
    received = ("received_at", "created_at", "handed_over_at", "checked_on")
    called = facts.reception_channel in CALLS and facts.officers_dispatched is True
    return in_order(
        facts,
        (first, violence, *received[called:]),
        received,
        ("dissolved_on", "received_at"),
        ("created_at" if facts.consult_kind == "再申告" else "received_at", "chief_reported_at", "handed_over_at"),
        ("petition_filed_on",),
        births=("victim_birth_date", "perpetrator_birth_date"),
        doubted=(first, *violence, "dissolved_on"),
    )


# ---- persons and stations -----------------------------------------------------------------------------------------


def _perhaps(author: Any, other: Any) -> bool:
    """Tell whether a name may be the other's: the family name alone, or one that ends or begins the other (島二郎, 浜島二郎)."""
    one, two = parse(author).person, parse(other).person
    alike = min(len(one), len(two)) >= _SHORTEST and (
        one.endswith(two) or two.endswith(one) or one.startswith(two) or two.startswith(one)
    )
    return alike or same_person(author, other) or same_family_name(author, other)


def author_is_the_handler(facts: Facts) -> bool:
    """Tell whether who handled the consultation may have written the card (第3の2(1)イ(ア), (2)イ)."""
    if re.fullmatch(r"同[上左前じ]|本職|小職|作成者(?:[にと]同じ|本人)?", _without_blanks(plain(facts.handler_id))):
        return True
    return _perhaps(facts.author_id, facts.handler_id)


def author_was_at_the_scene(facts: Facts) -> bool:
    """Tell whether an officer who took measures at the scene may have written the card (第3の2(1)イ(ア)ただし書, (2)イ)."""
    return any(_perhaps(facts.author_id, officer) for officer in facts.scene_officer_ids)


def author_is_named_alike(facts: Facts) -> bool:
    """Tell whether the author, where he may be one of those who must write, is named as they are."""
    at_scene = facts.reception_channel in CALLS and facts.officers_dispatched is True
    those = facts.scene_officer_ids if at_scene else [facts.handler_id]
    near = any(_perhaps(facts.author_id, each) for each in those)
    return not near or any(same_person(facts.author_id, each) for each in those)


def base_station_is_not_named(facts: Facts) -> bool:
    """Tell whether the card keeps silent about the station of the victim's base, unless the court's request named it.

    The station that received the consultation, its author's and the one that the court wrote to are known to the respondent
    anyway.
    """
    base = facts.living_base_station_id
    known = (facts.receiving_station_id, facts.court_request_addressee_station, facts.author_unit)
    if any(same_office(base, station) for station in known):
        return True
    if same_office(facts.issuer_station, base):
        return facts.breach_at("issuer_station")
    return _nowhere(facts, station_teller(base, known))


def station_teller(station: Any, known: Iterable[Any]) -> Callable[[str], bool]:
    """Return what tells whether a text names the station, once the known ones are taken out of it (砂浜署 is not 浜署)."""
    others = [name for each in known if (name := station_in_text(each))]
    named = station_in_text(station)

    def told(text: str) -> bool:
        rest = fold(text)
        for other in others:
            rest = re.sub(other, "", rest)
        return bool(named and re.search(named, rest))

    return told


# ---- the refuge ---------------------------------------------------------------------------------------------------

_NAME = r"(?:[一-龠々ァ-ヴー]|(?<=[一-龠ァ-ヴー])[のヶケ](?=[一-龠ァ-ヴー]))"


def _refuges() -> str:
    return "|".join(map(re.escape, words("protected_places")))


def no_refuge_is_named(facts: Facts) -> bool:
    """Tell whether no printed text gives a refuge a name: 「シェルター（…の家）に」「…寮に避難した」 (第3の2(4)エ)."""
    places, generic = _refuges(), "|".join(words("kinds_of_refuge"))
    stays, explained = "|".join(words("staying_at_refuge")), "|".join(words("explaining_a_refuge"))
    lodging = "|".join(words("lodgings"))
    named = re.compile(
        rf"(?:{places})(?:は|の|である|、|として|名)?[「『(](?![^」』)]*(?:{explained}))[^」』)]{{2,}}[」』)]"
        rf"|[「『][^」』]{{2,}}[」』](?:という|と称する|なる)?(?:民間|公的)?(?:の)?(?:{places})"
        rf"|(?:{places}|{lodging})[「『(]?[^に。、はをで]{{2,12}}?(?:寮|荘|園|苑|館|ホーム|の家|ハウス|ホテル|旅館|センター)[」』)]?に(?:{stays})"
        rf"|(?<!{_NAME})(?!(?:(?:{generic})の?)+(?:{places}|{lodging}))(?:{generic})*{_NAME}{{2,14}}?(?:{places}|{lodging})(?:に|へ|で)(?:{stays})"
    )
    return _nowhere(facts, lambda text: bool(named.search(_without_blanks(text))))


def no_stay_at_a_refuge_is_told(facts: Facts) -> bool:
    """Tell whether no printed text tells that the victim stays at a refuge, even without its name (第3の2(4)エ)."""
    if not no_refuge_is_named(facts):
        facts.at = ""
        return True
    homes = "(?:友人|知人|親族|親戚|姉|妹|兄|弟)(?:の)?(?:宅|方|家)|実家"
    stays = "|".join(words("staying_at_refuge"))
    told = re.compile(
        rf"(?:^|。)(?!(?:夫|妻|相手方|加害者|同人)[はも])[^。]*(?:{_refuges()}|{'|'.join(words('lodgings'))}|{homes})(?:に|へ|で)(?:{stays})"
    )
    return _nowhere(facts, lambda text: bool(told.search(_without_blanks(text))))


def _without_blanks(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


# ---- words --------------------------------------------------------------------------------------------------------


def _own_words(text: Any) -> str:
    """Return a narrative without what it quotes: 「お前が悪い」と言われた is a fact, whatever the words."""
    return re.sub(r"「[^「」]*」|『[^『』]*』", "", plain(text))


def facts_are_objective(facts: Facts) -> bool:
    """Tell whether the facts are told without guess or judgement (第3の2(4)ア); a tick does not make a guess a fact."""
    if facts.facts_only_confirmed is False:
        return facts.breach_at("facts_only_confirmed")
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
        if secrets.found_in(text):
            return False  # a secret itself is refused by エ-b
        key = fold(text)
        return bool(secrets.hinted_in(text, cities=True)) or (
            mentions(text, _TELEPHONING) and any(digits.search(key) for digits in alone)
        )

    return _nowhere(facts, hinted)
