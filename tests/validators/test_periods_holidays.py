"""Holidays: the package's days, corrected, against the Holiday Act written out a second time."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import jpholiday
import pytest

from validators.periods import is_holiday

DAY = timedelta(days=1)

# Days made holidays once by Acts of their own, and the days the Olympic Act moved.
ONCE = {
    date(1959, 4, 10),
    date(1989, 2, 24),
    date(1990, 11, 12),
    date(1993, 6, 9),
    date(2019, 5, 1),
    date(2019, 10, 22),
}
OLYMPIC = {
    2020: {(7, 23), (7, 24), (8, 10)},
    2021: {(7, 22), (7, 23), (8, 8)},
}


def _equinox(year: Any, before_1980: Any, since_1980: Any) -> Any:
    """Day of the month by the well-known approximation: 20.8357, 20.8431 for March; 23.2588, 23.2488 for September."""
    if year < 1980:
        return int(before_1980 + 0.242194 * (year - 1980) - int((year - 1983) / 4))
    return int(since_1980 + 0.242194 * (year - 1980) - (year - 1980) // 4)


def _monday(year: Any, month: Any, nth: Any) -> Any:
    first = date(year, month, 1)
    return (first + timedelta(days=(7 - first.weekday()) % 7 + 7 * (nth - 1))).day


def _national(year: Any) -> Any:
    """Article 2, year by year."""
    days = {(1, 1), (5, 3), (5, 5), (11, 3), (11, 23), (4, 29)}
    days.add((1, 15) if year < 2000 else (1, _monday(year, 1, 2)))
    days.add((3, _equinox(year, 20.8357, 20.8431)))
    days.add((9, _equinox(year, 23.2588, 23.2488)))
    if year >= 1967:
        days.add((2, 11))
    if year >= 1966:
        days.add((9, 15) if year < 2003 else (9, _monday(year, 9, 3)))
        if year not in OLYMPIC:
            days.add((10, 10) if year < 2000 else (10, _monday(year, 10, 2)))
    if 1989 <= year <= 2018:
        days.add((12, 23))
    if year >= 2020:
        days.add((2, 23))
    if year >= 2007:
        days.add((5, 4))
    if year >= 1996 and year not in OLYMPIC:
        days.add((7, 20) if year < 2003 else (7, _monday(year, 7, 3)))
    if year >= 2016 and year not in OLYMPIC:
        days.add((8, 11))
    days |= OLYMPIC.get(year, set())
    return {date(year, month, day) for month, day in days} | {day for day in ONCE if day.year == year}


def _holidays(year: Any) -> Any:
    """Article 3: the days themselves, substitutes from 12 April 1973, days between two of them from 27 December 1985."""
    national = _national(year)
    found = set(national)
    for day in national:
        if day.weekday() == 6 and day >= date(1973, 4, 12):
            substitute = day + DAY
            while year >= 2007 and substitute in national:
                substitute += DAY
            found.add(substitute)
    found |= {
        day + DAY
        for day in national
        if day + DAY >= date(1985, 12, 27)
        and day + 2 * DAY in national
        and (day + DAY).weekday() != 6
        and day + DAY not in found
    }
    return found


@pytest.mark.parametrize("year", range(1950, 2051))
def test_the_year_has_exactly_the_days_of_the_holiday_act(year: Any) -> None:
    days = [date(year, 1, 1) + n * DAY for n in range(366)]
    assert [day for day in days if day.year == year and is_holiday(day)] == sorted(_holidays(year))


def test_the_packages_27_wrong_days_of_1955_to_1985_are_corrected() -> None:
    days = [date(1955, 1, 1) + n * DAY for n in range((date(1986, 1, 1) - date(1955, 1, 1)).days)]
    wrong = [day for day in days if jpholiday.is_holiday(day) and not is_holiday(day)]
    assert {(day.month, day.day) for day in wrong} == {(5, 4), (2, 12)}
    assert len(wrong) == 27


def test_there_is_no_holiday_before_the_act_of_20_july_1948() -> None:
    assert not is_holiday(date(1948, 5, 3))
    assert is_holiday(date(1948, 9, 23))


def test_the_official_calendar_of_2026_and_2027() -> None:
    official = "2026: 1/1 1/12 2/11 2/23 3/20 4/29 5/3 5/4 5/5 5/6 7/20 8/11 9/21 9/22 9/23 10/12 11/3 11/23"
    official += "; 2027: 1/1 1/11 2/11 2/23 3/21 3/22 4/29 5/3 5/4 5/5 7/19 8/11 9/20 9/23 10/11 11/3 11/23"
    for part in official.split("; "):
        year, listed = part.split(": ")
        days = [date(int(year), 1, 1) + n * DAY for n in range(365)]
        assert [f"{day.month}/{day.day}" for day in days if is_holiday(day)] == listed.split()
