"""Checks of the Ibaraki procedure that an expression would not say readably. Each takes the record's facts.

Papers for prisons are read where the perpetrator is held, so they leave the victim's identity out unless it is needed
(第6の3(1)ア). Whether a checklist is such a paper depends on its version, not on its form: hence these checks.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from validators.expressions.functions import filled
from validators.expressions.lookups import UnknownAnswerError, station_of
from validators.text import address_parts, fold, watchlist
from validators.wareki import UnreadableDateError, parse_date

if TYPE_CHECKING:
    from datetime import date

    from validators.statutes import Facts

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
_ADDRESSES = frozenset({"victim_address", "victim_workplace_address"})
# What the perpetrator knows of himself, or what is his own: no secret, even where the victim shares it.
_HIS_OWN = ("perpetrator_name", "perpetrator_kana", "perpetrator_workplace")
_HIS_PLACES = ("perpetrator_address", "perpetrator_workplace_address")
# Texts that leave the house, of both papers that go to a prison; a test holds the list against the checklist's fields.
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
    "document_number",
    "free_text",
    "attachments",
    "dispatch_documents",
    "file_name",
    "rendered_text",
)
_INSIDE_PAPERS = ("designation-application", "designation-checklist")
_NUMBER = r"[0-9元〇一二三四五六七八九十]+"
_DATE = re.compile(
    rf"(?:令和?|平成?|昭和?|大正?|明治?|[RHSTM]|西暦)?\s*{_NUMBER}\s*[-/.年]\s*{_NUMBER}\s*[-/.月]\s*{_NUMBER}\s*日?"
)
_TO_KATAKANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}
_TO_HIRAGANA = {code + 0x60: code for code in range(0x3041, 0x3097)}
_JOINED = re.compile(r"[、，,/／\n]|及び|並びに|(?:ほか|外|他)\s*[0-9一二三四五六七八九十]+\s*名")
# Words written where there is nothing to name: they stand in lawful texts and tell nobody who the victim is.
_NO_ONE = frozenset(
    fold(word)
    for word in [
        "なし",
        "無し",
        "ない",
        "無",
        "有",
        "あり",
        "該当なし",
        "該当無し",
        "不明",
        "不詳",
        "未定",
        "未確認",
        "非公開",
        "記載省略",
        "（記載省略）",
        "同上",
        "無職",
        "自営",
        "自営業",
        "会社員",
        "公務員",
        "主婦",
        "専業主婦",
        "学生",
        "生徒",
        "児童",
        "パート",
        "アルバイト",
        "被害者",
        "対象者",
        "本人",
    ]
)
_FIRM = re.compile(r"(?:株式|有限|合同|合資|合名)会社|\((?:株|有|同)\)")
_SHORTEST_FIRM = 3  # 架空水産 of 架空水産株式会社; two letters would be a place or a trade
_SHORTEST = 2  # a name's part of one letter (光) would be found everywhere


def _of(facts: Facts, name: str) -> Any:
    """Return a field's value, None where the form has no such field: these checks serve several papers."""
    return getattr(facts, name, None)


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


def _outside(facts: Facts) -> list[str]:
    return [text for name in OUTSIDE for text in _texts(_of(facts, name))]


def _victims(facts: Facts) -> Iterator[tuple[dict[str, Any], bool]]:
    """Yield what is known of the victims, and whether it is this record's: itself, then the case's inside papers."""
    yield {name: _of(facts, name) for name in (*IDENTITY, "victim_birth_date")}, True
    for slug in _INSIDE_PAPERS:
        for paper in facts.papers(slug):
            yield paper, False


def _parts(name: str, value: Any) -> Iterator[str]:
    """Yield the notations of one item worth looking for."""
    for text in _named(value):
        if name in _ADDRESSES:
            yield from address_parts(text)
        else:
            yield text
            yield from _firm(text) if name == "victim_workplace" else ()
            kana = unicodedata.normalize("NFKC", text)
            yield from dict.fromkeys((kana.translate(_TO_KATAKANA), kana.translate(_TO_HIRAGANA)))


def _firm(name: str) -> Iterator[str]:
    """Yield a firm's name without its kind, which people abbreviate or leave out: 架空水産株式会社, 架空水産㈱."""
    bare = _FIRM.sub("", unicodedata.normalize("NFKC", name))
    if len(bare.strip()) >= _SHORTEST_FIRM:
        yield bare.strip()


