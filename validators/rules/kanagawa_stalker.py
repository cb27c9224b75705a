"""Checks of the Kanagawa procedure that an expression would not say readably. Each takes the record's facts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from validators.expressions.dates import before, day, last_day, minor, not_after, renewed_last_day, within_days
from validators.expressions.functions import (
    attached,
    filled,
    mentions,
    office_of,
    only,
    placeholder,
    same_office,
    same_person,
    same_text,
    says_nothing,
)
from validators.expressions.lookups import plain, setting
from validators.law_days import ACTS_2025, STALKER_ACT_2021
from validators.naming import parse, rank_of
from validators.rules.shared import At, boxes, in_order, moments
from validators.text import fold

if TYPE_CHECKING:
    from collections.abc import Callable

    from validators.statutes.verdicts import Facts

ACTS = ("incidents[].occurred_at", "incidents[].occurred_on", "occurred_on")
_UNKNOWN = re.compile(r"不明|不詳")
_MOST_RENEWALS = 30


# ---- order of events ----------------------------------------------------------------------------------------------


def request_events_are_in_order(facts: Facts) -> bool:
    """Tell whether acts, consultation, request, contact and transfer follow one another, none after today (要領5(3)、7)."""
    drawn_up = ("document_date", "application_received_on")
    (name, made), *_ = sorted(moments(facts, drawn_up), key=lambda moment: moment[1], reverse=True) or [("", None)]
    return in_order(
        facts,
        (ACTS, At(name, made)),
        (drawn_up, "transfer_sent_on"),
        ("received_at", ("handed_over_at", "transfer_contacted_at"), "transfer_sent_on"),
        ("received_at", "application_received_on"),
        ("original_document_received_on", drawn_up),
        births=("applicant_birth_date", "respondent_birth_date"),
        doubted=ACTS,
    )


def warning_events_are_in_order(facts: Facts) -> bool:
    """Tell whether acts, decision, warning and delivery follow one another, none after today (要領9(2))."""
    decided = () if facts.executed_orally is True else ("approved_at",)  # 口頭の警告の決裁は9(2)イ-aが調べる
    made = ("document_date", "warning_date", "oral_executed_at")
    handed = ("delivered_at", "delivered_on")
    return in_order(
        facts,
        (ACTS, decided, "warning_date", handed),
        (ACTS, decided, "document_date", "sent_on", handed),
        ("oral_executed_at", handed),
        ("prior_warnings[].warned_on", made),
        ("hq_request_on", "document_date"),
        births=("respondent_birth_date",),
        doubted=(*ACTS, "hq_request_on", "prior_warnings[].warned_on"),
        planned=("document_date", "warning_date"),
    )


def order_events_are_in_order(facts: Facts) -> bool:
    """Tell whether acts, decision, order and service follow one another, none after today (要領10、11)."""
    handed = ("delivered_at", "delivered_on")
    made = ("oral_executed_at", "order_date") if facts.executed_orally is True else ("order_date",)
    return in_order(
        facts,
        (ACTS, "decision_date", made, handed),
        (ACTS, "decision_date", "document_date", "sent_on", handed) if facts.executed_orally is not True else (),
        ("prior_orders[].ordered_on", "document_date"),
        ("hq_request_on", "document_date") if facts.executed_orally is not True else (),
        births=("respondent_birth_date",),
        doubted=(*ACTS, "decision_date", "prior_orders[].ordered_on", "hq_request_on"),
        planned=("document_date", "order_date"),
    )


def extension_events_are_in_order(facts: Facts) -> bool:
    """Tell whether the order, the decision to extend, the paper and its service follow one another (要領11)."""
    return in_order(
        facts,
        ("original_order_date", "decision_date", "document_date", "sent_on", ("delivered_at", "delivered_on")),
        births=("respondent_birth_date",),
        doubted=("original_order_date", "decision_date"),
        planned=("document_date",),
    )


def notice_events_are_in_order(facts: Facts) -> bool:
    """Tell whether request, decision, notice, delivery and explanation follow one another, none after today (要領9(5)イ)."""
    return in_order(
        facts,
        (
            "application_received_on",
            "non_execution_decided_on",
            "document_date",
            "notice_delivered_on",
            "oral_explained_on",
        ),
        trusted=("application_received_on",),
        planned=("document_date",),
    )


# ---- the applicant ------------------------------------------------------------------------------------------------


def minor_is_represented(facts: Facts) -> bool:
    """Tell whether the applicant was a minor when a parent applied, and the parent is not the respondent (要領7(1))."""
    on = facts.application_received_on or facts.document_date
    return boxes(
        facts,
        applicant_birth_date=minor(facts.applicant_birth_date, on),
        representative=not same_person(facts.representative, facts.respondent_name),
    )


def incidents_are_told(facts: Facts) -> bool:
    """Tell whether every act has a time (an approximate one will do), but not two, a place and a description (要領7(3)ア)."""
    for number, incident in enumerate(facts.incidents):
        timed = any(filled(incident[key]) for key in ("occurred_at", "occurred_text", "occurred_on"))
        told = {
            "occurred_at": timed,
            "place": _told(facts, number, "place"),
            "description": _told(facts, number, "description"),
        }
        at, on = incident["occurred_at"], incident["occurred_on"]
        told["occurred_on"] = not filled(at) or not filled(on) or day(at) == day(on)  # only the first would be printed
        if wrong := next((key for key, good in told.items() if not good), ""):
            return facts.breach_at(f"incidents[{number}].{wrong}")
    return True


def _told(facts: Facts, number: int, key: str) -> bool:
    """Tell whether a box of an act says something; 同上 does where an act above says it, 不明 is an answer for a place."""
    said, unknown = (
        plain(facts.incidents[number][key]),
        key == "place" and _UNKNOWN.search(plain(facts.incidents[number][key])),
    )
    if filled(said) and re.fullmatch(r"[〃々\"”]|同[上前左じ様]?", said.strip()):
        return any(_told(facts, above, key) for above in range(number))
    return filled(said) and (bool(unknown) or not placeholder(said))


def ghostwriter_is_named(facts: Facts) -> bool:
    """Tell whether the officer who wrote for the applicant is named with a rank, apart or inside the name."""
    return filled(facts.ghostwriter_rank) or bool(rank_of(facts.ghostwriter))


# ---- the warning --------------------------------------------------------------------------------------------------


def handed_to_the_respondent(facts: Facts) -> bool:
    """Tell whether the paper went into the respondent's own hands, and when, where and by whom (要領9(2)ア)."""
    left = fold(
        re.sub(r"[(（][^()（）]*拒[^()（）]*[)）]", "", plain(facts.delivered_to))
    )  # whoever refuses it was handed it
    name, family = fold(plain(facts.respondent_name)), fold(" ".join(plain(facts.respondent_name).split()[:1]))
    left = left.replace(name, "").replace(f"{family}氏本人", "") if name else left
    himself = not re.sub(
        r"本人|(?:行為|加害|被警告|被?処分|対象)者|名宛人|(?:命令|警告|処分|送達)を受け(?:た|る|るべき)者|respondent|こと|直接|手渡し?|手交|交付|様|殿|氏|[にへしでを()、・:]",
        "",
        left,
    )
    return boxes(
        facts,
        delivered_to=filled(facts.delivered_to) and (himself or same_person(facts.delivered_to, facts.respondent_name)),
        delivered_at=filled(facts.delivered_at) or filled(facts.delivered_on),
        delivered_place=filled(facts.delivered_place),
        delivered_by=filled(facts.delivered_by),
    )


