"""Numbers are written as the office writes them, read back in any notation, and begin anew with each period."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.rulebooks import OURS
from validators.errors import InputError
from validators.judging import Judge
from validators.numbering import numbering_of
from validators.office import as_office, needs_approval

OFFICE = {"symbol": "汐見生安"}
PAPER = numbering_of(OURS.reference, OFFICE, "paper")
CARD = numbering_of(OURS.reference, OFFICE, "dv-card")


@pytest.mark.parametrize(
    ("period", "day", "expected"),
    [
        ("year", date(2026, 12, 31), "2026"),
        ("year", date(2027, 1, 1), "2027"),
        ("fiscal", date(2026, 3, 31), "FY2025"),
        ("fiscal", date(2026, 4, 1), "FY2026"),
        ("era", date(2019, 4, 30), "H31"),
        ("era", date(2019, 5, 1), "R1"),
        ("era", date(2026, 1, 1), "R8"),
    ],
)
def test_a_day_belongs_to_one_period(period: str, day: date, expected: str) -> None:
    assert replace(PAPER, period=period).period_of(day) == expected


def test_a_number_is_written_as_the_office_writes_it_and_read_in_any_notation() -> None:
    assert PAPER.written("2026", 41) == "汐見生安第41号"
    assert CARD.written("R8", 45) == "汐見生安DV-8-0045"
    assert {PAPER.read("2026", text) for text in ("汐見生安第41号", "汐見生安第４１号", "汐見生安 第 41 号")} == {41}
    assert CARD.read("R8", "汐見生安ＤＶ－８－００４５") == 45


@pytest.mark.parametrize("text", ["汐見公委第41号", "汐見生安第号", "第41号", "汐見生安第41号の2", ""])
def test_what_is_no_number_of_the_series_is_not_read(text: str) -> None:
    assert PAPER.read("2026", text) is None


def test_every_kind_of_number_can_be_written_and_read_back() -> None:
    for kind in OURS.reference.table("numbers"):
        numbering = numbering_of(OURS.reference, OFFICE, kind)
        period = numbering.period_of(date(2026, 7, 1))
        assert numbering.read(period, numbering.written(period, 120)) == 120


def test_an_office_says_how_it_numbers_and_what_it_approves() -> None:
    said = {
        "symbol": "架空生安",
        "numbers": {"paper": {"format": "{symbol}発第{n:03}号", "period": "fiscal"}},
        "approval": {"forms": ["warning"], "other": False},
    }
    office = as_office(said, "")
    Judge(OURS, office=office)
    numbering = numbering_of(OURS.reference, office, "paper")
    assert numbering.written(numbering.period_of(date(2026, 3, 1)), 7) == "架空生安発第007号"
    assert needs_approval(office, "warning")
    assert not needs_approval(office, "non-warning-notice")
    assert needs_approval(as_office({"approval": {}}, ""), "warning")


@pytest.mark.parametrize(
    "said",
    [
        {"numbers": {"paper": {"format": "第号"}}},
        {"numbers": {"paper": {"format": "第{n}号{n}"}}},
        {"numbers": {"paper": {"format": "{name}第{n}号"}}},
        {"numbers": {"paper": {"period": "month"}}},
        {"numbers": {"paper": {}}},
        {"numbers": {"nothing": {"period": "year"}}},
        {"numbers": []},
        {"approval": {"forms": []}},
        {"approval": {"forms": ["no-such-form"]}},
        {"approval": {"who": "x"}},
    ],
)
def test_a_wrong_numbering_is_told_before_any_record(said: dict[str, object]) -> None:
    with pytest.raises(InputError):
        Judge(OURS, office=as_office(said, ""))
