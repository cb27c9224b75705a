"""The life of a designation (茨城 再被害防止要綱 第4): a year from the day after it, longer by extensions in time, ended by release or by itself."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from validators import periods
from validators.histories.items import Happening, earlier, made
from validators.naming import same_office
from validators.text import case_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from validators.histories.history import View
    from validators.histories.vocabulary import EventVocabulary

BEGUN, EXTENDED, RELEASED, LAPSED = "designated", "extended", "released_from_designation", "deemed_released"
ADDED, LEFT = "station_added", "station_released"
_DECISIONS = frozenset({EXTENDED, RELEASED, ADDED, LEFT})
WHO = "victim_id"


@dataclass(frozen=True, slots=True)
class Designation:
    """One designation as far as it is told: whose, from when, until which day, released when."""

    victim: str | None
    start: str  # the moment; empty where only what came after is told
    end: date | None  # its last day; None where nothing tells it
    released: str | None = None
    item: Happening | None = None

    def runs(self, on: str) -> bool:
        """Tell whether it is in force at a moment, the day of the decision and the last day included."""
        if earlier(on, self.start) or (self.end and on[:10] > self.end.isoformat()):
            return False
        return self.released is None or not earlier(self.released, on)

    def ended_on(self) -> date | None:
        """Return the day of its release, of a lapse the day after its last (第4の1(2)); None where it has not been told to end."""
        if self.released:
            return date.fromisoformat(self.released[:10])
        return periods.days_after(self.end, 1) if self.end else None


def designations(view: View, until: str = "9999") -> list[Designation]:
    """Return the designations told of, in the order they began; `until`: with what was decided up to that moment."""
    begun = [item for item in view.of(BEGUN) if not earlier(until, item.on)]
    found = [_life(item, view, until) for item in begun]
    if not begun:  # an extension or a release tells of a designation that the history does not
        told = [item for name in (EXTENDED, RELEASED) for item in view.of(name) if not earlier(until, item.on)]
        found = [_told_by(item) for item in told[-1:]]
    return sorted(found, key=lambda each: each.start)


def _life(item: Happening, view: View, until: str) -> Designation:
    end = periods.last_day(item.day, "1 year", "from_next_day")
    for extension in view.of(EXTENDED):
        if _same(item, extension) and not earlier(until, extension.on) and item.day <= extension.day <= end:
            end = max(end, _until(extension) or periods.last_day(end, "1 year", "from_next_day"))
    released = [
        each.on
        for each in view.of(RELEASED)
        if _same(item, each) and not earlier(until, each.on) and item.day <= each.day <= end
    ]
    return Designation(item.facts.get(WHO), item.on, end, min(released, default=None), item)


def _told_by(item: Happening) -> Designation:
    released = item.on if item.name == RELEASED else None
    return Designation(item.facts.get(WHO), "", None if released else _until(item), released)


def _until(extension: Happening) -> date | None:
    until = extension.facts.get("until")
    return date.fromisoformat(until[:10]) if isinstance(until, str) else None


def _same(a: Happening, b: Happening) -> bool:
    return of_one(a.facts.get(WHO), b.facts.get(WHO))


def of_one(given: str | None, victim: str | None) -> bool:
    """Tell whether what is told of one person is of the other (V-1 · Ｖ－１); where nobody is named the case has one victim."""
    return given in (None, "") or victim in (None, "") or case_key(given) == case_key(victim)


def of_victim(view: View, victim: str | None, on: str) -> list[Designation]:
    """Return the designations of a person (blank: of anybody) as they stood at a moment, in whatever matter."""
    whole = view.of_all or view
    return [each for each in designations(whole, on) if of_one(each.victim, victim) and not earlier(on, each.start)]


def stations_at(view: View, victim: str | None, on: str) -> list[str] | None:
    """Return the implementing stations at a moment: those designated, those added, less those released; None where none are told."""
    whole = view.of_all or view
    newest = [each.item for each in of_victim(view, victim, on) if each.item][-1:]
    if not newest or not newest[0].facts.get("stations"):
        return None
    stations = list(newest[0].facts["stations"])
    changes = [item for name in (ADDED, LEFT) for item in whole.of(name) if of_one(item.facts.get(WHO), victim)]
    for item in sorted(changes, key=whole.places.__getitem__):
        station = item.facts.get("station")
        if not isinstance(station, str) or not earlier(item.on, on) or item.day < newest[0].day:
            continue
        stations = [each for each in stations if not same_office(each, station)]
        stations += [station] if item.name == ADDED else []
    return stations


def with_stations(view: View) -> list[Happening]:
    """Return the items; decisions on a designation say the stations of that moment, the one added among them, where the history tells them."""
    return [_with_stations(item, view) for item in view.items]


def _with_stations(item: Happening, view: View) -> Happening:
    if item.name not in _DECISIONS or item.facts.get("stations"):
        return item
    stations = stations_at(view, item.facts.get(WHO), item.on)
    if stations is None:
        return item
    added = [item.facts["station"]] if item.name == ADDED and item.facts.get("station") else []
    others = [each for each in stations if not any(same_office(each, new) for new in added)]
    return replace(item, facts={**item.facts, "stations": [*others, *added]})


def lapsed(vocabulary: EventVocabulary, view: View, as_of: date) -> Iterator[Happening]:
    """Yield the lapse of the designations: it happens by itself the day after the last, and not where another one runs on."""
    lives = designations(view)
    for life in lives:
        if life.end is None or life.released or life.item is None:
            continue
        after = periods.days_after(life.end, 1)
        runs_on = any(
            each is not life and of_one(each.victim, life.victim) and each.runs(after.isoformat()) for each in lives
        )
        if after <= as_of and not runs_on:
            told = {name: life.item.facts[name] for name in life.item.ids}  # as they were written
            yield made(vocabulary, LAPSED, told, after.isoformat(), len(view.items))
