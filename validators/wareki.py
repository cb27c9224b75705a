"""Read and write dates and times as Japanese official papers do.

Read: 2024-05-10 · 2024/5/10 · 2024.5.10 · 2024年5月10日 · 令和6年5月10日 · 令和六年五月十日 · R6.5.10 · R6/5/10 · 令6.5.10 · 5060510
(seven figures: the era 1 明治 2 大正 3 昭和 4 平成 5 令和, or its letter, then two each for year, month and day), digits of any width, 元年 or 1年, blanks
between the parts, a weekday in brackets behind (it must be the right one), 生 and an age behind a birthday (平成4年1月20日生（32歳）:
the age depends on the day it was written, and is passed over); times as 14:30 · 14時30分 · 午後2時30分 · 午後二時半 · 夜9時 · 正午, a の before.
Refused, because a guess could be wrong: years of two digits or without era, 20240510 without marks, dates before 1873
(lunar calendar), eras outside their days, 午前・午後12時, 24:00, seconds, time zones, words such as 頃.
On the day an era changed both names are read and the new one is written: 明治45年7月30日 = 大正元年7月30日. 昭和 and 平成 ended
at midnight, so 昭和64年1月8日 and 平成31年5月1日 do not exist.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time
from functools import lru_cache
from typing import NamedTuple

from validators.numerals import ranked, value_of

FIRST_DAY = date(1873, 1, 1)  # the solar calendar's first day in Japan, 明治6年1月1日

_WEEKDAYS = "月火水木金土日"
_NOON = 12
_MIDNIGHT = 24
_MINUTES = 60


class UnreadableDateError(ValueError):
    """A date or time that cannot be read without guessing; the Japanese message says why and never repeats the text."""


class Era(NamedTuple):
    """An era's names and its first and last day; the day of change belongs to both where both names are read."""

    name: str
    letter: str
    first: date
    last: date


ERAS = (
    Era("令和", "R", date(2019, 5, 1), date.max),
    Era("平成", "H", date(1989, 1, 8), date(2019, 4, 30)),
    Era("昭和", "S", date(1926, 12, 25), date(1989, 1, 7)),
    Era("大正", "T", date(1912, 7, 30), date(1926, 12, 25)),
    Era("明治", "M", date(1868, 1, 25), date(1912, 7, 30)),
)
_ERA = {key: era for era in ERAS for key in (era.name, era.name[0], era.letter)}

_NUMBER = r"[0-9]+|[〇零一二三四五六七八九十百千]+"
_BY_RANK = re.compile(
    "(?:[一二三四五六七八九]?千)?(?:[一二三四五六七八九]?百)?(?:[一二三四五六七八九]?十)?[一二三四五六七八九]?"
)
_DATE = re.compile(
    rf"(?:(?P<era>令和?|平成?|昭和?|大正?|明治?|[RHSTM])|西暦)? ?(?P<year>元|{_NUMBER}) ?(?P<mark>[-/.年]) ?"
    rf"(?P<month>{_NUMBER}) ?(?P<mark2>[-/.月]) ?(?P<day>{_NUMBER}) ?(?P<mark3>日?)"
    rf" ?(?:\((?P<weekday>[{_WEEKDAYS}])(?:曜日?)?\)|(?P<weekday2>[{_WEEKDAYS}])曜日?)?"
)
_BORN = re.compile(
    r" ?(?:生(?:まれ)?)? ?(?:\((?:当時|満|当) ?[0-9]{1,3} ?[歳才]\)|\([0-9]{1,3} ?[歳才]\)|(?:満|当時)?[0-9]{1,3}[歳才])?$"
)
_SEVEN_FIGURES = re.compile(r"([1-5MTSHR])([0-9]{2})([0-9]{2})([0-9]{2})")
# Parts of the day with the hours that are told by them alone: which half such an hour lies in. 深夜0時 is of the day before or after.
_PARTS = {
    "早朝": ("午前", range(3, 9)),
    "明け方": ("午前", range(3, 8)),
    "未明": ("午前", range(6)),
    "朝": ("午前", range(4, 12)),
    "昼": ("午後", range(1, 5)),
    "夕方": ("午後", range(3, 8)),
    "夜": ("午後", range(6, 12)),
    "晩": ("午後", range(6, 12)),
    "深夜": ("午後", range(10, 12)),
}
_TIME = re.compile(
    rf"(?P<noon>正午|昼の?(?:12|十二)時)|(?P<half>午前|午後|{'|'.join(_PARTS)})?の? ?(?:(?P<hour>{_NUMBER}) ?時 ?(?:(?P<minute>{_NUMBER}) ?分|(?P<thirty>半))?"
    r"|(?P<hour2>[0-9]{1,2}):(?P<minute2>[0-9]{2})(?::(?P<second>[0-9]{2}))?)"
)
_WHY_NO_DATE = (
    (r"", "日付がありません。"),
    (
        r"[0-9]{8}",
        "年月日の区切りがありません。2024-05-10、又は令和6年5月10日のように書いてください。",
    ),
    (
        r"[0-9]*\.?[0-9]*",
        "数だけで、日付と読めません。2024-05-10、又は令和6年5月10日のように書いてください。",
    ),
    (
        rf"(?:{_NUMBER}) ?[-/月] ?(?:{_NUMBER}) ?日?",
        "年がありません。令和6年5月10日のように、年から書いてください。",
    ),
    (rf".*年 ?(?:(?:{_NUMBER}) ?月)?", "日まで書いてください（例　令和6年5月10日）。"),
    (
        r".*(?:[0-9]:[0-9]|[0-9半十]時|午前|午後|正午).*",
        "日付だけを、令和6年5月10日のように書いてください。時刻が続いているか、日付の部分が読めません。",
    ),
    (r".*", "日付と読めません。令和6年5月10日、R6.5.10、又は 2024-05-10 のように書いてください。"),
)
_HYPHENS = dict.fromkeys(map(ord, "‐‑‒–—―−ー─━"), "-")


