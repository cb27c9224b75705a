"""Read a time told only about: 令和6年6月14日午後9時ころ, 六月十四日の夜, 令和6年6月上旬, 令和5年の春.

Papers that ask for circumstances print such a time as it stands; to compare it, the earliest moment it can mean is taken,
and where an event must lie after another, the latest day.
"""

from __future__ import annotations

import re
from calendar import monthrange
from typing import TYPE_CHECKING

from validators.values import UnreadableError, read_date

if TYPE_CHECKING:
    from collections.abc import Iterator

_ABOUT = re.compile(r"およそ|おおよそ|おおむね|約|[こご]ろ|頃|前後|くらい|ぐらい|過ぎ|すぎ|以降")
_RANGE = re.compile(r"から|より|[~～〜]|以降")
_PART_OF_DAY = re.compile(
    r"の?(?:(?:深夜|真?夜中|夜|昼)の?\d{1,2}時(?:半|\d{1,2}分)?|午[前後](?:中)?|早朝|未明|明け方|朝方?|昼(?:前|間|休み)?|夕方?|夕刻|晩|夜(?:間|中|半)?|深夜|日中|時刻(?:は)?不[明詳]|[(（]時刻(?:は)?不[明詳][)）])$"
)
_PART_OF_MONTH = re.compile(r"(?P<month>.*月)の?(?P<part>上旬|初旬|初め|はじめ|頭|中旬|半ば|中|下旬|末|終わり)?")
_FIRST_DAYS = {"中旬": 11, "半ば": 11, "下旬": 21, "末": 21, "終わり": 21}
_RELATIVE = re.compile(
    r"(?:同[日月年夜]|昨[年日夜]|去年|一昨[年日]|先[月週]|前[日月年]|翌[日月朝]|毎[日週晩]|連[日夜]|数[日週か年]|日[時付]は?不)"
    r"(?:(?!\d+[年月日/]).)*"
)
_LAST_DAYS = {
    "上旬": 10,
    "初旬": 10,
    "初め": 10,
    "はじめ": 10,
    "頭": 10,
    "中旬": 20,
    "半ば": 20,
}  # else the month's end
_PART_OF_YEAR = re.compile(r"(?P<year>.*年)の?(?P<part>春先?|夏|秋|冬|初め|はじめ|前半|半ば|中|後半|末|暮れ)?")
_MONTHS = {"春": (2, 5), "夏": (6, 9), "秋": (9, 12), "初め": (1, 4), "前半": (1, 6), "後半": (7, 12), "末": (10, 12)}
_SAME = {"春先": "春", "はじめ": "初め", "暮れ": "末"}  # 冬, 半ば, 中 and nothing at all: the whole year


def earliest(text: str) -> str | None:
    """Return the earliest day (with its time where one is told) that a rough time can mean; None where it is exact or unreadable."""
    return next((first for first, _ in _span(text, 0)), None)


def latest(text: str) -> str | None:
    """Return the last day that a rough time can mean, of 令和5年秋から令和6年春まで that of the spring; None as above or open (以降)."""
    if re.search(r"(?:から|より|以降|[~～〜])[ \u3000]*(?:[こご]ろ|頃)?$", text.strip()):
        return None
    return next((last for _, last in _span(text, -1)), None)


def _span(text: str, end: int) -> Iterator[tuple[str, str]]:
    """Yield the first moment and the last day of one end of a rough time; nothing where it is exact or unreadable."""
    told = text.strip()
    ends = [part for part in _RANGE.split(told.removesuffix("まで")) if part.strip()]
    if exact(told) or not ends:
        return
    plain = _ABOUT.sub("", ends[end]).strip(" \u3000、")
    day = _PART_OF_DAY.sub("", plain)
    if moment := exact(plain) or exact(day):
        yield moment, moment[:10]
    elif found := _PART_OF_MONTH.fullmatch(day):
        part = found["part"] or ""
        if first := exact(f"{found['month']}{_FIRST_DAYS.get(part, 1)}日"):
            yield first, _last_of_month(first) if part not in _LAST_DAYS else f"{first[:8]}{_LAST_DAYS[part]}"
    elif found := _PART_OF_YEAR.fullmatch(day):
        part = found["part"] or ""
        begins, until = _MONTHS.get(_SAME.get(part, part), (1, 12))
        months = [first for month in range(begins, until + 1) if (first := exact(f"{found['year']}{month}月1日"))]
        if months:  # 平成31年 has four, 令和元年 eight
            yield months[0], _last_of_month(months[-1])


def relative(text: str) -> bool:
    """Tell whether a time is told only by another one (同月下旬ころ, 昨年の夏): it can be kept as written, not compared."""
    return bool(_RELATIVE.fullmatch(text.strip()))


def _last_of_month(day: str) -> str:
    return f"{day[:8]}{monthrange(int(day[:4]), int(day[5:7]))[1]}"


def exact(text: str) -> str | None:
    """Return the day, or day and time, that is told exactly; None for any other text."""
    try:
        return read_date(text)
    except UnreadableError:
        return None
