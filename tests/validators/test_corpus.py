"""Promise: a whole paper that keeps a provision passes without a word, one that breaks it is told that provision and no other.

Files are tests/corpus/SOURCE/CLAUSE-pass-x.json and CLAUSE-fail-x.json; the first record is judged, the others are its case.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.rulebooks import OURS
from validators.judging import Judge
from validators.model import Record

if TYPE_CHECKING:
    from validators.judging import Judged
    from validators.model import Finding

CORPUS = Path(__file__).parents[1] / "corpus"
FILES = sorted(path for path in CORPUS.glob("*/*.json") if "-pass-" in path.name or "-fail-" in path.name)
JUDGE = Judge(OURS, as_of=date(2026, 11, 24))

# Who breaks the first breaks the second as well.
TWICE = {"DVA-10(1)-b": {"DVA-1(1)-b"}, "DVA-12(3)-a": {"DVA-12(1)五ハ", "DVA-12(1)五ニ"}}
# Files of provisions whose every entry has both kinds; a date before the procedure has no edition to be judged by.
# The provisions of other files are shown by the papers beside their forms and by the records of the second readers.
WHOLE = {"kanagawa-stalker": {"KNG-前文-a"}}


def judged(path: Path) -> Judged:
    first, *rest = [
        Record(
            form=raw["form"], id=raw["record"], data=raw["data"], case=raw.get("case", ""), office=raw.get("office", {})
        )
        for raw in json.loads(path.read_text(encoding="utf-8"))
    ]
    return JUDGE.judge(first, [JUDGE.prepare(other) for other in rest])


def told(found: Judged, source: str) -> list[Finding]:
    """Return what stops or holds the paper by the schema or by a provision of the source; other sources have their own files."""
    entries = OURS.clauses.entries
    stopping = [finding for finding in found.fate.findings if finding.severity != "info"]
    return [f for f in stopping if not f.clauses or any(entries[clause].source == source for clause in f.clauses)]


@pytest.mark.parametrize("path", FILES, ids=[f"{path.parent.name}/{path.stem}" for path in FILES])
def test_a_whole_paper_is_told_its_provision_and_no_other(path: Path) -> None:
    """A finding cites the provision, weighs what it weighs, points at a box of the form and says what to do."""
    found = judged(path)
    findings = told(found, path.parent.name)
    clause_id, _, failing = path.stem.partition("-fail-")
    if not failing:
        assert findings == []
        return
    clause = OURS.clauses.get(clause_id)
    named = [finding for finding in findings if clause_id in finding.clauses]
    assert named
    assert {finding.severity for finding in named} <= {clause.severity, clause.soften_to}
    assert found.form is not None
    assert all(f.path.partition("[")[0] in found.form.fields and f.message and f.supervisor for f in named)
    others = {cited for finding in findings if finding not in named for cited in finding.clauses or (finding.code,)}
    assert others <= TWICE.get(clause_id, set())
    assert found.fate.verdict in {"refused", "waiting"}


@pytest.mark.parametrize("source", sorted(WHOLE))
def test_every_provision_of_a_source_is_shown_both_ways(source: str) -> None:
    """No provision that judges a paper of the catalogue goes without a paper that keeps it and one that breaks it."""
    there = set(JUDGE.catalogue.slugs())
    ours = {
        clause.id
        for clause in OURS.clauses.entries.values()
        if clause.path.stem == source
        and clause.judged
        and clause.severity != "info"
        and there.intersection(clause.documents)
    } - WHOLE[source]
    for kind in ("pass", "fail"):
        shown = {path.stem.rpartition(f"-{kind}-")[0] for path in FILES if path.parent.name == source}
        assert ours - shown == set()
