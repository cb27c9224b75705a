"""Promise: a day is typed in boxes or whole, in any notation a clerk uses; what is wrong with it is said with the box's name."""

from __future__ import annotations

import pytest

from api.desk.dates import echo, gathered, split, written, wrong
from validators.values import read_date

WHOLE = {
    "4050101": ("平成", "5", "1", "1"),
    "5060620": ("令和", "6", "6", "20"),
    "19930101": ("平成", "5", "1", "1"),
    "R8.6.5": ("令和", "8", "6", "5"),
    "令和８年６月５日": ("令和", "8", "6", "5"),
    "2026/6/5": ("令和", "8", "6", "5"),
    "昭和64.1.7": ("昭和", "64", "1", "7"),
}


@pytest.mark.parametrize("typed", WHOLE)
def test_a_day_typed_whole_is_put_into_its_boxes(typed: str) -> None:
    assert (
        tuple(
            gathered({"era": "令和", "year": typed, "month": "", "day": ""})[part]
            for part in ("era", "year", "month", "day")
        )
        == WHOLE[typed]
    )


def test_a_time_behind_a_day_typed_whole_is_kept() -> None:
    typed = gathered({"year": "R8.5.20 21:00ころ", "about": ""})
    assert (typed["day"], typed["time"]) == ("20", "21:00ころ")
    assert gathered({"year": "令和8年5月20日 午後9時"})["time"] == "21:00"


@pytest.mark.parametrize(
    "day",
    ["1873-01-01", "1912-07-30", "1926-12-25", "1989-01-07", "1989-01-08", "2019-04-30", "2019-05-01", "2024-02-29"],
)
def test_the_boxes_of_a_day_make_that_day_again(day: str) -> None:
    assert read_date(written(split(day))) == day


def test_what_cannot_be_read_stays_as_it_was_typed() -> None:
    for typed in (
        {"era": "令和", "year": "八・六"},
        {"era": "令和", "year": "8", "month": "13", "day": "1"},
        {"era": "平成", "day": "5"},
    ):
        assert gathered(typed) == typed
    assert gathered({"era": "令和", "year": " ", "month": "", "day": ""}) == {}
    assert written(gathered({"era": "令和", "year": "1993", "month": "1", "day": "1"})) == "1993年1月1日"


FAULTS = {
    ("令和", "8", "", ""): "「申出日」の月と日を書いてください。",
    ("令和", "8", "6", ""): "「申出日」の日を書いてください。",
    ("令和", "8", "2", "30"): "令和8年2月30日という日はありません。「申出日」の月と日を確かめてください。",
    ("平成", "35", "1", "1"): "平成は31年４月30日までです。「申出日」の元号と年を確かめてください。",
    ("昭和", "64", "1", "8"): "昭和は64年１月７日までです。「申出日」の元号と年を確かめてください。",
    ("令和", "８", "６", "５"): "",
    ("西暦", "2026", "2", "29"): "2026年2月29日という日はありません。「申出日」の月と日を確かめてください。",
}


@pytest.mark.parametrize("typed", FAULTS)
def test_a_fault_names_the_box_and_what_to_write(typed: tuple[str, str, str, str]) -> None:
    parts = dict(zip(("era", "year", "month", "day"), typed, strict=True))
    assert wrong("申出日", parts) == FAULTS[typed]


def test_a_time_told_about_is_written_as_papers_say_it() -> None:
    day = split("2026-05-20")
    assert written({**day, "time": "21:00", "about": "yes"}) == "令和8年5月20日午後９時ころ"
    assert written({**day, "words": "5月下旬の夜"}) == "5月下旬の夜"
    assert echo(day) == "令和８年５月20日（水）"
