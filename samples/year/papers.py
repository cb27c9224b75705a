"""Make records of the papers of a case: the first good sample beside each form, its people those of the case, its days the paper's."""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from validators.definitions.papers import FOLDER, read_papers

if TYPE_CHECKING:
    from samples.year.people import Party
    from samples.year.stories import Case
    from validators.definitions.papers import SamplePaper
    from validators.rulebook import Rulebook

_DAY = len("2025-04-01")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?)?")
_BORN = ("birth", "dob")
_AGREE = {  # papers that must agree with another of the case in more than people and days
    "contact-log",
    "sworn-statement",
    "child-consent",
    "relative-consent",
    "repeat-eviction-petition",
    "additional-order-petition",
    "no-hearing-request",
    "revocation-petition",
    "designation-notice",
}
_SHARED = {  # what forms call it → whose, and what of them
    "applicant_name": ("applicant", "name"),
    "applicant_birth_date": ("applicant", "birth_date"),
    "applicant_signature": ("applicant", "signature"),
    "victim_name": ("applicant", "name"),
    "victim_birth_date": ("applicant", "birth_date"),
    "respondent_name": ("respondent", "name"),
    "respondent_birth_date": ("respondent", "birth_date"),
    "perpetrator_name": ("respondent", "name"),
    "perpetrator_birth_date": ("respondent", "birth_date"),
}


def records(case: Case, rules: Rulebook) -> list[dict[str, Any]]:
    """Return the records of a case's papers that have a form and a good sample, as JSON input has them."""
    people = {each.role: each for each in case.parties}
    found: list[dict[str, Any]] = []
    for item in case.history:
        sample = _sample(item["paper"], rules) if "paper" in item and "event" not in item else None
        if sample is None or sample.form in {each["form"] for each in found}:
            continue  # one of a kind: a second would bear the number of the first
        fields = rules.catalogue.get(sample.form).fields
        data = _shifted(sample.raw()["data"], date.fromisoformat(item["on"][:_DAY]) - _day_of(sample))
        shared = {
            name: _of(people[role], what) for name, (role, what) in _SHARED.items() if name in data and name in fields
        }
        office = {"office": sample.office} if sample.office else {}
        found.append(
            {
                "form": sample.form,
                "record": f"{len(found) + 1:02}",
                "case": case.number,
                **office,
                "data": {**data, **shared},
            }
        )
    return found


def _of(person: Party, what: str) -> Any:
    if what == "signature":
        return person.name
    return {"name": person.name, "kana": person.kana} if what == "name" else person.birth_date.isoformat()


@cache
def _sample(slug: str, rules: Rulebook) -> SamplePaper | None:
    if slug in _AGREE or slug not in rules.catalogue.slugs():
        return None
    path = rules.catalogue.file_of(slug).parent / FOLDER / f"{slug}.yaml"
    papers = read_papers(path) if path.exists() else ()
    return next((each for each in papers if each.expect == "checked" and not each.confirmations), None)


def _day_of(sample: SamplePaper) -> date:
    """Return the day of the sample: the first that it tells of its own making, else the one it is judged on."""
    for name in ("document_date", "issued_on", "petition_date", "completed_on", "contact_date"):
        if isinstance(told := sample.raw()["data"].get(name), str) and _MOMENT.fullmatch(told):
            return date.fromisoformat(told[:_DAY])
    return sample.as_of


def _shifted(value: Any, by: timedelta, name: str = "") -> Any:
    """Return data with its days moved together; days of birth stay."""
    if isinstance(value, dict):
        return {key: _shifted(each, by, key) for key, each in value.items()}
    if isinstance(value, list):
        return [_shifted(each, by, name) for each in value]
    if isinstance(value, str) and _MOMENT.fullmatch(value) and not any(word in name for word in _BORN):
        return (date.fromisoformat(value[:_DAY]) + by).isoformat() + value[_DAY:]
    return value
