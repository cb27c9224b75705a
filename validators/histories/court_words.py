"""What expressions may ask of a case before the court: petitions, protection orders, consultations (DV Act 10 to 23).

All look at the whole history: orders and petitions have numbers of their own. What is not told is null.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

from validators import periods
from validators.expressions.functions import Word, filled
from validators.expressions.lookups import district_of
from validators.histories.protection import DEPENDENT, Orders
from validators.histories.sight import VIEW
from validators.law_days import ACTS_2025
from validators.naming import same_office

if TYPE_CHECKING:
    from collections.abc import Mapping

    from validators.histories.history import View

_FOUR_ITEMS = ("agency_name", "consulted_at", "consulted_place", "content", "measures")  # 12(1)五 イ to ニ
_TOPICS = {"child_order": "child_necessity", "relative_noncontact": "relative_necessity"}
_LENGTHS = {"1 year": "一年", "6 months": "六月", "2 months": "二月"}
_TAGS = date.fromisoformat(ACTS_2025)  # no transitional rule: the day of the order decides
_NEVER = "満了まで到来しない"
_NO_TEXT = frozenset({"on", "event", "paper"})


def _whole() -> View:
    return VIEW.get().of_all or VIEW.get()


def _orders() -> Orders:
    return Orders(_whole())


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None


def everywhere(name: str) -> list[Mapping[str, Any]]:
    """Return all events of that name in the whole history, of other petitions and orders too."""
    return [item.facts for item in _whole().of(name)]


def order_told(order_id: Any, fact: str) -> Any:
    """Return a fact of a protection order."""
    order = _orders().order(order_id)
    return order.facts.get(fact) if order else None


def petition_told(petition_id: Any, fact: str) -> Any:
    """Return a fact of a petition of whatever kind."""
    petition = _orders().petition(petition_id)
    return petition.facts.get(fact) if petition else None


def effect_day(order_id: Any) -> str | None:
    """Return the day an order took effect."""
    effective = _orders().effective(order_id) if _orders().order(order_id) else None
    return _text(effective.day) if effective else None


def noncontact_of(order_id: Any) -> Any:
    """Return the id of the order for no contact that an order hangs on."""
    parent = _orders().parent(order_id)
    return parent.facts.get("order_id") if parent else None


def protected_until(order_id: Any, kind: Any) -> str | None:
    """Return the last day of a kind of an order, however it ends."""
    return _text(_orders().last_day(order_id, kind)) if isinstance(kind, str) else None


def order_law(order_id: Any) -> str | None:
    """Return the law an order is made of: old (petition before 2024-04-01), act30, act84 (tags: orders from 2025-12-30)."""
    orders = _orders()
    order = orders.order(order_id)
    if order is None:
        return None
    return "old" if orders.old_law(order) else "act30" if order.day < _TAGS else "act84"


def protection_term(order_id: Any, kind: Any) -> str | None:
    """Return for how long a kind of an order runs, in words; null where the history cannot say."""
    orders = _orders()
    order = orders.order(order_id)
    if kind in DEPENDENT:
        return "もとの接近禁止命令の満了まで"
    length = orders.length(order, kind) if order and isinstance(kind, str) else ""
    return _LENGTHS.get(length)


def children_revocable_from(order_id: Any) -> str | None:
    """Return the first day of a petition under 17(3); 満了まで到来しない where the order is over before it comes."""
    own, top = effect_day(order_id), effect_day(noncontact_of(order_id))
    if not (own and top):
        return None
    first = max(
        periods.day_elapsed(date.fromisoformat(start), period, "start_day_counts")
        for start, period in ((top, "6 months"), (own, "3 months"))
    )
    last = _orders().last_day(order_id, "child_order")
    return _NEVER if last and first > last else first.isoformat()


def notified_on(to: str) -> str | None:
    """Return the moment a party of the matter was told the decision of its petition (not one under 17(3))."""
    told = [
        each.on for each in VIEW.get().of("decision_notified")
        if each.facts.get("notified_to") == to and each.facts.get("what") != "revocation_17_3"
    ]  # fmt: skip
    return told[-1] if told else None


def protects(order_id: Any, kind: Any, on: str | None) -> bool | None:
    """Tell whether a kind of an order is in force at a moment; null where the history cannot say."""
    return _orders().in_force(order_id, kind, on) if isinstance(on, str) else None


def order_state(order_id: Any, kind: Any, on: str | None) -> str | None:
    """Return how it stands with a kind of an order at the end of a day: pending, effective, stayed, revoked, cancelled, expired."""
    orders = _orders()
    if not (isinstance(kind, str) and isinstance(on, str) and orders.order(order_id)):
        return None
    end, last, started = orders.ended(order_id, kind), orders.last_day(order_id, kind), orders.effective(order_id)
    if last and last.isoformat() < on[:10] and not (end and end.day <= last):
        return "expired"
    if end:
        return "cancelled" if end.name == "appeal_decided" else "revoked"
    if started is None:
        return "pending"
    return "stayed" if orders.stayed(order_id, kind, f"{on[:10]}T23:59") else "effective"


def all_follow(order_id: Any, event: str, on: str | None) -> bool | None:
    """Tell whether what befell an order for no contact befell, by that day, all orders that hang on it."""
    return _orders().all_follow(order_id, event, date.fromisoformat(on[:10])) if isinstance(on, str) else None


def finality_day(order_id: Any) -> str | None:
    """Return the first day on which a revocation under 17(3) is final, where no appeal was filed."""
    return _text(_orders().final_on(order_id))


def covered(consultations: Any) -> list[str]:
    """Return what those consultations covered of which all four items are told (12(1)五)."""
    told = [each for each in consultations or () if all(filled(each.get(item)) for item in _FOUR_ITEMS)]
    return sorted({str(topic) for each in told for topic in each.get("covered_items") or ()})


def topics_of(orders: Any, event: str) -> list[str]:
    """Return what has to be covered for the orders asked (12(1), (2), 18(2)): violence, risk, and why each further one."""
    wanted = {_TOPICS[each] for each in orders or () if each in _TOPICS}
    renewed = {"repeat_necessity"} if event == "renewed_petition_filed" else set()
    return sorted({"violence", "risk"} | wanted | renewed)


def latest_centre(petition_id: Any) -> str | None:
    """Return the support centre a petition names; of several the one consulted last (15(4))."""
    told = petition_told(petition_id, "consultations") or ()
    whole = [
        each for each in told
        if each.get("agency_type") == "dv_centre" and all(filled(each.get(item)) for item in _FOUR_ITEMS)
    ]  # fmt: skip
    return str(max(whole, key=lambda each: str(each["consulted_at"]))["agency_name"]) if whole else None


def applicant_hq(on: str | None) -> Any:
    """Return the police headquarters of the applicant's home that was told last until then (15(3))."""
    return _whole().latest("", "police_hq_name", on)


