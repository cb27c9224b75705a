"""Promise: a day of what has happened is not after today, on whatever form, in whatever list; a day of today is."""

from __future__ import annotations

import copy
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.rulebooks import OURS
from validators.days_past import not_yet
from validators.disclosure import walk
from validators.judging import Judge
from validators.model import Record
from validators.paths import parts_of

TODAY = date(2026, 11, 30)
SAMPLES = [
    raw
    for path in sorted((Path(__file__).parents[2] / "samples").glob("*.json"))
    for raw in json.loads(path.read_text("utf-8"))
    if raw["record"].startswith("good")
]
JUDGE = Judge(OURS, as_of=TODAY)


def put(data: dict[str, Any], path: str, value: str) -> dict[str, Any]:
    """Return data with another value at a path."""
    made = copy.deepcopy(data)
    *way, last = parts_of(path)
    at: Any = made
    for part in way:
        at = at[part]
    at[last] = value
    return made


CASES = [
    (raw, path)
    for raw in SAMPLES
    for path, item, _ in walk(OURS.catalogue.get(raw["form"]).fields, raw["data"])
    if item.past
]


def test_births_of_every_form_are_days_past() -> None:
    for slug in OURS.catalogue.slugs():
        fields = OURS.catalogue.get(slug).fields
        inner = [each for item in fields.values() for each in item.fields.values()]
        for item in (*fields.values(), *inner):
            if item.type == "date" and item.name.endswith(("birth_date", "dob")):
                assert item.past, (slug, item.name)


@pytest.mark.parametrize(("raw", "path"), CASES[::7])
def test_a_day_after_today_stops_the_paper_at_its_box(raw: dict[str, Any], path: str) -> None:
    record = Record(raw["form"], "x", put(raw["data"], path, "2026-12-01"), office=raw.get("office", {}))
    fate = JUDGE.judge(record).fate
    assert fate.verdict == "refused"
    assert any(found.severity == "error" and found.path == path for found in fate.findings)


@pytest.mark.parametrize(("raw", "path"), CASES[::11])
def test_today_itself_is_past_enough(raw: dict[str, Any], path: str) -> None:
    form = OURS.catalogue.get(raw["form"])
    record = Record(raw["form"], "x", put(raw["data"], path, "2026-11-30"))
    assert [found.path for found in not_yet(form, record, (), today=TODAY) if found.path == path] == []
