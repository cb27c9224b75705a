"""Promise: samples/ holds for every authority good and bad rows, as JSON and as the workbook a clerk would upload, alike."""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from forms.issue import run as batch_run
from samples.make import assembled
from tests.rulebooks import line_on

if TYPE_CHECKING:
    from validators.review import Review

SAMPLES = Path(__file__).parent.parent / "samples"
AUTHORITIES = ["akita", "dv-court", "ibaraki", "kanagawa", "osaka"]
AS_OF = date(2026, 7, 1)


@cache
def review(name: str) -> Review:
    path = SAMPLES / name
    return batch_run.check(line_on(AS_OF), [batch_run.Source(path.name, path)])


def verdicts(name: str) -> dict[tuple[str, str], tuple[str, frozenset[str]]]:
    return {
        (fate.form, fate.record): (
            fate.verdict,
            frozenset(clause for finding in fate.findings for clause in finding.clauses),
        )
        for fate in review(name).fates
    }


def test_the_samples_are_the_papers_beside_the_forms() -> None:
    """`python samples/make.py` makes them: a paper that is changed is changed here too."""
    for name, records in assembled():
        assert json.loads((SAMPLES / name).read_text("utf-8")) == records, f"python samples/make.py: {name}"


@pytest.mark.parametrize("authority", AUTHORITIES)
def test_twelve_rows_or_more_good_and_bad(authority: str) -> None:
    counts = review(f"{authority}.json").verdicts
    assert sum(counts.values()) >= 12
    assert counts["checked"] >= 2
    assert counts["refused"] >= 3
    assert not [f for f in review(f"{authority}.json").input_findings if f.severity == "error"]


@pytest.mark.parametrize("authority", AUTHORITIES)
def test_workbook_and_json_are_judged_alike(authority: str) -> None:
    assert verdicts(f"{authority}.xlsx") == verdicts(f"{authority}.json")


@pytest.mark.parametrize("authority", AUTHORITIES)
def test_every_refusal_names_a_clause_and_says_what_to_do(authority: str) -> None:
    for fate in review(f"{authority}.json").fates:
        for finding in fate.findings:
            if finding.severity == "error" and finding.code not in {"unusable-input", "unknown-field"}:
                assert finding.clauses or finding.code.startswith(("unreadable", "bad-", "not-an", "required")), finding
                assert finding.message.rstrip().endswith(("。", "）")), finding.message
