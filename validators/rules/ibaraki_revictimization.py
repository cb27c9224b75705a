"""Checks of the Ibaraki procedure that an expression would not say readably. Each takes the record's facts.

Papers for prisons are read where the perpetrator is held, so they leave the victim's identity out unless it is needed
(第6の3(1)ア). Whether a checklist is such a paper depends on its version, not on its form: hence these checks.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from validators.expressions.dates import not_after, under_age
from validators.expressions.functions import filled, placeholder
from validators.expressions.lookups import UnknownAnswerError, station_of
from validators.naming import parse, same_office
from validators.rules.shared import At, boxes, in_order, own_police, station_in_text
from validators.secrecy import Secrets, Value, secrets_of
from validators.text import fold

if TYPE_CHECKING:
    from validators.statutes.verdicts import Facts

# Field → the item by which `victim_identity_items` allows it. Sex and kinship are words of every text: not looked for.
IDENTITY = {
    "victim_name": "氏名",
    "victim_kana": "ふりがな",
    "victim_address": "住居地",
    "victim_phone": "連絡先電話番号",
    "victim_workplace": "勤務先等の名称",
    "victim_workplace_address": "勤務地等",
    "direct_victim_name": "直接の被害者の氏名",
}
_BIRTH_DATE = "生年月日"
# What the perpetrator knows of himself, or what is his own: no secret, even where the victim shares it.
_HIS_OWN = ("perpetrator_name", "perpetrator_kana", "perpetrator_workplace")
_HIS_PLACES = ("perpetrator_address", "perpetrator_workplace_address")
_ADDRESSES = frozenset({"victim_address", "victim_workplace_address", *_HIS_PLACES})
# Texts that leave the house, of all papers that go to a prison; a test holds the list against their fields.
OUTSIDE = (
    "application_id",
    "case_id",
    "perpetrator_name",
    "perpetrator_kana",
    "perpetrator_address",
    "perpetrator_workplace_address",
    "offence_name",
    "check_modus_operandi",
    "check_motive",
    "check_organisational_background",
    "check_relation",
    "check_statements_conduct",
    "check_other",
    "notice_need_reason",
    "request_reason",
    "contact_for_notice",
    "identification_note",
    "inquiry_other",
    "inquiry_reason",
    "reply_to",
    "sentence_court",
    "prosecutor_office",
    "perpetrator_current_facility",
    "perpetrator_registered_domicile",
    "sentence_term",
    "oral_request_to",
    "return_place_probation_office",
    "request_id",
    "prior_request_id",
    "document_number",
    "free_text",
    "attachments",
    "dispatch_documents",
    "file_name",
    "rendered_text",
)
_INSIDE_PAPERS = ("designation-application", "designation-checklist")
_KANJI = "一-龠々髙﨑"
_JOINED = re.compile(
    rf"[、，,/／;；&＆+＋\n]|及び|並びに|(?:ほか|外|他)\s*[0-9一二三四五六七八九十]+\s*[名人]|ほか$|夫妻$|夫婦$|一家$|[{_KANJI}]{{3,}}ら$"
    rf"|(?<=[{_KANJI}ぁ-ん])\s*・\s*(?=[{_KANJI}ぁ-ん])|(?<=[{_KANJI}]{{2}})\s*と\s*(?=[{_KANJI}]{{2}})"
)
_SHORTEST = 2  # a name's part of one letter (光) would be found everywhere


def _of(facts: Facts, name: str) -> Any:
    """Return a field's value, None where the form has no such field: these checks serve several papers."""
    return facts.get(name)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _texts(inner)


def _named(value: Any) -> Iterator[str]:
    """Yield a person's name and reading, without birth date and post."""
    yield from _texts([value.get("name"), value.get("kana")] if isinstance(value, Mapping) else value)


def _goes_inside(facts: Facts) -> bool:
    return bool(_of(facts, "checklist_variant") == "internal")


def _allowed(facts: Facts) -> frozenset[str]:
    needed = _of(facts, "victim_identity_needed") is True
    return frozenset(_of(facts, "victim_identity_items") or ()) if needed else frozenset()


def _nowhere_outside(facts: Facts, told: Callable[[str], Any], but: str = "") -> bool:
    """Tell whether no text that leaves the house tells it; the breach is at the first that does."""
    for name in OUTSIDE:
        value = None if name == but else _of(facts, name)
        if value is not None and any(told(text) for text in _texts(value)):
            return facts.breach_at(name)
    return True


def _victims(facts: Facts) -> Iterator[tuple[dict[str, Any], bool]]:
    """Yield what is known of the victims, and whether it is this record's: itself, then the case's inside papers."""
    yield {name: _of(facts, name) for name in (*IDENTITY, "victim_birth_date")}, True
    for slug in _INSIDE_PAPERS:
        for paper in facts.papers(slug):
            yield paper, False


def _kind(name: str) -> str:
    if name in _ADDRESSES:
        return "address"
    return "person" if "name" in name or "kana" in name else "phone" if "phone" in name else "string"


