"""A register is what happened, in its columns; a closed month stands, what is learned later is a further row."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook
from sqlalchemy import select, update

from ledger import events
from ledger.closing import close_month, closings
from ledger.entries import add_entry, correct_row
from ledger.exports import Wish, export_register
from ledger.registers import read_register, registers_of
from ledger.tables import audit, event, export
from tests.ledger.tampering import tamper
from tests.ledger.told import CLERK, OURS, STATION, ledger_at, new_case, tell
from validators.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ledger.engine import Ledger
    from ledger.registers import RegisterView
    from tests.ledger.told import SetClock

COMMAND, INQUIRIES = "case-command-register", "scheme-inquiry-register"
HERE = {"office_code": STATION}


@pytest.fixture
def kept(place: Path | str) -> Iterator[tuple[Ledger, SetClock, str]]:
    with ledger_at(place, "2026-03-20T09:00") as (ledger, clock):
        yield ledger, clock, new_case(ledger)


def shown(ledger: Ledger, month: str, slug: str = COMMAND) -> RegisterView:
    return read_register(ledger, OURS, CLERK, slug, office_code=STATION, month=month)


def rows(ledger: Ledger, month: str) -> list[tuple[str, str, str]]:
    """Return day, kind of request, mark."""
    return [(row.day, row.cells[2], row.mark) for row in shown(ledger, month).rows]


def asked(ledger: Ledger, case: str, on: str, kind: str = "warning") -> str:
    return tell(ledger, case, on=on, event="request_received", kind=kind, receiver="沖　一郎")


def test_the_rows_of_a_month_are_what_happened_in_it_with_what_came_later(kept: tuple[Ledger, SetClock, str]) -> None:
    ledger, clock, case = kept
    asked(ledger, case, "2026-03-05")
    asked(ledger, case, "2026-02-27", "prohibition")
    assert rows(ledger, "2026-03") == [("2026-03-05", "警告", "")]
    assert len(shown(ledger, "").rows) == 2
    clock.set("2026-05-01T09:00")
    tell(ledger, case, on="2026-04-30", event="measure_closed")
    closed = shown(ledger, "2026-03").rows[0]
    assert closed.cells[-1] == "令和８年４月30日"  # what came later stands in the row it is about
    sources = {each.source for each in registers_of(ledger, OURS, STATION)}
    assert sources == {"kanagawa-stalker", "ibaraki-revictimization"}  # those the office goes by


def test_a_closed_month_stands_and_what_is_learned_later_is_a_row_of_its_own_month(
    kept: tuple[Ledger, SetClock, str],
) -> None:
    ledger, clock, case = kept
    first, second, third = (asked(ledger, case, f"2026-03-0{day}") for day in (5, 6, 7))
    with pytest.raises(InputError, match="終わった月"):
        close_month(ledger, OURS, CLERK, COMMAND, **HERE, month="2026-03")
    clock.set("2026-04-02T09:00")
    before = close_month(ledger, OURS, CLERK, COMMAND, **HERE, month="2026-03")
    assert len(before.rows) == 3
    clock.set("2026-04-10T09:00")
    correct = {"on": "2026-03-05", "event": "request_received", "kind": "prohibition", "receiver": "沖　一郎"}
    events.correct(ledger, OURS, CLERK, first, correct, reason="申出の種類の誤り")
    events.retract(ledger, OURS, CLERK, second, "別の事案の申出")
    asked(ledger, case, "2026-03-31", "assistance")
    tell(ledger, case, on="2026-04-09", event="measure_closed")
    assert shown(ledger, "2026-03").rows == before.rows
    assert rows(ledger, "2026-04") == [
        ("2026-03-05", "禁止命令等", "訂正（2026年3月分）"),
        ("2026-03-06", "警告", "取消（2026年3月分）"),
        ("2026-03-31", "援助", "追加（2026年3月分）"),
    ]
    assert {each[0] for each in rows(ledger, "")} == {"2026-03-05", "2026-03-07", "2026-03-31"}
    assert [each.state for each in closings(ledger, OURS)] == ["same"]
    assert third
    with pytest.raises(InputError, match="すでに締めて"):
        close_month(ledger, OURS, CLERK, COMMAND, **HERE, month="2026-03")


def test_what_is_changed_behind_the_ledger_shows_in_the_digest_of_its_month(
    kept: tuple[Ledger, SetClock, str],
) -> None:
    ledger, clock, case = kept
    asked(ledger, case, "2026-03-05")
    clock.set("2026-04-02T09:00")
    close_month(ledger, OURS, CLERK, COMMAND, **HERE, month="2026-03")
    tamper(ledger, update(event).values(at="2026-03-15"))
    assert [each.state for each in closings(ledger, OURS)] == ["changed"]


def test_rows_that_people_enter_are_corrected_by_a_further_row_and_never_overwritten(
    kept: tuple[Ledger, SetClock, str],
) -> None:
    ledger, _, case = kept
    made = add_entry(ledger, OURS, CLERK, INQUIRIES, **HERE, values={"制度": "児童扶養手当", "question": "=1+1"})
    fixed = correct_row(ledger, OURS, CLERK, INQUIRIES, made, **HERE, values={"制度": "児童手当"}, reason="制度の誤り")
    seen = shown(ledger, "2026-03", INQUIRIES)
    assert [(row.ref, row.cells[2], row.mark) for row in seen.rows] == [
        (made, "児童扶養手当", "訂正済"),
        (fixed, "児童手当", "訂正（制度の誤り）"),
    ]
    of_event = asked(ledger, case, "2026-03-05")
    correct_row(ledger, OURS, CLERK, COMMAND, of_event, **HERE, values={"受理者": "岬　次郎"}, reason="受理者の誤り")
    assert [(row.cells[3], row.mark) for row in shown(ledger, "2026-03", COMMAND).rows] == [
        ("沖　一郎", "訂正済"),
        ("岬　次郎", "訂正（受理者の誤り）"),
    ]
    scheme = {"制度": "児童手当"}
    for of, reason in ((made, "再び"), (fixed, " ")):
        with pytest.raises(InputError):
            correct_row(ledger, OURS, CLERK, INQUIRIES, of, **HERE, values=scheme, reason=reason)
    for values, day in (({"無い欄": "x"}, ""), ({}, ""), (scheme, "2026-03-21")):
        with pytest.raises(InputError):
            add_entry(ledger, OURS, CLERK, INQUIRIES, **HERE, values=values, day=day)


def test_an_export_names_receiver_and_purpose_runs_nothing_and_a_second_one_is_a_reprint(
    kept: tuple[Ledger, SetClock, str], tmp_path: Path
) -> None:
    ledger, _, _ = kept
    add_entry(ledger, OURS, CLERK, INQUIRIES, **HERE, values={"制度": "児童扶養手当", "question": "=HYPERLINK(1)"})

    def given(kind: str, receiver: str = "灯台市　福祉課") -> bytes:
        return export_register(
            ledger, OURS, CLERK, Wish(INQUIRIES, STATION, "2026-03", kind, receiver, "照会の確認")
        ).content

    told = list(csv.reader(io.StringIO(given("csv").decode("utf-8-sig"))))
    assert "再出力" not in told[0][0]
    assert any("灯台市　福祉課" in cell for line in told for cell in line)
    assert "'=HYPERLINK(1)" in told[-1]
    target = tmp_path / "帳簿.xlsx"
    target.write_bytes(given("xlsx"))
    sheet = load_workbook(target).worksheets[0]
    assert "再出力・2回目" in sheet.title
    assert [cell.value for cell in sheet[1]][:2] == ["事案", "照会日時"]
    assert given("pdf").startswith(b"%PDF-1.7")
    with pytest.raises(InputError, match="渡す相手"):
        given("csv", " ")
    with ledger.read() as connection:
        assert len(list(connection.scalars(select(export.c.ref)))) == 3
        assert list(connection.scalars(select(audit.c.type))).count("register.exported") == 3
