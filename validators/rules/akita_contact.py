"""Checks of the Akita procedure for contacting perpetrators that an expression would not say readably."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from validators.expressions.functions import filled, in_order, mentions, not_after, renewed_last_day, same_text
from validators.expressions.lookups import plain
from validators.text import address_parts, watchlist

if TYPE_CHECKING:
    from collections.abc import Iterable

    from validators.statutes import Facts

_POLICE_RANKS = ("巡査", "警部", "警視", "警察官")  # 巡査部長, 警部補, 警視正 contain them
_CIVILIANS = ("職員", "吏員", "事務官", "技官", "相談員", "支援員", "嘱託")
_NOON = "12:00"
_SLOTS = ("1か月", "3か月", "6か月", "11か月")
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
    officer = facts.contacting_officer
    beside = [officer.get("rank"), officer.get("post")] if isinstance(officer, dict) else []
    return [str(text) for text in (facts.contacting_officer_rank, *beside) if filled(text)]


def officer_is_police(facts: Facts) -> bool:
    """Tell whether nothing says that the contact was made by somebody else than a police officer (要領1)."""
    name = plain(facts.contacting_officer)
    if mentions(name, list(_POLICE_RANKS)):
        return True
    ranks = _ranks(facts)
    if ranks:
        return any(mentions(rank, list(_POLICE_RANKS)) for rank in ranks)
    return not mentions(name, list(_CIVILIANS))


def officer_rank_is_written(facts: Facts) -> bool:
    """Tell whether a rank stands in its box, with the person, or before the name."""
    return bool(_ranks(facts)) or mentions(facts.contacting_officer, list(_POLICE_RANKS))


# ---- the life of the order ----------------------------------------------------------------------------------------


def _last_day(facts: Facts) -> str | None:
    """Return the last day of the order: a year from the day it was made, a year more for each extension (法5条8項・9項)."""
    return renewed_last_day(facts.order_issued_on, "1 year", facts.extension_count)


def contact_lies_within_the_order(facts: Facts) -> bool:
    """Tell whether the contact was made by the last day of the order (要領5(4))."""
    return not_after(facts.contact_date, _last_day(facts))


def slot_lies_within_the_order(facts: Facts) -> bool:
    """Tell whether the day planned lies between the order and its last day (要領5(4))."""
    return not_after(facts.order_issued_on, facts.slot_due_on) and not_after(facts.slot_due_on, _last_day(facts))


def end_is_reckoned_rightly(facts: Facts) -> bool:
    """Tell whether the last day written is the one the law gives (法5条8項・9項)."""
    return bool(facts.valid_until[:10] == _last_day(facts))


# ---- when ---------------------------------------------------------------------------------------------------------


def instruction_comes_first(facts: Facts) -> bool:
    """Tell whether the supervisor gave the instruction no later than the contact began (要領4(3)); to the minute, if known."""
    day, begun = str(facts.contact_date or "")[:10], facts.contact_start_time
    start = facts.contact_started_at or (f"{day}T{begun}" if begun else day)
    return same_text(facts.instruction_by, facts.supervisor_name) and in_order(facts.instruction_at, start)


def times_are_consistent(facts: Facts) -> bool:
    """Tell whether the end is not before the start and 午前・午後 is the start's; a contact over midnight takes two papers."""
    start, end, half = facts.contact_start_time, facts.contact_end_time, facts.contact_ampm
    return bool(start <= end) and half == ("午前" if start < _NOON else "午後")


def contacts_are_in_order(facts: Facts) -> bool:
    """Tell whether the case's logs follow 1, 3, 6 and 11 months; unplanned ones stand outside the order."""
    own = _SLOTS.index(facts.slot_label)
    for other in facts.papers("contact-log"):
        label, day = other.get("slot_label"), other.get("contact_date")
        if label not in _SLOTS or not isinstance(day, str) or other.get("reached") is False:
            continue
        theirs = _SLOTS.index(label)
        if (theirs < own and day[:10] > facts.contact_date[:10]) or (
            theirs > own and day[:10] < facts.contact_date[:10]
        ):
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


# ---- the register -------------------------------------------------------------------------------------------------


def every_order_is_scheduled(facts: Facts) -> bool:
    """Tell whether every order of the case has a schedule, or a decision not to contact (要領2: 加害者全員)."""
    orders = facts.papers("prohibition-order")
    scheduled = {
        str(paper.get("order_id")) for paper in facts.papers("contact-schedule") if filled(paper.get("order_id"))
    }
    scheduled.add(str(facts.order_id))
    spared = [paper for paper in facts.papers("contact-decision-record") if paper.get("decision_type") in _NO_CONTACTS]
    return len(orders) <= len(scheduled) + len(spared)


def consultation_is_complete(facts: Facts) -> bool:
    """Tell whether the division and every related station took part in designating the unit (要領3なお書)."""
    return len(facts.related_stations) > 1 and _took_part(
        ["人身安全対策課", *facts.related_stations], facts.consultation_parties
    )


def change_is_consulted(facts: Facts) -> bool:
    """Tell whether the headquarters' team and the related stations took part in the change (要領5(4)なお書)."""
    return _took_part(["本部対処体制", *facts.related_stations], facts.decision_parties)


def _took_part(wanted: Iterable[Any], parties: list[Any]) -> bool:
    return all(any(same_text(party, each) or mentions(party, each) for party in parties) for each in wanted)


# ---- secrecy ------------------------------------------------------------------------------------------------------


def _keeps_secrets(facts: Facts, names: Iterable[str]) -> bool:
    values = [plain(secret) for secret in facts.protected_values if filled(secret)]
    ready = watchlist(tuple(dict.fromkeys(part for value in values for part in (value, *address_parts(value)))))
    for name in names:
        if ready.search(plain(getattr(facts, name))):
            return facts.breach_at(name)
    return True


def script_keeps_secrets(facts: Facts) -> bool:
    """Tell whether the script for the talk holds no protected value in any notation (要領6(6))."""
    return _keeps_secrets(facts, ["call_script"])


def log_keeps_secrets(facts: Facts) -> bool:
    """Tell whether nothing that the log prints holds a protected value in any notation (要領6(6))."""
    return _keeps_secrets(facts, PRINTED)