def _values(name: str, value: Any) -> Iterator[Value]:
    return (Value(name, _kind(name), text) for text in _named(value))


def _secrets(facts: Facts) -> Secrets:
    """Return what must not leave the house: all that is known of the case's victims, less what is allowed or his own."""
    allowed = _allowed(facts)
    secret: list[Value] = []
    free = [value for name in (*_HIS_OWN, *_HIS_PLACES) for value in _values(name, _of(facts, name))]
    for values, own in _victims(facts):
        for name, item in IDENTITY.items():
            (free if own and item in allowed else secret).extend(_values(name, values.get(name)))
        if not (own and _BIRTH_DATE in allowed):
            secret += [Value(_BIRTH_DATE, "date", day) for day in _texts(values.get("victim_birth_date"))]
        person = values.get("victim_name")
        if "氏名" not in allowed and isinstance(person, Mapping):
            secret += [Value(_BIRTH_DATE, "date", day) for day in _texts(person.get("birth_date"))]
    return secrets_of(secret, free)


def victim_stays_unnamed(facts: Facts) -> bool:
    """Tell whether no text of a paper for a prison holds the victim's identity in any notation (第6の3(1)ア).

    A name in the file's name is told by 第8.
    """
    if _goes_inside(facts):
        return True
    secrets, named = _secrets(facts), not file_name_is_anonymous(facts)
    return _nowhere_outside(facts, secrets.found_in, but="file_name" if named else "")


def no_part_of_the_identity(facts: Facts) -> bool:
    """Tell whether neither a family or given name of a victim nor the town of a place of hers stands in a paper for a prison.

    True also where more than a part stands there: that is told already.
    """
    if not victim_stays_unnamed(facts):
        facts.at = ""
        return True
    if _goes_inside(facts):
        return True
    named = _parts_of_names(facts)
    places = _secrets(facts).hinted_in
    return _nowhere_outside(
        facts,
        lambda text: named(text) or places(text),
        but="" if file_name_is_anonymous(facts) else "file_name",
    )


def _parts_of_names(facts: Facts) -> Callable[[str], Any]:
    """Return what finds a family or given name that stands alone; nothing where the name may be written."""
    if {"氏名", "直接の被害者の氏名"} & _allowed(facts):
        return lambda _: False
    his = fold("".join(text for key in _HIS_OWN for text in _named(_of(facts, key))))
    names = [
        name
        for values, _ in _victims(facts)
        for key in ("victim_name", "victim_kana", "direct_victim_name")
        for name in _named(values.get(key))
    ]
    parts = {part for name in names for part in name.split() if len(name.split()) > 1 and len(part) >= _SHORTEST}
    return secrets_of(Value("", "person", part) for part in sorted(parts) if fold(part) not in his).found_in


def chosen_items_are_given(facts: Facts) -> bool:
    """Tell whether each item of the victim's identity that is chosen to be written has something to write (第6の3(1)ア後段)."""
    told = {item: _of(facts, name) for name, item in IDENTITY.items()}
    person = told["氏名"]
    of_name = person if isinstance(person, Mapping) else {}
    told |= {"性別": _of(facts, "victim_sex"), "続柄": _of(facts, "relation_to_direct_victim")}
    told[_BIRTH_DATE] = _of(facts, "victim_birth_date") or of_name.get("birth_date")
    told["ふりがな"] = told["ふりがな"] or of_name.get("kana")
    return all(filled(told.get(item)) for item in _allowed(facts)) or facts.breach_at("victim_identity_items")


def no_station_is_named(facts: Facts) -> bool:
    """Tell whether no station that protects the victim stands in a paper for a prison: it points to where she lives."""
    if _goes_inside(facts):
        return True
    stations = [*_texts(_of(facts, "implementing_stations"))]
    for paper in facts.papers("designation-application"):
        stations += _texts([paper.get(key) for key in ("implementing_stations", "issuer_station")])
    searched = secrets_of(Value("", "office", station) for station in dict.fromkeys(stations))
    named = [re.compile(name) for name in map(station_in_text, stations) if name]

    def told(text: str) -> bool:
        return bool(searched.found_in(text)) or any(name.search(fold(text)) for name in named)

    return _nowhere_outside(facts, told)


def file_name_is_anonymous(facts: Facts) -> bool:
    """Tell whether the file's name holds neither the victim's nor the perpetrator's name (第8)."""
    people = ("victim_name", "victim_kana", "direct_victim_name", "perpetrator_name", "perpetrator_kana")
    names = secrets_of(Value("", "person", name) for key in people for name in _named(_of(facts, key)))
    return not names.found_in(str(_of(facts, "file_name") or ""))


def one_victim(facts: Facts) -> bool:
    """Tell whether the application is for one person (第2の1(1): その被害者等ごとに)."""
    return not any(_JOINED.search(unicodedata.normalize("NFKC", name)) for name in _named(_of(facts, "victim_name")))


