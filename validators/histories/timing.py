"""Until when something is due, and whether an act came in time. Periods by `validators/periods.py` only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from validators import periods
from validators.expressions.lookups import setting
from validators.histories.items import Happening, earlier
from validators.stored import day_of

if TYPE_CHECKING:
    from validators.histories.conditions import Sight
    from validators.histories.history import View
    from validators.histories.procedure import By

_HOURS = "_hours"


@dataclass(frozen=True, slots=True)
class DueDay:
    """A day by which something is due. `last`: the day after which it is late; `until`: the moment, where hours count."""

    due_on: date
    last: date
    until: str = ""

    def kept_by(self, item: Happening) -> bool:
        """Tell whether an act came in time; where hours count and it has no time, its day decides."""
        if self.until and "T" in item.on and "T" in self.until:
            return item.on <= self.until
        return item.day <= self.last

    def over(self, as_of: date) -> bool:
        """Tell whether the time is over at the end of a day."""
        return self.last < as_of


def limit(by: By, trigger: Happening, scope: Sight, view: View) -> DueDay | None:
    """Return the day by which something is due after its trigger; None where there is none, or none yet."""
    found = _limit(by, trigger, scope, view)
    if by.alternative:
        other = limit(by.alternative, trigger, scope, view)
        return max((each for each in (found, other) if each), key=lambda each: each.last, default=None)
    return found


def _limit(by: By, trigger: Happening, scope: Sight, view: View) -> DueDay | None:
    start: Happening | None = trigger
    if by.after:
        start = next((each for each in reversed(view.of(by.after)) if not earlier(each.on, trigger.on)), None)
    if start is None:
        return None
    if by.setting:
        return _promptly(by.setting, start)
    if by.same_day:
        return DueDay(start.day, start.day)
    day = _day_of(by, start, scope)
    return _with_window(by, day) if day else None


def _day_of(by: By, start: Happening, scope: Sight) -> date | None:
    if by.period:
        return periods.last_day(start.day, by.period, "start_day_counts" if by.counted else "from_next_day")
    return day_of(by.date.value(scope)) if by.date else None


def _promptly(name: str, start: Happening) -> DueDay:
    """Return the limit of an office's own figure: no law's; hours run from moment to moment (Civil Code 139)."""
    count = int(setting(name))
    if not name.endswith(_HOURS):
        last = periods.days_after(start.day, count)
        return DueDay(last, last)
    if "T" not in start.on:
        last = periods.days_after(start.day, count // 24)
        return DueDay(last, last)
    until = periods.hours_after(datetime.fromisoformat(start.on), count)
    return DueDay(until.date(), until.date(), until.isoformat(timespec="minutes"))


def _with_window(by: By, day: date) -> DueDay:
    """Return the limit of a day; おおむね gives `contact.after_days` more, litigation moves it off rest days."""
    if by.litigation:
        day = periods.filing_deadline(day)
    return DueDay(day, periods.days_after(day, int(setting("contact.after_days"))) if by.approx else day)


def reminded(name: str, trigger: Happening, as_of: date) -> bool:
    """Tell whether the office's reminder has passed for something the source sets no day for."""
    return reminded_on(name, trigger) < as_of


def reminded_on(name: str, trigger: Happening) -> date:
    """Return the last day before the office is reminded of it."""
    return periods.days_after(trigger.day, int(setting(name)))