def receipt_is_to_come_back(facts: Facts) -> bool:
    """Tell whether the receipt lies in the envelope, to be sent back to the police and nobody else (要領9(2)ウ)."""
    back = plain(facts.return_address)
    police = mentions(back, ["警察", "署", "県警", "府警", "道警", "警視庁"]) or bool(office_of(back))
    return boxes(
        facts,
        enclosures=attached(facts.enclosures, "受領確認書"),
        return_address=police and not mentions(back, ["税務署", "消防署", "監督署"]),
    )


def requirements_are_met(facts: Facts) -> bool:
    """Tell whether nothing says that a requirement of the warning is lacking (Act art. 4(1))."""
    return boxes(
        facts,
        requirement_application=facts.requirement_application is not False or facts.initiation == "ex_officio",
        art3_violation=facts.art3_violation is not False,
        repetition_risk=facts.repetition_risk is not False,
    )


def nobody_else_warned_of_it(facts: Facts) -> bool | None:
    """Tell whether no other chief of police warned this person of these acts before (Act art. 4(2))."""
    return _nobody_else_did(facts, "prior_warnings", "warned_on", same_office, facts.issuer_title)


def nobody_warned_of_it_before(facts: Facts) -> bool | None:
    """Tell whether no other chief of police warned of these acts already, which would bar this warning (Act art. 4(2))."""
    return _nobody_else_did(facts, "prior_warnings", "warned_on", same_office, facts.station_name)


