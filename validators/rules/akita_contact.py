"""Checks of the Akita procedure for contacting perpetrators that an expression would not say readably."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from validators.expressions.dates import before, day, last_day, not_after, renewed_last_day
from validators.expressions.functions import (
    filled,
    is_post,
    is_unit,
    looks_like,
    mentions,
    placeholder,
    same_family_name,
    same_office,
    same_person,
    same_text,
    says_nothing,
)
from validators.expressions.lookups import plain, words
from validators.naming import parse, rank_of
from validators.numerals import value_of
from validators.rules.shared import At, boxes, in_order
from validators.secrecy import Value, secrets_of
from validators.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable

    from validators.statutes.verdicts import Facts

_POLICE_RANKS = ["巡査", "警部", "警視", "警察官"]  # 巡査部長, 警部補, 警視正 contain them
_CIVILIANS = ["職員", "吏員", "事務官", "技官", "主事", "相談員", "支援員", "嘱託", "アドバイザー"]
_NOON = "12:00"
_NUMBER = "(?:[0-9]+|[一二三四五六七八九十]+)"
_SLOTS = ("1か月", "3か月", "6か月", "11か月")
_MADE_KNOWN = (
    "schedule_changed_on",
    "consultation_held_on",
    "implementing_unit_effective_on",
    "victim_explained_on",
    "victim_refusal_on",
)
_NO_CONTACTS = ("不実施", "対象外")

# What the log prints of free text; the counterpart's own boxes too, where a wrong address or number may be typed.
PRINTED = (
    "content",
    "counterpart_address",
    "counterpart_contact",
    "perp_residence_confirmed",
    "perp_residence_confirmed_unconfirmed_reason",
    "perp_occupation_confirmed",
    "perp_occupation_confirmed_unconfirmed_reason",
    "perp_contact_confirmed",
    "perp_contact_confirmed_unconfirmed_reason",
    "perp_behavior_confirmed",
    "perp_behavior_confirmed_unconfirmed_reason",
    "perp_life_confirmed",
    "perp_life_confirmed_unconfirmed_reason",
    "other_confirmed_items",
    "obsession_level_confirmed",
    "obsession_level_confirmed_unconfirmed_reason",
    "status_check_attempts",
    "victim_informed_items",
)


# ---- who makes the contact ----------------------------------------------------------------------------------------


def _ranks(facts: Facts) -> list[str]:
    """Return what is written of the officer's rank or post: in its own box, or with the person."""
    return [text for text in (plain(facts.contacting_officer_rank), rank_of(facts.contacting_officer)) if filled(text)]


def officer_is_police(facts: Facts) -> bool:
    """Tell whether nothing says that the contact was made by somebody else than a police officer (要領1).

    A rank of the police settles it; a mere post (係長) does not say otherwise, and `officer_rank_is_written` asks.
    """
    written = [("contacting_officer_rank", plain(facts.contacting_officer_rank))]
    written += [
        ("contacting_officer", text) for text in (rank_of(facts.contacting_officer), plain(facts.contacting_officer))
    ]
    if any(mentions(text, _POLICE_RANKS) for _, text in written):
        return True
    civilian = next((name for name, text in written if mentions(text, _CIVILIANS)), "")
    return facts.breach_at(civilian) if civilian else True


def officer_rank_is_written(facts: Facts) -> bool:
    """Tell whether a rank of the police stands in its box, with the person, or before the name; a civilian's is told already."""
    return any(
        mentions(text, [*_POLICE_RANKS, *_CIVILIANS]) for text in (*_ranks(facts), plain(facts.contacting_officer))
    )


def instruction_comes_first(facts: Facts) -> bool:
    """Tell whether the supervisor gave the instruction no later than the contact began (要領4(3)); to the minute, if known."""
    by = facts.instruction_by
    supervisor = (
        same_person(by, facts.supervisor_name)
        or same_family_name(by, facts.supervisor_name)
        or (
            not parse(by).person and is_post(by, ["連絡責任者", "生活安全課長", "生活安全第一課長", "人身安全対策課長"])
        )
    )
    given = in_order(facts, ("instruction_at", _began(facts)), planned=("contact_date",))
    return boxes(facts, instruction_by=supervisor, instruction_at=given)


# ---- order of events ----------------------------------------------------------------------------------------------


