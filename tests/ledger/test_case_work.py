"""Promise: the next paper is filled with what the case knows and where it came from; a case is judged by its rows and closed as its source asks."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from forms.entry import write_records
from ledger import events
from ledger.case_check import CannotCloseError, close_case, judge_case, reopen_case
from ledger.case_view import HIDDEN, view_case
from ledger.cases import case_named, matter_of
from ledger.entering import tell_facts
from ledger.facts import enter_facts, facts_of_paper
from ledger.offices import save_office
from ledger.prefill import Prefilled, prefill
from ledger.tables import audit
from ledger.write import write
from tests.ledger.kept_cases import CLERK, a_case
from tests.rulebooks import OURS
from validators.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

    from ledger.engine import Ledger

FACTS = {
    "applicant_name": "髙﨑　澪",
    "applicant_domicile": "汐見県汐見市港町三丁目2番11号",
    "applicant_phone": "090-0000-0001",
    "respondent_name": "乙野　次郎",
    "respondent_address": "汐見県灯台市岬町四丁目5番6号",
}
TO_END = {"event": "measure_closed", "on": "2026-04-01", "reason": "被害のおそれがなくなった"}


@pytest.fixture
def kept(ledger: Ledger) -> Ledger:
    """Give a ledger with a case C-1 of an office that goes by Kanagawa's procedures."""
    told = {"name": "汐見県汐見警察署", "chief_title": "汐見県汐見警察署長", "sources": "kanagawa-stalker"}
    save_office(ledger, CLERK, "shiomi", "汐見県汐見警察署", kind="station", told=told, from_on="2020-01-01")
    a_case(ledger, "C-1", FACTS)
    return ledger


def _next(ledger: Ledger, slug: str, day: str) -> Prefilled:
    return prefill(ledger, OURS, CLERK, "C-1", slug, day=date.fromisoformat(day))


def test_the_next_paper_is_filled_with_what_the_case_knows_and_says_from_where(kept: Ledger, tmp_path: Path) -> None:
    """People by fact, acts by event, of the paper's day; nothing of what each paper says for itself; protected values are audited."""
    request = {
        "on": "2026-03-02",
        "event": "request_received",
        "kind": "warning",
        "mode": "oral",
        "station": "汐見警察署",
    }
    events.tell(kept, OURS, CLERK, case_named_ref(kept), request)
    tell_facts(kept, OURS, CLERK, "C-1", {"respondent_address": "汐見県汐見市港町1-1"}, day="2026-03-20")
    before, after = (_next(kept, "warning-request", day) for day in ("2026-03-10", "2026-03-25"))
    assert before.record.data["applicant_name"] == "髙﨑　澪"
    assert before.record.data["respondent_address"] == FACTS["respondent_address"]
    assert after.record.data["respondent_address"] == "汐見県汐見市港町1-1"
    assert after.origins["respondent_address"].origin == "事案（令和８年３月20日から）"
    assert not {"document_date", "addressee", "document_no"} & after.record.data.keys()
    assert after.record.office["chief_title"] == "汐見県汐見警察署長"
    assert (after.record.case, after.record.form) == ("C-1", "warning-request")
    write_records([after.form], [after.record], tmp_path / "next.xlsx", exact=False)
    with kept.read() as connection:
        told = connection.execute(select(audit.c.body).where(audit.c.type == "case.revealed")).scalars().all()
    assert len(told) == 2
    assert b"applicant_phone" in told[0]
    assert "澪".encode() not in told[0]


def case_named_ref(ledger: Ledger) -> str:
    with ledger.read() as connection:
        return case_named(connection, ledger, "C-1").ref


def test_what_a_paper_said_fills_the_one_after_it(kept: Ledger) -> None:
    """The facts of a paper come back in the next with the paper as origin; its own day, its number and its ticks do not."""
    form = OURS.catalogue.get("warning-request", date(2026, 3, 10))
    data = {
        "applicant_name": "髙﨑　澪",
        "applicant_birth_date": "1990-04-01",
        "document_date": "2026-03-10",
        "applicant_confirmed": True,
    }

    def work(writing: Any) -> list[str]:
        found = case_named(writing.connection, kept, "C-1", lock=True)
        said = facts_of_paper(matter_of(OURS, found.kind), form, data)
        return enter_facts(writing, kept, found, said, day="2026-03-10", origin="paper", origin_ref="x")

    new = write(kept, CLERK, work)
    assert new == ["applicant_birth_date", "applicant_confirmed"]
    prefilled = _next(kept, "prohibition-request", "2026-03-11")
    assert "applicant_confirmed" not in prefilled.record.data
    assert prefilled.record.data["applicant_birth_date"] == "1990-04-01"
    assert prefilled.origins["applicant_birth_date"].since == "2026-03-10"


