"""How long a case is kept: by the provision of its source and by the office's own schedule, the longer of the two.

Where neither says anything nobody guesses: the case is kept until somebody says.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from validators.errors import InputError
from validators.periods import last_day, parse_period

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from validators.definitions.reference import ReferenceTables

BEGINNINGS = {"day": "終えた日の翌日", "year": "翌年の1月1日", "fiscal": "翌年度の4月1日"}
OTHERWISE = "other"
_APRIL = 4
_MOST_MONTHS, _MOST_DAYS = 12 * 100, 366 * 100


@dataclass(frozen=True, slots=True)
class KeptUntil:
    """The last day a case is kept, and what says so: (clause or blank, in words, its own last day)."""

    day: date
    reasons: tuple[tuple[str, str, date], ...]


def kept_until(
    tables: ReferenceTables,
    office: Mapping[str, str],
    source: str,
    ended_on: date,
    events: Iterable[tuple[str, date]] = (),
) -> KeptUntil | None:
    """Return how long a case of a source that ended on a day is kept, None where nothing says.

    `events`: names and days of the case's events; a provision counts from the latest of those it names, else from the end
    (Civil Code 140: the first day does not count).
    """
    reasons = [*_by_provision(tables, source, ended_on, events), *_by_office(office, source, ended_on)]
    return KeptUntil(max(reason[2] for reason in reasons), tuple(reasons)) if reasons else None


def _by_provision(
    tables: ReferenceTables, source: str, ended_on: date, events: Iterable[tuple[str, date]]
) -> Iterable[tuple[str, str, date]]:
    if (entry := tables.table("retention").get(source)) is None:
        return
    begun = max((day for name, day in events if name in entry["from"]), default=ended_on)
    yield entry["clause"], entry["citation"], last_day(begun, entry["period"], "from_next_day")


def _by_office(office: Mapping[str, str], source: str, ended_on: date) -> Iterable[tuple[str, str, date]]:
    told = office.get(f"retention.{source}") or office.get(f"retention.{OTHERWISE}")
    if told is None:
        return
    period, _, beginning = told.partition("\n")
    first = _first_day(ended_on, beginning)
    yield "", "所属の定め", last_day(first, period, "start_day_counts")


def _first_day(ended_on: date, beginning: str) -> date:
    if beginning == "year":
        return date(ended_on.year + 1, 1, 1)
    if beginning == "fiscal":
        return date(ended_on.year + (ended_on.month >= _APRIL), _APRIL, 1)
    return date.fromordinal(ended_on.toordinal() + 1)


def read_schedule(value: Any, place: str) -> dict[str, str]:
    """Read the key `retention` of an office profile: `{source or other: {period: 5 years, from: fiscal}}`. Raises InputError."""
    told = "、".join(f"{key}（{label}）" for key, label in BEGINNINGS.items())
    how = f"所属の設定の retention は「出典か other: {{period: 5 years, from: fiscal}}」の形で書いてください。from は {told} です。"
    if not isinstance(value, dict) or not value:
        raise InputError(how, place=place)
    out = {}
    for source, said in value.items():
        if not isinstance(said, dict) or set(said) != {"period", "from"} or str(said["from"]) not in BEGINNINGS:
            raise InputError(how, place=place)
        try:
            length = parse_period(str(said["period"]))
        except ValueError as error:
            raise InputError(str(error), place=place) from None
        if 12 * length.years + length.months > _MOST_MONTHS or 7 * length.weeks + length.days > _MOST_DAYS:
            raise InputError("所属の設定の retention の期間は、100年までにしてください。", place=place)
        out[f"retention.{source}"] = f"{said['period']}\n{said['from']}"
    return out