def _began(facts: Facts) -> At:
    """Return when the contact began, as exactly as it is known; times that run backwards (様式-i) tell only the day."""
    on, at = plain(facts.contact_date)[:10], plain(facts.contact_start_time)
    at = "" if plain(facts.contact_end_time) and plain(facts.contact_end_time) < at else at
    return At("contact_date", facts.contact_started_at or (f"{on}T{at}" if on and at else on))


def log_events_are_in_order(facts: Facts) -> bool:
    """Tell whether order, contact, report and what followed come one after another, none after today (要領4(3)、5)."""
    ordered = ("order_issued_on", "order_delivered_on")
    begun = (
        _began(facts) if not before(facts.today, facts.contact_date) else At("contact_date", None)
    )  # 将来の日は様式-hが言う
    return in_order(
        facts,
        ordered,
        (ordered[0] if filled(facts.order_issued_on) else ordered[1], begun),
        (begun, ("reported_to_supervisor_at", "victim_informed_on")),
        (ordered[0], "contact_explained_on"),
        ("risk_assessed_on",),
        births=("counterpart_birth_date",),
        planned=("contact_date",),
    )


def schedule_events_are_in_order(facts: Facts) -> bool:
    """Tell whether order, contact, consultation and decision come one after another, none after today."""
    ordered = ("order_issued_on", "order_delivered_on")
    return in_order(
        facts,
        ordered,
        (ordered[0] if filled(facts.order_issued_on) else ordered[1], "contact_date"),
        (ordered[0], "extension_decided_on"),
        ("decision_held_on", "decided_on"),
        *((name,) for name in _MADE_KNOWN),
    )


def next_contact_lies_ahead(facts: Facts) -> bool:
    """Tell whether the next contact comes after this one and before the order ends (要領5(4)).

    A contact that lies outside of the order itself is asked about by 5(4)-a.
    """
    if not contact_lies_within_the_order(facts):
        return True
    return not_after(facts.next_contact_on, _last_day(facts)) and not not_after(
        facts.next_contact_on, facts.contact_date
    )


def contact_was_before_the_ending(facts: Facts) -> bool:
    """Tell whether no contact followed the decision to end or to make none (要領6(2))."""
    ended = getattr(facts, "decided_on", None) or facts.decision_held_on
    return not before(ended, facts.contact_date)


# ---- the life of the order ----------------------------------------------------------------------------------------


def _last_day(facts: Facts) -> str | None:
    """Return the last day of the order: a year from the day it was made, a year more for each extension (法5条8項・9項)."""
    extended = facts.extension_count or (1 if getattr(facts, "extension_decided_on", None) else 0)
    return renewed_last_day(facts.order_issued_on, "1 year", extended)


def extension_comes_in_time(facts: Facts) -> bool:
    """Tell whether the order still ran when its period was last extended (法5条9項)."""
    before_it = max(int(facts.extension_count or 1) - 1, 0)
    return not_after(facts.extension_decided_on, renewed_last_day(facts.order_issued_on, "1 year", before_it))


def contact_lies_within_the_order(facts: Facts) -> bool:
    """Tell whether the contact was made by the last day of the order (要領5(4))."""
    return not_after(facts.contact_date, _last_day(facts))


def slot_lies_within_the_order(facts: Facts) -> bool:
    """Tell whether the day planned lies between the order and its last day (要領5(4)); one reckoned wrongly is told by itself."""
    months = _months(facts.slot_label)
    as_ruled = months and not facts.extension_count and facts.decision_type != "回数・時期の変更"
    if as_ruled and filled(facts.order_delivered_on):
        period = "1 month" if months == {1} else f"{months.copy().pop()} months"
        if day(facts.slot_due_on) != last_day(facts.order_delivered_on, period, "start_day_counts"):
            return True
    return not_after(facts.order_issued_on, facts.slot_due_on) and not_after(facts.slot_due_on, _last_day(facts))


def end_is_reckoned_rightly(facts: Facts) -> bool:
    """Tell whether the last day written is the one the law gives (法5条8項・9項)."""
    return bool(facts.valid_until[:10] == _last_day(facts))


def _months(text: Any) -> set[int]:
    """Return the numbers of months a slot is named by: 延長後６ヶ月 → {6}, 十一か月 → {11}, 1、3、6か月 → {1, 3, 6}, 半年 → {6}."""
    told = fold(plain(text)).replace("半年", "6か月")
    listed = re.findall(rf"({_NUMBER}(?:(?:[かがケカヵ箇]?月)?(?:[-,、/]|及び|と){_NUMBER})*)[かがケカヵ箇]?月", told)
    return {value_of(number) for numbers in listed for number in re.findall(_NUMBER, numbers)}


