"""Checks of what is filed with the court beside and after a petition under the DV Act (art. 10(5), 16, 17, 21)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from validators.expressions.dates import before, last_day
from validators.expressions.functions import filled, mentions, placeholder, same_office, same_person
from validators.expressions.lookups import high_court_of, plain
from validators.law_days import DV_ACT_2023
from validators.rules.shared import boxes, in_order
from validators.secrecy import Value, secrets_of

if TYPE_CHECKING:
    from validators.statutes.verdicts import Facts


# ---- consents -------------------------------------------------------------------------------------------------------


def relative_consents_in_time(facts: Facts) -> bool:
    """Tell whether the relative was born before the consent, and consented by the petition and by today (art. 10(5))."""
    return in_order(
        facts,
        ("consent_date", "petition_date"),
        births=("relative_dob",),
        doubted=("consent_date",),
        trusted=("petition_date",),
        planned=("petition_date",),
    )


def consent_belongs_to_a_petition(facts: Facts) -> bool:
    """Tell whether a petition of the case names the relative, by the same parties and with the same capacity (art. 10(5))."""
    petitions = _petitions_for_others(facts)
    own = [each for each in petitions if _agrees(facts.respondent_name, each.get("respondent_name"))]
    named = [r for each in own for r in each.get("relatives") or () if same_person(r.get("name"), facts.relative_name)]
    return boxes(
        facts,
        respondent_name=bool(own),
        applicant_name=any(_agrees(facts.applicant_name, each.get("applicant_name")) for each in own),
        relative_name=bool(named),
        relative_is_adult_ward=any(
            None in (r.get("is_adult_ward"), facts.relative_is_adult_ward)
            or r.get("is_adult_ward") == facts.relative_is_adult_ward
            for r in named
        ),
        relative_dob=any(
            not (filled(r.get("dob")) and filled(facts.relative_dob)) or r.get("dob") == facts.relative_dob
            for r in named
        ),
    )


def child_consent_belongs_to_a_petition(facts: Facts) -> bool:
    """Tell whether a petition of the case names the child, born on that day, against the same respondent (art. 10(3))."""
    petitions = _petitions_for_others(facts)
    own = [each for each in petitions if same_person(each.get("respondent_name"), facts.respondent_name)]
    named = [k for each in own for k in each.get("children") or () if same_person(k.get("name"), facts.child_name)]
    return boxes(
        facts,
        respondent_name=bool(own),
        child_name=bool(named),
        child_dob=any(k.get("dob") == facts.child_dob for k in named),
    )


def _petitions_for_others(facts: Facts) -> list[Any]:
    return [*facts.papers("protection-order-petition"), *facts.papers("additional-order-petition")]


# ---- one case --------------------------------------------------------------------------------------------------------

PETITIONS = (
    "protection-order-petition",
    "eviction-order-petition",
    "repeat-eviction-petition",
    "additional-order-petition",
)


def paper_belongs_to_a_petition(facts: Facts) -> bool:
    """Tell whether some petition of the case went to the same court and is between the same parties."""
    petitions = [each for slug in PETITIONS for each in facts.papers(slug)]
    named = [p for p in petitions if all(_agrees(getattr(facts, name), p.get(name)) for name in _PARTIES)]
    return boxes(
        facts,
        **{name: any(_agrees(getattr(facts, name), p.get(name)) for p in petitions) for name in _PARTIES},
        court_name=any(_of_one_court(facts, p) for p in named),
    )


_PARTIES = ("applicant_name", "respondent_name")


def _agrees(mine: Any, theirs: Any) -> bool:
    return not (filled(mine) and filled(theirs)) or same_person(mine, theirs)


# ---- appeal and revocation --------------------------------------------------------------------------------------------

_ON_NO_CONTACT = ("noncontact_victim", "phone_ban_victim", "child_order", "relative_noncontact")


def appeal_follows_its_decision(facts: Facts) -> bool:
    """Tell whether the decision came before its notice, and that before the appeal (art. 16(1))."""
    return in_order(
        facts,
        ("decision_date", "decision_notified_date", "filing_date"),
        doubted=("decision_notified_date",),
        planned=("filing_date",),
    )


def appeal_goes_to_the_high_court(facts: Facts) -> bool:
    """Tell whether the appeal goes to a high court, the one over the district court where that is known (art. 16, 21)."""
    if not mentions(facts.appellate_court, ["高等裁判所", "高裁"]):
        return False
    above = high_court_of(facts.court_name)
    return not above or plain(facts.appellate_court).strip().startswith(above)


def revocation_follows_the_effect(facts: Facts) -> bool:
    """Tell whether the orders had taken effect when their revocation is asked for (art. 17(1))."""
    effects = ("noncontact_effective_date", "eviction_effective_date")
    return in_order(facts, (effects, "petition_date"), doubted=effects, planned=("petition_date",))


def earliest_day_is_right(facts: Facts) -> bool:
    """Tell whether the first day written is the one the law gives: of several kinds of orders the latest (art. 17(1))."""
    waits = [
        last_day(facts.noncontact_effective_date, "3 months", _COUNTED) if _asks(facts, *_ON_NO_CONTACT) else None,
        last_day(facts.eviction_effective_date, "2 weeks", _COUNTED) if _asks(facts, "eviction") else None,
    ]
    waited = [day for day in waits if day]
    return not waited or bool(facts.earliest_petition_date == last_day(max(waited), "1 day", "from_next_day"))


_COUNTED = "start_day_counts"


def _asks(facts: Facts, *orders: str) -> bool:
    return any(order in facts.orders_to_revoke for order in orders)


def orders_to_revoke_still_run(facts: Facts) -> bool:
    """Tell whether none of the orders is over on the day of the petition; a term nobody tells is the longer one (17(1))."""
    old = before(facts.noncontact_effective_date, DV_ACT_2023)
    ends = [
        facts.order_expiry_date,
        last_day(facts.noncontact_effective_date, "6 months" if old else "1 year", _COUNTED)
        if _asks(facts, *_ON_NO_CONTACT)
        else None,
        last_day(facts.eviction_effective_date, "2 months" if facts.term == "2_months" else "6 months", _COUNTED)
        if _asks(facts, "eviction")
        else None,
    ]
    return not any(before(end, facts.petition_date) for end in ends if filled(end)) or facts.breach_at("petition_date")


def revocation_goes_to_the_court_of_the_order(facts: Facts) -> bool:
    """Tell whether a petition of the case went to the same court, and its party asks for the revocation (art. 17(1))."""
    party = "respondent_name" if facts.petitioner_role == "order_recipient" else "applicant_name"
    petitions = [each for slug in PETITIONS for each in facts.papers(slug)]
    own = [each for each in petitions if _agrees(facts.petitioner_name, each.get(party))]
    return boxes(facts, petitioner_name=bool(own), court_name=any(_of_one_court(facts, each) for each in own))


def _of_one_court(facts: Facts, petition: Any) -> bool:
    mine, theirs = facts.court_name, petition.get("court_name")
    return not (filled(mine) and filled(theirs)) or same_office(mine, theirs)


# ---- service --------------------------------------------------------------------------------------------------------


def service_goes_not_to_the_refuge(facts: Facts) -> bool:
    """Tell whether the place of service, which the respondent may learn, is told, and is not the place kept from him (21)."""
    refuge = [Value("", "address", plain(facts.applicant_actual_residence))]
    secrets = secrets_of(refuge if filled(facts.applicant_actual_residence) else ())
    told = plain(facts.service_place)
    return not (placeholder(told) or _THE_REFUGE.search(told) or secrets.found_in(told))


# 現住所に同じ, 避難先, 今いるシェルター: the refuge without its address; 現住所ではない is none
_THE_REFUGE = re.compile(
    r"(?:現住所|現在の(?:住|居)所|居所|今の住(?:まい|居)|避難[先所]|シェルター|一時保護)(?!で(?:は|も)?な|以外|と異|とは別)"
)
