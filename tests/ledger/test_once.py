"""Promise: one record is one paper, whoever sends it again: by another door, from another row, after its answer was lost, at once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from forms.issue.keeping import draw_unit
from ledger import keys
from ledger.approvals import answer_for, approve, check, correct, draft, issue_draft, revise
from ledger.audit.keeping_events import RetentionSettled
from ledger.confirmations import standing
from ledger.engine import keyed
from ledger.issue import void_paper
from ledger.papers import PaperStateError, find, named, newest
from ledger.rotation import rotate
from ledger.sink import LedgerSink
from ledger.tables import case_file
from ledger.types import Actor
from ledger.write import write
from tests.ledger.issuing import PDF, fill, line, record, unit
from tests.ledger.kept_cases import CLERK, a_case, with_office

if TYPE_CHECKING:
    from ledger.engine import Ledger
    from ledger.write import Writing

BOSS = Actor("汐見　一郎", role="課長")
ASKED = line(**{"approval.forms": "all", "approval.other": "1"})


def numbers(ledger: Ledger) -> list[str]:
    return [row.number for row in reversed(newest(ledger)) if row.issued_at is not None]


def test_a_record_is_known_again_by_what_it_says(ledger: Ledger, actor: Actor) -> None:
    """In another row, under a profile whose telephone changed, after the index key was exchanged: the same paper is given back."""
    ledger = keyed(ledger, keys.read_ring(keys.new_line("first")))
    rotate(ledger, actor)
    fill(ledger, actor, replace(record(1), id="r3"))
    rotate(ledger, actor, data=True, index=True)
    for again, by in (
        (replace(record(1), id="r4"), line()),
        (replace(record(1), id="s2-r3"), line(tel="03-0000-0001")),
    ):
        (fate,), sink = fill(ledger, actor, again, by=by)
        assert (fate.verdict, sink.given) == ("issued", [])
    assert numbers(ledger) == ["汐見生安第1号"]


def test_two_rows_that_say_the_same_are_two_papers(ledger: Ledger, actor: Actor) -> None:
    """Twice in one file is meant twice; the file sent again is answered twice."""
    rows = [replace(record(1), id=f"r{n}") for n in (3, 4)]
    fill(ledger, actor, *rows)
    _, sink = fill(ledger, actor, *rows)
    assert (numbers(ledger), sink.given) == (["汐見生安第1号", "汐見生安第2号"], [])


def test_a_draft_and_its_record_are_one_paper(ledger: Ledger, actor: Actor) -> None:
    """Kept as a draft twice (its answer was lost), issued, then sent as a file: one number."""
    first, second = (draft(ledger, line(), actor, record(1))[0] for _ in range(2))
    issue_draft(ledger, line(), actor, first, wanted=PDF)
    fate, number = issue_draft(ledger, line(), actor, second, wanted=PDF)
    assert (fate.verdict, fate.findings[-1].code, number) == ("refused", "issued-before", "")
    (fate,), _ = fill(ledger, actor, record(1))
    assert (fate.verdict, numbers(ledger)) == ("issued", ["汐見生安第1号"])


def test_what_was_replaced_is_not_issued_again_from_its_old_file(ledger: Ledger, actor: Actor) -> None:
    """The old row names the paper that took the place; a correction may go back to it, and one made void may be issued anew."""
    fill(ledger, actor, record(1))
    for given in (record(1, addressee_name="髙橋　美佐"), record(1)):
        old = next(row.ref for row in newest(ledger) if row.state == "issued")
        ref, _ = correct(ledger, line(), actor, old, given)
        assert issue_draft(ledger, line(), actor, ref, wanted=PDF)[0].verdict == "issued"
    (fate,), _ = fill(ledger, actor, record(1, addressee_name="髙橋　美佐"))
    assert (fate.verdict, fate.findings[-1].code) == ("refused", "issued-before")
    assert "汐見生安第3号" in fate.findings[-1].message
    void_paper(ledger, line().rules, actor, newest(ledger)[0].ref, "誤り")
    (fate,), sink = fill(ledger, actor, record(1))
    assert (fate.verdict, sink.given) == ("issued", ["汐見生安第4号"])


def test_a_draft_that_was_revised_answers_for_its_first_record(ledger: Ledger, actor: Actor) -> None:
    """Waiting for approval, corrected, issued: the row it came from, sent again, is told so."""
    fill(ledger, actor, record(1), by=ASKED)
    (row,) = newest(ledger)
    revise(ledger, ASKED, actor, row.ref, record(1, addressee_name="髙橋　美佐"))
    check(ledger, ASKED, actor, row.ref)
    approve(ledger, ASKED, BOSS, row.ref)
    issue_draft(ledger, ASKED, actor, row.ref, wanted=PDF)
    (fate,), _ = fill(ledger, actor, record(1), by=ASKED)
    assert (fate.verdict, fate.findings[-1].code, len(newest(ledger))) == ("refused", "issued-before", 1)


def test_a_number_comes_once_however_its_periods_are_counted(ledger: Ledger, actor: Actor) -> None:
    """The office counts by fiscal years, then by eras: the series that runs goes on until its period ends."""
    for n, period in enumerate(("year", "fiscal", "era"), 1):
        fill(ledger, actor, record(n), by=line(**{"numbers.paper.period": period}))
    assert numbers(ledger) == ["汐見生安第1号", "汐見生安第2号", "汐見生安第3号"]


def test_two_clerks_with_one_file_issue_it_once(ledger: Ledger, actor: Actor) -> None:
    """Whoever comes second, though nothing stood when they began, is answered with the first's paper."""
    mine = unit(record(1))
    late = LedgerSink(ledger, line(), CLERK, PDF)
    assert late.answered(mine) == {}
    fill(ledger, actor, record(1))
    with late:
        stated = late.facts(mine, drawing=True)
        (fate,) = late.keep(stated, draw_unit(line(), stated, wanted=PDF)) or []
    assert (fate.verdict, fate.findings[-1].code) == ("issued", "issued-before")
    assert (numbers(ledger), late.given) == (["汐見生安第1号"], [])


