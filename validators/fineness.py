"""How finely a text tells a release or a place to return to: the ladder of 茨城 再被害防止要綱 第7, read from the words themselves."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any, Final

from validators.expressions.functions import looks_like
from validators.expressions.lookups import UnknownAnswerError, prefecture_of
from validators.numerals import value_of
from validators.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

RELEASE: Final = ("", "月", "旬", "日")
PLACE: Final = ("都道府県", "市町村", "町字", "番地")
_DAY, _JUN = RELEASE.index("日"), RELEASE.index("旬")
_TOWN, _HOUSE = PLACE.index("町字"), PLACE.index("番地")
_RELEASE = re.compile(r"釈放|出所|出獄|解放|満期|刑期|刑[をが]終|刑の(?:執行|期間|終)|仮出場|社会に戻|自由の身")
_MAY_BE_RELEASE = re.compile(r"出て[くきこい]|出[るま]|出られ|戻って[くきこ]|帰って[くきこ]|予定|見込|ごろ|頃|見通し")
_ABOUT_US = re.compile(  # what the police, a court or the person herself will do: its day tells no release
    r"連絡|電話|知らせ|面談|面接|訪|伺|来署|お越し|相談|担当|受付|窓口|警戒|巡回|見回り|保護命令|期間|期限|確認|検討|引っ越|転居|避難"
)
_PART_OF_MONTH = re.compile(
    r"[上中下初]旬|月[初末頭央]|月の?(?:初め|はじめ|半ば|なかば|中[頃ご]|終わり|末)|中頃|前半|後半"
)
_THIRDS = ("上旬", "中旬", "下旬")
_NUMBER = "[0-9〇一二三四五六七八九十]"
_DATE = re.compile(
    rf"(?:(?P<era>令和|R)?(?P<year>{_NUMBER}{{1,4}}|元)年の?)?(?<![0-9〇一二三四五六七八九十])(?P<month>{_NUMBER}{{1,2}})月の?(?:(?P<day>{_NUMBER}{{1,3}})日)?"
    r"|(?<![0-9/])(?P<m>[0-9]{1,2})/(?P<d>[0-9]{1,2})(?![0-9/])"
)
_REIWA = 2018  # 令和元年 is 2019
_MONTHS_AHEAD = {"今月": 0, "本月": 0, "再来月": 2, "来月": 1}
_MONTH_AHEAD = re.compile("|".join(_MONTHS_AHEAD))
_PREFECTURE_AT_HEAD = re.compile(r"^(北海道|東京都|京都府|大阪府|[^\s都道府県市区町村郡]{2,3}県)")
_MUNICIPALITY = re.compile(r"^((?:[^市区町村郡0-9]{1,6}郡)?[^市区町村郡0-9]{1,6}[市区町村])")
_LOT = rf"(?:{_NUMBER}+丁目)?の?(?:[〇一二三四五六七八九十百千]{{2,}}|{_NUMBER}+)(?![0-9〇一二三四五六七八九十]|丁目|[番年月日時分人名歳キkKmメ])"
_BUILDING = re.compile(r"(?<=[0-9番号地])(?!番|号|地|丁目)[^0-9〇一二三四五六七八九十\-のー番号地丁目棟階室]{2,}")
_WARD = re.compile(r"^[^区町村0-9]{1,5}区")
_SECTION = re.compile(r"^(?:大字|字)")
_TOWN_NAME = re.compile(r"^((?:大字)?[^0-9〇一二三四五六七八九十]{2,12})")


def _sentences(text: Any) -> list[str]:
    return [part for part in re.split(r"[。\n]", unicodedata.normalize("NFKC", str(text or ""))) if part]


def _close(text: Any) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", str(text or "")))


def _of_release(sentence: str) -> str:
    """Return what a sentence tells of the release: nothing where it is of us alone, else without its parts that are ours.

    「10月8日の予定です」 tells it without naming it; 「10月に釈放の予定で、9月12日に連絡します」 has a day that is ours.
    """
    named = _RELEASE.search(sentence)
    if not named and (_ABOUT_US.search(sentence) or not _MAY_BE_RELEASE.search(sentence)):
        return ""
    return "、".join(part for part in sentence.split("、") if _RELEASE.search(part) or not _ABOUT_US.search(part))


def told_release(text: str | None) -> str:
    """Return how finely a text tells a release: 日, 旬, or nothing where only its month, or no time, is told."""
    said = " ".join(_of_release(sentence) for sentence in _sentences(text))
    return RELEASE[_DAY if looks_like(said, "calendar_day") else _JUN if _PART_OF_MONTH.search(said) else 0]


def told_wrong_day(text: str | None, known: str | None, told_on: str | None) -> bool:
    """Tell whether a text tells months or days of a release and none is that of the day known (ISO); without that day none is wrong.

    `told_on`: the day it is told, from which 来月 counts. Sentences of us alone tell no release.
    """
    year, month, day = (int(each) for each in known[:10].split("-")) if known else (0, 0, 0)
    told = [each for sentence in _sentences(text) for each in _days_of_release(sentence)]
    if told_on:
        counted = int(told_on[:4]) * 12 + int(told_on[5:7]) - 1
        told += [((at := counted + ahead) // 12, at % 12 + 1, 0) for ahead in _months_ahead(text)]
    return bool(known and told) and not any(y in {0, year} and m == month and d in {0, day} for y, m, d in told)


def told_wrong_third(text: str | None, known: str | None) -> bool:
    """Tell whether a text tells a third of a month (上旬, 初旬) that is not that of the day known (ISO)."""
    said = " ".join(_of_release(sentence) for sentence in _sentences(text))
    told = {found.replace("初", "上") for found in re.findall("[上初中下]旬", said)}
    return bool(known) and not told <= {_THIRDS[min((int(str(known)[8:10]) - 1) // 10, 2)]}


def told_wrong_time(text: str | None, known: str | None, told_on: str | None) -> bool:
    """Tell whether a text tells a day, a month or a third of one that is not that of the release known."""
    return told_wrong_day(text, known, told_on) or told_wrong_third(text, known)


def _months_ahead(text: Any) -> Iterator[int]:
    said = " ".join(_of_release(sentence) for sentence in _sentences(text))
    yield from (_MONTHS_AHEAD[found[0]] for found in _MONTH_AHEAD.finditer(said))


def _days_of_release(sentence: str) -> list[tuple[int, int, int]]:
    """Return year, month and day of the dates told of a release; 0 where one is not told."""
    parts = [part for part in _of_release(sentence).split("、") if not _ABOUT_US.search(part)]
    named = [*map(_dates, (part for part in parts if _RELEASE.search(part))), *map(_dates, parts)]
    return next((found for found in named if found), [])


def _dates(part: str) -> list[tuple[int, int, int]]:
    return [
        (_year(found), value_of(found["month"] or found["m"]), value_of(found["day"] or found["d"] or "0"))
        for found in _DATE.finditer(part)
    ]


def _year(found: re.Match[str]) -> int:
    if not found["year"]:
        return 0
    number = 1 if found["year"] == "元" else value_of(found["year"])
    return number + _REIWA if found["era"] else number if number > _REIWA else 0


def told_place(address: str | None, text: str | None, known: str | None) -> str:
    """Return how finely a place is told: 都道府県, 市町村, 町字 or 番地, by the address told, the words around it, and the place known."""
    return PLACE[max(told_address(address, known), told_in_words(text, known))]


def told_address(address: str | None, known: str | None) -> int:
    """Return how finely an address told stands in `PLACE`."""
    return _fine(address, known, whole=True)


def told_in_words(text: str | None, known: str | None) -> int:
    """Return how finely the sentences of a text tell the place known, as it stands in `PLACE`."""
    return max((_fine(part, known, whole=False) for part in _sentences(text)), default=0)


def _fine(text: Any, known: Any, *, whole: bool) -> int:
    municipality, towns = _names(_close(known))
    words = _close(text)
    left = _PREFECTURE_AT_HEAD.sub("", words) if whole else ""
    behind = _MUNICIPALITY.sub("", left)
    named = bool(municipality) and municipality in words
    besides = fold(words.replace(municipality, "、")) if named else fold(words)  # 西浜市 names no 西浜 in it
    in_town = any(fold(town) in besides for town in towns)
    if looks_like(words, "house_number") and (whole or named or in_town):
        return _HOUSE
    building = found[0] if (found := _BUILDING.search(_close(known))) else ""
    if any(re.search(rf"{re.escape(town)}{_LOT}", words) for town in towns) or (building and building in words):
        return _HOUSE
    if in_town or (whole and behind != left and re.sub(r"(?:内|方面|付近)$", "", behind)):
        return _TOWN
    return 1 if named or _MUNICIPALITY.match(left) else 0


def _names(known: str) -> tuple[str, list[str]]:
    """Return the municipality of a place, without its county, and the names by which the part of it is called: ward, town, 大字 or not."""
    rest = _PREFECTURE_AT_HEAD.sub("", known)
    municipality = found[1] if (found := _MUNICIPALITY.match(rest)) else ""
    town = found[1] if (found := _TOWN_NAME.match(rest[len(municipality) :])) else ""
    ward, _, inner = town.rpartition("区") if _WARD.match(town) else ("", "", "")
    parts = [f"{ward}区" if ward else "", inner or town]
    return municipality.rpartition("郡")[2], [
        name if len(name := _SECTION.sub("", part)) > 1 else part for part in parts if part
    ]


def same_prefecture(a: str | None, b: str | None) -> bool | None:
    """Tell whether two addresses lie in one prefecture; None where one does not say in which it lies."""
    try:
        here, there = prefecture_of(a), prefecture_of(b)
    except UnknownAnswerError:
        return None
    return here == there if here and there else None
