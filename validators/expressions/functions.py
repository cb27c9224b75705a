"""The vocabulary of the expressions (docs/CLAUSES.md), each function null-safe: a test on a blank is false.

Those of days stand in dates.py, those that look something up in lookups.py. No function puts a value into an exception: messages reach the log.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from validators import naming, text
from validators.expressions.dates import (
    before,
    compared,
    day,
    filing_deadline,
    has_time,
    in_order,
    last_day,
    minor,
    not_after,
    number_or_none,
    reached_age,
    renewed_last_day,
    under_age,
    within_days,
    within_hours,
)
from validators.expressions.lookups import (
    SURROUNDINGS,
    court_covers,
    papers,
    plain,
    prefecture_of,
    setting,
    station_of,
    takes_electronic,
    words,
)
from validators.numerals import value_of
from validators.secrecy import Value, secrets_of

if TYPE_CHECKING:
    from validators.definitions.reference import ReferenceTables


# ---- values -----------------------------------------------------------------------------------------------------


def _many(value: Any) -> list[Any]:
    if value is None or value == "":
        return []
    return value if isinstance(value, list) else [value]


# ---- presence ---------------------------------------------------------------------------------------------------


def filled(x: Any) -> bool:
    """Tell whether anything is written: not null, "", blanks, [], {} or a map or list of blanks; false and 0 are."""
    if isinstance(x, str):
        return bool(x.strip())
    if x is None or x is True or x is False:  # most of the others
        return x is not None
    if isinstance(x, Mapping):
        return any(filled(value) for value in x.values())
    if isinstance(x, list):
        return any(filled(value) for value in x)
    return x is not None


def all_filled(values: list[Any]) -> bool:
    """Tell whether every one is filled."""
    return all(filled(value) for value in values or [])


def any_filled(values: list[Any]) -> bool:
    """Tell whether at least one is filled."""
    return any(filled(value) for value in values or [])


# ---- texts ------------------------------------------------------------------------------------------------------


def same_text(a: Any, b: Any) -> bool:
    """Tell whether two names, offices or addresses are the same after folding; persons as string or map."""
    return text.same_text(plain(a), plain(b))


def mentions(where: Any, words_: Any) -> bool:
    """Tell whether the text holds the word, or any of a list, after folding."""
    return any(_holds(where, word) for word in _many(words_))


def mentions_all(where: Any, words_: list[Any]) -> bool:
    """Tell whether the text holds every word of the list; false for a blank list."""
    wanted = _many(words_)
    return bool(wanted) and all(_holds(where, word) for word in wanted)


def _holds(where: Any, word: Any) -> bool:
    return text.mentions(plain(where), plain(word))


def placeholder(x: Any) -> bool:
    """Tell whether the text is nothing but marks, or a word that stands for none (なし, 未定, （同上）, 特にありません。)."""
    return stands_for(x, _EMPTY)


def unwritten(x: Any) -> bool:
    """Tell whether the text only says that something is still to be written or stands elsewhere (未記入, 同上); なし is an answer."""
    return stands_for(x, ("unwritten", "ditto"))


def stands_for(x: Any, lists: tuple[str, ...]) -> bool:
    """Tell whether the text is nothing but marks, or a word of the lists of words named."""
    key = text.fold(plain(x))
    bare = key.strip(_AROUND)
    return bool(key) and (not bare or bare in _bare_words(SURROUNDINGS.get().reference, lists))


_EMPTY = ("none_told", "unwritten", "ditto", "unknown_yet")  # the lists of words that stand for none


_AROUND = "。、.,・…「」()[]【】*＊-=_/〃々○◯●×▲△ "  # a mark alone, or around a word, says nothing


@lru_cache(maxsize=8)
def _bare_words(reference: ReferenceTables, lists: tuple[str, ...]) -> frozenset[str]:
    table = reference.table("lexicons")
    return frozenset(text.fold(word).strip(_AROUND) for name in lists for word in table[name]) - {""}


def says_nothing(x: Any) -> bool:
    """Tell whether a reason is a placeholder or made of phrases that fit every case (諸般の事情により); a fact is enough."""
    left = _formula(SURROUNDINGS.get().reference).sub(lambda found: found[1] or "", text.fold(plain(x)))
    return placeholder(x) or len(left) < _TELLING


# 法第5条第1項の要件, 法第3条に違反する行為: which, not why
_ARTICLE = r"同?法?第?[0-9]+条(?:の[0-9]+)?(?:第?[0-9]+項)?(?:第?[0-9]+号)?(?:に?違反(?:する行為|した行為|行為)?)?"
_TELLING = 2  # letters left when the phrases are taken out: 逮捕, 死亡, 和解


@lru_cache(maxsize=8)
def _formula(reference: ReferenceTables) -> re.Pattern[str]:
    told, phrases = (
        "|".join(
            re.escape(word) for word in sorted(map(text.fold, reference.table("lexicons")[name]), key=len, reverse=True)
        )
        for name in ("telling_in_kana", "formula")
    )
    return re.compile(rf"({told})|{phrases}|{_ARTICLE}|ケ(?=[ぁ-ん])|[ぁ-ん。、・()\s]")  # fold writes が as ケ


def looks_like(where: Any, name: str) -> bool:
    """Tell whether the text holds something of the named pattern (reference/patterns.yaml)."""
    pattern = SURROUNDINGS.get().reference.pattern(name)
    written = re.sub(r"\s", "", unicodedata.normalize("NFKC", plain(where)))
    return bool(pattern.search(re.sub(r"[‐‑‒–—―−ーｰ─━]", "-", written)))


# ---- names (naming.py) --------------------------------------------------------------------------------------------


def same_office(a: Any, b: Any) -> bool:
    """Tell whether both belong to one office: 汐見署, 汐見県汐見警察署, its units and posts; false where none is named."""
    return naming.same_office(a, b)


def is_head_of(x: Any, office: Any) -> bool:
    """Tell whether a paper to x goes to the office as such: it or its head, no unit, branch or other post (水戸刑務所長)."""
    return naming.is_head_of(x, office)


def office_of(x: Any) -> str | None:
    """Return the office a post or unit belongs to (汐見署長 → 汐見警察署); null where none is named."""
    return naming.office_of(x)


def is_post(x: Any, posts: Any) -> bool:
    """Tell whether it is the post, or one of the posts, with or without office and person (汐見署長 is 警察署長)."""
    return naming.is_post(x, _many(posts))


def same_post(a: Any, b: Any) -> bool:
    """Tell whether both name one post; an office only one of them names is no difference."""
    return naming.same_post(a, b)


def is_unit(x: Any, units: Any) -> bool:
    """Tell whether it is the unit, or one of the units, or lies within one (生活安全課保安係 in 生活安全課)."""
    return naming.is_unit(x, _many(units))


def same_person(a: Any, b: Any) -> bool:
    """Tell whether both are one person's name; rank, post, honorific and blanks make no difference."""
    return naming.same_person(a, b)


