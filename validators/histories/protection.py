"""The lives of protection orders (DV Act 10 to 18) as a history tells them: effect, last day, stay, end, and what hangs on what.

An order is an `order_issued` that names its `order_types`; a decision of three kinds is one order. An item of an order
that does not say its id may be any order's; one that does not say its kinds is of all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from validators import periods
from validators.histories.items import Happening, earlier
from validators.law_days import DV_ACT_2023
from validators.text import case_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from validators.histories.history import View

NO_CONTACT, EVICTION = "noncontact_victim", "eviction"
DEPENDENT = (
    "phone_ban_victim",
    "child_order",
    "relative_noncontact",
)  # 10(2) to (4): they end with the order for no contact
PETITIONS = ("petition_filed", "additional_petition_filed", "renewed_petition_filed")
_NEW_LAW = date.fromisoformat(DV_ACT_2023)  # petitions filed before go by the old law
_APPEAL = "1 week"  # CCP 332 by DV Act 21


def _key(number: Any) -> str:
    """Return a number of an order or petition as ids are compared: 命－１ and 命-1 are one."""
    return case_key(str(number))


@dataclass(frozen=True, slots=True)
class Orders:
    """The protection orders of a whole history."""

    view: View

    # ---- what was told --------------------------------------------------------------------------------------------

    def order(self, order_id: Any) -> Happening | None:
        """Return the order of an id; the only one where none is asked for."""
        known = self.all()
        named = [each for each in known if order_id and each.ids.get("order_id") == _key(order_id)]
        nameless = [each for each in known if not order_id or not each.facts.get("order_id")]
        return named[-1] if named else nameless[0] if len(nameless) == 1 else None

    def all(self) -> list[Happening]:
        """Return the orders in the order of time."""
        return [each for each in self.view.of("order_issued") if each.facts.get("order_types")]

    def petition(self, petition_id: Any) -> Happening | None:
        """Return the petition of an id; the only one where none is asked for."""
        known = [each for name in PETITIONS for each in self.view.of(name)]
        named = [each for each in known if petition_id and each.ids.get("petition_id") == _key(petition_id)]
        nameless = [each for each in known if not petition_id or not each.facts.get("petition_id")]
        return named[-1] if named else nameless[0] if len(nameless) == 1 else None

    def _petition_of(self, order: Happening) -> Happening | None:
        """Return the petition that an order answers: by its id, else the last without one that was filed by its day."""
        if found := self.petition(order.facts.get("petition_id")):
            return found
        known = [each for name in PETITIONS for each in self.view.of(name) if not each.facts.get("petition_id")]
        return max((each for each in known if each.day <= order.day), key=lambda each: each.on, default=None)

    def of(self, name: str, order_id: Any, kind: str = "") -> Iterator[Happening]:
        """Yield what happened to a kind of an order."""
        for each in self.view.of(name):
            same = not order_id or each.ids.get("order_id") in (None, _key(order_id))
            if same and (not kind or not each.facts.get("order_types") or kind in each.facts["order_types"]):
                yield each

    # ---- its life -------------------------------------------------------------------------------------------------

    def effective(self, order_id: Any) -> Happening | None:
        """Return the moment an order took effect (15(2))."""
        return next(self.of("order_effective", order_id), None)

    def parent(self, order_id: Any) -> Happening | None:
        """Return the order for no contact that an order hangs on: itself, the one it names, or the only one there is."""
        order = self.order(order_id)
        if order is None or NO_CONTACT in order.facts["order_types"]:
            return order
        petition = self._petition_of(order)
        if named := order.facts.get("parent_order_id") or (petition and petition.facts.get("parent_order_id")):
            return self.order(named)
        found = [each for each in self.all() if NO_CONTACT in each.facts["order_types"]]
        return found[0] if len(found) == 1 else None

    def old_law(self, order: Happening) -> bool:
        """Tell whether the law before 2024-04-01 governs: the petition's day decides, where it is not told the decision's."""
        if order.facts.get("term") == "6_months_old_law":
            return True
        return (self._petition_of(order) or order).day < _NEW_LAW

    def last_day(self, order_id: Any, kind: str) -> date | None:
        """Return the last day of a kind of an order; no stay moves it (16(3)), no holiday."""
        order = self.order(order_id)
        if order is not None and kind in DEPENDENT:
            order = self.parent(order_id)
            order_id = order.facts.get("order_id") if order else None
        started = self.effective(order_id) if order is not None else None
        if order is None or started is None:
            return None
        length = self.length(order, kind)
        return periods.last_day(started.day, length, "start_day_counts") if length else None

    def length(self, order: Happening, kind: str) -> str:
        """Return the term of an order for no contact (10(1)) or of an eviction (10-2).

        Nothing where an eviction of six months was asked for and none is told.
        """
        if kind != EVICTION:
            return "6 months" if self.old_law(order) else "1 year"
        if order.facts.get("term") == "6_months":
            return "6 months"
        petition = self._petition_of(order)
        asked = petition is not None and petition.facts.get("request_six_months") is True
        return "" if asked and not order.facts.get("term") and not self.old_law(order) else "2 months"

    def ended(self, order_id: Any, kind: str) -> Happening | None:
        """Return what ended a kind of an order before its last day: a revocation (17) or the appeal court (16(6))."""
        cancelled = (
            each for each in self.of("appeal_decided", order_id, kind) if each.facts.get("outcome") == "cancelled"
        )
        return min((*self.of("order_revoked", order_id, kind), *cancelled), key=lambda each: each.on, default=None)

    def stayed(self, order_id: Any, kind: str, on: str) -> bool:
        """Tell whether a stay (16(3), (4)) certainly runs at a moment: until it is ended or the appeal is decided."""
        over = [*self.of("stay_ended", order_id, kind), *self.of("appeal_decided", order_id, kind)]
        return any(
            earlier(stay.on, on) and not any(not earlier(end.on, stay.on) and not earlier(on, end.on) for end in over)
            for stay in self.of("stay_granted", order_id, kind)
        )

    def in_force(self, order_id: Any, kind: Any, on: str) -> bool | None:
        """Tell whether a kind of an order (none named: any of them) is in force at a moment; None where that cannot be said."""
        order = self.order(order_id)
        started = self.effective(order_id)
        if order is None or started is None:
            return None
        if earlier(on, started.on):
            return False
        answers = [self._runs(order_id, each, on) for each in ([kind] if kind else order.facts["order_types"])]
        return True if True in answers else None if None in answers else False

    def _runs(self, order_id: Any, kind: str, on: str) -> bool | None:
        last, end = self.last_day(order_id, kind), self.ended(order_id, kind)
        if (end and earlier(end.on, on)) or self.stayed(order_id, kind, on):
            return False
        return None if last is None else date.fromisoformat(on[:10]) <= last

    # ---- what hangs on it -----------------------------------------------------------------------------------------

    def dependents(self, order_id: Any, day: date) -> Iterator[tuple[Any, str]]:
        """Yield the orders of 10(2) to (4), made by that day and not yet gone before it, that hang on one for no contact."""
        top = self.order(order_id)
        for order in self.all():
            if top is None or order.day > day or self.parent(order.facts.get("order_id")) is not top:
                continue
            for kind in set(DEPENDENT).intersection(order.facts["order_types"]):
                last, end = (
                    self.last_day(order.facts.get("order_id"), kind),
                    self.ended(order.facts.get("order_id"), kind),
                )
                if not (last and last < day) and not (end and end.day < day):
                    yield order.facts.get("order_id"), kind

    def all_follow(self, order_id: Any, event: str, day: date) -> bool:
        """Tell whether what befell an order for no contact befell by that day all that hangs on it (16(4), (6), 17(2))."""
        return all(
            any(
                each.day <= day and each.facts.get("outcome") in (None, "cancelled", "revoked")
                for each in self.of(event, dependent, kind)
            )
            for dependent, kind in self.dependents(order_id, day)
        )

    def final_on(self, order_id: Any) -> date | None:
        """Return the first day on which a decision under 17(3) is final: the day after the later deadline of the two parties."""
        told = {
            each.facts.get("notified_to"): periods.filing_deadline(periods.last_day(each.day, _APPEAL, "from_next_day"))
            for each in self.of("decision_notified", order_id)
            if each.facts.get("what") in (None, "revocation_17_3")
        }
        return periods.days_after(max(told.values()), 1) if {"applicant", "respondent"} <= told.keys() else None
