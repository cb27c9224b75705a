"""Add days, weeks, months and years as the law counts them; the only module that does.

Dates go in and come out as `datetime.date`, local days of Japan. A period is written in words, "1 year", "2 months",
"2 weeks", "15 days" or a sum such as "2 years 6 months". How a period begins is said by `counting`:

    start_day_counts   から起算して: the start is the first day (a rule of its own in the sense of Civil Code 138)
    from_next_day      から: the start is left out (Civil Code 140, first sentence)
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Literal

Counting = Literal["start_day_counts", "from_next_day"]

_ONE_DAY = timedelta(days=1)
_ADULT_AT_18 = date(2022, 4, 1)
_SATURDAY = 5
_UNITS = ("years", "months", "weeks", "days")
_PERIOD = re.compile(" ?".join(rf"(?:([1-9][0-9]*) {unit}?)?" for unit in _UNITS))

# 29 December to 3 January: CCP 95(3) fixes these days, prefectures use them by ordinance (Local Autonomy Act 4-2(2)).
YEAR_END = frozenset({(12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3)})

# Holiday Act: in force 1948-07-20; substitute days (3(2)) since Act 10/1973; days between two holidays (3(3)) since
# Act 103/1985.
_HOLIDAY_ACT = date(1948, 7, 20)
_SUBSTITUTE_DAYS = date(1973, 4, 12)
_DAYS_BETWEEN = date(1985, 12, 27)


@dataclass(frozen=True, slots=True)
class Period:
    """A length of time in calendar units."""

    years: int = 0
    months: int = 0
    weeks: int = 0
    days: int = 0


@lru_cache(maxsize=256)
def parse_period(text: str) -> Period:
    """Read a period written in words.

    Raises ValueError for anything but positive whole numbers of year(s), month(s), week(s), day(s), longest unit first.
    """
    match = _PERIOD.fullmatch(text)
    if not match or not any(match.groups()) or text != text.strip():
        raise ValueError(f"期間「{text}」は読めません。1 year、2 months、2 weeks、15 days のように書いてください。")
    return Period(**{unit: int(number or 0) for unit, number in zip(_UNITS, match.groups(), strict=True)})


# ── The last day of a period ─────────────────────────────────────────────────────────────────────────────────────────


def first_day(start: date, counting: Counting) -> date:
    """Return the first day that counts (Civil Code 138, 140)."""
    if counting not in ("start_day_counts", "from_next_day"):
        raise ValueError(f"数え方「{counting}」はありません。start_day_counts か from_next_day と書いてください。")
    day = start.date() if isinstance(start, datetime) else start
    return day if counting == "start_day_counts" else day + _ONE_DAY


def last_day(start: date, period: str, counting: Counting) -> date:
    """Return the last day of a period: at its midnight the period is over (Civil Code 140, 141, 143).

    Weeks, months and years go by the calendar: the period ends on the eve of the corresponding day, and where the last
    month has no such day, on the last day of that month (143(2)). The life of an order never slides past a holiday.
    """
    length = parse_period(period)
    first = first_day(start, counting)
    end = first - _ONE_DAY
    months = 12 * length.years + length.months
    if months:
        corresponding, exists = _corresponding_day(first, months)
        end = corresponding - _ONE_DAY if exists else corresponding
    return end + timedelta(days=7 * length.weeks + length.days)


def day_elapsing(start: date, period: str, counting: Counting) -> date:
    """Return 「…を経過する日」: the last day of the period itself (Civil Code 141, 143; DV Act 10(2))."""
    return last_day(start, period, counting)


def day_elapsed(start: date, period: str, counting: Counting) -> date:
    """Return 「…を経過した日」: the day after the last day (Civil Code 141, 143; DV Act 17(1), Stalker Act 5(14))."""
    return last_day(start, period, counting) + _ONE_DAY


def renewed_last_day(start: date, period: str, times: int, counting: Counting = "start_day_counts") -> date:
    """Return the last day after `times` renewals, each begun on the day after the last one (Civil Code 140 proviso).

    A renewal starts at midnight, so its first day counts whatever the first period's wording (Stalker Act 5(9)).
    """
    if times < 0:
        raise ValueError("延長の回数は0以上の整数です。")
    end = last_day(start, period, counting)
    for _ in range(times):
        end = last_day(end + _ONE_DAY, period, "start_day_counts")
    return end


def earlier(day: date, period: str) -> date:
    """Return the day that lies `period` before `day`: 期日の4日前, 満了日の1月前 (Civil Code 140, 143 backwards).

    `day` itself is left out. A month without the corresponding day gives its last day.
    """
    length = parse_period(period)
    corresponding, _ = _corresponding_day(day, -(12 * length.years + length.months))
    return corresponding - timedelta(days=7 * length.weeks + length.days)


def days_after(day: date, days: int) -> date:
    """Return the day `days` later, or earlier when negative; plain days, no rule of law."""
    return day + timedelta(days=days)


def hours_after(moment: datetime, hours: int) -> datetime:
    """Return the moment `hours` later: hours run at once, from moment to moment (Civil Code 139)."""
    return moment + timedelta(hours=hours)


def _corresponding_day(day: date, months: int) -> tuple[date, bool]:
    """Return the same day `months` later and True, or that month's last day and False (Civil Code 143(2))."""
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    length = monthrange(year, month0 + 1)[1]
    return date(year, month0 + 1, min(day.day, length)), day.day <= length


