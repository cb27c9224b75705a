"""Checks of consultation and inquiry in the Kanagawa procedure (要領5, 6, 7(6), 8, 13, 14). Each takes the record's facts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from validators.expressions.dates import minor
from validators.expressions.functions import filled, placeholder, same_person, same_text, says_nothing
from validators.expressions.lookups import plain
from validators.rules.shared import boxes, in_order
from validators.secrecy import place_of
from validators.text import fold

if TYPE_CHECKING:
    from validators.statutes.verdicts import Facts

_ACTS = ("incidents[].occurred_at", "incidents[].occurred_on")


def reference_person_is_not_of_his_house(facts: Facts) -> bool:
    """Tell whether a reference person neither lives where the respondent does nor bears his family name alone (要領14(2)ア)."""
    his = place_of(plain(facts.respondent_address))
    homes = [place_of(plain(home)) for home in (facts.interviewee_domicile, facts.interviewee_residence)]
    if his and any(home and home.same(his) for home in homes):
        return False
    family = _family(facts.respondent_name)
    return not family or family != _family(facts.interviewee_name) or family == _family(facts.applicant_name)


def _family(person: Any) -> str:
    """Return the family name of a name written with a blank; a single word is one."""
    words = plain(person).split()
    return fold(words[-2 if len(words) > 1 else 0]) if words else ""


def inquiry_events_are_in_order(facts: Facts) -> bool:
    """Tell whether what an inquiry paper tells happened in its order, none after today (要領7(6)、8)."""
    return in_order(
        facts,
        ("interview_on", "document_date"),
        ("submitted_on", "waived_on"),
        ("submitted_on", "returned_on"),
        births=("applicant_birth_date", "respondent_birth_date"),
    )


def report_events_are_in_order(facts: Facts) -> bool:
    """Tell whether what a report tells happened before it, none after today (要領7(6)、8、9(3)ア)."""
    return in_order(
        facts,
        (("application_received_on", "investigation_started_on", "executed_at", *_ACTS), "document_date"),
        ("application_received_on", "transfer_received_on", "document_date"),
        births=("applicant_birth_date", "respondent_birth_date"),
        doubted=_ACTS,
    )


def list_events_are_in_order(facts: Facts) -> bool:
    """Tell whether submission, list and the copy's delivery follow one another, none after today (要領8(3)ア)."""
    return in_order(facts, ("submitted_on", "document_date", "copy_delivered_on"))


def consultation_events_are_in_order(facts: Facts) -> bool:
    """Tell whether a consultation was received before it was reported, flashed up and handed over (要領5、6)."""
    return in_order(
        facts,
        ("received_at", "reported_at", "chief_flash_at", "hq_flash_at"),
        ("received_at", "handed_over_at"),
        ("received_at", "danger_ended_confirmed_on", "closed_on"),
        births=("applicant_birth_date",),
    )


def minor_is_attended(facts: Facts) -> bool:
    """Tell whether a minor who told of the harm had somebody with her, or why nobody was (要領5(1)ウ)."""
    on = getattr(facts, "interview_on", None) or getattr(facts, "received_at", None) or facts.document_date
    if not minor(facts.applicant_birth_date, on):
        return True
    why = facts.attendant_absent_reason
    return filled(facts.attendant) or (filled(why) and not says_nothing(why))


def list_agrees_with_the_submission(facts: Facts) -> bool:
    """Tell whether the list has the objects of the same person's submission of that day (要領8(3)ア)."""
    theirs = [
        paper
        for paper in facts.papers("property-submission")
        if same_person(paper.get("submitter_name"), facts.submitter_name)
        and (not filled(facts.submitted_on) or paper.get("submitted_on") in {None, facts.submitted_on})
    ]
    listed = [item.get("name") for item in facts.property_items]
    if not theirs or any(_agree(listed, paper) for paper in theirs):
        return True
    handed = [item.get("name") for paper in theirs for item in paper.get("property_items") or ()]
    foreign = [n for n, name in enumerate(listed) if not any(same_text(name, other) for other in handed)]
    return facts.breach_at(f"property_items[{foreign[0]}].name" if foreign else "property_items")


def _agree(listed: list[Any], paper: dict[str, Any]) -> bool:
    handed = [item.get("name") for item in paper.get("property_items") or ()]
    return len(listed) == len(handed) and all(any(same_text(name, other) for other in handed) for name in listed)