def test_nothing_is_issued_into_a_closed_case(ledger: Ledger, actor: Actor) -> None:
    """A file, a draft that was approved before: refused, naming the way; nothing is left behind."""
    made = a_case(ledger, "C-1", office=with_office(ledger, name=line().office["name"]))
    given = replace(record(1), case="C-1")
    ref, _ = draft(ledger, line(), actor, given)

    def close(writing: Writing) -> None:
        ended = {"state": "closed", "closed_on": "2026-04-01", "version": case_file.c.version + 1}
        writing.execute(update(case_file).where(case_file.c.id == made.id).values(**ended))
        writing.tell(RetentionSettled(case=made.ref, until=None, clauses=()))

    write(ledger, actor, close)
    (fate,), _ = fill(ledger, actor, replace(given, id="R2"))
    assert (fate.verdict, fate.findings[-1].code) == ("refused", "case-closed")
    with pytest.raises(PaperStateError, match="reopen"):
        issue_draft(ledger, line(), actor, ref, wanted=PDF)
    assert [row.ref for row in newest(ledger)] == [ref]


def test_other_keys_change_nothing_of_what_was_decided(ledger: Ledger, actor: Actor) -> None:
    """Approved and confirmed, then every key is exchanged: approved and confirmed it stays, for the same values only."""
    ledger = keyed(ledger, keys.read_ring(keys.new_line("first")))
    rotate(ledger, actor)
    ref, _ = draft(ledger, ASKED, actor, record(1))
    answer_for(ledger, ASKED.rules, actor, ref, clause="KNG-9(5)", reason="電話で確かめました")
    rotate(ledger, actor, data=True, index=True)
    revise(ledger, ASKED, actor, ref, record(1))
    check(ledger, ASKED, actor, ref)
    approve(ledger, ASKED, BOSS, ref)
    rotate(ledger, actor, data=True)
    with ledger.read() as connection:
        row = find(connection, ref)
        assert [each.clause for each in standing(connection, keys.load(connection, ledger, row.key_id), row.id)]
    assert issue_draft(ledger, ASKED, actor, ref, wanted=PDF)[0].verdict == "issued"
    assert named(ledger, ref).number == "汐見生安第1号"