def names_person(x: Any, person: Any) -> bool:
    """Tell whether a box names the person, whatever stands beside it: 無職　乙野次郎, おつのじろう, 乙野次郎こと…, （32歳）."""
    if naming.same_person(x, person):
        return True
    said = [person.get("name"), person.get("kana")] if isinstance(person, Mapping) else [person]
    his = secrets_of(Value("", "person", naming.parse(name).person or plain(name)) for name in said if filled(name))
    return any(
        bool(his.found_in(plain(part))) for part in ([x.get("name"), x.get("kana")] if isinstance(x, Mapping) else [x])
    )


def is_person(x: Any) -> bool:
    """Tell whether a box names somebody, not an office, a unit, a post or a rank alone: 生活安全課 names nobody."""
    name = x.get("name") if isinstance(x, Mapping) else x
    return filled(name) and bool(naming.parse(name).person)


def same_family_name(a: Any, b: Any) -> bool:
    """Tell whether one is the family name alone of the other: perhaps the same person, to be confirmed."""
    return naming.same_family_name(a, b)


def same_paper(a: Any, b: Any) -> bool:
    """Tell whether both name one paper, by title, number of its form or slug; its copy is the paper too."""
    return naming.same_paper(a, b)


def is_copy(x: Any) -> bool:
    """Tell whether the text says that the paper is a copy (写し, 副本, 謄本)."""
    return naming.is_copy(x)


def recorded_delivery(x: Any) -> bool:
    """Tell whether the way of sending is known to record that the paper was delivered (書留, 本人限定受取, 信書便 …)."""
    return naming.recorded_delivery(x)


def unrecorded_delivery(x: Any) -> bool:
    """Tell whether it is known to record nothing (普通郵便, 電子メール); a way in neither list is for a person to confirm."""
    return naming.unrecorded_delivery(x)


# ---- numbers of articles -------------------------------------------------------------------------------------------


def same_number(a: Any, b: Any) -> bool:
    """Tell whether two legal bases name the same article, paragraph and item in any notation (法6条 · 第六条)."""
    left, right = _article(a), _article(b)
    return bool(left) and left == right


def _article(value: Any) -> tuple[str, ...]:
    written = unicodedata.normalize("NFKC", plain(value))
    written = re.sub(r"[〇一二三四五六七八九十百千]+", lambda match: str(value_of(match[0])), written)
    return tuple(
        re.findall(r"[0-9]+", re.sub(r"(?:平成|昭和|令和)[0-9元]+年(?:法律|政令|規則)?第?[0-9]*号?", "", written))
    )


# ---- lists ------------------------------------------------------------------------------------------------------


