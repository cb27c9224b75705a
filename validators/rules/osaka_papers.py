"""Checks of the Osaka papers beside the card: ledgers, letters to the court, order notice, guidance report (第3の2～第5の3)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from validators.expressions.dates import before, last_day
from validators.expressions.functions import filled, mentions, same_number, same_text
from validators.expressions.lookups import SURROUNDINGS, UnknownAnswerError, plain, station_of
from validators.law_days import DV_ACT_2023
from validators.naming import parse, same_office
from validators.rules.osaka_dv import CALLS, station_teller
from validators.rules.shared import At, Step, in_order
from validators.secrecy import Value, secrets_of
from validators.secrecy.addresses import place_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from validators.statutes.verdicts import Facts

_ARTICLES = {
    "接近禁止": ("10条1項1号", "10条1項"),
    "電話等禁止": ("10条2項", "10条2項"),
    "子への接近禁止等": ("10条3項", "10条3項"),
    "親族等への接近禁止": ("10条4項", "10条4項"),
    "退去等": ("10条1項2号", "10条の2"),
}
_WITH_NO_APPROACH = ("電話等禁止", "子への接近禁止等", "親族等への接近禁止")  # end with the order they go with
_NOTICED = ("petitioner_address_in_order", "respondent_address", "remarks")
_SECRET = (("protected_values", "address"), ("victim_base_address", "address"), ("victim_phone", "phone"))


# ---- order of events ----------------------------------------------------------------------------------------------


def _told(facts: Facts, exact: str, rough: str) -> str | At:
    """Return the moment of a box, at the box beside it where it was told there only roughly."""
    return At(rough, getattr(facts, exact, None)) if filled(getattr(facts, rough, None)) else exact


def _before_reception(facts: Facts) -> tuple[Step, ...]:
    """Return what lies before the reception: the first violence, then the latest (at a scene that was sent for it may go on)."""
    dates = getattr(facts, "incident_dates", None) or ()
    latest = (
        _told(facts, "incident_at", "incident_text"),
        *(At(f"incident_dates[{n}]", on) for n, on in enumerate(dates)),
    )
    sent = getattr(facts, "reception_channel", None) in CALLS and getattr(facts, "officers_dispatched", None) is True
    first = _told(facts, "first_violence_on", "first_violence_text")
    return (first, "created_at") if sent else (first, latest, "received_at")


def paper_events_are_in_order(facts: Facts) -> bool:
    """Tell whether a card or その３ was written after the reception and before it was passed on, none after today (第3の2).

    A new case's reception is reported before the cards are passed on, a renewed one with the paper itself (ウ(イ), (2)ウ(ア)).
    """
    reported = "received_at" if filled(getattr(facts, "dv_card_no", None)) else "created_at"
    violence = _before_reception(facts)
    return in_order(
        facts,
        violence,
        ("received_at", "created_at", "handed_over_at"),
        (reported, "chief_reported_at", "handed_over_at"),
        ("received_at", "guided_on"),
        ("dissolved_on", "created_at"),
        ("handover_received_at", "created_at"),
        ("petition_filed_on",),
        births=("victim_birth_date", "perpetrator_birth_date"),
        doubted=(*violence[:-1], "dissolved_on"),
    )


def ledger_events_are_in_order(facts: Facts) -> bool:
    """Tell whether what a ledger tells happened before its author, who took over the cards, wrote it, none after today.

    The ledger is kept on: what is done for the victim follows the day the case came, not the day the sheet was begun.
    """
    told = getattr(facts, "entries", None) or ()
    entries = tuple(At(f"entries[{n}].at", item["at"]) for n, item in enumerate(told) if filled(item.get("at")))
    violence = _before_reception(facts)
    came = ("received_at", "handed_over_at", "handover_received_at")
    return in_order(
        facts,
        violence,
        (violence[0], "created_at"),
        ("received_at", "handed_over_at", "checked_on", "created_at"),
        ("handover_received_at", "created_at", "reported_at"),
        ("received_at", "guided_on"),
        ("received_at", "danger_explained_on", "persuaded_on"),
        ("received_at", "reconfirmed_on"),
        ("dissolved_on", "created_at"),
        *((moment, "support_started_on", "support_closed_on") for moment in came),
        *((moment, ("victim_contacted_on", "relative_contacted_on", "base_changed_on")) for moment in came),
        ("victim_no_contact_request_on", "support_closed_on"),
        ("situation_settled_on", "support_closed_on"),
        *((entry,) for entry in entries),
        births=("victim_birth_date", "perpetrator_birth_date"),
        doubted=(*violence[:-1], "dissolved_on"),
    )


def letter_events_are_in_order(facts: Facts) -> bool:
    """Tell whether the court's request was dated, received and answered in this order, none after today (第4)."""
    return in_order(facts, ("court_request_dated_on", "court_request_received_at", "issued_on"))


