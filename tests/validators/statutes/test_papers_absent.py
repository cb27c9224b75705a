"""Promise: no paper is judged as if it were alone. What hangs on papers that are not at hand is undetermined, and said once."""

from __future__ import annotations

import copy
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from tests.rulebooks import OURS
from validators.judging import Judge
from validators.linting.examples import BESIDE_DATA, example_day, forms_for
from validators.model import Confirmation, Finding, Record
from validators.statutes import check_statutes
from validators.text import case_key

if TYPE_CHECKING:
    from validators.definitions.clauses import Clause

CASES = [clause for clause in OURS.clauses.entries.values() if clause.scope == "case"]


def told(clause: Clause, example: dict[str, Any], **record: Any) -> list[Finding]:
    """Judge an example of a provision without the papers that stand beside it."""
    data = {key: copy.deepcopy(value) for key, value in example.items() if key not in BESIDE_DATA}
    form = forms_for(clause, example, OURS)[0]
    return check_statutes(
        form,
        Record(form.slug, "r", data, **record),
        OURS,
        as_of=example_day(clause, example, OURS.today()),
        entries=[clause],
    )


@pytest.mark.parametrize("clause", CASES, ids=lambda clause: clause.id)
def test_what_the_case_would_show_to_be_broken_is_undetermined_without_its_papers(clause: Clause) -> None:
    """Never an error that cannot be mended, never silence; a record that names no case is judged as it always was."""
    for example in clause.examples["fail"]:
        (finding,) = [f for f in told(clause, example, case="C-1") if clause.id in f.clauses]
        weight = "info" if clause.severity == "info" else "warning"
        assert (finding.status, finding.code, finding.path) == ("undetermined", "papers-absent", "case")
        assert finding.severity in {weight, "warning"}
        assert not [f for f in told(clause, example) if clause.id in f.clauses]


def test_facts_of_the_record_itself_still_settle_a_provision() -> None:
    """An unplanned contact stands outside the order of contacts, whatever the case holds."""
    clause = OURS.clauses.get("AKT-5(4)-h-順")
    assert told(clause, {"slot_label": "臨時", "contact_date": "2024-06-10", "reached": True}, case="C-1") == []


def test_a_mark_for_none_names_no_case() -> None:
    """Clerks write － where there is no case."""
    clause = OURS.clauses.get("AKT-5(5)-e")
    example = clause.examples["fail"][0]
    assert told(clause, example, case="C-1")
    assert told(clause, example, case="－") == []


def test_a_breach_that_the_record_shows_by_itself_stays_one() -> None:
    """The victim's name in a paper for a prison is an error, whether the case's papers are here or not."""
    clause = OURS.clauses.get("IBR-6-3(1)ア-d")
    data = {"checklist_variant": "external", "victim_identity_needed": False, "victim_name": "架空　花子"}
    (leak,) = told(clause, {**data, "free_text": "架空花子への接触を禁じた。"}, case="C-1")
    assert (leak.severity, leak.status) == ("error", "breach")
    (asked,) = told(clause, {**data, "free_text": "被害者への接触を禁じた。"}, case="C-1")
    assert (asked.severity, asked.status) == ("warning", "undetermined")


RECORD = {
    "contact_log_id": "連経6-31",
    "slot_label": "1か月",
    "contact_date": "2024-06-10",
    "reached": True,
    "risk_assessed_on": "2024-06-11",
}


def judged(**more: Any) -> Finding:
    judge = Judge(OURS, as_of=date(2026, 7, 1))
    fate = judge.judge(Record("contact-log", "L-1", dict(RECORD), case="C-1", **more)).fate
    (finding,) = [found for found in fate.findings if found.code == "papers-absent"]
    return finding


def test_one_cause_is_one_finding_that_says_what_settles_it() -> None:
    finding = judged()
    assert set(finding.clauses) == {"AKT-5(4)-g-対応", "AKT-5(4)-h-順", "AKT-5(5)-e"}
    assert "「連絡経過票」" in finding.message
    assert "一緒に渡してください" in finding.message
    assert "C-1" not in finding.message + finding.supervisor


def test_a_named_person_may_say_that_there_is_no_other_paper() -> None:
    said = Confirmation("AKT-5(4)-h-順", "生活安全課長　架空一郎", "この事案にほかの文書はない。")
    assert judged(confirmations=(said,)).confirmed_by == said.by


def test_secrets_of_a_case_that_is_not_here_are_said_not_to_have_been_looked_for() -> None:
    """A warning is read by the respondent: its provision of secrecy waits with the case's papers."""
    judge = Judge(OURS, as_of=date(2026, 7, 1))
    fate = judge.judge(Record("warning", "W-1", {}, case="C-1")).fate
    (finding,) = [found for found in fate.findings if found.code == "papers-absent"]
    assert set(OURS.catalogue.get("warning").secrecy) <= set(finding.clauses)
    assert "秘匿" in finding.message


@pytest.mark.parametrize("same", ["Ｋ－５", "k-5", "K5", "K‐5", "Ｋー5", " K - 5 ", "K\u200b-5"])
def test_a_case_is_one_whatever_its_notation(same: str) -> None:
    assert case_key(same) == case_key("K-5")


@pytest.mark.parametrize(("one", "other"), [("1-12", "11-2"), ("K-5", "K-51"), ("令6-1-2", "令6-12"), ("A-BC", "AB-C")])
def test_two_cases_stay_two(one: str, other: str) -> None:
    assert case_key(one) != case_key(other)
