"""What an Excel number means: date systems, number formats, the day that never was. Sources: ECMA-376-1 18.8.30, 18.17.4."""

from __future__ import annotations

import math
import re
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal, NamedTuple

from forms.entry.reading.batch import Fault
from forms.entry.reading.formats import BUILT_IN, plain, shown_number

NumberKind = Literal["number", "date", "time", "datetime", "duration"]

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


class NumberStyle(NamedTuple):
    """What a number format makes of a number."""

    shape: NumberKind
    partial: bool = False  # a date of which the year or the day is not shown
    code: str = ""  # the format's text, where a number or a text is shown otherwise than it is stored


class Moment(str):
    """A date or time that Excel holds as one, written as Record.data writes it.

    `partial`: a part of it is not shown; `day_shown`: a day is shown and no time.
    """

    __slots__ = ("day_shown", "partial")
    partial: bool
    day_shown: bool


class ShownNumber(NamedTuple):
    """A number that its cell shows in another way: 45 as 第45号, 0045, 四十五."""

    value: int | float
    code: str

    @property
    def shown(self) -> str | None:
        """Return what the cell shows; None where it cannot be told."""
        return shown_number(self.value, self.code)

    @property
    def same(self) -> bool:
        """Tell whether the digits shown are the number stored: ¥1,234 is 1234; 1 for 1,000 and 13 for 12.5 are not."""
        shown = shown_number(self.value, self.code, numerals=False)
        match = re.search(r"-?[0-9][0-9,]*(?:\.[0-9]+)?", shown or "")
        return match is not None and abs(float(match[0].replace(",", ""))) == abs(self.value)


@lru_cache(maxsize=1024)
def style_of(format_id: int, code: str | None) -> NumberStyle:
    """Tell dates from numbers by their format; `code` is the file's own format text, None for a built-in id."""
    text = code if code is not None else _BUILT_IN.get(format_id) or BUILT_IN.get(format_id, "General")
    elapsed = bool(_ELAPSED.search(text))
    bare = _LITERALS.sub("", text).lower()
    if elapsed:
        return NumberStyle("duration")
    has_time = any(mark in bare for mark in ("h", "s", "am/pm"))
    has_year = any(mark in bare for mark in "yeg")
    has_day = "d" in bare or "aaa" in bare
    has_date = has_year or has_day or ("m" in bare and not has_time)
    if not has_date:
        return NumberStyle("time") if has_time else NumberStyle("number", code="" if plain(text) else text)
    return NumberStyle("datetime" if has_time else "date", partial=not (has_year and "d" in bare))


def number(text: str) -> int | float:
    """Read a cell's number: whole ones as int; raises ValueError when it is none."""
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(text)
    if "." not in text and "e" not in text and "E" not in text:
        return int(text)
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


def moment(value: float, style: NumberStyle, *, from_1904: bool) -> Moment | float | Fault:
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
    return _written(f"{day.isoformat()}T{_clock(seconds)}", style, hidden=style.shape != "datetime")


_ISO = re.compile(r"(?:(\d{4})-(\d\d)-(\d\d))?(?:T?(\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?)?Z?")


def iso_moment(text: str, style: NumberStyle) -> Moment | Fault:
    """Read a date that a strict file stores as ISO text (t="d"); what its format shows decides as for numbers."""
    match = _ISO.fullmatch(text)
    if not match or not text:
        return _OUT_OF_RANGE
    hour, minute, second = (int(part or 0) for part in match.groups()[3:])
    try:
        day = date(*(int(part) for part in match.groups()[:3])) if match[1] else None
    except ValueError:
        return _OUT_OF_RANGE
    clock = _clock(hour * 3600 + minute * 60 + second)
    shape = style.shape if style.shape in {"date", "datetime", "time"} else "datetime"
    if day is None or (shape == "time" and day <= date(1900, 1, 1)):
        return _written(clock, style)
    if shape == "date" or clock == "00:00":
        hidden = clock != "00:00"
        return _written(day.isoformat() + (f"T{clock}" if hidden or shape != "date" else ""), style, hidden=hidden)
    return _written(f"{day.isoformat()}T{clock}", style, hidden=shape == "time")


def _clock(seconds: int) -> str:
    hours, rest = divmod(seconds, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours:02}:{minutes:02}" + (f":{left:02}" if left else "")


def _written(text: str, style: NumberStyle, *, hidden: bool = False) -> Moment:
    result = Moment(text)
    result.partial = style.partial or hidden
    result.day_shown = style.shape == "date" and not style.partial
    return result
