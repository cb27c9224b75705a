"""Promise: only what was approved gets a number where the office asks it, as it was approved, by another; each step refuses what its state forbids."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from ledger import gaps
from ledger.approvals import (
    NotApprovedError,
    SamePersonError,
    answer_for,
    approve,
    check,
    correct,
    draft,
    give_back,
    issue_draft,
    revise,
)
from ledger.delivery import Delivery, deliver, steps
from ledger.papers import PaperStateError, named
from ledger.tables import approval, paper
from ledger.types import Actor
from ledger.work_list import withdraw
from tests.ledger.issuing import PDF, fill, line, record
from tests.ledger.tampering import tamper

if TYPE_CHECKING:
    from ledger.engine import Ledger

BOSS = Actor("汐見　一郎", role="課長")
ASKED = line(**{"approval.forms": "all", "approval.other": "1"})


def test_a_paper_goes_its_way_step_by_step(ledger: Ledger, actor: Actor) -> None:
    """Drafted, checked, approved by another, issued with a number, handed over: who and when stands; nothing out of turn."""
    ref, fate = draft(ledger, ASKED, actor, record(1))
    assert (fate.verdict, named(ledger, ref).state) == ("checked", "draft")
    with pytest.raises(NotApprovedError):
        issue_draft(ledger, ASKED, actor, ref, wanted=PDF)
    with pytest.raises(PaperStateError):  # not checked yet
        approve(ledger, ASKED, BOSS, ref)
    check(ledger, ASKED, actor, ref)
    with pytest.raises(SamePersonError):
        approve(ledger, ASKED, actor, ref)
    approve(ledger, ASKED, BOSS, ref, oral_on="2026-03-31T17:30", reason="電話で")
    fate, number = issue_draft(ledger, ASKED, actor, ref, wanted=PDF)
    assert (fate.verdict, number, named(ledger, "汐見生安第１号").ref) == ("issued", "汐見生安第1号", ref)
    with pytest.raises(PaperStateError):  # before its own day
        deliver(ledger, ASKED.rules, actor, ref, Delivery("2026-03-31"))
    deliver(ledger, ASKED.rules, actor, ref, Delivery("2026-04-01", failed="不在"))
    deliver(ledger, ASKED.rules, actor, ref, Delivery("2026-04-01", way="direct"))
    assert named(ledger, ref).state == "delivered"
    assert [(step.act, step.person, step.reason) for step in steps(ledger, ref)] == [
        ("drafted", actor.name, ""),
        ("asked", actor.name, ""),
        ("oral", BOSS.name, "電話で、令和８年３月31日 午後５時30分に口頭で"),
    ]


def test_what_was_approved_is_one_revision(ledger: Ledger, actor: Actor) -> None:
    """A record changed after approval is a draft again; one sent back too."""
    ref, _ = draft(ledger, ASKED, actor, record(1))
    check(ledger, ASKED, actor, ref)
    approve(ledger, ASKED, BOSS, ref)
    revise(ledger, ASKED, actor, ref, record(1, addressee_name="髙橋　美佐"))
    assert (named(ledger, ref).state, named(ledger, ref).rev) == ("draft", 2)
    with pytest.raises(NotApprovedError):
        issue_draft(ledger, ASKED, actor, ref, wanted=PDF)
    check(ledger, ASKED, actor, ref)
    give_back(ledger, BOSS, ref, "宛先を確かめること")
    assert named(ledger, ref).state == "draft"
    assert gaps.report(ledger)[0].given == 0


def test_filling_keeps_what_needs_approval_as_drafts(ledger: Ledger, actor: Actor) -> None:
    (fate,), _ = fill(ledger, actor, record(1), by=ASKED)
    assert (fate.verdict, [found.code for found in fate.findings]) == ("waiting", ["needs-approval"])
    (ref,) = {row.ref for row in [named(ledger, ref) for ref in _refs(ledger)]}
    check(ledger, ASKED, actor, ref)
    approve(ledger, ASKED, BOSS, ref)
    (fate,), sink = fill(ledger, actor, record(1), by=ASKED)
    assert (fate.verdict, sink.given) == ("issued", ["汐見生安第1号"])


def test_a_confirmation_lapses_with_the_value_it_was_given_for(ledger: Ledger, actor: Actor) -> None:
    late = {"document_date": "2025-06-20"}  # long after the decision
    ref, fate = draft(ledger, line(), actor, record(1, **late))
    (warned,) = [found for found in fate.findings if found.severity == "warning"]
    answer_for(ledger, line().rules, BOSS, ref, clause=warned.clauses[0], reason="所在の調査に時間を要した")
    assert check(ledger, line(), actor, ref).verdict == "checked"
    revise(ledger, line(), actor, ref, record(1, **late, fact="申出に係る警告は、実施しませんでした"))
    assert check(ledger, line(), actor, ref).verdict == "checked"  # no value it weighs was changed
    revise(ledger, line(), actor, ref, record(1, document_date="2025-06-21"))
    assert check(ledger, line(), actor, ref).verdict == "waiting"


def test_a_corrected_paper_takes_the_place_of_the_first_which_keeps_its_number(ledger: Ledger, actor: Actor) -> None:
    fill(ledger, actor, record(1))
    old = named(ledger, "汐見生安第1号").ref
    new, _ = correct(ledger, line(), actor, old, record(1, addressee_name="髙橋　美佐"))
    assert named(ledger, old).state == "issued"
    issue_draft(ledger, line(), actor, new, wanted=PDF)
    assert (named(ledger, old).state, named(ledger, new).number) == ("void", "汐見生安第2号")
    assert [void.n for void in gaps.report(ledger)[0].void] == [1]
    with pytest.raises(PaperStateError):
        correct(ledger, line(), actor, old, record(2))


def test_one_person_in_another_spelling_is_still_who_drafted_it(ledger: Ledger, actor: Actor) -> None:
    """Blanks and old forms of letters make no other approver."""
    ref, _ = draft(ledger, ASKED, Actor("髙橋　花子"), record(1))
    check(ledger, ASKED, actor, ref)
    for spelled in ("高橋花子", "髙橋 花子", "髙橋　花子　"):
        with pytest.raises(SamePersonError):
            approve(ledger, ASKED, Actor(spelled), ref)


@pytest.mark.parametrize("said", ["1", "2026-02-30", "2026-04-01T23:59", "2026-04-02", "きのう"])
def test_oral_approval_has_a_day_that_was(ledger: Ledger, actor: Actor, said: str) -> None:
    """What is no day, or is to come (at nine o'clock of the first of April), is refused."""
    ref, _ = draft(ledger, ASKED, actor, record(1))
    check(ledger, ASKED, actor, ref)
    with pytest.raises(PaperStateError):
        approve(ledger, ASKED, BOSS, ref, oral_on=said)


def test_what_was_approved_is_not_another_record_that_is_filled_again(ledger: Ledger, actor: Actor) -> None:
    """A draft kept by `fill`, revised and approved: the first record, filled again, waits for an approval of its own."""
    fill(ledger, actor, record(1), by=ASKED)
    (ref,) = _refs(ledger)
    revise(ledger, ASKED, actor, ref, record(1, addressee_name="髙橋　美佐"))
    check(ledger, ASKED, actor, ref)
    approve(ledger, ASKED, BOSS, ref)
    (fate,), _ = fill(ledger, actor, record(1), by=ASKED)
    assert (fate.verdict, named(ledger, ref).state, len(_refs(ledger))) == ("waiting", "approved", 2)


def test_a_step_put_in_behind_the_ledger_s_back_approves_nothing(ledger: Ledger, actor: Actor) -> None:
    """A row that says "approved" by somebody else's name has another code than that of what was done."""
    ref, _ = draft(ledger, ASKED, actor, record(1))
    check(ledger, ASKED, actor, ref)
    tamper(ledger, update(approval).values(act="approved", person=BOSS.name), update(paper).values(state="approved"))
    with pytest.raises(NotApprovedError):
        issue_draft(ledger, ASKED, actor, ref, wanted=PDF)


def test_one_draft_at_a_time_replaces_a_paper_until_it_is_withdrawn(ledger: Ledger, actor: Actor) -> None:
    """A second is refused in words, with nothing left behind; another form never takes a paper's place."""
    fill(ledger, actor, record(1))
    old = named(ledger, "汐見生安第1号").ref
    new, _ = correct(ledger, line(), actor, old, record(1, addressee_name="髙橋　美佐"))
    for other in (record(1, addressee_name="髙橋　美代"), record(1, "good-warning", "warning")):
        with pytest.raises(PaperStateError):
            correct(ledger, line(), actor, old, other)
    assert len(_refs(ledger)) == 2
    withdraw(ledger, actor, new)
    assert named(ledger, new).state == "withdrawn"
    correct(ledger, line(), actor, old, record(1, addressee_name="髙橋　美代"))


def test_a_number_that_two_offices_gave_names_no_paper_by_itself(ledger: Ledger, actor: Actor) -> None:
    """Who voids the first paper of the year voids that of their office, or none."""
    fill(ledger, actor, record(1))
    fill(ledger, actor, record(2), by=line(name="汐見県岬警察署"))
    with pytest.raises(PaperStateError):
        named(ledger, "汐見生安第1号")
    assert named(ledger, "汐見生安第1号", office_code="汐見県岬警察署").office == "汐見県岬警察署"


def test_an_office_in_another_spelling_goes_on_numbering(ledger: Ledger, actor: Actor) -> None:
    fill(ledger, actor, record(1))
    _, sink = fill(ledger, actor, record(2), by=line(name="汐見県 汐見警察署　"))
    assert sink.given == ["汐見生安第2号"]


def test_what_the_office_decides_is_as_it_decides_today(ledger: Ledger, actor: Actor) -> None:
    """A draft of a time when nothing was approved, or by another's profile, is issued by its own office's rule of today."""
    ref, _ = draft(ledger, line(), actor, record(1))
    with pytest.raises(NotApprovedError):
        issue_draft(ledger, ASKED, actor, ref, wanted=PDF)
    lax = line(name="汐見県岬警察署")
    with pytest.raises(PaperStateError):
        issue_draft(ledger, lax, actor, ref, wanted=PDF)
    with pytest.raises(PaperStateError):
        revise(ledger, lax, actor, ref, record(1))


def test_who_wrote_any_of_it_does_not_approve_it(ledger: Ledger, actor: Actor) -> None:
    """The last stroke by another's hand makes no other approver of who wrote the rest."""
    ref, _ = draft(ledger, ASKED, BOSS, record(1))
    revise(ledger, ASKED, actor, ref, record(1, addressee_name="髙橋　美佐"))
    check(ledger, ASKED, actor, ref)
    for each in (actor, BOSS):
        with pytest.raises(SamePersonError):
            approve(ledger, ASKED, each, ref)


def _refs(ledger: Ledger) -> list[str]:
    from ledger.papers import newest  # noqa: PLC0415

    return [row.ref for row in newest(ledger)]
