"""Promise: the year's papers are records that the forms accept, with the people of their case, on the day they were made."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from forms.issue import run as batch_run
from samples.year.generator import year
from samples.year.papers import records
from tests.rulebooks import OURS, line_on

if TYPE_CHECKING:
    from pathlib import Path

CASES = year()[5::66]


def test_the_papers_of_a_case_are_accepted_with_its_people(tmp_path: Path) -> None:
    kinds = set()
    for case in CASES:
        made = records(case, OURS)
        path = tmp_path / f"{case.number}.json"
        path.write_text(json.dumps(made, ensure_ascii=False), encoding="utf-8")
        review = batch_run.check(line_on(case.as_of), [batch_run.Source(path.name, path)], jobs=1)
        assert [(each.form, each.findings) for each in review.fates if each.verdict == "refused"] == [], case.number
        names = {each.name for each in case.parties}
        assert {each["data"][key]["name"] for each in made for key in each["data"] if key == "applicant_name"} <= names
        kinds |= {each["form"] for each in made}
    assert len(kinds) > 8