def same_court(a: Any, b: Any) -> bool:
    """Tell whether both name one court; its branches and divisions are the court."""
    if not (filled(a) and filled(b)):
        return False
    districts = [district_of(each) for each in (a, b) if re.search("地方裁判所|地裁", str(each))]
    return len(set(districts)) == 1 if len(districts) == len((a, b)) else same_office(a, b)


def tells(item: Any, values: Any) -> bool:
    """Tell whether any text of an item holds one of the values, in whatever notation."""
    from validators.secrecy.matcher import Value, secrets_of  # noqa: PLC0415 - few histories hold what is protected

    wanted = [Value("", kind, str(value)) for value in values or () if value for kind in ("name", "text")]
    return bool(secrets_of(wanted).found_in("\n".join(_texts(item)))) if wanted else False


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for key, each in value.items() if key not in _NO_TEXT for text in _texts(each)]
    if isinstance(value, list | tuple):
        return [text for each in value for text in _texts(each)]
    return [value] if isinstance(value, str) else []


WORDS: dict[str, Word] = {
    word.name: word
    for word in (
        Word(everywhere, ("name",), "records"),
        Word(order_told, ("any", "name"), "value"),
        Word(petition_told, ("any", "name"), "value"),
        Word(effect_day, ("any",), "value"),
        Word(noncontact_of, ("any",), "value"),
        Word(protected_until, ("any", "any"), "value"),
        Word(order_law, ("any",), "value"),
        Word(protection_term, ("any", "any"), "value"),
        Word(children_revocable_from, ("any",), "value"),
        Word(notified_on, ("name",), "value"),
        Word(protects, ("any", "any", "date"), "value"),
        Word(order_state, ("any", "any", "date"), "value"),
        Word(all_follow, ("any", "name", "date"), "value"),
        Word(finality_day, ("any",), "value"),
        Word(covered, ("any",), "words"),
        Word(topics_of, ("any", "name"), "words"),
        Word(latest_centre, ("any",), "value"),
        Word(applicant_hq, ("date",), "value"),
        Word(same_court, ("text", "text"), "bool"),
        Word(tells, ("any", "any"), "bool"),
    )
}
