"""Checks of the DV Act that an expression would not say readably.

Order of events, the order before (art. 10(2) to (4)), who consents (10(5)), jurisdiction (11), calls at night (10(2)5).

A place that the reference table of courts does not know never refuses a petition: the checks of jurisdiction let it pass,
and `court_is_known` asks a person to look.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from validators.approximate import latest
from validators.expressions.dates import before, last_day, not_after, under_age
from validators.expressions.dates import in_order as one_after_the_other
from validators.expressions.functions import filled, mentions, same_person
from validators.expressions.lookups import UnknownAnswerError, court_covers, district_of, plain, prefecture_of
from validators.law_days import DV_ACT_2023
from validators.rules.shared import At, boxes, in_order, moments
from validators.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable

    from validators.statutes.verdicts import Facts

_NIGHT_BEGINS, _NIGHT_ENDS = "22:00", "06:00"  # 午後十時から午前六時までの間
_CALLS = frozenset(
    {"telephone", "fax", "email", "sms", "sns_message", "blog_comment", "sns_comment", "like", "follow_request"}
)
_OLD_PETITIONS_DECIDED = "2024-10-01"  # by then a court has answered what was filed before that day
_REPRESENTATIVES = ["法定代理人", "親権者", "後見人", "父", "母", "代理"]
_HIMSELF = frozenset({"本人", "御本人", "ご本人", "本人自身", "自分", "自身", "同上", "同左", "同人"})
_NO_REPRESENTATIVE = re.compile(r"保佐|補助人|任意後見(?!監督)")
_PARENTS = re.compile(r"(?<!祖)(?<![叔伯])[父母]|親")
_KIN = [
    *("実母", "実父", "母", "父", "祖母", "祖父", "夫", "妻", "兄", "弟", "姉", "妹"),
    *("長男", "次男", "二男", "長女", "次女", "二女", "息子", "娘", "孫", "おじ", "おば"),
    *("園長", "施設長", "職員"),
]
_BRACKETED = re.compile(r"\(([^()]*)\)")
_FILLING = re.compile(r"申立人の|申立人|御本人|ご本人|本人|自署|署名|記名|押印|様|殿|氏|さん|印|[\s、,・()]")
_TOGETHER = ("relationship_start_date", "relationship_end_date", "separation_date")
_ACTS = "incidents[].occurred_at"


# ---- order of events ------------------------------------------------------------------------------------------------


def petition_events_are_in_order(facts: Facts) -> bool:
    """Tell whether relation, violence, consultation, petition and order follow one another, nothing after today (art. 12).

    A consent or consultation after the petition is told by articles 10(5) and 12(1)5, an eviction order after it by 18.
    """
    filed = next((on for _, on in moments(facts, "petition_date")), None)
    told = moments(facts, ("consultations[].consulted_at", "relatives[].consent_date"))
    elsewhere = tuple(At(path, on) for path, on in told if not before(filed, on))
    orders = ("parent_order_effective_date", "prior_order_effective_date", "effective_date")
    first = min((str(effect) for _, effect in moments(facts, orders)), default=None)
    return in_order(
        facts,
        ("relationship_start_date", ("relationship_end_date", "separation_date"), "petition_date"),
        (_ACTS, "petition_date"),
        ("parent_order_effective_date", "petition_date", "decision_date", "effective_date"),
        (At("order", first), _violations(facts)),
        ("filing_at",),
        (elsewhere,),
        births=("applicant_birth_date", "respondent_birth_date"),
        doubted=(*_TOGETHER, _ACTS, "parent_order_effective_date"),
        trusted=("order",),
        planned=("petition_date", "order"),
    ) and in_order(
        facts,
        (("children[].dob", "relatives[].dob"), "petition_date"),
        doubted=("children[].dob", "relatives[].dob"),
        planned=("petition_date",),
    )


def _violations(facts: Facts) -> tuple[At, ...]:
    """Return when the order was broken; of a time told only about the last day it can mean, for it lies after the order."""
    told = [
        (n, each["violation_at"], each["violation_text"]) for n, each in enumerate(getattr(facts, "violations", ()))
    ]
    return tuple(
        At(f"violations[{n}].violation_at", (latest(text) if filled(text) else None) or at) for n, at, text in told
    )


def statement_events_are_in_order(facts: Facts) -> bool:
    """Tell whether the affiant was born before all else and the oath was not sworn after today (art. 12(3))."""
    sworn = (
        [At("certified_date", facts.certified_date)] if not before(facts.petition_date, facts.certified_date) else []
    )
    return in_order(facts, (tuple(sworn),), ("petition_date",), births=("affiant_dob",), planned=("petition_date",))


def consent_events_are_in_order(facts: Facts) -> bool:
    """Tell whether the child was born before it consented, and consented before the court decided (art. 10(3))."""
    return in_order(
        facts,
        (("consent_date", "petition_date"), "decision_date"),
        births=("child_dob",),
        doubted=("consent_date", "petition_date"),
        planned=("consent_date", "petition_date"),
    )


# ---- the order before -----------------------------------------------------------------------------------------------


def _end_of_parent(facts: Facts) -> str | None:
    """Return the last day of the order before: six months by the old law, else a year, the first day counted."""
    effect, written = facts.parent_order_effective_date, facts.parent_order_expiry_date
    half = last_day(effect, "6 month", "start_day_counts")
    if before(effect, DV_ACT_2023) or (written == half and before(effect, _OLD_PETITIONS_DECIDED)):
        return half
    return last_day(effect, "1 year", "start_day_counts")


def order_before_stands(facts: Facts) -> bool:
    """Tell whether an order of no contact is there, of the same court, not over when the petition comes (art. 10(2) to (4))."""
    filed, over = facts.petition_date, facts.parent_order_expiry_date
    return boxes(
        facts,
        requested_orders=filled(facts.parent_order_court) and filled(facts.parent_order_effective_date),
        parent_order_court=district_of(facts.court_name) == district_of(facts.parent_order_court),
        parent_order_effective_date=not_after(filed, _end_of_parent(facts)),
        parent_order_expiry_date=not filled(over) or not_after(filed, over),
    )


def end_of_the_order_before_is_right(facts: Facts) -> bool:
    """Tell whether the end written for the order before is the one its law gives; one that is over is told elsewhere."""
    end = _end_of_parent(facts)
    return before(end, facts.petition_date) or facts.parent_order_expiry_date == end


def added_orders_end_with_the_order_before(facts: Facts) -> bool:
    """Tell whether orders that are added end on the day the order of no contact ends (art. 10(2) to (4))."""
    return bool(facts.expiry_date == _end_of_parent(facts))


def added_order_takes_effect_in_time(facts: Facts) -> bool:
    """Tell whether an added order takes effect while the order of no contact runs (art. 10(2) to (4))."""
    own, parent = facts.effective_date, facts.parent_order_effective_date
    over = filled(facts.parent_order_expiry_date) and before(facts.parent_order_expiry_date, own)
    return not_after(parent, own) and not_after(own, _end_of_parent(facts)) and not over


# ---- consent --------------------------------------------------------------------------------------------------------


def _represented(facts: Facts, relative: dict[str, Any]) -> bool:
    """Tell whether the statutory representative consents for him: under fifteen at the petition, or an adult ward."""
    return relative["is_adult_ward"] is True or under_age(relative["dob"], 15, facts.petition_date)


def _gave_it_himself(giver: Any, relative: dict[str, Any]) -> bool:
    """Tell whether the giver is the relative: what he is to the applicant may stand before the name or in brackets behind it.

    申立人の母　仮名　ハル is she herself; 仮名　ハル　長男　仮名　秋 and 成年後見人　仮名　夏 are others.
    """
    name = fold(str(relative["name"]))
    if same_person(giver, name) or _BRACKETED.sub("", fold(str(giver))) in _HIMSELF:
        return True
    before_it, found, behind = fold(str(giver)).partition(name)
    if not found:
        return False
    kin = {fold(str(relative["relation"] or "")), *map(fold, _KIN)}
    asides = [_FILLING.sub("", part) for part in (before_it, *_BRACKETED.findall(behind))]
    loose = _FILLING.sub("", _BRACKETED.sub("", behind))
    if loose.isalpha() or mentions(loose, _REPRESENTATIVES):
        return False  # the name goes on (仮名　ハルオ), or another follows
    return all(part in kin or not mentions(part, [*_REPRESENTATIVES, *_KIN]) for part in asides)


def consent_is_given_by_whom_it_must(facts: Facts) -> bool:
    """Tell whether each consent is the person's own, or the representative's of a child under fifteen or a ward (art. 10(5))."""
    for number, consent in enumerate(facts.relative_consents):
        giver = consent["consent_giver"]
        if not filled(giver) or same_person(giver, facts.respondent_name):
            continue  # the respondent's own consent is told by DVA-10(5)-d
        for relative in facts.relatives:
            own_child = relative["is_applicants_child"] is True and under_age(relative["dob"], 15, facts.petition_date)
            if own_child or not same_person(relative["name"], consent["name"]):
                continue
            wrong = _represented(facts, relative) and bool(_NO_REPRESENTATIVE.search(fold(plain(giver))))
            if wrong or _gave_it_himself(giver, relative) is _represented(facts, relative):
                return facts.breach_at(f"relative_consents[{number}].consent_giver")
    return True


def _may_represent(giver: Any, relative: dict[str, Any]) -> bool:
    """Tell whether the one who consented may be the statutory representative: kin other than parents must say so."""
    said = fold(plain(giver))
    if mentions(said, ["法定代理", "親権", "後見"]) or not mentions(said, _KIN):
        return True
    return relative["is_adult_ward"] is not True and bool(_PARENTS.search(said))


def consent_of_the_represented_is_copied(facts: Facts) -> bool:
    """Tell whether for each child under fifteen and each ward the record names a representative who consented (art. 10(5))."""
    for number, relative in enumerate(facts.relatives):
        own_child = relative["is_applicants_child"] is True and not relative["is_adult_ward"]
        if own_child or relative["consent_attached"] is not True or not _represented(facts, relative):
            continue
        copies = [each for each in facts.relative_consents if same_person(each["name"], relative["name"])]
        if not any(filled(each["consent_giver"]) for each in copies):
            return facts.breach_at(f"relatives[{number}].consent_attached")
        for copied, each in enumerate(facts.relative_consents):
            if each in copies and filled(each["consent_giver"]) and not _may_represent(each["consent_giver"], relative):
                return facts.breach_at(f"relative_consents[{copied}].consent_giver")
    return True


# ---- what was done after the end --------------------------------------------------------------------------------------


def _last_day_of(incident: dict[str, Any]) -> Any:
    """Return the last day an act can have been done: of a time told only about not the earliest; None where nobody can say."""
    return latest(incident["occurred_text"]) if filled(incident["occurred_text"]) else incident["occurred_at"]


def acts_after_the_end_are_marked_so(facts: Facts) -> bool:
    """Tell whether a mark before or after the end of the relation, where one is set, is what the dates say (art. 12(1)1)."""
    end = facts.relationship_end_date
    for number, incident in enumerate(facts.incidents):
        at, after, last = incident["occurred_at"], incident["after_relationship_end"], _last_day_of(incident)
        if after is None or not filled(at):
            continue
        if before(last, end) if after else before(end, at):
            return facts.breach_at(f"incidents[{number}].after_relationship_end")
    return True


def an_act_lies_within_the_relation(facts: Facts) -> bool:
    """Tell whether some act may have been done after the relation began (art. 1(1))."""
    told = [_last_day_of(incident) for incident in facts.incidents if filled(incident["occurred_at"])]
    return any(last is None or not_after(facts.relationship_start_date, last) for last in told)


# ---- consultations ----------------------------------------------------------------------------------------------------


def consultation_came_after_an_act(facts: Facts) -> bool:
    """Tell whether some consultation may have been after some act (art. 12(1)5, (2)3)."""
    acts = [incident["occurred_at"] for incident in facts.incidents]
    for consulted in facts.consultations:
        at, text = consulted["consulted_at"], consulted["consulted_text"]
        last = latest(text) if filled(text) else at
        if filled(at) and any(one_after_the_other(act, last or at) or last is None for act in acts):
            return True
    return facts.breach_at("consultations[0].consulted_at")


def not_by_telephone_alone(facts: Facts) -> bool:
    """Tell whether some consultation was not by telephone, as some courts want (art. 12(1)5)."""
    by_telephone = [each["consultation_method"] == "telephone" for each in facts.consultations]
    return not all(by_telephone) or facts.breach_at("consultations[0].consultation_method")


def consultations_cover_no_contact(facts: Facts) -> bool:
    """Tell whether complete consultations deal with violence, risk and what the orders on children and others need (12(1)5)."""
    orders = facts.requested_orders
    needed = ["violence", "risk"]
    needed += ["child_necessity"] if "child_order" in orders else []
    return _covered(facts, needed + (["relative_necessity"] if "relative_noncontact" in orders else []))


def consultations_cover_the_eviction(facts: Facts) -> bool:
    """Tell whether complete consultations deal with violence and risk (art. 12(2)3)."""
    return _covered(facts, ["violence", "risk"])


def consultations_cover_the_renewal(facts: Facts) -> bool:
    """Tell whether complete consultations deal with violence, risk and why the order is needed once more (art. 18(2))."""
    return _covered(facts, ["violence", "risk", "repeat_necessity"])


def _covered(facts: Facts, needed: list[str]) -> bool:
    asked = ("agency_name", "consulted_at", "consulted_place", "content", "measures")
    whole = [n for n, each in enumerate(facts.consultations) if all(filled(each[key]) for key in asked)]
    told = {item for n in whole for item in facts.consultations[n]["covered_items"]}
    return set(needed) <= told or facts.breach_at(f"consultations[{whole[0]}].covered_items")


# ---- the court ------------------------------------------------------------------------------------------------------


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


def court_takes_the_applicant(facts: Facts) -> bool:
    """Tell whether the court may take the applicant's domicile or residence (art. 11(2)1, (3)1)."""
    return _covers(facts, _applicants_places(facts)) is not False


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
    """Tell whether the table of courts can say what the chosen ground of jurisdiction asks; else at which box it fails."""
    acts = facts.ACTS_ART10 if "noncontact_victim" in facts.requested_orders else facts.ACTS_ART10_2
    done = [(f"incidents[{n}].place", i["place"]) for n, i in enumerate(facts.incidents) if i["incident_type"] in acts]
    known = facts.respondent_domicile_status == "known"
    respondents = [moments(facts, "respondent_domicile" if known else "respondent_residence")]
    applicants = [moments(facts, name) for name in ("applicant_address_stated", "applicant_actual_residence")]
    grounds = {
        "respondent_domicile": respondents,
        "respondent_residence": respondents,
        "applicant_domicile": applicants,
        "applicant_residence": applicants,
        "place_of_act": [done],
    }
    places = [place for listed in grounds.get(facts.filing_basis, ()) for place in listed]
    if _covers(facts, [place for _, place in places]) is not None:
        return True
    return facts.breach_at(next((path for path, place in places if not _in_a_prefecture(place)), "court_name"))