def notice_events_are_in_order(facts: Facts) -> bool:
    """Tell whether petition, decision, effect and notice follow one another, none after today (第5の1)."""
    effects = tuple(
        At(f"orders[{n}].effective_on", item["effective_on"])
        for n, item in enumerate(facts.orders)
        if filled(item.get("effective_on"))
    )
    return in_order(
        facts,
        ("petition_filed_on", "decision_on", "order_effective_on", (*effects, "issued_on")),
        births=("petitioner_birth_date", "respondent_birth_date"),
    )


def report_events_are_in_order(facts: Facts) -> bool:
    """Tell whether contact, guidance (while the order lasts) and report follow one another, none after today (第5の2(2))."""
    return in_order(
        facts,
        ("respondent_contacted_on", "guidance_given_on", "issued_on"),
        ("guidance_given_on", "order_expiry_date"),
        births=("respondent_birth_date",),
        planned=("order_expiry_date",),
    )


# ---- the order ----------------------------------------------------------------------------------------------------


def order_basis_fits(facts: Facts) -> bool:
    """Tell whether each kind of order stands under its article as of the petition (法10条・10条の2, 28条の2 apart)."""
    old = before(facts.petition_filed_on, DV_ACT_2023)
    for number, order in enumerate(facts.orders):
        basis = plain(order.get("order_basis"))
        articles = _ARTICLES.get(order.get("kind"))
        if basis and articles:
            wanted = articles[0 if old else 1]
            told = re.split(r"準用する(?:同?法)?|、|及び", basis)[-1]
            if not same_number(told, wanted):
                return facts.breach_at(f"orders[{number}].order_basis")
    return True


def _ends(facts: Facts, order: dict[str, Any], orders: list[dict[str, Any]]) -> set[str]:
    """Return the days on which an order of its kind may end, none where its start or period is not known."""
    old = before(facts.petition_filed_on, DV_ACT_2023)
    kind = order.get("kind")
    if kind in _WITH_NO_APPROACH:
        leading = [each for each in orders if each.get("kind") == "接近禁止"]
        return {each["order_end_on"] for each in leading if filled(each.get("order_end_on"))}
    start = order.get("effective_on") or facts.order_effective_on
    if not filled(start):
        return set()
    periods = ["6 months" if old else "1 year"]
    if kind == "退去等":
        chosen = order.get("period")
        periods = [chosen.replace("_", " ")] if chosen else ["2 months", *(() if old else ("6 months",))]
    return {str(last_day(start, period, "start_day_counts")) for period in periods}


def order_ends_fit(facts: Facts) -> bool:
    """Tell whether each order ends on the last day of its period, counted from the day of its effect (法10条・10条の2)."""
    for number, order in enumerate(facts.orders):
        ends = _ends(facts, order, facts.orders)
        if ends and filled(order.get("order_end_on")) and order["order_end_on"] not in ends:
            return facts.breach_at(f"orders[{number}].order_end_on")
    return True


def notice_keeps_the_secret(facts: Facts) -> bool:
    """Tell whether the notice, which many read, names neither the refuge nor the number (第5の1後段)."""
    held = [(kind, getattr(facts, name, None)) for name, kind in _SECRET]
    each_held = [(kind, each) for kind, value in held for each in (value if isinstance(value, list) else [value])]
    secrets = secrets_of(Value("", kind, plain(each)) for kind, each in each_held if filled(each))
    told = next((path for path, text in _noticed(facts) if secrets.found_in(text)), "")
    return facts.breach_at(told) if told else True