@lru_cache(maxsize=16384)  # the same few thousand days come again and again
def parse_date(text: str) -> date:
    """Return the day a text names; raises UnreadableDateError (see the module's docstring for what is read)."""
    plain = _plain(text)
    match = _DATE.fullmatch(_seven_figures(plain)) or _DATE.fullmatch(_BORN.sub("", plain))
    if not match:
        raise UnreadableDateError(_why_no_date(plain))
    _refuse_mixed_marks(match)
    day = _calendar_day(match)
    weekday = match["weekday"] or match["weekday2"]
    if weekday and weekday != _WEEKDAYS[day.weekday()]:
        raise UnreadableDateError("日付と曜日が合いません。どちらが正しいか確かめてください。")
    return day


def parse_time(text: str) -> time:
    """Return the time of day a text names, to the minute; without 午前・午後 it is read in 24-hour form.

    Raises UnreadableDateError.
    """
    plain = _plain(text)
    match = _TIME.fullmatch(plain)
    if not match:
        raise UnreadableDateError(_why_no_time(plain))
    if match["noon"]:
        return time(_NOON)
    hour = number_of(match["hour"] or match["hour2"])
    minute = 30 if match["thirty"] else number_of(match["minute"] or match["minute2"] or "0")
    if match["second"] not in (None, "00"):
        raise UnreadableDateError("秒は書けません。分までで書いてください（例　14:30）。")
    if match["half"]:
        hour = _hour_of_half(_half_of(match["half"], hour), hour)
    if hour == _MIDNIGHT and not minute:
        raise UnreadableDateError("24時は、翌日の0:00と書いてください。")
    if hour >= _MIDNIGHT or minute >= _MINUTES:
        raise UnreadableDateError("この時刻はありません。0:00から23:59までで書いてください。")
    return time(hour, minute)


def parse_datetime(text: str) -> datetime:
    """Return the day and time a text names, local time of Japan without zone; raises UnreadableDateError."""
    plain = _plain(text)
    match = _DATE.match(plain)
    rest = plain[match.end() :].removeprefix("T").lstrip("の、").strip() if match else ""
    if not match or not rest:
        parse_date(plain)  # says what is wrong with the date, if that is the trouble
        raise UnreadableDateError(
            "時刻がありません。日付の後に時刻を書いてください（例　令和6年5月10日 午後2時30分）。"
        )
    return datetime.combine(parse_date(match[0]), parse_time(rest))


def era_of(day: date) -> tuple[str, int]:
    """Return the era's name and the year in it; the day of change carries the new era. Raises ValueError before 1873."""
    if day < FIRST_DAY:
        raise ValueError("明治5年以前の日付は扱えません。")
    era = next(era for era in ERAS if day >= era.first)
    return era.name, day.year - era.first.year + 1


def format_date(day: date) -> str:
    """Return 令和６年５月10日: one-digit numbers full-width, longer ones half-width, the first year 元年."""
    name, year = era_of(day)
    return f"{name}{'元' if year == 1 else _figure(year)}年{_figure(day.month)}月{_figure(day.day)}日"


def format_time(moment: time | datetime) -> str:
    """Return 午後２時30分, or 午後２時 on the hour; noon is 午後０時."""
    half, hour = divmod(moment.hour, _NOON)
    minute = f"{_figure(moment.minute)}分" if moment.minute else ""
    return f"{('午前', '午後')[half]}{_figure(hour)}時{minute}"