def nobody_else_ordered_of_it(facts: Facts) -> bool | None:
    """Tell whether no other commission gave this person an order for these acts before (Act art. 5(5)); its chiefs act for it."""
    return _nobody_else_did(facts, "prior_orders", "ordered_on", _one_commission, facts.issuer_title)


def _one_commission(a: Any, b: Any) -> bool:
    one, other = parse(a).prefecture, parse(b).prefecture
    return same_office(a, b) or (bool(one) and one == other and "方面" not in plain(a) + plain(b))


def _nobody_else_did(
    facts: Facts, priors: str, made_on: str, same: Callable[[Any, Any], bool], issuer: Any
) -> bool | None:
    """Tell whether nobody else acted on these acts before.

    Acts that all came after the earlier measure are others; where neither numbers nor days tell, nobody can say.
    """
    unknown, own = "", getattr(facts, "respondent_id", None)
    for number, prior in enumerate(getattr(facts, priors)):
        others = filled(prior.get("respondent_id")) and filled(own)
        if same(prior["issuer"], issuer) or (others and not same_text(prior["respondent_id"], own)):
            continue
        if filled(prior["incident_ids"]) and filled(facts.incident_ids):
            if any(same_text(one, other) for one in prior["incident_ids"] for other in facts.incident_ids):
                return facts.breach_at("incident_ids")
        elif not _all_later(facts, prior[made_on]):
            unknown = unknown or (
                "incident_ids" if filled(prior["incident_ids"]) else f"{priors}[{number}].incident_ids"
            )
    if unknown:
        facts.breach_at(unknown)
        return None
    return True


def order_ends_with_a_whole_year(facts: Facts) -> bool:
    """Tell whether the last day is that of the order's year or of a year by which it was prolonged (Act art. 5(8), (9))."""
    ends = (renewed_last_day(facts.original_order_date, "1 year", times) for times in range(_MOST_RENEWALS))
    return any(day(facts.original_expires_on) == each for each in ends)


def opinion_is_heard_in_time(facts: Facts) -> bool:
    """Tell whether the opinion is heard within 15 days, the order's the first (Act art. 5(3)).

    A notice made public within these days is deemed to arrive when two weeks have passed (行政手続法15条3項), and moves
    the last day to the fourteenth after that.
    """
    return within_opinion_term(facts.order_date, facts.opinion_public_notice_on, facts.opinion_hearing_on)


def within_opinion_term(ordered: Any, public: Any, heard: Any) -> bool:
    """Tell whether a day of hearing lies within its term; `public` is the day a notice was made public, if it was."""
    last = last_day(ordered, "15 days", "start_day_counts")
    if filled(public) and not before(public, ordered) and not_after(public, last):
        last = last_day(last_day(public, "14 days", "from_next_day"), "14 days", "from_next_day")
    return not before(heard, ordered) and not_after(heard, last)


def order_is_served(facts: Facts) -> bool:
    """Tell whether an order reached the respondent as the rule has it (施行規則12条): himself, or for a pressing need otherwise."""
    way = facts.delivery_method
    if way not in {"substituted", "left", "public_notice"}:
        return handed_to_the_respondent(facts)
    return boxes(
        facts,
        delivery_method=not before(facts.document_date, STALKER_ACT_2021),
        pressing_need=way == "public_notice" or not says_nothing(facts.pressing_need),
        recipient_of_substitution=way != "substituted" or not placeholder(facts.recipient_of_substitution),
        delivered_on=filled(facts.delivered_on) or filled(facts.delivered_at),
        delivered_place=way == "public_notice" or filled(facts.delivered_place),
        delivered_by=way == "public_notice" or filled(facts.delivered_by),
    )