def _noticed(facts: Facts) -> Iterator[tuple[str, str]]:
    """Yield each text that the notice prints and its box: the address, the remarks, the children, the relatives."""
    for name in _NOTICED:
        yield name, plain(getattr(facts, name))
    for number, child in enumerate(facts.order_children or ()):
        yield f"order_children[{number}]", plain(child)
    for number, relative in enumerate(facts.order_relatives or ()):
        for key in ("name", "relation", "address"):
            yield f"order_relatives[{number}].{key}", plain(relative.get(key))


# ---- stations -----------------------------------------------------------------------------------------------------


def _station_of(address: Any) -> str:
    """Return the station that takes an address, "" where the table does not know the place."""
    try:
        return station_of(address) or ""
    except UnknownAnswerError:
        return ""


def base_station_fits(facts: Facts) -> bool:
    """Tell whether the station of the victim's base is that of its address; one not in the table is nobody's (第3の2(1)ウ(ウ))."""
    station = _station_of(facts.victim_base_address)
    return not station or same_office(station, facts.living_base_station_id)


def base_is_not_held_too(facts: Facts) -> bool:
    """Tell whether a base that the respondent knows, the common home, is not held as a secret too, in whatever notation."""
    base = place_of(plain(facts.victim_base_address))
    known = place_of(plain(facts.shared_home_address))
    if base is None or known is None or not base.same(known):
        return True
    held = (place_of(plain(each)) for each in facts.protected_values or ())
    return not any(each is not None and base.same(each) for each in held)


def acting_stations_are_notified(facts: Facts) -> bool:
    """Tell whether the stations of the victim's base, the respondent's address and each relative are notified (第5の2)."""
    acting = [facts.living_base_station_id, _station_of(facts.respondent_address)]
    acting += [relative.get("station") for relative in facts.order_relatives]
    notified = facts.notified_stations
    return all(any(same_office(each, station) for each in notified) for station in acting if filled(station))


def base_station_is_kept_from_the_court(facts: Facts) -> bool:
    """Tell whether no printed box of a court paper names the station of the victim's base, as its issuer or in a text."""
    base = facts.living_base_station_id
    if same_office(facts.issuer_title, base):
        return facts.breach_at("issuer_title")
    told = station_teller(base, (facts.issuer_title, facts.court_request_addressee_station))
    if any(told(plain(each)) for each in getattr(facts, "asked_items", None) or ()):
        return True  # the court itself named it
    for box in ("document_no", "contact_person", "answer_text"):
        if told(plain(getattr(facts, box, None))):
            return facts.breach_at(box)
    for number, each in enumerate(getattr(facts, "attachment_list", None) or ()):
        if told(plain(each)):
            return facts.breach_at(f"attachment_list[{number}]")
    return True


def issuer_is_this_office(facts: Facts) -> bool:
    """Tell whether a chief of a station signs in the name of the office that makes the paper, where both are named."""
    own = SURROUNDINGS.get().office.get("name", "")
    return not parse(facts.issuer_title).office or not parse(own).office or same_office(facts.issuer_title, own)


# ---- answers to the court -----------------------------------------------------------------------------------------


def matching_cards_are_enclosed(facts: Facts) -> bool:
    """Tell whether each card of the case that was found to match the court's request is enclosed (第4の2(1))."""
    enclosed = [plain(each) for each in facts.attachment_list]
    matching = [card for card in facts.papers("response-card") if card.get("court_match") == "符合する"]
    return all(any(mentions(each, card.get("response_card_no")) for each in enclosed) for card in matching)


def request_events_are_in_order(facts: Facts) -> bool:
    """Tell whether a request for help, its reception and the sending of its copy follow one another, none after today (第3の4)."""
    births = ("applicant_birth_date", "perpetrator_birth_date")
    return in_order(facts, ("document_date", "received_on", "copy_sent_on"), births=births)


def answers_meet_the_questions(facts: Facts) -> bool:
    """Tell whether what was asked was answered and nothing else (法14条3項)."""
    asked, answered = facts.asked_items, facts.answer_items
    for name, these, those in (("answer_items", answered, asked), ("asked_items", asked, answered)):
        for number, item in enumerate(these):
            if not any(same_text(item, other) for other in those):
                return facts.breach_at(f"{name}[{number}]")
    return True
