"""What an Excel number means: date systems, number formats, the day that never was. Sources: ECMA-376-1 18.8.30, 18.17.4."""

from __future__ import annotations

import math
import re
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal, NamedTuple

from forms.entry.reading.batch import Fault

Shape = Literal["number", "date", "time", "datetime", "duration"]

LAST_SERIAL = 2_958_465  # 9999-12-31
PHANTOM_DAY = 60  # 1900-02-29, which Excel counts and no calendar has
_SECONDS = 86_400

# Number formats a file names by id only. 27–36 and 50–58 are the Japanese ones (令和6年5月1日 and its kin).
_BUILT_IN: dict[int, str] = {
    **dict.fromkeys((14, 15), "yyyy/m/d"),
    16: "d-mmm",
    17: "mmm-yy",
    **dict.fromkeys((18, 19, 20, 21, 32, 33), "h:mm"),
    22: "yyyy/m/d h:mm",
    **dict.fromkeys((27, 28, 29, 30, 31, 36, 50, 51, 54, 57, 58), "ge.m.d"),
    **dict.fromkeys((34, 52, 55), 'yyyy"年"m"月"'),
    **dict.fromkeys((35, 53, 56), 'm"月"d"日"'),
    **dict.fromkeys((45, 47), "mm:ss"),
    46: "[h]:mm:ss",
}

_LITERALS = re.compile(r'"[^"]*"|\\.|_.|\*.|General|G/標準|[eE][+-]|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_ELAPSED = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)

PARTLY_SHOWN = Fault(
    "date-partly-shown",
    "このセルは日付の一部（年だけ、年月だけなど）しか表示していませんが、中に入っている年月日で読み取りました。日まで表示して確かめてください。",
    "info",
)
_PHANTOM = Fault(
    "no-such-day",
    "このセルの値は1900年2月29日で、暦にない日です。正しい日付を「令和6年5月10日」のように書いてください。",
)
_OUT_OF_RANGE = Fault(
    "unreadable-date",
    "このセルは日付の書式ですが、日付として読めない数です。日付を「令和6年5月10日」のように書き直してください。",
)


class Style(NamedTuple):
    """What a number format makes of a number."""

    shape: Shape
    partial: bool = False  # a date of which the year or the day is not shown


class Moment(str):
    """A date or time that Excel holds as one, written as Record.data writes it."""

    __slots__ = ("partial",)
    partial: bool


@lru_cache(maxsize=1024)
def style_of(format_id: int, code: str | None) -> Style:
    """Tell dates from numbers by their format; `code` is the file's own format text, None for a built-in id."""
    text = code if code is not None else _BUILT_IN.get(format_id, "General")
    elapsed = bool(_ELAPSED.search(text))
    bare = _LITERALS.sub("", text).lower()
    if elapsed:
        return Style("duration")
    has_time = any(mark in bare for mark in ("h", "s", "am/pm"))
    has_year = any(mark in bare for mark in "yeg")
    has_day = "d" in bare or "aaa" in bare
    has_date = has_year or has_day or ("m" in bare and not has_time)
    if not has_date:
        return Style("time" if has_time else "number")
    return Style("datetime" if has_time else "date", partial=not (has_year and "d" in bare))


def number(text: str) -> int | float:
    """Read a cell's number: whole ones as int; raises ValueError when it is none."""
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(text)
    if "." not in text and "e" not in text and "E" not in text:
        return int(text)
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


def moment(value: float, style: Style, *, from_1904: bool) -> Moment | float | Fault:
    """Turn a serial number into ISO text by its format: 2024-05-10, 2024-05-10T14:30, 14:30.

    Seconds are written only when there are any. Serial 60 of the 1900 system is a fault, as are negative and too large numbers.
    """
    days = math.floor(value)
    seconds = round((value - days) * _SECONDS)
    if seconds == _SECONDS:
        days, seconds = days + 1, 0
    if style.shape == "duration":
        return _written(_clock(seconds), style) if 0 <= value < 1 else value
    if style.shape == "time" and days == 0:
        return _written(_clock(seconds), style)
    if days < (0 if from_1904 else 1) or days > LAST_SERIAL - (1462 if from_1904 else 0):
        return _OUT_OF_RANGE
    if from_1904:
        day = date(1904, 1, 1) + timedelta(days=days)
    elif days == PHANTOM_DAY:
        return _PHANTOM
    else:
        day = date(1899, 12, 30 if days > PHANTOM_DAY else 31) + timedelta(days=days)
    if style.shape == "date" and seconds == 0:
        return _written(day.isoformat(), style)
    return _written(f"{day.isoformat()}T{_clock(seconds)}", style)


def _clock(seconds: int) -> str:
    hours, rest = divmod(seconds, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours:02}:{minutes:02}" + (f":{left:02}" if left else "")


def _written(text: str, style: Style) -> Moment:
    result = Moment(text)
    result.partial = style.partial
    return result