def _all_later(facts: Facts, warned_on: Any) -> bool:
    acts = [value for _, value in moments(facts, ACTS)]
    timed = all(any(filled(i[key]) for key in ("occurred_at", "occurred_on")) for i in facts.incidents)
    return bool(acts) and timed and all(before(warned_on, act) for act in acts)


# ---- the acts -----------------------------------------------------------------------------------------------------


def _tracking(facts: Facts, numbers: Any) -> bool:
    """Tell whether a number of article 2(3) is among them, or none is written at all."""
    return not filled(numbers) or not only(numbers, facts.STALKING_ACTS)


def tracking_acts_are_timely(facts: Facts) -> bool:
    """Tell whether no act under article 2(3) lies before that paragraph, and none by a tag before tags came under it.

    A time told only about is early where its whole year is: 令和７年の暮れころ may be 30 December.
    """
    acts = [("occurred_on", facts.device_kind, facts.occurred_on, facts.act_types, True)]
    for n, i in enumerate(facts.incidents):
        box = next((key for key in ("occurred_text", "occurred_at") if filled(i[key])), "occurred_on")
        on = i["occurred_at"] or i["occurred_on"]
        on = f"{on[:4]}-12-31" if on and box == "occurred_text" else on
        acts.append((f"incidents[{n}].{box}", i["device_kind"], on, i["act_types"], False))
    for box, kind, on, numbers, of_location in acts:
        tracking = filled(numbers) and _tracking(facts, numbers)
        by_tag = kind == "tracker_tag" and (of_location or _tracking(facts, numbers))
        if (by_tag and before(on, ACTS_2025)) or (tracking and before(on, STALKER_ACT_2021)):
            return facts.breach_at(box)
    return True


def tracking_acts_lack_consent(facts: Facts) -> bool:
    """Tell whether each act under article 2(3) names the device and was without consent (Act art. 2(3))."""
    listed = [
        (n, i) for n, i in enumerate(facts.incidents) if filled(i["act_types"]) and _tracking(facts, i["act_types"])
    ]
    for number, incident in listed:
        kind, consent = incident["device_kind"] or facts.device_kind, incident["consent"]
        if consent is True or (consent is None and facts.consent is not False):
            return facts.breach_at(f"incidents[{number}].consent")
        if not filled(kind):
            return facts.breach_at(f"incidents[{number}].device_kind")
    if listed or not (filled(facts.act_types) and _tracking(facts, facts.act_types)):
        return boxes(facts, consent=facts.consent is not True or not _tracking(facts, facts.act_types))
    return boxes(facts, device_kind=filled(facts.device_kind), consent=facts.consent is False)


def printed_numbers_hold_the_acts(facts: Facts) -> bool:
    """Tell whether the numbers that are printed hold every number written for the single acts."""
    for number, incident in enumerate(facts.incidents):
        if not only(incident["act_types"], facts.act_types):
            return facts.breach_at(f"incidents[{number}].act_types")
    return True


def warning_is_handed_over_promptly(facts: Facts) -> bool:
    """Tell whether the paper followed the oral warning within the days set; what was not handed over is told at the empty box."""
    box = next((name for name in ("delivered_on", "delivered_at") if filled(getattr(facts, name))), "")
    given = getattr(facts, box) if box else facts.today
    kept = within_days(facts.oral_executed_at, given, 0, setting("promptly.document_days"))
    return kept or facts.breach_at(box or "delivered_on")


def notice_is_given_promptly(facts: Facts) -> bool:
    """Tell whether the notice followed the decision within the days set: the day it was handed over, else its own date."""
    box = "notice_delivered_on" if filled(facts.notice_delivered_on) else "document_date"
    kept = within_days(facts.non_execution_decided_on, getattr(facts, box), 0, setting("promptly.document_days"))
    return kept or facts.breach_at(box)