def places_are_covered(facts: Facts) -> bool:
    """Tell whether the stations of all four places stand among the proposed ones; places off the table tell nothing."""
    places = ("victim_address", "victim_workplace_address", "perpetrator_address", "perpetrator_workplace_address")
    for name in places:
        place = getattr(facts, name)
        station = _station(place) if filled(place) else None
        if station and not any(same_office(station, each) for each in facts.implementing_stations):
            return facts.breach_at("implementing_stations")
    return True


def _station(place: str) -> str | None:
    try:
        return station_of(place)
    except UnknownAnswerError:
        return None


def juvenile_is_told_rightly(facts: Facts) -> bool:
    """Tell whether the perpetrator is said to be a juvenile (under 20) exactly when he is one on the day of the paper."""
    on = _of(facts, "issued_on") or facts.completed_on
    if not not_after(facts.perpetrator_birth_date, on):
        return True  # told by the order of events
    return boxes(
        facts, perpetrator_is_juvenile=facts.perpetrator_is_juvenile is under_age(facts.perpetrator_birth_date, 20, on)
    )


# ---- order of events ----------------------------------------------------------------------------------------------


def application_events_are_in_order(facts: Facts) -> bool:
    """Tell whether offence, clearance, occasion, consultation, review and application follow one another, none after today.

    That clearance, occasion and consultation come no later than the application is asked by the provisions of their own
    (第1, 第2の1(1)): what they tell is not told twice.
    """
    late = {
        name
        for name in ("cleared_on", "recognized_on", "consulted_on")
        if filled(getattr(facts, name))
        and filled(facts.issued_on)
        and not not_after(getattr(facts, name), facts.issued_on)
    }

    def step(name: str) -> At:
        return At(name, None if name in late else getattr(facts, name))

    offence = At("offence_text", facts.offence_on) if filled(facts.offence_text) else "offence_on"
    return in_order(
        facts,
        (offence, step("cleared_on")),
        (step("recognized_on"), step("consulted_on")),
        (offence, "issued_on"),
        ("reviewed_on", "issued_on"),
        ("completed_on", "issued_on"),
        births=("victim_birth_date", "perpetrator_birth_date"),
        doubted=(offence, "reviewed_on", "completed_on"),
        planned=("issued_on",),
    )


def checklist_events_are_in_order(facts: Facts) -> bool:
    """Tell whether the checklist was made after the occasion and no later than it was sent, none after today."""
    return in_order(
        facts,
        ("recognized_on", "completed_on", "issued_on"),
        ("oral_requested_at",),
        ("reincarcerated_on",),
        births=("victim_birth_date", "perpetrator_birth_date"),
        doubted=("recognized_on", "completed_on"),
        planned=("issued_on",),
    )


def notice_events_are_in_order(facts: Facts) -> bool:
    """Tell whether designation, decision, addition or appointment, and the paper on it follow one another."""
    return in_order(
        facts,
        ("designated_on", ("added_on", "appointed_on", "decided_on", "extension_reviewed_on"), "issued_on"),
        ("decided_on", "released_on"),
        ("officer_change_effective_on",),
        planned=("issued_on", "officer_change_effective_on", "released_on"),
    )


def report_follows_measures(facts: Facts) -> bool:
    """Tell whether no measure is reported before it was taken (第3の1(2)なお書)."""
    return in_order(facts, (("measures[].performed_on", "performed_on"), "issued_on"), planned=("issued_on",))


# ---- 第2の2 the officer in charge ----------------------------------------------------------------------------------

_INSPECTORS = ("警部", "警視", "警視正", "警視長", "警視監")


def officer_ranks_high_enough(facts: Facts) -> bool | None:
    """Tell whether the officer is an inspector or above, or the exception is explained; None where no rank is known.

    The rank may stand in its own box or with the name (警部　沖　一郎).
    """
    person = facts.officer_name
    named = person.get("rank") if isinstance(person, Mapping) else parse(str(person or "")).rank
    ranks = [rank for rank in (facts.officer_rank, named) if filled(rank)]
    if not ranks:
        return None
    why = facts.rank_exception_reason
    explained = filled(why) and not placeholder(why)
    return boxes(facts, rank_exception_reason=explained or all(rank in _INSPECTORS for rank in ranks))


# ---- 第5 whose police ----------------------------------------------------------------------------------------------


def posts_are_our_own(facts: Facts) -> bool:
    """Tell whether a paper that stays within our police is neither to nor from a post of another prefecture (第5)."""
    return all(own_police(facts, name, getattr(facts, name)) for name in ("addressee", "issuer_title"))


def stations_are_our_own(facts: Facts) -> bool:
    """Tell whether no station that carries out the measures lies in another prefecture (第2の1(3), 第5)."""
    return own_police(facts, "implementing_stations", facts.implementing_stations)


def added_station_is_our_own(facts: Facts) -> bool:
    """Tell whether the station added is none of another prefecture (第2の1(5), 第5)."""
    return own_police(facts, "added_station", facts.added_station)
