"""Whole papers under the DV Act: a good one passes without a word, a bad one is told the provision it breaks and no other.

Files are tests/corpus/dv-act/CLAUSE-pass-x.json and CLAUSE-fail-x.json; the first record is judged, the others are the
rest of its case.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from validators.definitions.catalogue import load_catalogue
from validators.definitions.clauses import load_clauses
from validators.model import Finding, Form, Record
from validators.normalise import normalise
from validators.schema import check_schema
from validators.statutes import check_statutes

CORPUS = Path(__file__).parents[1] / "corpus" / "dv-act"
FILES = sorted(CORPUS.glob("*.json"))
PASSES = [path for path in FILES if "-pass-" in path.name]
FAILS = [path for path in FILES if "-fail-" in path.name]
CATALOGUE = load_catalogue()

# Who breaks the first breaks the second as well.
TWICE = {"DVA-10(1)-b": {"DVA-1(1)-b"}, "DVA-12(3)-a": {"DVA-12(1)五ハ", "DVA-12(1)五ニ"}}


def judged(path: Path) -> list[Finding]:
    """Return what schema and provisions say of the first record of a file."""
    prepared: list[tuple[Form, Record, list[Finding]]] = []
    for raw in json.loads(path.read_text(encoding="utf-8")):
        newest = CATALOGUE.get(raw["form"])
        form = CATALOGUE.get(raw["form"], date.fromisoformat(raw["data"][newest.basis]))
        record = Record(form=form.slug, id=raw["record"], data=raw["data"])
        prepared.append((form, record, normalise(form, record)))
    form, record, unreadable = prepared[0]
    prior = [*unreadable, *check_schema(form, record, unreadable)]
    ours = [clause for clause in load_clauses().for_form(form.slug) if clause.source == "dv-act"]
    return check_statutes(form, record, case=[other for _, other, _ in prepared], prior=prior, entries=ours)


@pytest.mark.parametrize("path", PASSES, ids=[path.stem for path in PASSES])
def test_a_lawful_paper_passes(path: Path) -> None:
    """A paper that keeps the provision is neither refused nor held."""
    assert [finding for finding in judged(path) if finding.severity != "info"] == []


@pytest.mark.parametrize("path", FAILS, ids=[path.stem for path in FAILS])
def test_a_paper_that_breaks_a_provision_names_it(path: Path) -> None:
    """The finding cites the provision, weighs what it weighs, points at a box, and nothing else is found."""
    cited_id = path.stem.rpartition("-fail-")[0]
    found = [finding for finding in judged(path) if finding.severity != "info"]
    named = [finding for finding in found if cited_id in finding.clauses]
    clause = load_clauses().get(cited_id)
    assert named
    assert {finding.severity for finding in named} <= {clause.severity, clause.soften_to}
    assert all(finding.path and finding.message and finding.supervisor for finding in named)
    others = {finding.clauses for finding in found if cited_id not in finding.clauses}
    assert {cited for clauses in others for cited in clauses} <= TWICE.get(cited_id, set())