def _secrets(facts: Facts) -> tuple[str, ...]:
    """Return what must not leave the house: all that is known of the case's victims, less what is allowed or his own."""
    allowed = _allowed(facts)
    secret: dict[str, None] = {}
    free = {fold(text) for name in _HIS_OWN for text in _named(_of(facts, name))}
    free |= {part for name in _HIS_PLACES for text in _texts(_of(facts, name)) for part in address_parts(text)}
    for values, own in _victims(facts):
        for name, item in IDENTITY.items():
            parts = dict.fromkeys(_parts(name, values.get(name)))
            if own and item in allowed:
                free |= {fold(part) for part in parts}
            else:
                secret |= parts
    return tuple(part for part in secret if fold(part) not in free | _NO_ONE)


def victim_stays_unnamed(facts: Facts) -> bool:
    """Tell whether no text of a paper for a prison holds the victim's identity in any notation (第6の3(1)ア)."""
    if _goes_inside(facts):
        return True
    texts = _outside(facts)
    secrets = watchlist(_secrets(facts))
    return not any(secrets.search(text) for text in texts) and not _birth_days(facts) & _days_in(texts)


def _birth_days(facts: Facts) -> set[date]:
    allowed = _allowed(facts)
    written = [
        values.get("victim_birth_date") for values, own in _victims(facts) if not (own and _BIRTH_DATE in allowed)
    ]
    if "氏名" not in allowed:
        names = [values.get("victim_name") for values, _ in _victims(facts)]
        written += [name.get("birth_date") for name in names if isinstance(name, Mapping)]
    return {day for text in written if isinstance(text, str) for day in _day(text)}


def _days_in(texts: list[str]) -> set[date]:
    found = (match[0] for text in texts for match in _DATE.finditer(unicodedata.normalize("NFKC", text)))
    return {day for text in found for day in _day(text)}


def _day(text: str) -> Iterator[date]:
    try:
        yield parse_date(text)
    except UnreadableDateError:
        return


def no_part_of_a_name(facts: Facts) -> bool:
    """Tell whether neither the family nor the given name of a victim stands alone in a paper for a prison.

    True also where more than a part stands there: that is told already.
    """
    told = not victim_stays_unnamed(facts)
    if told or _goes_inside(facts) or {"氏名", "直接の被害者の氏名"} & _allowed(facts):
        return True
    his = fold("".join(text for key in _HIS_OWN for text in _named(_of(facts, key))))
    names = [
        name
        for values, _ in _victims(facts)
        for key in ("victim_name", "victim_kana", "direct_victim_name")
        for name in _named(values.get(key))
    ]
    parts = {part for name in names for part in name.split() if len(name.split()) > 1 and len(part) >= _SHORTEST}
    searched = watchlist(tuple(sorted(part for part in parts if fold(part) not in his)))
    return not any(searched.search(text) for text in _outside(facts))


def no_station_is_named(facts: Facts) -> bool:
    """Tell whether no station that protects the victim stands in a paper for a prison: it points to where she lives."""
    if _goes_inside(facts):
        return True
    stations = [*_texts(_of(facts, "implementing_stations"))]
    for paper in facts.papers("designation-application"):
        stations += _texts([paper.get(key) for key in ("implementing_stations", "issuer_station")])
    searched = watchlist(tuple(dict.fromkeys(stations)))
    return not any(searched.search(text) for text in _outside(facts))


def file_name_is_anonymous(facts: Facts) -> bool:
    """Tell whether the file's name holds neither the victim's nor the perpetrator's name (第8)."""
    people = ("victim_name", "victim_kana", "direct_victim_name", "perpetrator_name", "perpetrator_kana")
    names = watchlist(tuple(name for key in people for name in _named(_of(facts, key))))
    return not names.search(str(_of(facts, "file_name") or ""))


def one_victim(facts: Facts) -> bool:
    """Tell whether the application is for one person (第2の1(1): その被害者等ごとに)."""
    return not any(_JOINED.search(unicodedata.normalize("NFKC", name)) for name in _named(_of(facts, "victim_name")))


def places_are_covered(facts: Facts) -> bool:
    """Tell whether the stations of all four places stand among the proposed ones; places off the table tell nothing."""
    proposed = [fold(station) for station in facts.implementing_stations]
    places = (
        facts.victim_address,
        facts.victim_workplace_address,
        facts.perpetrator_address,
        facts.perpetrator_workplace_address,
    )
    return all(_covered(station, proposed) for place in places if filled(place) for station in _station(place))


def _station(place: str) -> Iterator[str]:
    try:
        found = station_of(place)
    except UnknownAnswerError:
        return
    if found:
        yield fold(found)


def _covered(station: str, proposed: list[str]) -> bool:
    return any(station.endswith(each) or each.endswith(station) for each in proposed)


def asked_agency_is_written_to(facts: Facts) -> bool:
    """Tell whether the paper goes to the agency that was asked by word of mouth, named with or without its head."""
    to, asked = (fold(str(value)).removesuffix("長") for value in (facts.addressee, facts.oral_request_to))
    return to.endswith(asked) or asked.startswith(to)
