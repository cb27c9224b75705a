"""What expressions may ask of a designation and of what was told of a perpetrator (茨城 再被害防止要綱 第4・第7).

Whoever is named is looked for in the whole history; a blank is anybody. What is not told is null.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from validators import periods
from validators.expressions.functions import Word
from validators.fineness import same_prefecture, told_place, told_release, told_wrong_time
from validators.histories import designations
from validators.histories.sight import VIEW
from validators.naming import same_office

if TYPE_CHECKING:
    from validators.histories.designations import Designation


def _of(victim: str | None, on: str | None) -> list[Designation]:
    return designations.of_victim(VIEW.get(), victim, on) if isinstance(on, str) else []


def designated(victim: str | None, on: str | None) -> bool:
    """Tell whether a designation of a person (blank: of anybody) is in force at a moment."""
    return any(each.runs(str(on)) for each in _of(victim, on))


def others_designated(victim: str | None, on: str | None) -> bool:
    """Tell whether a designation of somebody else, of the same perpetrator as far as is told, is in force at a moment."""
    seen_from = VIEW.get().at
    ids = seen_from.ids if seen_from else {}

    def same_matter(each: Designation) -> bool:
        own = each.item.ids if each.item else {}
        return all(own.get(name, value) == value for name, value in ids.items() if name != designations.WHO)

    others = (each for each in _of(None, on) if not designations.of_one(each.victim, victim) and same_matter(each))
    return bool(victim) and any(each.runs(str(on)) for each in others)


def designation_end(victim: str | None, on: str | None) -> str | None:
    """Return the last day of a person's newest designation, by what was decided until a moment."""
    found = _of(victim, on)
    return found[-1].end.isoformat() if found and found[-1].end else None


def designation_ended(victim: str | None, on: str | None) -> str | None:
    """Return the day a person's designations ended by a moment: of the release, of a lapse the day after the last; null where one runs."""
    ends = [end for end in (each.ended_on() for each in _of(victim, on)) if end]
    return max(ends).isoformat() if ends and not designated(victim, on) else None


def _begun(victim: str | None, start: str | None, on: str | None) -> Designation | None:
    return next((each for each in _of(victim, on) if each.start == start), None)


def life_end(victim: str | None, start: str | None, on: str | None) -> str | None:
    """Return the last day of the designation that began at a moment, by what was decided until another."""
    found = _begun(victim, start, on)
    return found.end.isoformat() if found and found.end else None


def life_ended(victim: str | None, start: str | None, on: str | None) -> str | None:
    """Return the day that designation ended, if it has by a moment: of the release, of a lapse the day after the last."""
    found = _begun(victim, start, on)
    ended = found.ended_on() if found else None
    return ended.isoformat() if ended and ended.isoformat() <= str(on)[:10] else None


def stations_of(victim: str | None, on: str | None) -> list[str]:
    """Return the stations that carry out the measures at the end of a day; none where none are told."""
    day = periods.days_after(date.fromisoformat(on[:10]), 1).isoformat() if isinstance(on, str) else ""
    return (designations.stations_at(VIEW.get(), victim, day) or []) if day else []


def implementing(office: str | None, victim: str | None, on: str | None) -> bool | None:
    """Tell whether a station, or the one a post belongs to, carries out the measures at a moment; null where none are told."""
    if not isinstance(on, str) or not office:
        return None
    stations = designations.stations_at(VIEW.get(), victim, on)
    return None if stations is None else any(same_office(office, each) is True for each in stations)


WORDS: dict[str, Word] = {
    word.name: word
    for word in (
        Word(designated, ("any", "date"), "bool"),
        Word(others_designated, ("any", "date"), "bool"),
        Word(designation_end, ("any", "date"), "value"),
        Word(designation_ended, ("any", "date"), "value"),
        Word(life_end, ("any", "date", "date"), "value"),
        Word(life_ended, ("any", "date", "date"), "value"),
        Word(stations_of, ("any", "date"), "value"),
        Word(implementing, ("any", "any", "date"), "bool"),
        Word(told_release, ("text",), "value"),
        Word(told_place, ("text", "text", "text"), "value"),
        Word(told_wrong_time, ("text", "date", "date"), "bool"),
        Word(same_prefecture, ("text", "text"), "bool"),
    )
}