def _in_a_prefecture(place: Any) -> bool:
    try:
        return prefecture_of(place) is not None
    except UnknownAnswerError:
        return False


def refuge_is_not_given_away(facts: Facts) -> bool:
    """Tell whether the court also takes a place the respondent knows, so that choosing it says nothing of the refuge."""
    known = [facts.applicant_address_stated, *_respondents_places(facts), facts.shared_home_address]
    return _covers(facts, [facts.applicant_actual_residence]) is not True or _covers(facts, known) is True


# ---- calls at night -------------------------------------------------------------------------------------------------


def night_calls_are_named(facts: Facts) -> bool:
    """Tell whether item 5 is used for calls from 22:00 up to 6:00 and for no others; at 6:00 sharp a person looks.

    Item 5 knows no documents. A call at night that is told as an act of another item (rude, defaming; a silent one, which
    item 4 forbids at any hour) is rightly told so.
    """
    written = [(facts.violation_at, facts.violation_act, facts.violation_channel, None)]
    written += [
        (v["violation_at"], v["violation_act"], v["violation_channel"], v["is_silent_call"]) for v in facts.violations
    ]
    named = {at for at, act, *_ in written if act == "night_contact"}
    for number, (at, act, channel, silent) in enumerate(written):
        timed = filled(at) and "T" in at
        repeated = act == "silent_or_repeated_contact" and silent is not True
        unnamed = repeated and channel in _CALLS and timed and _at_night(at) and at not in named
        if unnamed or (act == "night_contact" and (channel == "document" or (timed and not _at_night(at)))):
            return facts.breach_at(f"violations[{number - 1}].violation_act" if number else "violation_act")
    return True


def _at_night(at: str) -> bool:
    time = at[11:16]
    return time >= _NIGHT_BEGINS or time < _NIGHT_ENDS
