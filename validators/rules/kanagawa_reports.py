"""Checks of the reports inside the Kanagawa police and of what leaves it beside warnings and orders. Each takes the facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from validators.expressions.dates import before, day
from validators.expressions.functions import (
    filled,
    is_post,
    looks_like,
    mentions,
    placeholder,
    recorded_delivery,
    same_office,
    same_paper,
    same_person,
    says_nothing,
)
from validators.law_days import ACTS_2025, SERVICE_2026
from validators.naming import parse
from validators.rules.kanagawa_jurisdiction import among, area_stations
from validators.rules.kanagawa_stalker import ACTS, within_opinion_term
from validators.rules.shared import boxes, in_order, own_police

if TYPE_CHECKING:
    from validators.statutes.verdicts import Facts


_SECTION_CHIEFS = ("生活安全課長", "生活安全第一課長", "人身安全対策課長")  # the last where headquarters act (15(2))


# ---- the review of a warning ----------------------------------------------------------------------------------------


def station_has_jurisdiction(facts: Facts) -> bool:
    """Tell whether the station that reviews takes a place of the case (要領9(1)、10(1)ア); headquarters may act itself (15(2))."""
    competent = [*facts.jurisdiction_stations, *area_stations(facts)]
    return not competent or among(facts.station_name, competent) or same_office(facts.station_name, "警察本部")


def section_chief_confirms(facts: Facts) -> bool:
    """Tell whether no other post than the chief of the section is written for who confirmed the area (要領9(1)、10(1)ア)."""
    by = facts.jurisdiction_confirmed_by
    name = parse(by)
    return not (name.title or name.units) or is_post(by, list(_SECTION_CHIEFS))


def ex_officio_is_timely(facts: Facts) -> bool:
    """Tell whether a warning without a request is given when it may be (Act art. 4(1), from 2025-12-30); its own day decides."""
    on = facts.warning_date if filled(facts.warning_date) else facts.document_date
    return boxes(facts, initiation=not before(on, ACTS_2025))


def review_events_are_in_order(facts: Facts) -> bool:
    """Tell whether acts, request, review, decision and warning follow one another, none of what happened after today."""
    return in_order(
        facts,
        (ACTS, "document_date", "approved_at", "warning_date"),
        ("application_received_on", "document_date"),
        ("prior_warnings[].warned_on", "document_date"),
        births=("applicant_birth_date", "respondent_birth_date"),
        doubted=(ACTS, "prior_warnings[].warned_on"),
        planned=("document_date", "warning_date"),
    )


# ---- the receipt ----------------------------------------------------------------------------------------------------


def receipt_agrees(facts: Facts) -> bool:
    """Tell whether the receipt that came back is the respondent's own and not older than the paper (要領9(2)ウ).

    Whoever lives with the respondent signs for what was left with him (施行規則12条2項).
    """
    signed = facts.receipt_signed_on
    himself = facts.delivery_method == "substituted" or not filled(facts.respondent_name)
    return boxes(
        facts,
        receipt_signed_on=not before(signed, facts.target_document_date) and not before(facts.today, signed),
        signer_name=himself or not filled(facts.signer_name) or same_person(facts.signer_name, facts.respondent_name),
    )


# ---- a party that moves ---------------------------------------------------------------------------------------------


def move_events_are_in_order(facts: Facts) -> bool:
    """Tell whether acts and the knowledge of the move lie before the letter about it (要領9(6))."""
    return in_order(
        facts,
        ("relocation_recognized_on", "document_date"),
        (ACTS, "document_date"),
        births=("applicant_birth_date", "respondent_birth_date"),
        doubted=(ACTS,),
        planned=("document_date",),
    )


# ---- orders and extensions: summary, instruction, execution ---------------------------------------------------------


def summary_events_are_in_order(facts: Facts) -> bool:
    """Tell whether acts, request, summary report and decision follow one another (要領10(1)、11(1))."""
    return in_order(
        facts,
        (ACTS, "document_date", "decision_date"),
        ("application_received_on", "document_date"),
        births=("applicant_birth_date", "respondent_birth_date"),
        doubted=(ACTS,),
        planned=("document_date",),
    )


def _encloses_the_paper(papers: list[str], kind: str | None) -> bool:
    """Tell whether the order, or of an extension its own paper, is among these."""
    titles = {"extension": ["延長処分書"], None: ["延長処分書", "禁止等命令書"]}.get(kind, ["禁止等命令書"])
    there = [each for each in papers if not looks_like(each, "announced")]
    return any(same_paper(each, title) for each in there for title in titles)


def instruction_is_whole(facts: Facts) -> bool:
    """Tell whether 生活安全部長 sends the right paper to a station's chief (要領10(3)ア、11(3)ア); blanks are told elsewhere."""
    return boxes(
        facts,
        issuer_title=not filled(facts.issuer_title) or is_post(facts.issuer_title, ["生活安全部長"]),
        addressee=not filled(facts.addressee) or is_post(facts.addressee, "警察署長"),
        enclosures=not filled(facts.enclosures) or _encloses_the_paper(facts.enclosures, facts.measure_kind),
    )


