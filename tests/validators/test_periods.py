"""Periods, ages and deadlines: the lists' worked examples, and an independent calendar that counts day by day."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from validators import periods
from validators.definitions import yamlio
from validators.periods import Period, filing_deadline, last_day, parse_period, public_body_deadline

EXAMPLES = yamlio.load(Path(__file__).with_name("worked_examples.yaml"))
DAY = timedelta(days=1)
DAYS = st.dates(min_value=date(1950, 1, 1), max_value=date(2090, 12, 31))


def _value(argument: Any) -> Any:
    if isinstance(argument, list):
        return _call(*argument)
    if isinstance(argument, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", argument):
        return date.fromisoformat(argument)
    if isinstance(argument, str) and re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d", argument):
        return datetime.fromisoformat(argument)
    return argument


def _call(name: Any, *arguments: Any) -> Any:
    return getattr(periods, name)(*map(_value, arguments))


@pytest.mark.parametrize("example", EXAMPLES, ids=[f"{n}-{example['from']}" for n, example in enumerate(EXAMPLES)])
def test_worked_example(example: Any) -> None:
    """Each date that the lists work out comes out of the functions; a departure from a list carries its reason."""
    assert _call(example["call"], *example["args"]) == _value(example["expect"])
    if "list_says" in example:
        assert example["note"]
        assert example["list_says"] != example["expect"]


# ── An independent calendar: it only ever steps by one day ───────────────────────────────────────────────────────────


def _days_of_period(first: Any, months: Any, days: Any) -> Any:
    """Count off months day by day: one is full on the eve of the same day, or at a month's end that lacks that day."""
    day, full, number = first, 0, first.day
    while full < months:
        tomorrow = day + DAY
        if tomorrow.day == number or (tomorrow.day == 1 and number > day.day and tomorrow > first + 27 * DAY):
            full += 1
        if full < months:
            day = tomorrow
    if not months:
        day = first - DAY
    for _ in range(days):
        day += DAY
    return day


@given(DAYS, st.integers(1, 40), st.sampled_from(["start_day_counts", "from_next_day"]))
def test_months_end_where_counting_day_by_day_ends(start: Any, months: Any, counting: Any) -> None:
    first = start if counting == "start_day_counts" else start + DAY
    assert last_day(start, f"{months} months", counting) == _days_of_period(first, months, 0)


@given(DAYS, st.integers(1, 6), st.integers(1, 60))
def test_years_weeks_and_days_end_where_counting_day_by_day_ends(start: Any, years: Any, number: Any) -> None:
    assert last_day(start, f"{years} years", "start_day_counts") == _days_of_period(start, 12 * years, 0)
    assert last_day(start, f"{number} days", "start_day_counts") == _days_of_period(start, 0, number)
    assert last_day(start, f"{number} weeks", "from_next_day") == _days_of_period(start + DAY, 0, 7 * number)


@given(DAYS, st.integers(0, 5))
def test_renewals_follow_without_gap_or_overlap(start: Any, times: Any) -> None:
    day, ends = start, []
    for _ in range(times + 1):
        ends.append(last_day(day, "1 year", "start_day_counts"))
        day = ends[-1] + DAY
    assert periods.renewed_last_day(start, "1 year", times) == ends[-1]


@given(DAYS, st.integers(0, 90), st.integers(-3, 3))
def test_age_rises_on_the_birthday_and_is_attained_at_the_end_of_the_eve(birth: Any, years: Any, offset: Any) -> None:
    leap_day_missing = (birth.month, birth.day) == (2, 29) and not _leap(birth.year + years)
    expected = date(birth.year + years, 3, 1) if leap_day_missing else birth.replace(year=birth.year + years)
    assert periods.birthday(birth, years) == expected
    if years:
        assert periods.age_attained_on(birth, years) == expected - DAY
    on = max(expected + offset * DAY, birth)
    assert periods.reached_age(birth, years, on) is (on >= expected)
    assert periods.under_age(birth, years, on) is (on < expected)
    assert periods.age_on(birth, on) == (years if on >= expected else years - 1)


def _leap(year: Any) -> Any:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def test_an_age_before_birth_is_refused_or_false() -> None:
    with pytest.raises(ValueError, match="生年月日"):
        periods.age_on(date(2024, 5, 10), date(2024, 5, 9))
    assert not periods.under_age(date(2024, 5, 10), 15, date(2024, 5, 9))
    assert not periods.reached_age(date(2024, 5, 10), 15, date(2024, 5, 9))


@given(DAYS)
def test_a_litigation_period_ends_on_the_first_day_that_is_none_of_those_named(day: Any) -> None:
    end = filing_deadline(day)
    assert end >= day
    assert not _at_rest(end)
    assert all(_at_rest(day + n * DAY) for n in range((end - day).days))
    back = periods.last_open_day(day)
    assert not _at_rest(back)
    assert all(_at_rest(back + n * DAY) for n in range(1, (day - back).days + 1))


def _at_rest(day: Any) -> Any:
    year_end = (day.month == 12 and day.day >= 29) or (day.month == 1 and day.day <= 3)
    return day.weekday() in (5, 6) or year_end or periods.is_holiday(day)


def test_a_prefecture_may_add_its_own_days_of_rest() -> None:
    memorial_day = date(2026, 6, 23)
    assert public_body_deadline(memorial_day) == memorial_day
    assert public_body_deadline(memorial_day, periods.YEAR_END | {(6, 23)}) == date(2026, 6, 24)
    assert public_body_deadline(date(2026, 12, 29), frozenset()) == date(2026, 12, 29)


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("1 year", Period(years=1)),
        ("2 months", Period(months=2)),
        ("2 weeks", Period(weeks=2)),
        ("15 days", Period(days=15)),
        ("2 years 6 months", Period(years=2, months=6)),
    ],
)
def test_a_period_is_read_from_words(text: Any, period: Any) -> None:
    assert parse_period(text) == period


@pytest.mark.parametrize(
    "text", ["", " ", "1", "year", "0 days", "-1 day", "1.5 years", "1年", "1 day 1 year", " 1 day", "1 day ", "１ day"]
)
def test_anything_else_is_no_period(text: Any) -> None:
    with pytest.raises(ValueError, match="期間"):
        parse_period(text)


def test_an_unknown_way_of_counting_is_refused() -> None:
    with pytest.raises(ValueError, match="数え方"):
        last_day(date(2024, 5, 10), "1 year", "inclusive")  # type: ignore[arg-type]  # the refusal is tested


def test_a_moment_counts_by_its_day() -> None:
    assert last_day(datetime(2024, 5, 10, 23, 59), "1 year", "start_day_counts") == date(2025, 5, 9)  # noqa: DTZ001 - records hold no zone
    with pytest.raises(ValueError, match="延長の回数"):
        periods.renewed_last_day(date(2024, 5, 10), "1 year", -1)