# ── Age ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def age_attained_on(birth: date, n: int) -> date:
    """Return the day at whose end (24:00) a person is n years old: the eve of the birthday.

    Act on Computing Ages (年齢計算ニ関スル法律: the day of birth counts) with Civil Code 143. For a birth on
    29 February a year of age is complete at the end of 28 February, in leap years as in common ones.
    """
    return last_day(birth, f"{n} years", "start_day_counts") if n else birth


def birthday(birth: date, n: int) -> date:
    """Return the first day spent as n years old, the day after `age_attained_on` (Act on Computing Ages).

    For a birth on 29 February that is 1 March in common years.
    """
    return age_attained_on(birth, n) + _ONE_DAY if n else birth


def age_on(birth: date, on: date) -> int:
    """Return the full years a person counts on that day (Act on Computing Ages); raises ValueError before the birth."""
    if on < birth:
        raise ValueError("生年月日が基準日より後です。")
    years = on.year - birth.year
    return years if on >= birthday(birth, years) else years - 1


def reached_age(birth: date, n: int, on: date) -> bool:
    """Tell whether a person is n years old on that day, judged by whole days: from the birthday itself.

    The age is attained at the end of the eve (Act on Computing Ages), so on the eve the person is still younger; a
    child's consent (DV Act 10(3) proviso) is needed from the fifteenth birthday.
    """
    return on >= birthday(birth, n)


def is_minor(birth: date, on: date) -> bool:
    """Tell whether a person is a minor on a day: under 18, until 2022-03-31 under 20 (Civil Code 4, Act 59/2018)."""
    return under_age(birth, 18 if on >= _ADULT_AT_18 else 20, on)


def under_age(birth: date, n: int, on: date) -> bool:
    """Tell whether a person born by that day is not yet n years old on it (Act on Computing Ages)."""
    return birth <= on < birthday(birth, n)


# ── Holidays and the days on which nothing falls due ─────────────────────────────────────────────────────────────────


@lru_cache(maxsize=4096)
def is_holiday(day: date) -> bool:
    """Tell whether the day is a holiday of the Act on National Holidays (2, 3; and the Acts on single ceremonies).

    The package's days are corrected where it knows no beginning: no substitute day before 12 April 1973, no day between
    two holidays before 27 December 1985, nothing before 20 July 1948. Equinoxes of later years are computed; the
    official calendar names them each February for the year after.
    """
    if day < _HOLIDAY_ACT:
        return False
    import jpholiday  # noqa: PLC0415 - few records ask for a holiday

    name = str(jpholiday.is_holiday_name(day) or "")
    if "振替休日" in name:
        return day >= _SUBSTITUTE_DAYS
    if name == "国民の休日":
        return day >= _DAYS_BETWEEN
    return bool(name)


def is_rest_day(day: date, closed: frozenset[tuple[int, int]] = YEAR_END) -> bool:
    """Tell whether the day is a Saturday, a Sunday, a holiday or one of `closed`, given as (month, day)."""
    return day.weekday() >= _SATURDAY or (day.month, day.day) in closed or is_holiday(day)


def filing_deadline(day: date) -> date:
    """Move a litigation period's last day past Saturdays, Sundays, holidays and 29 December to 3 January (CCP 95(3)).

    For appeals (CCP 332) and actions for rescission (Administrative Case Litigation Act 7, 14), not for the life of an
    order.
    """
    return next_open_day(day)


def public_body_deadline(day: date, closed: frozenset[tuple[int, int]] = YEAR_END) -> date:
    """Move the last day of an act toward a local body past the body's days of rest (Local Autonomy Act 4-2(4)).

    `closed` are the days that the body's ordinance adds to Saturdays, Sundays and holidays (4-2(2), (3)).
    For requests for review (Administrative Complaint Review Act 18); not for what the body itself has to do.
    """
    return next_open_day(day, closed)


def next_open_day(day: date, closed: frozenset[tuple[int, int]] = YEAR_END) -> date:
    """Return the day itself or the first later working day (the rule of CCP 95(3) and Local Autonomy Act 4-2(4))."""
    while is_rest_day(day, closed):
        day += _ONE_DAY
    return day


def last_open_day(day: date, closed: frozenset[tuple[int, int]] = YEAR_END) -> date:
    """Return the day itself or the last earlier working day.

    For the authority's own deadlines and an order's last day, which no article extends (Stalker Act 5(3), 5(9)).
    """
    while is_rest_day(day, closed):
        day -= _ONE_DAY
    return day


def working_days_after(day: date, n: int, closed: frozenset[tuple[int, int]] = YEAR_END) -> date:
    """Return the n-th working day after the day: our yardstick for 速やかに, which no article counts in days."""
    for _ in range(n):
        day = next_open_day(day + _ONE_DAY, closed)
    return day
