"""A day in boxes of its own (era, year, month, day), or typed whole in the year's box: 4050101, 19930101, R8.6.5.

What is typed stays as it is until it can be read; the text made of it is read as every other door reads it (validators/wareki.py).
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from api.figures import figure
from validators.approximate import exact
from validators.values import UnreadableError, read_time
from validators.wareki import ERAS, era_of, format_date, format_time

if TYPE_CHECKING:
    from collections.abc import Mapping

WESTERN: Final = "西暦"
ERA_NAMES: Final = (*(era.name for era in ERAS), WESTERN)
PARTS: Final = ("era", "year", "month", "day")
_PARTS_SAID: Final = {"year": "年", "month": "月", "day": "日"}
_WEEKDAYS = "月火水木金土日"
_FIGURES = re.compile("[0-9]+|元|[〇一二三四五六七八九十]+")
_EIGHT = re.compile("((?:18|19|20)[0-9]{2})([0-9]{2})([0-9]{2})")
_WHOLE_THEN = re.compile(r"(?P<day>.*?[0-9日])[ \u3000のT]+(?P<time>[^ ]*[0-9時].*)")
_FOUR_DIGITS = 1000


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def split(day: str) -> dict[str, str]:
    """Return the boxes of an ISO day: 2024-05-10 is 令和, 6, 5, 10; of any other notation too, else what stands there as it is."""
    iso = (exact(day) or "")[:10]
    if not iso:
        return {"year": day}
    found = date.fromisoformat(iso)
    era, year = era_of(found)
    return {"era": era, "year": str(year), "month": str(found.month), "day": str(found.day)}


def gathered(parts: Mapping[str, str]) -> dict[str, str]:
    """Return the boxes as they are kept: a day typed whole into the year's box is put into the boxes it belongs to."""
    typed = {name: text for name, text in parts.items() if text.strip()}
    if not any(name in typed for name in parts if name != "era"):
        return {}
    whole, clock = _day_and_time(typed.get("year", ""))
    if whole:
        typed |= split(whole)
        if clock and "time" not in typed:
            typed["time"] = clock
    elif (figure(_plain(typed.get("year", ""))) or 0) >= _FOUR_DIGITS:
        typed["era"] = WESTERN
    return typed


def _day_and_time(typed: str) -> tuple[str, str]:
    """Return the ISO day that stands whole in one box, and the time of day behind it."""
    plain = _plain(typed)
    if eight := _EIGHT.fullmatch(plain):
        plain = "-".join(eight.groups())
    if day := exact(plain):
        return day[:10], day[11:]
    if (found := _WHOLE_THEN.fullmatch(plain)) and (day := exact(found["day"])):
        return day[:10], found["time"]
    return "", ""


def written(parts: Mapping[str, str]) -> str:
    """Return the text that the boxes make, whole or not: 令和8年6月5日, 令和8年6月; empty where nothing is typed."""
    if not any(parts.get(name, "").strip() for name in ("year", "month", "day", "time", "words")):
        return ""
    if words := parts.get("words", "").strip():
        return words
    year = parts.get("year", "").strip()
    alone = not parts.get("month", "").strip() and not parts.get("day", "").strip()
    if alone and year and not _FIGURES.fullmatch(_plain(year)):
        return year  # nothing that could be put in order
    era = parts.get("era") or ERA_NAMES[0]
    text = "" if era == WESTERN else era
    for name, mark in _PARTS_SAID.items():
        if figure := parts.get(name, "").strip():
            text += f"{figure}{mark}"
    clock = parts.get("time", "").strip()
    if clock and parts.get("about"):
        return f"{text}{_spoken(clock)}ころ"
    return f"{text} {clock}".strip() if clock else f"{text}{'ころ' if parts.get('about') else ''}"


def _spoken(clock: str) -> str:
    """Return 午後９時 for 21:00; what cannot be read as it stands."""
    try:
        return format_time(datetime.strptime(read_time(clock.removesuffix("ころ")), "%H:%M"))  # noqa: DTZ007 - a time of day
    except UnreadableError:
        return clock.removesuffix("ころ")


def echo(parts: Mapping[str, str]) -> str:
    """Return how the day was read: 令和８年６月５日（金）; empty where it is no whole day."""
    day = exact(written({name: text for name, text in parts.items() if name in PARTS}))
    if not day:
        return ""
    found = date.fromisoformat(day[:10])
    return f"{format_date(found)}（{_WEEKDAYS[found.weekday()]}）"


def wrong(label: str, parts: Mapping[str, str]) -> str:
    """Return what is wrong with the boxes of a day, in a sentence that names the box; empty where nothing more is known."""
    if parts.get("words"):
        return ""
    blank = [said for name, said in _PARTS_SAID.items() if not parts.get(name, "").strip()]
    if blank and len(blank) < len(_PARTS_SAID):
        return f"「{label}」の{'と'.join(blank)}を書いてください。"
    numbers = {name: _plain(parts.get(name, "")) for name in _PARTS_SAID}
    if blank or not all(text == "元" or re.fullmatch("[0-9]{1,6}", text) for text in numbers.values()):
        return ""
    era = parts.get("era") or ERA_NAMES[0]
    year, month, day = (1 if text == "元" else int(text) for text in numbers.values())
    named = next((each for each in ERAS if each.name == era), None)
    told = f"{'' if named is None else era}{numbers['year']}年{month}月{day}日"
    try:
        found = date(named.first.year + year - 1 if named else year, month, day)
    except ValueError:
        return f"{told}という日はありません。「{label}」の月と日を確かめてください。"
    if named and not named.first <= found <= named.last:
        limit = f"{format_date(named.last)}まで" if found > named.last else f"{format_date(named.first)}から"
        return f"{era}は{limit.removeprefix(era)}です。「{label}」の元号と年を確かめてください。"
    return ""