def waived_things_are_not_returned(facts: Facts) -> bool:
    """Tell whether nothing that was given up is given back (要領8(3)イ・ウ); a thing is told by its number on the list and name."""
    slug = "property-return-receipt" if hasattr(facts, "waived_on") else "ownership-waiver"
    theirs = [item for paper in facts.papers(slug) for item in paper.get("property_items") or ()]
    for number, item in enumerate(facts.property_items):
        if filled(item["list_no"]) and any(_same_thing(item, each) for each in theirs):
            return facts.breach_at(f"property_items[{number}].name")
    return True


def _same_thing(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return same_text(one["list_no"], other.get("list_no")) and same_text(one["name"], other.get("name"))


def things_stand_on_the_list(facts: Facts) -> bool:
    """Tell whether every number of what is given up or given back stands on the list of that submission (要領8(3)イ・ウ)."""
    listed = _listed(facts)
    for number, item in enumerate(facts.property_items):
        if listed and filled(item["list_no"]) and fold(item["list_no"]) not in listed:
            return facts.breach_at(f"property_items[{number}].list_no")
    return True


def things_are_called_as_on_the_list(facts: Facts) -> bool:
    """Tell whether what is given up or given back bears the name that its number has on the list (要領8(3)イ・ウ)."""
    listed = _listed(facts)
    for number, item in enumerate(facts.property_items):
        name, names = fold(item["name"]), listed.get(fold(item["list_no"]), ())
        if name and names and not any(name in each or each in name for each in names):
            return facts.breach_at(f"property_items[{number}].name")
    return True


def _listed(facts: Facts) -> dict[str, list[str]]:
    """Return the names by number on the case's lists of that submission; a list or paper without its day is of any."""
    day = facts.submitted_on
    found: dict[str, list[str]] = {}
    for paper in facts.papers("submitted-property-list"):
        if filled(day) and filled(paper.get("submitted_on")) and paper["submitted_on"] != day:
            continue
        for item in paper.get("property_items") or ():
            if filled(item.get("list_no")):
                found.setdefault(fold(item["list_no"]), []).append(fold(item.get("name") or ""))
    return found


def things_are_told(facts: Facts) -> bool:
    """Tell whether every object has a name and a quantity that say something (要領8(3))."""
    for number, item in enumerate(facts.property_items):
        named = _told(item["name"]) or (number and re.fullmatch("同上|〃", plain(item["name"]).strip()))
        wrong = "name" if not named else "quantity" if not _told(item["quantity"]) else ""
        wrong = wrong or ("quantity" if _NONE_OF_IT.fullmatch(fold(item["quantity"])) else "")
        if wrong:
            return facts.breach_at(f"property_items[{number}].{wrong}")
    return True


def numbers_stand_for_one_thing(facts: Facts) -> bool:
    """Tell whether no number on the list stands for two objects; one object may be given back in parts (要領8(3))."""
    named: dict[str, Any] = {}
    for number, item in enumerate(facts.property_items):
        if not (filled(item["list_no"]) and filled(item["name"])):
            continue
        if not same_text(named.setdefault(fold(item["list_no"]), item["name"]), item["name"]):
            return facts.breach_at(f"property_items[{number}].list_no")
    return True


def _told(value: Any) -> bool:
    return filled(value) and not placeholder(value)


_NONE_OF_IT = re.compile("[0〇零][^0-9]{0,2}")  # 0, 0通


def entries_are_classed(facts: Facts) -> bool:
    """Tell whether every paper of the index has a title and comes either of the inquiry or of an investigation (要領14(2)ウ)."""
    for number, entry in enumerate(facts.document_entries):
        wrong = next((key for key in ("title", "source_class") if not _told(entry[key])), "")
        if wrong:
            return facts.breach_at(f"document_entries[{number}].{wrong}")
    return True


def pages_add_up(facts: Facts) -> bool:
    """Tell whether the index's total is that of its rows, or leaves a sheet at least for each row that does not say."""
    told = [entry["pages"] for entry in facts.document_entries if entry["pages"] is not None]
    left = len(facts.document_entries) - len(told)
    return bool(facts.total_pages >= sum(told) + left if left else facts.total_pages == sum(told))


def commencement_is_dated(facts: Facts) -> bool:
    """Tell whether a report of the start has the day of what started it, and the kinds of request (要領7(6))."""
    applied = facts.trigger == "application_received"
    return boxes(
        facts,
        application_kinds=not applied or filled(facts.application_kinds),
        application_received_on=not applied
        or any(map(filled, (facts.application_received_on, facts.transfer_received_on))),
        investigation_started_on=applied or filled(facts.investigation_started_on),
    )