def instruction_events_are_in_order(facts: Facts) -> bool:
    """Tell whether decision, instruction and its arrival at the station follow one another (要領10(3)ア)."""
    return in_order(
        facts, ("decision_date", "document_date", "execution_order_received_on"), planned=("document_date",)
    )


def execution_events_are_in_order(facts: Facts) -> bool:
    """Tell whether decision, execution, report and the word to the applicant follow one another (要領10(4)ア、10(6)ア)."""
    return in_order(
        facts,
        ("decision_date", "executed_at", "document_date"),
        ("executed_at", "applicant_notified_at"),
        births=("respondent_birth_date",),
        planned=("document_date",),
    )


def unserved_paper_is_enclosed(facts: Facts) -> bool:
    """Tell whether the paper that nobody was given lies with the report, and nobody was given it (要領10(5)ア)."""
    return boxes(
        facts,
        attachments=not filled(facts.attachments) or _encloses_the_paper(facts.attachments, facts.measure_kind),
        delivered_on=not filled(facts.delivered_on),
        executed_at=not filled(facts.executed_at),
    )


def failure_events_are_in_order(facts: Facts) -> bool:
    """Tell whether decision and instruction lie before the report that nothing came of them (要領10(5)ア)."""
    return in_order(
        facts,
        ("decision_date", "execution_order_received_on", "document_date"),
        births=("respondent_birth_date",),
        planned=("document_date",),
    )


# ---- aid and the certificate ----------------------------------------------------------------------------------------


def aid_events_are_in_order(facts: Facts) -> bool:
    """Tell whether aid lies before its report (要領12(2)ア)."""
    return in_order(facts, ("given_on", "document_date"), births=("applicant_birth_date",), planned=("document_date",))


def certified_measure_was_taken(facts: Facts) -> bool:
    """Tell whether what is certified was carried out, on the day the case knows of it (要領12(1)イ)."""
    on, warned = facts.measure_date, facts.measure_kind == "warning"
    known = facts.warning_date if warned else facts.executed_at
    early = before(facts.document_date, on) or before(facts.today, on)
    return boxes(
        facts,
        measure_kind=not (warned and facts.warning_decision == "not_executed"),
        measure_date=not early and (not (filled(on) and filled(known)) or day(known) == day(on)),
    )


def certificate_is_handed_over(facts: Facts) -> bool:
    """Tell whether the certificate goes into the applicant's hands or, where that is hard, by a way that records it (要領12(1)イ)."""
    sent, reason = facts.delivery_method == "recorded_delivery", facts.direct_delivery_impracticable_reason
    return boxes(
        facts,
        delivery_method=sent or facts.delivery_method == "direct",
        postal_service=not sent or recorded_delivery(facts.postal_service),
        direct_delivery_impracticable_reason=not sent or not says_nothing(reason),
    )


# ---- hearings and public notices ------------------------------------------------------------------------------------


def opinion_is_called_in_time(facts: Facts) -> bool:
    """Tell whether the day named for the opinion lies after order and notice and within its term (Act art. 5(3))."""
    in_time = within_opinion_term(facts.order_date, facts.hearing_public_notice_on, facts.hearing_at)
    return boxes(facts, hearing_at=in_time and not before(facts.hearing_at, facts.document_date))


def nobody_knows_where(facts: Facts) -> bool:
    """Tell whether neither domicile nor residence is known, and somebody looked for them (Act art. 5(12))."""
    known = {
        name: filled(value) and not mentions(value, ["不明", "不詳"]) and not placeholder(value)
        for name, value in (
            ("respondent_residence", facts.respondent_residence),
            ("respondent_address", facts.respondent_address),
        )
    }
    looked = facts.search_result
    return boxes(
        facts,
        respondent_domicile_status=facts.respondent_domicile_status != "known",
        respondent_residence=not known["respondent_residence"],
        respondent_address=not known["respondent_address"],
        search_result=filled(looked) and not placeholder(looked) and not says_nothing(looked),
    )


def notice_is_made_as_the_day_asks(facts: Facts) -> bool:
    """Tell whether the public notice was made as the law of its first day has it (Act art. 5(13))."""
    today = not before(facts.public_notice_on, SERVICE_2026)
    return boxes(
        facts,
        posting_place=facts.posting_place == "board" or (today and facts.posting_place == "screen"),
        internet_address=not today or (filled(facts.internet_address) and not placeholder(facts.internet_address)),
    )


# ---- whose police ---------------------------------------------------------------------------------------------------


def addressee_is_our_own(facts: Facts) -> bool:
    """Tell whether a report that stays within our police goes to no post of another prefecture (要領7(6)、10(4)ア)."""
    return own_police(facts, "addressee", facts.addressee)
