"""Whole Kanagawa papers: a good one passes without a word, a bad one is told the provision it breaks and no other.

Files are tests/corpus/kanagawa-stalker/CLAUSE-pass-x.json and CLAUSE-fail-x.json, one record each.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from forms.issue.line import Line
from validators.definitions.clauses import load_clauses
from validators.model import Record

if TYPE_CHECKING:
    from validators.judging import Judged

CORPUS = Path(__file__).parents[1] / "corpus" / "kanagawa-stalker"
PASSES = sorted(CORPUS.glob("*-pass-*.json"))
FAILS = sorted(CORPUS.glob("*-fail-*.json"))
LINE = Line(as_of=date(2026, 11, 24))

# A date before the procedure has no edition to be judged by: the catalogue refuses it first.
BEFORE_ANY_EDITION = {"KNG-前文-a"}


def judged(path: Path) -> Judged:
    """Return the verdict on the record of a file."""
    (raw,) = json.loads(path.read_text(encoding="utf-8"))
    return LINE.judge(Record(form=raw["form"], id=path.stem, data=raw["data"]))


@pytest.mark.parametrize("path", PASSES, ids=[path.stem for path in PASSES])
def test_a_lawful_paper_is_issued(path: Path) -> None:
    """A paper that keeps the provision is neither refused nor held."""
    found = judged(path)
    assert found.fate.verdict not in {"refused", "waiting"}
    assert [f for f in found.fate.findings if f.severity != "info"] == []


@pytest.mark.parametrize("path", FAILS, ids=[path.stem for path in FAILS])
def test_a_breach_names_its_provision_and_a_box(path: Path) -> None:
    """The finding cites the provision, weighs what it weighs, points at a box of the form, and stands alone."""
    found = judged(path)
    clause = load_clauses().get(path.stem.rpartition("-fail-")[0])
    assert found.form is not None
    assert {c for f in found.fate.findings for c in f.clauses} == {clause.id}
    assert {f.severity for f in found.fate.findings} <= {clause.severity, clause.soften_to}
    assert all(f.path.partition("[")[0] in found.form.fields and f.message for f in found.fate.findings)
    assert found.fate.verdict in {"refused", "waiting"}


def test_every_provision_that_judges_these_papers_is_shown_both_ways() -> None:
    """No provision of the three papers goes without a paper that keeps it and one that breaks it."""
    ours = {
        entry.id
        for entry in load_clauses().entries.values()
        if entry.source == "kanagawa-stalker" and entry.judged and entry.severity != "info"
    }
    slugs = {"warning", "warning-request", "non-warning-notice"}
    ours = {clause for clause in ours if slugs & set(load_clauses().get(clause).documents)} - BEFORE_ANY_EDITION
    for kind, files in (("pass", PASSES), ("fail", FAILS)):
        assert ours - {path.stem.rpartition(f"-{kind}-")[0] for path in files} == set()
