"""What an office says of itself: names by date, districts, what it always writes; a wrong profile is told before any record."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.rulebooks import OURS
from validators.errors import InputError
from validators.expressions.lookups import SURROUNDINGS, Surroundings, station_of
from validators.judging import Judge
from validators.model import Record
from validators.office import as_office, load_office, sources_of

PROFILES = sorted((Path(__file__).parents[2] / "samples" / "profiles").glob("*.yaml"))


@pytest.mark.parametrize("path", PROFILES, ids=lambda path: path.stem)
def test_the_sample_profiles_are_whole(path: Path) -> None:
    office = load_office(path, date(2026, 7, 1))
    Judge(OURS, office=office)
    assert {"name", "chief_title", "chief_name", "prefecture", "division", "symbol"} <= office.keys()
    assert "警察" not in office["name"] or "headquarters_chief" in office
    known = OURS.reference.table("settings")
    assert [
        key for key in office if "." in key and not key.startswith(("stations.", "forms.")) and key not in known
    ] == []


def test_a_division_is_called_what_it_was_called_on_the_day() -> None:
    said = {
        "division": [{"name": "生活安全課", "until": "2025-03-31"}, {"name": "生活安全第一課", "from": "2025-04-01"}]
    }
    assert as_office(said, "", date(2025, 3, 31))["division"] == "生活安全課"
    assert as_office(said, "", date(2025, 4, 1))["division"] == "生活安全第一課"
    assert as_office(said, "")["division"] == "生活安全第一課"


def test_the_districts_of_the_profile_answer_which_station_takes_a_place() -> None:
    office = as_office({"stations": {"汐見県灯台警察署": ["汐見県灯台市"]}}, "")
    token = SURROUNDINGS.set(Surroundings(OURS.reference, office=office))
    try:
        assert station_of("汐見県灯台市岬町四丁目５番６号") == "汐見県灯台警察署"
        assert station_of("汐見県汐見市港町三丁目２番11号") == "汐見県汐見警察署"
    finally:
        SURROUNDINGS.reset(token)


def test_what_the_office_always_writes_fills_a_blank_box_and_no_other() -> None:
    judge = Judge(OURS, office=as_office({"forms": {"warning-request": {"addressee": "汐見県灯台警察署長"}}}, ""))
    blank, written = (
        Record("warning-request", "1", data) for data in ({"addressee": ""}, {"宛先": "汐見県汐見警察署長"})
    )
    assert judge.prepare(blank).record.data["addressee"] == "汐見県灯台警察署長"
    assert judge.prepare(written).record.data["addressee"] == "汐見県汐見警察署長"


@pytest.mark.parametrize("said", ["akita-contact", ["akita-contact"], ["osaka-dv", "dv-act"], None])
def test_the_sources_an_office_goes_by_are_read_in_either_shape(said: Any) -> None:
    office = as_office({} if said is None else {"sources": said}, "")
    assert sources_of(office) == ([said] if isinstance(said, str) else said or [])


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"stations": ["汐見警察署"]}, "stations"),
        ({"forms": {"warning-request": "汐見警察署長"}}, "forms"),
        ({"division": [{"name": "生活安全課", "till": "2025-03-31"}]}, "並び"),
        ({"division": [{"name": "生活安全課", "until": "令和7年"}]}, "並び"),
        ({"forms": {"warning-request": {"letterhead": "x"}}}, "letterhead"),
        ({"forms": {"warning-request": {"applicant_name": "架空　花子"}}}, "決めておく"),
        ({"forms": {"no-such-form": {"addressee": "x"}}}, "no-such-form"),
        ({"colour": "赤"}, "stations"),
        ({"division": True}, "文字で"),
        ({"sources": []}, "sources"),
        ({"sources": ["osaka-dv", 3]}, "sources"),
        ({"sources": {"osaka-dv": True}}, "sources"),
        ({"division": "生活安全課", "所属名": "汐見警察署", "name": "灯台警察署"}, "二つの名前"),
        ({"division": [{"name": "甲", "until": "2027-02-30"}]}, "並び"),
        ({"division": [{"name": "甲"}, {"name": "乙", "from": "2020-04-01"}]}, "重なって"),
        ({"stations": {"汐見警察署": [{"市": "汐見市"}]}}, "stations"),
        ({"forms": {"warning-request": {"addressee": ["汐見警察署長"]}}}, "forms"),
    ],
)
def test_a_wrong_profile_is_refused_with_what_is_wrong(said: dict[str, Any], told: str) -> None:
    with pytest.raises(InputError) as raised:
        Judge(OURS, office=as_office(said, "office.yaml"))
    assert told in f"{raised.value} {raised.value.action}"