def test_a_case_is_judged_by_its_rows(kept: Ledger) -> None:
    """What procedures say of the events is said of the case; an unknown case is told."""
    ref = case_named_ref(kept)
    events.tell(kept, OURS, CLERK, ref, {"on": "2024-08-09", "event": "measure_closed", "reason": "取り下げられた"})
    with kept.read() as connection:
        judged = judge_case(connection, kept, OURS, "C-1", date(2024, 9, 28))
        assert ("KNG-P-13", "out-of-order") in {(each.procedure[:8], each.state) for each in judged.findings}
        with pytest.raises(InputError, match="この番号の事案はありません"):
            judge_case(connection, kept, OURS, "C-9", date(2024, 9, 28))


def test_a_case_is_closed_as_its_source_asks(kept: Ledger) -> None:
    """Not without the event that ends it, not before its condition, not over open duties without a reason; then it stands closed."""
    ref = case_named_ref(kept)
    with pytest.raises(InputError, match="measure_closed"):
        close_case(kept, OURS, CLERK, "C-1", "終わった")
    with pytest.raises(InputError, match="理由"):
        close_case(kept, OURS, CLERK, "C-1", " ", item=TO_END)
    with pytest.raises(CannotCloseError, match="取下げや満了だけでは終えられません"):
        close_case(kept, OURS, CLERK, "C-1", "取り下げられた", item=TO_END, although="急ぐ")
    with kept.read() as connection:
        assert case_named(connection, kept, "C-1").state == "open"
        assert judge_case(connection, kept, OURS, "C-1", date(2026, 4, 1)).findings == ()
    events.tell(kept, OURS, CLERK, ref, {"on": "2026-03-30", "event": "danger_ended_confirmed", "reason": "転居"})
    closed = close_case(kept, OURS, CLERK, "C-1", "おそれがない", item=TO_END)
    assert (closed.state, closed.closed_on) == ("closed", "2026-04-01")
    with pytest.raises(InputError, match="終結しています"):
        tell_facts(kept, OURS, CLERK, "C-1", {"respondent_name": "甲野　一"}, day="2026-04-01")
    assert reopen_case(kept, CLERK, "C-1", "再び接触があった").state == "open"
    assert tell_facts(kept, OURS, CLERK, "C-1", {"respondent_name": "甲野　一"}, day="2026-04-01")
    with pytest.raises(InputError, match="終結していません"):
        reopen_case(kept, CLERK, "C-1", "再び接触があった")


def test_open_duties_are_closed_over_only_with_a_reason(kept: Ledger) -> None:
    """What is missing or due is listed with its clause; a reason closes over it."""
    ref = case_named_ref(kept)
    told = {"on": "2026-03-30", "event": "request_received", "kind": "warning", "mode": "oral", "station": "汐見警察署"}
    events.tell(kept, OURS, CLERK, ref, told)
    events.tell(kept, OURS, CLERK, ref, {"on": "2026-03-31", "event": "danger_ended_confirmed", "reason": "転居"})
    with pytest.raises(CannotCloseError, match="まだ終わっていない") as refused:
        close_case(kept, OURS, CLERK, "C-1", "おそれがない", item=TO_END)
    assert all(each.citation and each.next for each in refused.value.findings)
    assert close_case(kept, OURS, CLERK, "C-1", "おそれがない", item=TO_END, although="取下げ").state == "closed"


def test_a_case_is_shown_whole_and_hides_what_is_protected_until_asked_why(kept: Ledger) -> None:
    """People, facts, events, deadlines; telephone and refuge hidden; with a reason they are shown, and that is in the audit."""
    ref = case_named_ref(kept)
    events.tell(kept, OURS, CLERK, ref, {"on": "2026-03-30", "event": "danger_ended_confirmed", "reason": "転居"})
    hidden, shown = view_case(kept, OURS, CLERK, "C-1"), view_case(kept, OURS, CLERK, "C-1", why="連絡のため")
    assert hidden.facts["applicant_phone"].value == HIDDEN
    assert hidden.facts["applicant_name"].value == "髙﨑　澪"
    assert "0000-0001" not in repr([hidden.people, hidden.facts])
    assert shown.facts["applicant_phone"].value == "090-0000-0001"
    assert (hidden.events[0].facts, shown.events[0].facts) == ({}, {"reason": "転居"})
    with pytest.raises(InputError, match="名前や場所を書かずに"):
        view_case(kept, OURS, CLERK, "C-1", why="090-0000-0001 に連絡する")
    with kept.read() as connection:
        told = connection.execute(select(audit.c.body).where(audit.c.type == "case.revealed")).scalars().all()
    assert [b"applicant_phone" in each for each in told] == [True]
