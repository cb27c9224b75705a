"""A history: its items and those they imply, as of a day; and as one item sees it, with what may be of its matter."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from validators import periods
from validators.histories import designations
from validators.histories.conditions import compiled
from validators.histories.items import Happening, earlier, linked, made
from validators.histories.sight import seen
from validators.histories.vocabulary import DELIVERED
from validators.stored import day_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from validators.histories.vocabulary import EventVocabulary, Implied

ORDER_MADE, ORDER_EXTENDED, ORDER_REVOKED, ORDER_EXPIRED = (
    "order_issued",
    "order_extended",
    "order_revoked",
    "order_expired",
)
_PUBLIC_NOTICE = "public-notice-service"
_SERVED = {
    "prohibition": "prohibition-order",
    "urgent_prohibition": "prohibition-order",
    "extension": "extension-order",
}


@dataclass(frozen=True, slots=True)
class Life:
    """The days an order is in force: the first, the last with its extensions, the day it was revoked."""

    start: date
    end: date
    revoked: date | None = None


@dataclass(eq=False)
class View:
    """The items of a history until a day, of one matter, in the order of time."""

    items: Sequence[Happening]
    of_all: View | None = None  # the whole history, where this is one matter of it
    at: Happening | None = None  # the item it is seen from
    by_name: dict[str, list[Happening]] = field(init=False)
    places: dict[Happening, int] = field(init=False)  # item → where it stands
    sights: dict[Happening, View] = field(init=False, repr=False)  # item → what is seen from it

    def __post_init__(self) -> None:
        """Index the items by name."""
        self.by_name, self.sights = {}, {}
        self.places = {item: place for place, item in enumerate(self.items)}
        for item in self.items:
            self.by_name.setdefault(item.name, []).append(item)

    def of(self, name: str) -> list[Happening]:
        """Return the items of a name."""
        return self.by_name.get(name, [])

    def seen_from(self, item: Happening) -> View:
        """Return what may be of the matter of an item."""
        if item not in self.sights:
            self.sights[item] = self._from(item)
        return self.sights[item]

    def _from(self, item: Happening) -> View:
        if item.ids:
            return View([each for each in self.items if linked(item, each)], self, item)
        other = copy(self)
        other.of_all, other.at, other.sights = self, item, {}
        return other

    def until(self, on: str) -> list[Happening]:
        """Return the items until a moment: of its day those that the list has after the item looked from are not yet."""
        own = self.at if self.at and self.at.on == on else None
        whole = self.of_all or self
        last = whole.places.get(own, len(whole.items)) if own else len(whole.items)
        return [
            item
            for item in whole.items
            if not earlier(on, item.on) and (earlier(item.on, on) or whole.places[item] <= last)
        ]

    def latest(self, name: str, fact: str, on: str | None) -> Any:
        """Return the newest value of a fact until a moment; of items of any name where none is given."""
        for item in reversed(self.of(name) if name else self.items):
            if item.facts.get(fact) not in (None, []) and not (on and earlier(on, item.on)):
                return item.facts[fact]
        return None

    @cached_property
    def lives(self) -> list[Life]:
        """The lives of the orders (Stalker Act 5(8), (9)): a year, the first day counted; a year more for each extension in time."""
        found = [life_of(order, self) for order in stalker_orders(self)]
        return sorted(found, key=lambda life: (life.start, life.end))

    def lives_until(self, on: str) -> list[Life]:
        """Return the lives of the orders as they were told by a moment."""
        return View([each for each in self.until(on) if each in self.places]).lives


def stalker_orders(view: View) -> list[Happening]:
    """Return the orders of the Stalker Act; those that name their `order_types` are the DV Act's, with lives of their own."""
    return [order for order in view.of(ORDER_MADE) if not order.facts.get("order_types")]


def life_of(order: Happening, view: View) -> Life:
    """Return the days an order is in force: a year, a year more for each extension in time."""
    end = periods.last_day(order.day, "1 year", "start_day_counts")
    for extension in view.of(ORDER_EXTENDED):
        if linked(order, extension) and order.day <= extension.day <= end:
            end = periods.last_day(periods.days_after(end, 1), "1 year", "start_day_counts")
    ended = [each for each in view.of(ORDER_REVOKED) if not each.facts.get("order_types") and linked(order, each)]
    revoked = [each.day for each in ended if order.day <= each.day <= end]
    return Life(order.day, end, min(revoked, default=None))


# ---- what items imply ---------------------------------------------------------------------------------------------


