"""Promise: a paper stands with its number, row, bytes, receipt and entry, or nothing of it does; the same request is answered the same."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from forms.issue.folder import FolderSink
from ledger import contents, gaps, keys
from ledger.engine import open_ledger
from ledger.issue import PresumedNumber, issue_papers, void_paper
from ledger.issuers import own_office
from ledger.numbers import NumberError, close_period, take_over_all
from ledger.offices import save_office
from ledger.papers import PaperStateError, contents_of, rows_of
from ledger.tables import artifact, content, number, paper
from ledger.types import Miss
from tests.ledger.conftest import NOW
from tests.ledger.issuing import OFFICE, PDF, fill, line, paper_series, ready, record, write_papers
from tests.rulebooks import OURS, line_on
from validators.numbering import numbering_of

if TYPE_CHECKING:
    from pathlib import Path

    from ledger.engine import Ledger
    from ledger.papers import PaperRow
    from ledger.types import Actor


def papers(ledger: Ledger) -> list[PaperRow]:
    with ledger.read() as connection:
        return list(reversed(rows_of(connection)))


def held(ledger: Ledger) -> list[tuple[int, str]]:
    with ledger.read() as connection:
        wanted = select(number.c.n, number.c.state).order_by(number.c.n)
        return [(row.n, row.state) for row in connection.execute(wanted)]


def test_papers_get_numbers_in_the_order_of_their_rows_and_refused_ones_use_none(ledger: Ledger, actor: Actor) -> None:
    fates, sink = fill(ledger, actor, record(1), record(2, reason=None), record(3), record(4))
    assert [fate.verdict for fate in fates] == ["issued", "refused", "issued", "issued"]
    assert sink.given == ["汐見生安第1号", "汐見生安第2号", "汐見生安第3号"]
    assert [fate.kept()["document_no"] for fate in fates if fate.files] == sink.given
    rows = papers(ledger)
    assert sorted((row.state, row.number) for row in rows) == [
        ("draft", ""),
        ("issued", "汐見生安第1号"),
        ("issued", "汐見生安第2号"),
        ("issued", "汐見生安第3号"),
    ]
    assert [row.day for row in rows if row.number] == ["2026-04-01"] * 3


def test_a_paper_carries_its_receipt_and_its_pdf_only_its_ref(ledger: Ledger, actor: Actor) -> None:
    fill(ledger, actor, record(1))
    (row,) = papers(ledger)
    with ledger.read() as connection:
        kept = contents_of(connection, ledger, row)
        pdf = contents.get(connection, keys.load(connection, ledger, row.key_id), row.id, row.ref, "pdf")
    assert row.ref.encode() in pdf
    assert hashlib.sha256(pdf).hexdigest() == kept["receipt"]["files"]["pdf"]
    assert kept["receipt"]["rulebook"] == line().rules.hash == row.rulebook.hex()
    assert kept["record"]["data"]["document_no"] == row.number


def test_the_very_first_record_of_a_ledger_is_known_again(ledger: Ledger, actor: Actor) -> None:
    """Its office was entered before, and nothing yet by which records are known again: it is issued once all the same."""
    save_office(
        ledger, actor, "shiomi", OFFICE["name"], kind="station", told={"name": OFFICE["name"]}, from_on="2026-04-01"
    )
    for _ in range(2):
        fill(ledger, actor, record(1))
    assert [row.number for row in papers(ledger)] == ["汐見生安第1号"]


def test_the_same_record_is_answered_as_before_and_issued_once(ledger: Ledger, actor: Actor, tmp_path: Path) -> None:
    (first,), _ = fill(ledger, actor, record(1))
    with FolderSink(tmp_path, line().rules, PDF) as folder:
        pass
    folder = FolderSink(tmp_path, line().rules, PDF)
    (again, other), _ = fill(ledger, actor, record(1), record(2), folder=folder)
    assert again.sha256 == first.sha256
    assert [found.code for found in again.findings] == ["issued-before"]
    assert other.verdict == "issued"
    assert {path.name for path in tmp_path.glob("*.pdf")} == {again.files["pdf"], other.files["pdf"]}
    assert held(ledger) == [(1, "given"), (2, "given")]


def test_what_is_not_issued_stays_as_a_draft_and_becomes_the_paper_when_it_is(ledger: Ledger, actor: Actor) -> None:
    early = record(1, non_execution_decided_on="2026-04-02", document_date="2026-04-02")  # days to come
    for _ in range(2):
        (fate,), _ = fill(ledger, actor, early)
        assert fate.verdict == "refused"
    (draft,) = papers(ledger)
    with ledger.read() as connection:
        assert contents_of(connection, ledger, draft)["record"]["data"] == early.data
    (fate,), _ = fill(ledger, actor, early, by=line_on(date(2026, 4, 2), office=OFFICE))
    assert fate.verdict == "issued", [found.message for found in fate.findings]
    (row,) = papers(ledger)
    assert (row.ref, row.state, row.number) == (draft.ref, "issued", "汐見生安第1号")


def test_a_number_taken_over_by_hand_is_the_papers_that_names_it_and_every_other_is_the_ledgers(
    ledger: Ledger, actor: Actor
) -> None:
    take_over_all(ledger, actor, paper_series(ledger, actor), [1, 2, 5])
    fates, sink = fill(
        ledger,
        actor,
        record(1),
        record(2, document_no="汐見生安第２号"),
        record(3, document_no="汐見生安第2号"),
        record(4, document_no="汐見生安第77号"),
    )
    assert sink.given == ["汐見生安第3号", "汐見生安第２号", "汐見生安第4号", "汐見生安第6号"]
    assert [[found.code for found in fate.findings] for fate in fates] == [
        [],
        [],
        ["number-replaced"],
        ["number-replaced"],
    ]
    (found,) = gaps.report(ledger)
    assert (found.missing, found.ahead, found.given, found.by_hand, found.series.next) == ((), (), 3, 3, 7)
    with pytest.raises(NumberError):
        take_over_all(ledger, actor, found.series.id, [9, 4])
    assert (9, "by_hand") not in held(ledger)


def test_another_bodys_number_is_printed_as_it_was_written(ledger: Ledger, actor: Actor) -> None:
    given = record(1, "good-hearing-notice", "hearing-notice", document_no="汐見公委第5号")
    (fate,), sink = fill(ledger, actor, given)
    assert (fate.verdict, sink.given, held(ledger)) == ("issued", ["汐見公委第5号"], [])


def test_a_void_paper_keeps_number_and_reason_and_its_record_may_be_issued_anew(ledger: Ledger, actor: Actor) -> None:
    fill(ledger, actor, record(1))
    (row,) = papers(ledger)
    void_paper(ledger, OURS, actor, row.ref, "宛先の誤り")
    with pytest.raises(PaperStateError):
        void_paper(ledger, OURS, actor, row.ref, "二度目")
    (found,) = gaps.report(ledger)
    assert [(each.written, each.reason, each.by) for each in found.void] == [
        ("汐見生安第1号", "宛先の誤り", actor.name)
    ]
    _, sink = fill(ledger, actor, record(1))
    assert sink.given == ["汐見生安第2号"]
    assert [row.state for row in papers(ledger)] == ["void", "issued"]


def test_a_period_is_closed_when_it_is_over_and_gives_no_number_any_more(ledger: Ledger, actor: Actor) -> None:
    fill(ledger, actor, record(1))
    (found,) = gaps.report(ledger)
    numbered = numbering_of(line().rules.reference, OFFICE, "paper")
    with pytest.raises(NumberError):  # the year is not over
        close_period(ledger, actor, found.series.id, numbered)
    later = replace(ledger, clock=lambda: datetime(2027, 1, 4, 9, 0))  # noqa: DTZ001 - Japanese time
    close_period(later, actor, found.series.id, numbered)
    (fate,), _ = fill(ledger, actor, record(2))
    assert (fate.verdict, held(ledger)) == ("failed", [(1, "given")])


def test_what_a_paper_was_drawn_with_is_compared_before_it_stands(ledger: Ledger, actor: Actor) -> None:
    """A number that is not the next, a number of an earlier day, a half of two: nothing of it is kept."""
    office_id, of = own_office(ledger, actor, OFFICE["name"]), paper_series(ledger, actor)
    issue_papers(ledger, line().rules, actor, [ready(office_id, PresumedNumber(of, 1))])
    for wrong in (1, 3):
        with pytest.raises(Miss, match="series"):
            issue_papers(
                ledger, line().rules, actor, [ready(office_id, None), ready(office_id, PresumedNumber(of, wrong))]
            )
    with pytest.raises(NumberError):
        issue_papers(ledger, line().rules, actor, [ready(office_id, PresumedNumber(of, 2), day="2026-03-31")])
    with ledger.read() as connection:
        counts = [
            connection.scalar(select(func.count()).select_from(each)) for each in (paper, artifact, content, number)
        ]
    assert counts == [1, 1, 1, 1]


def test_many_writers_leave_no_gap_and_no_double(place: Path | str, actor: Actor) -> None:
    """Eight writers beside one another, each with its own connections: every number once, every paper its own."""
    each = 6
    had: list[int] = []
    wrong: list[Exception] = []

    def write() -> None:
        try:
            with open_ledger(place, clock=lambda: NOW) as mine:
                had.extend(write_papers(mine, actor, each))
        except Exception as error:  # noqa: BLE001 - told below
            wrong.append(error)

    writers = [threading.Thread(target=write) for _ in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(120)
    assert wrong == []
    assert sorted(had) == list(range(1, 8 * each + 1))
    with open_ledger(place, clock=lambda: NOW) as ledger:
        (found,) = gaps.report(ledger)
        assert (found.missing, found.given, found.series.next) == ((), 8 * each, 8 * each + 1)
        assert len({row.number for row in papers(ledger)}) == 8 * each


def test_scrub_finds_bytes_that_are_not_what_was_stored(ledger: Ledger, actor: Actor) -> None:
    fill(ledger, actor, record(1))
    assert list(contents.scrub(ledger)) == []
