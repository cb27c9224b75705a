"""Checks of the DV Act that an expression would not say readably: jurisdiction (art. 11) and calls at night (art. 10(2)5).

A place that the reference table of courts does not know never refuses a petition: the checks of jurisdiction let it pass,
and `court_is_known` asks a person to look.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from validators.expressions.functions import filled
from validators.expressions.lookups import UnknownAnswerError, court_covers

if TYPE_CHECKING:
    from collections.abc import Iterable

    from validators.statutes import Facts

_NIGHT_BEGINS, _NIGHT_ENDS = "22:00", "06:00"  # 午後十時から午前六時までの間
_CALLS = frozenset({"telephone", "fax", "email", "sms", "sns_message", "blog_comment", "sns_comment"})


def _covers(facts: Facts, places: Iterable[Any]) -> bool | None:
    """Tell whether the court takes one of the places; None when that hangs on a place the table does not know."""
    answer: bool | None = False
    for place in places:
        try:
            if court_covers(facts.court_name, place):
                return True
        except UnknownAnswerError:
            answer = None
    return answer


def _respondents_places(facts: Facts) -> list[Any]:
    """Return the domicile; the residence stands in only where there is none in Japan or it is not known (art. 11(1))."""
    return [facts.respondent_domicile if facts.respondent_domicile_status == "known" else facts.respondent_residence]


def _applicants_places(facts: Facts) -> list[Any]:
    return [facts.applicant_actual_residence, facts.applicant_address_stated]


def _places_of_acts(facts: Facts, acts: str) -> list[Any]:
    kinds = getattr(facts, acts)
    return [incident["place"] for incident in facts.incidents if incident["incident_type"] in kinds]


def court_takes_the_respondent(facts: Facts) -> bool:
    """Tell whether the court may take the respondent's domicile or residence (art. 11(1))."""
    return _covers(facts, _respondents_places(facts)) is not False


def court_takes_an_act(facts: Facts) -> bool:
    """Tell whether an act of article 10(1) may have been done where the court is competent (art. 11(2)2)."""
    return _covers(facts, _places_of_acts(facts, "ACTS_ART10")) is not False


def court_takes_an_act_against_body(facts: Facts) -> bool:
    """Tell whether violence or a threat to life or body may have been done where the court is competent (art. 11(3)2)."""
    return _covers(facts, _places_of_acts(facts, "ACTS_ART10_2")) is not False


def court_takes_the_eviction_too(facts: Facts) -> bool:
    """Tell whether the court of a combined petition may take the eviction as well (art. 11(1) and (3))."""
    acts = _places_of_acts(facts, "ACTS_ART10_2")
    return _covers(facts, [*_respondents_places(facts), *_applicants_places(facts), *acts]) is not False


def court_is_known(facts: Facts) -> bool:
    """Tell whether the table of courts can say what the chosen ground of jurisdiction asks."""
    if facts.filing_basis in {"respondent_domicile", "respondent_residence"}:
        return _covers(facts, _respondents_places(facts)) is not None
    if facts.filing_basis == "place_of_act":
        acts = "ACTS_ART10" if "noncontact_victim" in facts.requested_orders else "ACTS_ART10_2"
        return _covers(facts, _places_of_acts(facts, acts)) is not None
    return True


def refuge_is_not_given_away(facts: Facts) -> bool:
    """Tell whether the court also takes a place the respondent knows, so that choosing it says nothing of the refuge."""
    known = [facts.applicant_address_stated, *_respondents_places(facts), facts.shared_home_address]
    return _covers(facts, [facts.applicant_actual_residence]) is not True or _covers(facts, known) is True


def night_calls_are_named(facts: Facts) -> bool:
    """Tell whether item 5 is used for calls from 22:00 up to 6:00 and for no others; at 6:00 sharp a person looks."""
    written = [(facts.violation_at, facts.violation_act, facts.violation_channel)]
    written += [(v["violation_at"], v["violation_act"], v["violation_channel"]) for v in facts.violations]
    timed = [(at, act, channel) for at, act, channel in written if filled(at) and "T" in at]
    named = {at for at, act, _ in timed if act == "night_contact"}
    called = {at for at, _, channel in timed if channel in _CALLS}
    return all(_at_night(at) for at in named) and all(at in named for at in called if _at_night(at))


def _at_night(at: str) -> bool:
    time = at[11:16]
    return time >= _NIGHT_BEGINS or time < _NIGHT_ENDS
