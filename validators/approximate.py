"""Read a time told only about: 令和6年6月14日午後9時ころ, 六月十四日の夜, 令和6年6月上旬, 令和5年の春.

Papers that ask for circumstances print such a time as it stands; to compare it, the earliest moment it can mean is taken.
"""

from __future__ import annotations

import re

from validators.values import UnreadableError, read_date

_ABOUT = re.compile(r"およそ|おおよそ|おおむね|約|[こご]ろ|頃|前後|くらい|ぐらい|過ぎ|すぎ|以降")
_RANGE = re.compile(r"から|より|[~～〜]|以降")
_PART_OF_DAY = re.compile(
    r"の?(?:午[前後](?:中)?|早朝|未明|明け方|朝方?|昼(?:前|間|休み)?|夕方?|夕刻|晩|夜(?:間|中|半)?|深夜|日中|時刻(?:は)?不[明詳]|[(（]時刻(?:は)?不[明詳][)）])$"
)
_PART_OF_MONTH = re.compile(r"(?P<month>.*月)の?(?P<part>上旬|初旬|初め|はじめ|頭|中旬|半ば|中|下旬|末|終わり)?")
_FIRST_DAYS = {"中旬": 11, "半ば": 11, "下旬": 21, "末": 21, "終わり": 21}
_RELATIVE = re.compile(
    r"(?:同[日月年夜]|昨[年日夜]|去年|一昨[年日]|先[月週]|前[日月年]|翌[日月朝]|毎[日週晩]|連[日夜]|数[日週か年]|日[時付]は?不)"
    r"(?:(?!\d+[年月日/]).)*"
)
_PART_OF_YEAR = re.compile(r"(?P<year>.*年)の?(?:春先?|夏|秋|冬|初め|はじめ|半ば|中|末|暮れ)?")


def earliest(text: str) -> str | None:
    """Return the earliest day (with its time where one is told) that a rough time can mean; None where it is exact or unreadable."""
    told = text.strip()
    if _read(told):
        return None
    plain = _ABOUT.sub("", _RANGE.split(told)[0]).strip(" \u3000、")
    day = _PART_OF_DAY.sub("", plain)
    if moment := _read(plain) or _read(day):
        return moment
    if found := _PART_OF_MONTH.fullmatch(plain):
        return _read(f"{found['month']}{_FIRST_DAYS.get(found['part'] or '', 1)}日")
    found = _PART_OF_YEAR.fullmatch(plain)
    return _read(f"{found['year']}1月1日") if found else None


def relative(text: str) -> bool:
    """Tell whether a time is told only by another one (同月下旬ころ, 昨年の夏): it can be kept as written, not compared."""
    return bool(_RELATIVE.fullmatch(text.strip()))


def _read(text: str) -> str | None:
    try:
        return read_date(text)
    except UnreadableError:
        return None
