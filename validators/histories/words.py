"""What expressions of procedures may ask of a history, beside the vocabulary of the provisions (docs/PROCEDURES.md).

All are null-safe; what a history does not tell is null, and a comparison with null is false.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from validators import periods
from validators.expressions.functions import VOCABULARY, Word
from validators.expressions.lookups import SURROUNDINGS, setting
from validators.histories import court_words, designation_words
from validators.histories.items import earlier
from validators.histories.sight import VIEW
from validators.naming import is_post, office_of, same_office
from validators.stored import day_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None


def events(name: str) -> list[Mapping[str, Any]]:
    """Return all events of that name in the matter, in the order of time."""
    return [item.facts for item in VIEW.get().of(name)]


def papers(slug: str) -> list[Mapping[str, Any]]:
    """Return all papers of that slug in the matter."""
    return [item.facts for item in VIEW.get().of(slug)]


def latest(name: str, fact: str, on: str | None) -> Any:
    """Return the newest value of a fact that items of that name gave until then."""
    return VIEW.get().latest(name, fact, on)


def known(fact: str, on: str | None) -> Any:
    """Return the newest value of a fact that any item gave until then."""
    return VIEW.get().latest("", fact, on)


def standing(start: str, ends: list[str], fact: str, value: Any, on: str | None) -> bool:
    """Tell whether a state begun by an event holds at a moment: no event that ends it came since, for that value of the fact.

    An event that does not give the fact is of every value; where the value is blank every event counts.
    """
    view = VIEW.get()
    if not isinstance(on, str):
        return False
    told = [item for name in (start, *ends) for item in view.of(name)]
    of = [item for item in told if value in (None, "") or item.facts.get(fact, value) == value]
    begun = [item for item in of if item.name == start and not earlier(on, item.on)]
    return any(
        not any(end.name in ends and not earlier(end.on, item.on) and not earlier(on, end.on) for end in of)
        for item in begun[-1:]
    )


def under_way(start: str, ends: list[str], office: Any, on: str | None) -> bool:
    """Tell whether a station does, at a moment, what such an event began there, in whatever matter; a hand-over from it ends it."""
    if not isinstance(on, str) or not isinstance(office, str):
        return False
    names = {start, *ends}
    here = [
        item
        for item in VIEW.get().until(on)
        if item.name in names and same_office(item.facts.get("from_office", item.facts.get("station")), office)
    ]
    return bool(here) and here[-1].name == start


def chief_of(post: Any, station: Any) -> bool:
    """Tell whether it is a station's chief, and of that station where one is named with the post."""
    return is_post(post, ["警察署長"]) and (office_of(post) is None or not station or same_office(post, station))


def told_before(fact: str, value: Any, on: str | None) -> bool:
    """Tell whether an item before that moment, of whatever matter, gave the fact this value."""
    view = VIEW.get().of_all or VIEW.get()
    return isinstance(on, str) and any(item.facts.get(fact) == value for item in view.items if earlier(item.on, on))


def certainly_before(a: str | None, b: str | None) -> bool:
    """Tell whether a comes before b for certain: by the minute where both have a time, else by day."""
    return isinstance(a, str) and isinstance(b, str) and earlier(a, b)


def days(on: str | None, n: float | None) -> str | None:
    """Return the day n days later, earlier when negative."""
    start = day_of(on)
    return _text(periods.days_after(start, int(n))) if start and n is not None else None


def days_between(a: str | None, b: str | None) -> int | None:
    """Return how many days b comes after a."""
    first, then = day_of(a), day_of(b)
    return (then - first).days if first and then else None


def title_of(paper: str | None) -> str | None:
    """Return the title of a paper (reference/papers.yaml); null for one that is not listed."""
    listed = SURROUNDINGS.get().reference.table("papers").get(paper)
    return listed["titles"][0] if listed else None


def elapsed_day(start: str | None, period: str) -> str | None:
    """Return 「起算して…を経過した日」: the day after the last day of the period, the start counted."""
    first = day_of(start)
    return _text(periods.day_elapsed(first, period, "start_day_counts")) if first else None


def slot_start(on: str | None, months: float | None) -> str | None:
    """Return the first day that answers a slot: `contact.before_days` before the last day of the months, `on` counted."""
    return days(_slot(on, months), -setting("contact.before_days"))


def slot_end(on: str | None, months: float | None) -> str | None:
    """Return the last day that answers a slot: `contact.after_days` after the last day of the months, `on` counted."""
    return days(_slot(on, months), setting("contact.after_days"))


def _slot(on: str | None, months: float | None) -> str | None:
    start = day_of(on)
    return _text(periods.last_day(start, f"{int(months)} months", "start_day_counts")) if start and months else None


def order_ends_on(on: str | None) -> str | None:
    """Return the last day of the newest order, as made and extended until then (Stalker Act 5(8), (9)): what comes later moves no day."""
    lives = VIEW.get().lives_until(str(on))
    return _text(lives[-1].end) if lives else None


def in_force(on: str | None) -> bool | None:
    """Tell whether an order of the matter is in force on a day; null where no order is told of, or no day."""
    day, lives = day_of(on), VIEW.get().lives
    if day is None or not lives:
        return None
    return any(life.start <= day <= life.end and (life.revoked is None or day <= life.revoked) for life in lives)


WORDS: dict[str, Word] = (
    VOCABULARY
    | court_words.WORDS
    | designation_words.WORDS
    | {
        word.name: word
        for word in (
            Word(events, ("name",), "records"),
            Word(papers, ("name",), "records"),
            Word(latest, ("name", "name", "date"), "value"),
            Word(known, ("name", "date"), "value"),
            Word(standing, ("name", "list", "name", "any", "date"), "bool"),
            Word(under_way, ("name", "list", "any", "date"), "bool"),
            Word(chief_of, ("any", "any"), "bool"),
            Word(told_before, ("name", "any", "date"), "bool"),
            Word(certainly_before, ("date", "date"), "bool"),
            Word(days, ("date", "number"), "value"),
            Word(days_between, ("date", "date"), "value"),
            Word(title_of, ("text",), "value"),
            Word(elapsed_day, ("date", "name"), "value"),
            Word(slot_start, ("date", "number"), "value"),
            Word(slot_end, ("date", "number"), "value"),
            Word(order_ends_on, ("date",), "value"),
            Word(in_force, ("date",), "value"),
        )
    }
)
