"""Promise: a time told only about is taken as far as it says something, and printed as it was written."""

from __future__ import annotations

import pytest

from tests.forms.catalogue.papers import paper, squeezed
from tests.rulebooks import OURS
from validators.approximate import earliest, latest, relative
from validators.model import Record
from validators.normalise import normalise

FORM = OURS.catalogue.get("eviction-order-petition")


@pytest.mark.parametrize(
    ("told", "moment"),
    [
        ("令和６年４月３０日午後９時頃", "2024-04-30T21:00"),
        ("R6.4.30 21:00ころ", "2024-04-30T21:00"),
        ("令和6年4月30日の夜", "2024-04-30"),
        ("令和六年四月", "2024-04-01"),
        ("令和6年4月下旬ころ", "2024-04-21"),
        ("令和5年秋から令和6年春ころまで", "2023-09-01"),
        ("令和元年ころ", "2019-05-01"),
        ("令和6年4月25日午後2時30分から午後4時まで", "2024-04-25T14:30"),
        ("令和６年４月25日の夜11時ころ", "2024-04-25T23:00"),
        ("令和6年4月25日の夜中の2時ころ", "2024-04-25"),
        ("令和6年4月下旬ころの夕方", "2024-04-21"),
    ],
)
def test_the_earliest_moment_it_can_mean_is_compared(told: str, moment: str) -> None:
    assert earliest(told) == moment


@pytest.mark.parametrize(
    ("told", "day"),
    [
        ("令和6年4月上旬ころ", "2024-04-10"),
        ("令和6年2月", "2024-02-29"),
        ("令和5年秋から令和6年春ころまで", "2024-05-31"),
        ("令和6年4月30日午後9時頃", "2024-04-30"),
        ("令和6年4月ころから", None),
    ],
)
def test_the_last_day_it_can_mean_is_known(told: str, day: str | None) -> None:
    assert latest(told) == day


@pytest.mark.parametrize(
    "told", ["2024-04-30", "令和6年4月30日 21:00", "令和6年4月31日ころ", "夜9時ころ", "先月末", ""]
)
def test_what_is_exact_or_says_no_year_is_not_rough(told: str) -> None:
    assert earliest(told) is None


@pytest.mark.parametrize(
    ("told", "kept"), [("同月下旬ころ", True), ("同日午後１１時ころ", True), ("昨年の夏", True), ("同月32日", False)]
)
def test_a_time_told_by_another_one_is_kept_as_written(told: str, *, kept: bool) -> None:
    """It cannot be compared; a day that is no day is still asked about."""
    assert relative(told) is kept


def test_both_boxes_filled_is_told() -> None:
    """Only one of them would stand on the paper."""
    record = Record(FORM.slug, "1", {"incidents": [{"occurred_at": "2024-04-30", "occurred_text": "令和６年４月ころ"}]})
    assert [(found.code, found.path) for found in normalise(FORM, record)] == [
        ("written-twice", "incidents[0].occurred_text")
    ]


def test_the_paper_prints_it_as_written() -> None:
    """With the mark of what came after the end of the relation, which the dates say by themselves."""
    incident = {
        "place": "茨城県水戸市架空町一丁目２番３号",
        "incident_type": "physical_violence",
        "description": "平手でたたかれた。",
    }
    text = squeezed(
        paper(
            "good-eviction",
            relationship_type="former_spouse_legal",
            relationship_end_kind="divorce",
            relationship_end_date="2024-04-10",
            incidents=[
                {**incident, "occurred_at": "令和６年３月上旬ころ"},
                {**incident, "occurred_at": "令和６年４月３０日午後９時頃"},
            ],
        )
    )
    assert "令和６年３月上旬ころ茨城県" in text
    assert "令和６年４月３０日午後９時頃（関係終了後）" in text
    assert text.count("関係終了後") == 1
