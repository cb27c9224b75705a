"""Promise: what a case keeps secret is secret in its every paper, and what a paper says of the case the next one need not be told."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from forms.issue.issuing import issue, judge
from forms.issue.units import Item, Unit
from ledger import events
from ledger.approvals import NotApprovedError, approve, check, correct, draft, issue_draft, revise
from ledger.entering import tell_facts, tell_party
from ledger.history import history_of
from ledger.offices import save_office
from ledger.papers import PaperStateError, named, rows_of
from ledger.persons import PartyTold, PlaceKept, Spelling
from ledger.prefill import prefill
from ledger.search import find
from ledger.sink import LedgerSink
from ledger.types import Actor
from tests.ledger.issuing import DAY, FORM, OFFICE, PDF, line, record
from tests.ledger.kept_cases import CLERK, a_case
from tests.rulebooks import OURS
from validators.text import case_key

if TYPE_CHECKING:
    from ledger.cases import CaseFile
    from ledger.engine import Ledger
    from validators.model import Record
    from validators.review import Fate

BOSS = Actor("汐見　一郎", role="課長")
OF_THE_CASE = {
    "applicant_residence": "潮路県鴎市避難町九丁目８番７号　はまなす寮",
    "respondent_address": "汐見県灯台市岬町四丁目５番６号",
}


@pytest.fixture
def case(ledger: Ledger) -> CaseFile:
    """Give a case of the office that issues; its people moved, and a child goes to school."""
    save_office(ledger, CLERK, "shiomi", OFFICE["name"], kind="station", told=OFFICE, from_on="2020-01-01")
    made = a_case(ledger, "C-1", OF_THE_CASE)
    tell_facts(ledger, OURS, CLERK, "C-1", {"applicant_residence": "潮路県鴎市汀町一丁目９番５号"}, day="2026-03-20")
    child = PartyTold("child", [Spelling("registered", "髙橋　凪")], [PlaceKept("school", "鴎市立松風中学校")])
    tell_party(ledger, CLERK, "C-1", child)
    told = {
        "on": "2026-03-21",
        "event": "address_changed",
        "who": "applicant",
        "protected_values": ["鴎市立みさき病院"],
    }
    events.tell(ledger, OURS, CLERK, made.ref, told)
    return made


def _of_case(given: Record) -> Unit:
    given.case = "Ｃ－１"
    return Unit((Item(given, (), 1),), case_key("C-1"))


def _issued(ledger: Ledger, given: Record) -> Fate:
    with LedgerSink(ledger, line(), CLERK, PDF) as sink:
        (fate,) = issue(line(), [_of_case(given)], sink)
    return fate


SECRETS = {
    "former refuge": "鴎市避難町９－８－７",
    "its building": "はまなす寮",
    "refuge": "鴎市汀町1-9-5",
    "school of the child": "松風中学校",
    "told by an event": "鴎市立みさき病院",
}


def test_what_the_case_hides_is_looked_for_in_a_paper_that_does_not_know_it(ledger: Ledger, case: CaseFile) -> None:
    """A warning whose text tells such a place is refused beside its case, though by itself nothing is seen in it."""
    assert case.number == "C-1"
    for what, secret in SECRETS.items():
        told = f"上記の行為は法第３条の規定に違反し、{secret}の付近でも続いていることから、更に反復するおそれがあると認められるため。"
        data = {"applicant_residence": None, "applicant_workplace": None, "reasons": told}
        (alone,) = judge(line(), [Unit((Item(record(1, "good-warning", "warning", **data), (), 1),))])
        assert [each for each in alone.findings if each.severity == "error"] == [], what
        fate = _issued(ledger, record(1, "good-warning", "warning", **data))
        found = [each for each in fate.findings if each.severity == "error"]
        assert fate.verdict == "refused", what
        assert found, what
        assert not any(secret in each.message or secret in each.supervisor for each in found), what


def test_what_a_paper_says_of_the_case_fills_the_next_one(ledger: Ledger, case: CaseFile) -> None:
    """An issued paper of the case enters its facts; the next paper has them with that paper as origin; its number is its own."""
    fate = _issued(ledger, record(1, "good-notice-2026", FORM, respondent_name="乙野　次郎"))
    assert fate.verdict == "issued", fate.findings
    made = prefill(ledger, OURS, CLERK, case.ref, "warning", day=DAY)
    assert made.record.data["respondent_name"] == "乙野　次郎"
    assert made.origins["respondent_name"].origin.startswith("通知書")
    assert made.record.data["respondent_address"] == OF_THE_CASE["respondent_address"]
    assert "document_no" not in made.record.data
    with ledger.read() as connection:
        number = rows_of(connection)[0].number
    assert [hit.case for hit in find(ledger, CLERK, number)] == [case.ref]


def test_a_draft_older_than_its_case_joins_it(ledger: Ledger) -> None:
    """Kept before the case was opened, it is sealed under the case's key when it is issued, and its approval counts no more."""
    asked = line(**{"approval.forms": "all"})
    save_office(ledger, CLERK, "shiomi", OFFICE["name"], kind="station", told=OFFICE, from_on="2020-01-01")
    given = _of_case(record(1, "good-notice-2026", FORM)).items[0].record
    ref, _ = draft(ledger, asked, CLERK, given)
    check(ledger, asked, CLERK, ref)
    approve(ledger, asked, BOSS, ref)
    made = a_case(ledger, "C-1")
    with pytest.raises(NotApprovedError):
        issue_draft(ledger, asked, CLERK, ref, wanted=PDF)
    check(ledger, asked, CLERK, ref)
    approve(ledger, asked, BOSS, ref)
    issue_draft(ledger, asked, CLERK, ref, wanted=PDF)
    row = named(ledger, ref)
    assert (row.state, row.case_file_id, row.key_id) == ("issued", made.id, made.key.id)
    a_case(ledger, "C-2")
    other = replace(given, case="C-2")
    ref, _ = draft(ledger, asked, CLERK, given)
    with pytest.raises(PaperStateError):  # under the first case's key it stays
        revise(ledger, asked, CLERK, ref, other)


def test_a_replaced_paper_was_never_issued_in_its_case(ledger: Ledger) -> None:
    """The case knows the paper that took the place, and the first no more."""
    save_office(ledger, CLERK, "shiomi", OFFICE["name"], kind="station", told=OFFICE, from_on="2020-01-01")
    made = a_case(ledger, "C-1")
    given = _of_case(record(1, "good-notice-2026", FORM)).items[0].record
    _issued(ledger, given)
    with ledger.read() as connection:
        (first,) = rows_of(connection)
    told = replace(given, data=given.data | {"addressee_name": "髙橋　美佐"})
    ref, _ = correct(ledger, line(), CLERK, first.ref, told)
    issue_draft(ledger, line(), CLERK, ref, wanted=PDF)
    with ledger.read() as connection:
        assert [each.name for each in history_of(connection, ledger, OURS, made.id)] == [FORM]
