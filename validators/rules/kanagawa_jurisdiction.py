"""Whose station a request and a measure of the Kanagawa procedure belong to (要領7(4), 10条). Each check takes the record's facts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from validators.expressions.dates import before, within_days
from validators.expressions.functions import (
    filled,
    is_post,
    office_of,
    placeholder,
    same_office,
)
from validators.expressions.lookups import setting
from validators.law_days import ACTS_2025
from validators.rules.shared import boxes

if TYPE_CHECKING:
    from validators.statutes.verdicts import Facts

_AT_ACT = frozenset({"applicant_domicile_at_act", "applicant_residence_at_act"})


def area_stations(facts: Facts) -> list[str]:
    """Return the stations of the places concerned (要領7(4)ア); the respondent's residence only in default of a domicile."""
    stations = [
        facts.applicant_domicile_station,
        facts.applicant_residence_station,
        facts.respondent_domicile_station,
        facts.incident_place_station,
    ]
    if facts.respondent_domicile_status in {"no_domicile_in_japan", "unknown"}:
        stations.append(facts.respondent_residence_station)
    return [station for station in stations if filled(station)]


def among(station: Any, stations: list[str]) -> bool:
    """Tell whether a station is one of these in any spelling."""
    return any(same_office(each, station) for each in stations)


def _belongs_elsewhere(facts: Facts) -> bool:
    """Tell whether the receiving office takes no part of the case; headquarters never does (要領15(2))."""
    if facts.jurisdiction_basis in _AT_ACT and not before(facts.document_date, ACTS_2025):
        return False  # the places at the time of the act have no box of their own
    stations = area_stations(facts)
    return bool(stations) and not among(facts.receiving_station, stations)


def jurisdiction_is_explained(facts: Facts) -> bool:
    """Tell whether the applicant was told that another station warns, where the receiving one has no part of the case."""
    return not _belongs_elsewhere(facts) or facts.explained_jurisdiction is True


def competent_station_was_called(facts: Facts) -> bool:
    """Tell whether the other station's right officer was called before the applicant (要領7(4)ア、15(2)).

    By day that is 生活安全課長, in the hours of the watch 当直主任 (要領5(1)ア); where the hours are not known, either.
    """
    posts = {True: ["当直主任"], False: ["生活安全課長", "生活安全第一課長"]}
    wanted = posts.get(facts.on_duty_shift, [*posts[True], *posts[False]])
    contact = [facts.transfer_contacted_at, facts.contacted_title, facts.transfer_sent_on, facts.transfer_to_station]
    by_place = hasattr(facts, "jurisdiction_basis")  # 延長と援助の申出は、事案関係地によらない（7(4)ウ・エ）
    if facts.contacted_in_applicant_presence is None and not any(map(filled, contact)):
        elsewhere = by_place and _belongs_elsewhere(facts)
        return not elsewhere or facts.breach_at("transfer_contacted_at")
    stations = [*filter(filled, [facts.transfer_to_station]), *(area_stations(facts) if by_place else ())]
    called = office_of(facts.contacted_title)
    return boxes(
        facts,
        transfer_contacted_at=filled(facts.transfer_contacted_at),
        contacted_in_applicant_presence=facts.contacted_in_applicant_presence is True,
        contacted_title=is_post(facts.contacted_title, wanted)
        and (not called or not stations or among(called, stations)),
    )


def papers_are_sent_on(facts: Facts) -> bool:
    """Tell whether the papers went to a station of the places concerned; while it is time for it, they may still lie here."""
    if not _belongs_elsewhere(facts):
        return True
    written = [facts.transfer_sent_on, facts.transfer_to_station, *facts.transfer_documents]
    if facts.explained_jurisdiction is not True and not any(map(filled, written)):
        return True  # told by 7(4)ア-b already: nothing of the hand-over was done
    start = facts.application_received_on or facts.document_date
    if not any(map(filled, written)) and within_days(start, facts.today, 0, setting("promptly.transfer_days")):
        return True
    return boxes(
        facts,
        transfer_sent_on=filled(facts.transfer_sent_on),
        transfer_to_station=among(facts.transfer_to_station, area_stations(facts)),
        transfer_documents=any(filled(each) and not placeholder(each) for each in facts.transfer_documents),
    )


def request_is_explained_and_sent_on(facts: Facts) -> bool:
    """Tell whether a request taken elsewhere was explained and its papers sent on (要領7(4)イ)."""
    if not jurisdiction_is_explained(facts):
        return facts.breach_at("explained_jurisdiction")
    return papers_are_sent_on(facts)


def issuer_has_jurisdiction(facts: Facts) -> bool | None:
    """Tell whether the station whose chief signs takes a place of the case (要領7(4)ア、Act art. 14(3)).

    What stands on the paper is the title; the box beside it must name the same office.
    """
    signs, beside = office_of(facts.issuer_title), facts.warning_issuer_station
    if signs and filled(beside) and not same_office(signs, beside):
        return facts.breach_at("issuer_title")
    competent = [*facts.jurisdiction_stations, *area_stations(facts)]
    if not competent or not (signs or filled(beside)):
        facts.breach_at("warning_issuer_station" if competent else "jurisdiction_stations")
        return None
    if among(signs or beside, competent):
        return True
    return facts.breach_at("issuer_title" if signs else "warning_issuer_station")


def basis_is_the_issuers(facts: Facts) -> bool:
    """Tell whether the chosen ground of jurisdiction leads to the station that signs; a ground without a station tells nothing."""
    grounds = {
        "applicant_domicile": facts.applicant_domicile_station,
        "applicant_residence": facts.applicant_residence_station,
        "respondent_domicile": facts.respondent_domicile_station,
        "respondent_residence": facts.respondent_residence_station,
        "place_of_act": facts.incident_place_station,
    }
    station = grounds.get(facts.jurisdiction_basis)
    signs = office_of(facts.issuer_title) or facts.warning_issuer_station
    if not (filled(station) and filled(signs)) or is_post(facts.issuer_title, ["警察本部長"]):
        return True
    return same_office(station, signs)
