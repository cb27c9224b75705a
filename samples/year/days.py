"""Reckon the days of a story: `delivered + 1m - 0..10 T10:00`, working days where a span has one."""

from __future__ import annotations

import calendar
import re
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from random import Random

_TERM = re.compile(r"([+-])\s*(\d+)(?:\.\.(\d+))?(m?)")
_WHOLE = re.compile(r"(?P<name>\w+)(?P<terms>(?:\s*[+-]\s*\d+(?:\.\.\d+)?m?)*)(?:\s*T(?P<time>\d\d:\d\d))?")
_WORKING_DAYS = 5


def months_on(day: date, months: int) -> date:
    """Return the like-numbered day so many months on, or the last day of a shorter month."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def day_of(told: str, days: Mapping[str, date], chance: Random) -> tuple[date, str]:
    """Return the day that an expression names and its time of day (blank: none). Raises ValueError for a broken one."""
    whole = _WHOLE.fullmatch(told.strip())
    if whole is None:
        msg = f"no day: {told}"
        raise ValueError(msg)
    day = days[whole["name"]]
    for sign, low, high, months in _TERM.findall(whole["terms"]):
        ahead = 1 if sign == "+" else -1
        if months:
            day = months_on(day, ahead * int(low))
        elif high:
            span = [day + timedelta(days=ahead * each) for each in range(int(low), int(high) + 1)]
            day = chance.choice([each for each in span if each.weekday() < _WORKING_DAYS] or span)
        else:
            day += timedelta(days=ahead * int(low))
    return day, whole["time"] or ""


def told_moment(day: date, time: str, minutes: int) -> str:
    """Return a day, or a moment shifted by the minutes by which this case runs later than its story."""
    if not time:
        return day.isoformat()
    moment = datetime.fromisoformat(f"{day}T{time}") + timedelta(minutes=minutes)
    return moment.isoformat(timespec="minutes")
