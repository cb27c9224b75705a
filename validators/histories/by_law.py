"""What the law works alone in a case: the end of orders and designations, service by public notice. Nobody enters it.

Histories compute it (`history_as_of`), so that judging is right whether or not anything was recorded; here it is named
with its day, also ahead of time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from validators import periods
from validators.expressions.lookups import Surroundings, surrounded
from validators.histories import designations
from validators.histories.history import ORDER_EXPIRED, history_as_of, life_of, stalker_orders
from validators.histories.items import earlier
from validators.histories.protection import Orders
from validators.histories.spelling import in_one_spelling
from validators.histories.vocabulary import DELIVERED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from validators.histories.history import View
    from validators.histories.items import Happening
    from validators.rulebook import Rulebook

ENDS = frozenset({ORDER_EXPIRED, designations.LAPSED})  # events that only time brings
_AHEAD = 5  # years looked ahead: no order of ours runs longer


@dataclass(frozen=True, slots=True)
class LawMoment:
    """What happens by law: which kind (`reference/by_law.yaml`), the event it is, the day it happens, the last day before it.

    `of`: the item that set it going; `facts`: what the event says.
    """

    kind: str
    event: str
    on: date
    last: date
    of: Happening
    facts: Mapping[str, Any]


def moments_by_law(
    rules: Rulebook, items: Iterable[Happening], as_of: date, *, office: Mapping[str, str] | None = None
) -> list[LawMoment]:
    """Return what the law works alone in a history as it is known at the end of a day, past and ahead, in the order of time."""
    vocabulary = rules.procedures.vocabulary
    until = periods.days_after(as_of, 366 * _AHEAD)
    known = [item for item in items if item.day <= as_of]
    with surrounded(Surroundings(rules.reference, office=office or {})):
        view = history_as_of(vocabulary, in_one_spelling(vocabulary, known), until)
        found = [*_stalker_orders(view), *_protection_orders(view), *_designations(view), *_public_notices(view, known)]
    return sorted(found, key=lambda each: (each.on, each.of.place))


def _stalker_orders(view: View) -> Iterator[LawMoment]:
    for order in stalker_orders(view):
        life = life_of(order, view)
        if life.revoked is None:
            yield _ends("stalker-order", ORDER_EXPIRED, life.end, order, _id(order, "order_id"))


def _protection_orders(view: View) -> Iterator[LawMoment]:
    orders = Orders(view)
    for order in orders.all():
        id_ = order.facts.get("order_id")
        for kind in order.facts["order_types"]:
            last, ended = orders.last_day(id_, kind), orders.ended(id_, kind)
            if last and not (ended and ended.day <= last):
                yield _ends(
                    "protection-order", ORDER_EXPIRED, last, order, {**_id(order, "order_id"), "order_types": [kind]}
                )


def _designations(view: View) -> Iterator[LawMoment]:
    lapses = {
        (item.day, tuple(item.ids.items())) for item in view.of(designations.LAPSED)
    }  # none where another runs on
    for life in designations.designations(view):
        if life.item and life.end and not life.released:
            last, item = life.end, life.item
            if (periods.days_after(last, 1), tuple(item.ids.items())) in lapses:
                yield _ends("designation", designations.LAPSED, last, item, _id(item, designations.WHO))


def _public_notices(view: View, known: list[Happening]) -> Iterator[LawMoment]:
    notices = {item.place: item for item in known if item.name == "public-notice-service"}
    for served in view.of(DELIVERED):
        notice = notices.get(served.place)
        if notice and not earlier(served.on, notice.on):
            told = {name: served.facts[name] for name in ("paper", "way") if name in served.facts}
            last = periods.days_after(served.day, -1)
            yield LawMoment("public-notice", DELIVERED, served.day, last, notice, {**_id(notice, "order_id"), **told})


def _ends(kind: str, event: str, last: date, of: Happening, facts: Mapping[str, Any]) -> LawMoment:
    return LawMoment(kind, event, periods.days_after(last, 1), last, of, facts)


def _id(item: Happening, name: str) -> dict[str, Any]:
    value = item.facts.get(name)
    return {} if value in (None, "") else {name: value}