def slot_was_decided(facts: Facts) -> bool:
    """Tell whether the slot, and every month beside it, is of those decided on after the extension (要領6(4)), however written."""
    own, decided = _months(facts.slot_label), [_months(each) for each in facts.decision_slots]
    if not any(mentions(each, facts.slot_label) for each in facts.decision_slots) and not any(own & m for m in decided):
        return facts.breach_at("slot_label")
    among = set().union(*decided)
    planned = set(facts.slot_months or ())
    return not among or planned <= among or facts.breach_at("slot_months")


def safety_was_checked_after_the_attempt(facts: Facts) -> bool:
    """Tell whether the victim's safety was checked no earlier than the last attempt to reach him (要領6(3))."""
    last = facts.last_attempt_on or facts.contact_date
    return not_after(last, facts.victim_safety_checked_on) or facts.breach_at("victim_safety_checked_on")


# ---- when ---------------------------------------------------------------------------------------------------------


def times_are_consistent(facts: Facts) -> bool:
    """Tell whether the end is not before the start and 午前・午後 is the start's; a contact over midnight takes two papers."""
    start, end, half = facts.contact_start_time, facts.contact_end_time, facts.contact_ampm
    return boxes(facts, contact_ampm=half == ("午前" if start < _NOON else "午後"), contact_end_time=start <= end)


def times_are_told_once(facts: Facts) -> bool:
    """Tell whether the moment kept beside the form is the one that stands on it."""
    on, at = plain(facts.contact_started_at)[:10], plain(facts.contact_started_at)[11:16]
    return on == day(facts.contact_date) and (
        not at or not filled(facts.contact_start_time) or at == facts.contact_start_time
    )


def contacts_are_in_order(facts: Facts) -> bool:
    """Tell whether the case's logs follow 1, 3, 6 and 11 months; unplanned ones stand outside the order."""
    own = _SLOTS.index(facts.slot_label)
    for other in facts.papers("contact-log"):
        label, on = other.get("slot_label"), other.get("contact_date")
        if label not in _SLOTS or not isinstance(on, str) or other.get("reached") is False:
            continue
        theirs = _SLOTS.index(label)
        if (theirs < own and on[:10] > facts.contact_date[:10]) or (theirs > own and on[:10] < facts.contact_date[:10]):
            return False
    return True


def assessment_is_its_own(facts: Facts) -> bool:
    """Tell whether the paper does not carry the risk assessment of an earlier contact (要領5(5) その都度)."""
    return not any(
        str(other.get("contact_date") or "") < str(facts.contact_date or "")
        and other.get("reached") is not False
        and other.get("risk_assessed_on") == facts.risk_assessed_on
        for other in facts.papers("contact-log")
    )


def circumstances_are_told(facts: Facts) -> bool:
    """Tell whether a circumstance is told why he is not asked himself, more than the kinds the procedure names (要領5(2))."""
    told = plain(facts.indirect_reason_detail)
    left = re.sub(r"年齢|性格|境遇|本人|加害者|直接|電話|面談|連絡|その他", "", told)
    return filled(left) and not placeholder(told) and not says_nothing(left)


# ---- what is said -------------------------------------------------------------------------------------------------


def home_is_as_registered(facts: Facts) -> bool:
    """Tell whether nothing in the perpetrator's home as heard points to another place than the registered one.

    A narrative (母方で同居を続けている) passes: only a move, or a house number that is another, is a sign.
    """
    heard, known = plain(facts.perp_residence_confirmed), facts.perpetrator_address
    if same_text(heard, known) or mentions(heard, [known, *words("stays_at_home")]):
        return True
    return not mentions(heard, words("moved_home")) and (
        not looks_like(heard, "house_number") or _house(known) in fold(heard)
    )


def _house(address: Any) -> str:
    """Return town and house number of an address, without what stands before and behind: 港町3-2-11; "" without a number."""
    found = re.search(r"[^市区町村郡]*(?:町|村)?[^0-9市区町村郡]*[0-9]+(?:-[0-9]+)*", fold(plain(address)))
    return found[0] if found else ""


def victim_is_not_told_his_whereabouts(facts: Facts) -> bool:
    """Tell whether what the victim was told names neither his home, number nor work, or somebody approved it (要領5(5))."""
    told = plain(facts.victim_informed_items)
    homes = [house for house in map(_house, (facts.perpetrator_address, facts.counterpart_address)) if house]
    numbers = [text for text in (plain(facts.counterpart_contact),) if filled(text)]
    named = any(house in fold(told) for house in homes) or mentions(told, [*numbers, *words("tells_whereabouts")])
    return filled(facts.victim_informed_approved_by) or not (named or looks_like(told, "phone_number"))


