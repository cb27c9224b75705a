"""The days, moments and periods of the expressions (docs/CLAUSES.md), each function null-safe: a test on a blank is false."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from validators import periods
from validators.stored import day_of, moment_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


def number_or_none(value: Any) -> float | None:
    """Return a number; None for a blank and for anything else."""
    return None if value is None or isinstance(value, bool) or not isinstance(value, int | float) else float(value)


def compared(values: Iterable[Any], read: Callable[[Any], Any], test: Callable[..., bool]) -> bool:
    """Tell whether a test holds of operands; a missing one makes every comparison false."""
    operands = [read(value) for value in values]
    return None not in operands and test(*operands)


def before(a: str | None, b: str | None) -> bool:
    """Tell whether day a is earlier than day b."""
    return compared((a, b), day_of, lambda x, y: x < y)


def not_after(a: str | None, b: str | None) -> bool:
    """Tell whether day a is no later than day b (以前, まで)."""
    return compared((a, b), day_of, lambda x, y: x <= y)


def in_order(a: str | None, b: str | None) -> bool:
    """Tell whether a is not later than b, to the minute where both have a time, else by day."""
    read = moment_of if has_time(a) and has_time(b) else day_of
    return compared((a, b), read, lambda x, y: x <= y)


def day(x: str | None) -> str | None:
    """Return the date part."""
    found = day_of(x)
    return found.isoformat() if found else None


def has_time(x: str | None) -> bool:
    """Tell whether a time is written beside the date (日時)."""
    return isinstance(x, str) and "T" in x and moment_of(x) is not None


def within_hours(start: str | None, end: str | None, hours: float | None) -> bool:
    """Tell whether end comes 0 to `hours` hours after start; both must have a time."""
    limit = number_or_none(hours)
    if limit is None or not (has_time(start) and has_time(end)):
        return False
    return compared((start, end), moment_of, lambda x, y: timedelta(0) <= y - x <= timedelta(hours=limit))


def within_days(base: str | None, x: str | None, low: float | None, high: float | None) -> bool:
    """Tell whether day x lies in base + low … base + high days."""
    least, most = number_or_none(low), number_or_none(high)
    if least is None or most is None:
        return False
    return compared((base, x), day_of, lambda b, d: least <= (d - b).days <= most)


def last_day(start: str | None, period: str, counting: str) -> str | None:
    """Return the last day of a period; counting "start_day_counts" (起算) or "from_next_day" (Civil Code 140)."""
    first = day_of(start)
    return periods.last_day(first, period, counting).isoformat() if first else None  # type: ignore[arg-type]  # checked there


def renewed_last_day(start: str | None, period: str, times: float | None) -> str | None:
    """Return the last day after `times` renewals, each from the day after the last; no number means none."""
    first, count = day_of(start), int(number_or_none(times) or 0)
    return periods.renewed_last_day(first, period, count).isoformat() if first else None


def filing_deadline(due: str | None) -> str | None:
    """Move a litigation period's last day off weekends, holidays and 29 Dec to 3 Jan (CCP 95(3))."""
    found = day_of(due)
    return periods.filing_deadline(found).isoformat() if found else None


def reached_age(birth: str | None, years: float | None, on: str | None) -> bool:
    """Tell whether the person is `years` old on that day; false when a date is unknown."""
    return _aged(birth, years, on, periods.reached_age)


def under_age(birth: str | None, years: float | None, on: str | None) -> bool:
    """Tell whether the person is younger than `years` on that day; false when a date is unknown."""
    return _aged(birth, years, on, periods.under_age)


def minor(birth: str | None, on: str | None) -> bool:
    """Tell whether the person is a minor on that day (Civil Code 4); false when a date is unknown."""
    born, then = day_of(birth), day_of(on)
    return born is not None and then is not None and periods.is_minor(born, then)


def _aged(birth: str | None, years: float | None, on: str | None, test: Callable[[date, int, date], bool]) -> bool:
    limit, born, then = number_or_none(years), day_of(birth), day_of(on)
    return limit is not None and born is not None and then is not None and born <= then and test(born, int(limit), then)