def history_as_of(vocabulary: EventVocabulary, entered: Iterable[Happening], as_of: date) -> View:
    """Return the items until a day with all that they imply; what was entered itself is not implied a second time."""
    items = [item for item in entered if item.day <= as_of]
    items += [item for item in _delivered(vocabulary, items) if item.day <= as_of]
    for implied in vocabulary.implied:
        items += [item for item in _implied(vocabulary, implied, items) if item.day <= as_of]
    items.sort(key=lambda item: (item.on[:10], item.on if "T" in item.on else "", item.place))
    items = _with_inherited(vocabulary, _in_time(items))
    kept = [item for item in items if item.name != designations.LAPSED]
    if any(item.name == designations.BEGUN for item in kept):  # time itself says when a designation lapsed
        items = designations.with_stations(View(kept))
    view = View(items)
    brought = [*_expired(vocabulary, view, as_of), *designations.lapsed(vocabulary, view, as_of)]
    return View(sorted([*items, *brought], key=lambda item: item.on[:10]))


def _in_time(items: list[Happening]) -> list[Happening]:
    """Order the items of a day as the list has them, moments by the clock among themselves."""
    days: dict[str, list[Happening]] = {}
    for item in items:
        days.setdefault(item.on[:10], []).append(item)
    ordered: list[Happening] = []
    for day in sorted(days):
        timed = iter(sorted((i for i in days[day] if "T" in i.on), key=lambda i: (i.on, i.place)))
        ordered += [next(timed) if "T" in item.on else item for item in sorted(days[day], key=lambda i: i.place)]
    return ordered


def _with_inherited(vocabulary: EventVocabulary, items: list[Happening]) -> list[Happening]:
    """Return the items, each with the facts it does not tell and an earlier one of its matter did: nobody writes them twice."""
    told: list[Happening] = []
    for item in items:
        source = vocabulary.inherits.get(item.name)
        before = next((each for each in reversed(told) if each.name == source and linked(item, each)), None)
        own = vocabulary.kinds[item.name].facts
        given = {name: value for name, value in before.facts.items() if name in own} if before else {}
        told.append(replace(item, facts={**given, **item.facts}) if given else item)
    return told


def _delivered(vocabulary: EventVocabulary, items: Sequence[Happening]) -> Iterator[Happening]:
    """Yield the delivery of each paper that says when it was delivered, and the service of each public notice."""
    told = [item for item in items if item.name == DELIVERED]
    for item in items:
        if not item.is_paper:
            continue
        on, paper, more = item.facts.get("delivered_on"), item.name, {}
        if item.name == _PUBLIC_NOTICE:  # served when two weeks have passed, the first day counted: Stalker Act 5(14)
            posted = item.facts.get("posted_on")
            paper = _SERVED.get(str(item.facts.get("measure")), "")
            day = day_of(posted) if paper else None
            on = day and periods.day_elapsed(day, "2 weeks", "start_day_counts").isoformat()
            more = {"way": "public_notice"}
        if not isinstance(on, str) or day_of(on) is None:
            continue
        if any(each.facts.get("paper") == paper and each.on[:10] == on[:10] for each in told):
            continue
        facts = {key: value for key, value in item.facts.items() if key not in {"on", "event", "paper"}}
        yield made(vocabulary, DELIVERED, {**facts, **more, "paper": paper}, on, item.place)


def _implied(vocabulary: EventVocabulary, implied: Implied, items: Sequence[Happening]) -> Iterator[Happening]:
    if not any(item.name == implied.of for item in items):
        return
    condition = compiled(implied.where) if implied.where else None
    entered = [item for item in items if item.name == implied.event]
    view = View(items)
    for item in view.of(implied.of):
        with seen(view.seen_from(item)):
            if condition and not condition.asks({"it": item.facts, "trigger": item.facts}):
                continue
        on = item.facts.get(implied.on) if implied.on else item.on
        if isinstance(on, str) and day_of(on) and not any(linked(item, each) for each in entered):
            facts = {key: value for key, value in item.facts.items() if key not in {"on", "event", "paper"}}
            yield made(vocabulary, implied.event, facts, on, item.place)


def _expired(vocabulary: EventVocabulary, view: View, as_of: date) -> Iterator[Happening]:
    """Yield the expiry of the orders, which happens by itself the day after the last."""
    if view.of(ORDER_EXPIRED):
        return
    for order in stalker_orders(view):
        after = periods.days_after(life_of(order, view).end, 1)
        if after <= as_of:
            yield replace(made(vocabulary, ORDER_EXPIRED, dict(order.ids), after.isoformat(), len(view.items)))
