"""Promise: no paper goes out without issuer, addressee or number unless a named person says why."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.records import NOTICE
from tests.rulebooks import OURS
from validators.judging import Judge
from validators.model import Confirmation, Record

OFFICE = {"chief_title": "汐見県汐見警察署長", "chief_name": "警視　架空　太郎"}


def judged(office: dict[str, str], confirmed: str = "", **changes: Any) -> tuple[str, list[tuple[str, ...]]]:
    """Return the verdict and the clauses of the blank lines that were told."""
    data = {name: value for name, value in {**NOTICE, **changes}.items() if value is not None}
    confirmations = (Confirmation(confirmed, "課長　架空", "決裁の後に押印するため"),) if confirmed else ()
    record = Record("non-warning-notice", "1", data, office=office, confirmations=confirmations)
    fate = Judge(OURS, as_of=date(2026, 11, 30)).judge(record).fate
    return fate.verdict, [finding.clauses for finding in fate.findings if finding.code == "blank-line"]


def test_a_whole_paper_is_issued() -> None:
    assert judged(OFFICE) == ("checked", [])


def test_a_title_without_a_name_is_an_issuer() -> None:
    assert judged({"chief_title": "汐見県汐見警察署長"}) == ("checked", [])


@pytest.mark.parametrize(
    ("office", "changes", "clause"),
    [
        ({}, {}, "様式-名義"),
        ({"name": "汐見県汐見警察署"}, {}, "様式-名義"),
        (OFFICE, {"document_no": None}, "様式-番号"),
    ],
)
def test_a_blank_line_waits_until_it_is_confirmed(office: dict[str, str], changes: dict[str, Any], clause: str) -> None:
    assert judged(office, **changes) == ("waiting", [(clause,)])
    assert judged(office, clause, **changes) == ("checked", [(clause,)])
    assert judged(office, "KNG-9(5)イ-a", **changes)[0] == "waiting"


def test_a_required_addressee_is_told_once() -> None:
    """The schema refuses it; the line adds nothing."""
    assert judged(OFFICE, addressee_name=None) == ("refused", [])


def test_a_signature_left_for_the_hand_is_no_blank_line() -> None:
    """A petitioner signs by hand: the line names a person, not the office."""
    record = Record("protection-order-petition", "1", {"petition_date": "2024-06-20", "court_name": "架空地方裁判所"})
    fate = Judge(OURS, as_of=date(2026, 11, 30)).judge(record).fate
    assert not [finding for finding in fate.findings if finding.code == "blank-line"]