def format_datetime(moment: datetime) -> str:
    """Return 令和６年５月10日 午後２時30分."""
    return f"{format_date(moment.date())} {format_time(moment)}"


def _figure(number: int) -> str:
    return str(number).translate({48 + i: 0xFF10 + i for i in range(10)}) if number <= 9 else str(number)  # noqa: PLR2004 - one digit


def _plain(text: str) -> str:
    """Fold widths and hyphens, squeeze blanks; circled and raised digits stay what they are and are refused."""
    folded = text
    if not unicodedata.is_normalized("NFKC", text):
        folded = "".join(c if unicodedata.category(c) == "No" else unicodedata.normalize("NFKC", c) for c in text)
    return " ".join(folded.upper().translate(_HYPHENS).split())


def _seven_figures(plain: str) -> str:
    """Write 5060510 and R060510 as 令和6年5月10日; anything else stays."""
    match = _SEVEN_FIGURES.fullmatch(plain)
    if not match:
        return plain
    era = ERAS[-int(match[1])] if match[1].isdigit() else _ERA[match[1]]
    return f"{era.name}{int(match[2])}年{int(match[3])}月{int(match[4])}日"


def number_of(text: str) -> int:
    """Return the value of ASCII digits, 元, or kanji numerals written by place (二〇二四) or by rank (二千二十四)."""
    if text == "元":
        return 1
    if text.isascii():
        return int(text)
    if ranked(text) and not _BY_RANK.fullmatch(text):
        raise UnreadableDateError("漢数字が読めません。算用数字で書いてください（例　令和6年5月10日）。")
    return value_of(text)


def _refuse_mixed_marks(match: re.Match[str]) -> None:
    marks = match["mark"] + match["mark2"] + match["mark3"]
    if marks not in ("年月日", "年月", "--", "//", ".."):
        raise UnreadableDateError(
            "日付の区切りがそろっていません。令和6年5月10日、又は 2024-05-10 のように書いてください。"
        )
    if marks == "年月":
        raise UnreadableDateError("「日」の字がありません。令和6年5月10日のように書いてください。")


def _calendar_day(match: re.Match[str]) -> date:
    year, month, day = (number_of(match[part]) for part in ("year", "month", "day"))
    era = _ERA.get(match["era"] or "")
    if not era and (match["year"] == "元" or year < 1000):  # noqa: PLR2004 - fewer than four digits
        raise UnreadableDateError("年が2桁以下で元号がありません。令和6年、又は西暦4桁で書いてください。")
    if not era and year > 9999:  # noqa: PLR2004 - more than four digits
        raise UnreadableDateError("西暦は4桁で書いてください。")
    if era and not year:
        raise UnreadableDateError("元号の年は元年（1年）から始まります。")
    try:
        found = date(era.first.year + year - 1 if era else year, month, day)
    except ValueError:
        raise UnreadableDateError("暦にない日付です。月と日を確かめてください。") from None
    if era and not era.first <= found <= era.last:
        raise UnreadableDateError(f"{era.name}にこの日はありません。元号と年を確かめてください。")
    if found < FIRST_DAY:
        raise UnreadableDateError("明治5年以前の日付（旧暦）は扱えません。")
    return found


def _half_of(part: str, hour: int) -> str:
    """Return 午前 or 午後, of a part of the day that holds the hour once."""
    half, hours = _PARTS.get(part, (part, range(_MIDNIGHT)))
    if hour not in hours:
        raise UnreadableDateError(f"「{part}{hour}時」は読み分けられません。午前か午後を付けて書いてください。")
    return half


def _hour_of_half(half: str, hour: int) -> int:
    if hour == _NOON:
        raise UnreadableDateError(
            f"「{half}12時」は昼か夜か読み分けられません。正午、午前0時、午後0時と書いてください。"
        )
    if hour > _NOON:
        raise UnreadableDateError(
            f"「{half}」の後は0時から11時までで書いてください。24時間の書き方なら「{half}」を取ってください。"
        )
    return hour + (_NOON if half == "午後" else 0)


def _why_no_date(plain: str) -> str:
    return next(reason for pattern, reason in _WHY_NO_DATE if re.fullmatch(pattern, plain))


def _why_no_time(plain: str) -> str:
    if not plain:
        return "時刻がありません。"
    if re.search(r"[頃ころ約]", plain):
        return "時刻に「頃」「約」は付けられません。時刻だけを書いてください（例　14:30）。"
    if re.search(r"[0-9](?:Z|[-+][0-9]{2}:?[0-9]{2})$", plain):
        return "時差の表記（Z、+09:00など）は書けません。日本の時刻だけを書いてください（例　14:30）。"
    return "時刻と読めません。14:30、又は午後2時30分のように書いてください。"