def has_any(values: Any, wanted: list[Any]) -> bool:
    """Tell whether the list has at least one of the values."""
    return any(value in _many(wanted) for value in _many(values))


def has_all(values: Any, wanted: list[Any]) -> bool:
    """Tell whether the list has every one of the values."""
    return all(value in _many(values) for value in _many(wanted))


def only(values: Any, allowed: list[Any]) -> bool:
    """Tell whether the list has nothing else than the values; a blank list has nothing else."""
    return all(value in _many(allowed) for value in _many(values))


def attached(attachments: Any, title: str) -> bool:
    """Tell whether an attachment is the paper, by title inside the string or otherwise (naming.py), and not only announced."""
    there = [each for each in _many(attachments) if not looks_like(each, "announced")]
    return any(_holds(each, title) or naming.same_paper(each, title) for each in there)


# ---- numbers ----------------------------------------------------------------------------------------------------


def count(values: Any) -> int:
    """Return how many filled items the list has."""
    return sum(1 for value in _many(values) if filled(value))


def at_least(n: Any, m: Any) -> bool:
    """Tell whether n ≥ m; false on blanks."""
    return compared((n, m), number_or_none, lambda x, y: x >= y)


def at_most(n: Any, m: Any) -> bool:
    """Tell whether n ≤ m; false on blanks."""
    return compared((n, m), number_or_none, lambda x, y: x <= y)


def equal(n: Any, m: Any) -> bool:
    """Tell whether two numbers are equal; false on blanks."""
    return compared((n, m), number_or_none, lambda x, y: x == y)


# ---- the vocabulary ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Word:
    """A function of the expressions: what each argument may be, and what comes back."""

    call: Callable[..., Any]
    takes: tuple[str, ...]  # any · text · date · number · list · some (a value or a list) · name (a literal)
    gives: str  # bool · value · number · words · records

    @property
    def name(self) -> str:
        """Return the name expressions use."""
        return self.call.__name__


VOCABULARY: dict[str, Word] = {
    word.name: word
    for word in (
        Word(filled, ("any",), "bool"),
        Word(all_filled, ("list",), "bool"),
        Word(any_filled, ("list",), "bool"),
        Word(before, ("date", "date"), "bool"),
        Word(not_after, ("date", "date"), "bool"),
        Word(in_order, ("date", "date"), "bool"),
        Word(day, ("date",), "value"),
        Word(has_time, ("date",), "bool"),
        Word(within_hours, ("date", "date", "number"), "bool"),
        Word(within_days, ("date", "date", "number", "number"), "bool"),
        Word(last_day, ("date", "name", "name"), "value"),
        Word(renewed_last_day, ("date", "name", "number"), "value"),
        Word(filing_deadline, ("date",), "value"),
        Word(reached_age, ("date", "number", "date"), "bool"),
        Word(under_age, ("date", "number", "date"), "bool"),
        Word(minor, ("date", "date"), "bool"),
        Word(same_text, ("text", "text"), "bool"),
        Word(mentions, ("text", "some"), "bool"),
        Word(mentions_all, ("text", "list"), "bool"),
        Word(looks_like, ("text", "name"), "bool"),
        Word(placeholder, ("text",), "bool"),
        Word(says_nothing, ("text",), "bool"),
        Word(unwritten, ("text",), "bool"),
        Word(same_number, ("text", "text"), "bool"),
        Word(has_any, ("some", "list"), "bool"),
        Word(has_all, ("some", "list"), "bool"),
        Word(only, ("some", "list"), "bool"),
        Word(attached, ("some", "name"), "bool"),
        Word(same_office, ("text", "text"), "bool"),
        Word(is_head_of, ("text", "text"), "bool"),
        Word(office_of, ("text",), "value"),
        Word(is_post, ("text", "some"), "bool"),
        Word(same_post, ("text", "text"), "bool"),
        Word(is_unit, ("text", "some"), "bool"),
        Word(same_person, ("text", "text"), "bool"),
        Word(names_person, ("text", "text"), "bool"),
        Word(is_person, ("text",), "bool"),
        Word(same_family_name, ("text", "text"), "bool"),
        Word(same_paper, ("text", "text"), "bool"),
        Word(is_copy, ("text",), "bool"),
        Word(recorded_delivery, ("text",), "bool"),
        Word(unrecorded_delivery, ("text",), "bool"),
        Word(court_covers, ("text", "text"), "bool"),
        Word(takes_electronic, ("text", "date"), "bool"),
        Word(station_of, ("text",), "value"),
        Word(prefecture_of, ("text",), "value"),
        Word(setting, ("name",), "number"),
        Word(words, ("name",), "words"),
        Word(papers, ("name",), "records"),
        Word(count, ("list",), "number"),
        Word(at_least, ("number", "number"), "bool"),
        Word(at_most, ("number", "number"), "bool"),
        Word(equal, ("number", "number"), "bool"),
    )
}
