"""Checks of what is filed with the court beside and after a petition under the DV Act (art. 10(5), 16, 17, 21)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from validators.expressions.functions import filled, same_office, same_person
from validators.expressions.lookups import plain
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
    petitions = [*facts.papers("protection-order-petition"), *facts.papers("additional-order-petition")]
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


# ---- one case --------------------------------------------------------------------------------------------------------

_PETITIONS = (
    "protection-order-petition",
    "eviction-order-petition",
    "repeat-eviction-petition",
    "additional-order-petition",
)


def paper_belongs_to_a_petition(facts: Facts) -> bool:
    """Tell whether some petition of the case went to the same court and is between the same parties."""
    petitions = [each for slug in _PETITIONS for each in facts.papers(slug)]
    named = [p for p in petitions if all(_agrees(getattr(facts, name), p.get(name)) for name in _PARTIES)]
    return boxes(
        facts,
        **{name: any(_agrees(getattr(facts, name), p.get(name)) for p in petitions) for name in _PARTIES},
        court_name=any(
            not (filled(facts.court_name) and filled(p.get("court_name")))
            or same_office(facts.court_name, p.get("court_name"))
            for p in named
        ),
    )


_PARTIES = ("applicant_name", "respondent_name")


def _agrees(mine: Any, theirs: Any) -> bool:
    return not (filled(mine) and filled(theirs)) or same_person(mine, theirs)


# ---- service --------------------------------------------------------------------------------------------------------


def service_goes_not_to_the_refuge(facts: Facts) -> bool:
    """Tell whether the place of service, which the respondent may learn, does not hold the place that is kept from him (21)."""
    refuge = [Value("", "address", plain(facts.applicant_actual_residence))]
    secrets = secrets_of(refuge if filled(facts.applicant_actual_residence) else ())
    return not secrets.found_in(plain(facts.service_place))
