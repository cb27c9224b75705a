"""Checks of what is filed with the court beside and after a petition under the DV Act (art. 16, 17, 21)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from validators.expressions.functions import filled
from validators.expressions.lookups import plain
from validators.secrecy import Value, secrets_of

if TYPE_CHECKING:
    from validators.statutes.verdicts import Facts


def service_goes_not_to_the_refuge(facts: Facts) -> bool:
    """Tell whether the place of service, which the respondent may learn, does not hold the place that is kept from him (21)."""
    refuge = [Value("", "address", plain(facts.applicant_actual_residence))]
    secrets = secrets_of(refuge if filled(facts.applicant_actual_residence) else ())
    return not secrets.found_in(plain(facts.service_place))