def readers_are_inside(facts: Facts) -> bool:
    """Tell whether every reader of the log is an office or post of the police (被害者支援室, 加害者連絡担当者; not 被害者)."""
    posts = re.compile("|".join(map(re.escape, words("inside_readers"))))
    for number, reader in enumerate(facts.audience):
        name = parse(reader)
        inside = name.kind or any(unit.endswith(("課", "係", "室", "隊", "班")) for unit in name.units)
        if mentions(posts.sub("", plain(reader)), words("outside_readers")) and not inside:
            return facts.breach_at(f"audience[{number}]")
    return True


# ---- the register -------------------------------------------------------------------------------------------------


def every_order_is_scheduled(facts: Facts) -> bool:
    """Tell whether every order of the case has a schedule, or a decision not to contact (要領2: 加害者全員)."""
    spared = [paper for paper in facts.papers("contact-decision-record") if paper.get("decision_type") in _NO_CONTACTS]
    named = [facts.order_id, *(paper.get("order_id") for paper in (*facts.papers("contact-schedule"), *spared))]
    left = [
        order
        for order in facts.papers("prohibition-order")
        if not any(same_text(str(order.get("order_id") or ""), str(each or "")) for each in named)
    ]
    return len(left) <= sum(1 for paper in spared if not filled(paper.get("order_id")))


def unit_is_of_its_kind(facts: Facts) -> bool:
    """Tell whether the unit named is a station where the register says so, headquarters where it says that."""
    name, kind = parse(facts.implementing_unit_id), facts.implementing_unit_type
    central = name.kind == "headquarters" or is_unit(facts.implementing_unit_id, ["人身安全対策課"])
    return not central if kind == "警察署" else name.kind != "station"


def consultation_is_complete(facts: Facts) -> bool:
    """Tell whether the division and every related station took part in designating the unit (要領3なお書)."""
    stations: list[Any] = []
    for station in facts.related_stations:
        if not any(same_office(station, other) or same_text(station, other) for other in stations):
            stations.append(station)
    central = any(is_unit(party, ["人身安全対策課"]) for party in facts.consultation_parties)
    return boxes(
        facts,
        related_stations=len(stations) > 1,
        consultation_parties=central and _took_part(stations, facts.consultation_parties),
    )


def ending_is_consulted(facts: Facts) -> bool:
    """Tell whether a decision to end, or to make no contact, came out of a consultation held with all concerned (要領6(2))."""
    return decision_is_consulted(facts) and boxes(facts, decision_held_on=filled(facts.decision_held_on))


def decision_is_consulted(facts: Facts) -> bool:
    """Tell whether the headquarters' team and the stations concerned took part (要領5(4)なお書、6(2)なお書)."""
    central = any(
        mentions(party, "対処体制") or parse(party).kind == "headquarters" or is_unit(party, ["人身安全対策課"])
        for party in facts.decision_parties
    )
    stations = facts.related_stations or [
        unit for unit in (facts.implementing_unit_id,) if parse(unit).kind == "station"
    ]
    return boxes(facts, decision_parties=central and _took_part(stations, facts.decision_parties))


def _took_part(wanted: Iterable[Any], parties: list[Any]) -> bool:
    return all(any(same_office(party, each) or mentions(party, each) for party in parties) for each in wanted)


# ---- secrecy ------------------------------------------------------------------------------------------------------


def _keeps_secrets(facts: Facts, names: Iterable[str], *, hints: bool) -> bool:
    secrets = secrets_of(Value("", "address", plain(secret)) for secret in facts.protected_values if filled(secret))
    for name in names:
        text = plain(getattr(facts, name))
        if secrets.found_in(text) or (hints and secrets.hinted_in(text, cities=True)):
            return facts.breach_at(name)
    return True


def script_keeps_secrets(facts: Facts) -> bool:
    """Tell whether the script for the talk names no protected value in any notation, nor its town (要領6(6)).

    The script is read to him: where the refuge lies is told by its town as well.
    """
    return _keeps_secrets(facts, ["call_script"], hints=True)


def log_keeps_secrets(facts: Facts) -> bool:
    """Tell whether nothing that the log prints holds a protected value in any notation (要領6(6))."""
    return _keeps_secrets(facts, PRINTED, hints=False)
