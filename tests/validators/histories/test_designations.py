"""A designation lasts a year from the day after it, is lengthened in time only, and ends by itself (茨城 再被害防止要綱 第4)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from tests.rulebooks import OURS
from validators.histories.designations import designations, stations_at
from validators.histories.history import View, history_as_of
from validators.histories.items import read_item
from validators.histories.registers import rows_of

if TYPE_CHECKING:
    from collections.abc import Mapping

LAPSED = "deemed_released"
pytestmark = pytest.mark.usefixtures("_ours_in_force")


def told(*items: Mapping[str, object], as_of: str = "2030-01-01") -> View:
    vocabulary = OURS.procedures.vocabulary
    return history_as_of(
        vocabulary, [read_item(vocabulary, item, place) for place, item in enumerate(items)], date.fromisoformat(as_of)
    )


@pytest.mark.parametrize(
    ("begun", "last"),
    [
        ("2024-09-10", "2025-09-10"),
        ("2024-02-29", "2025-02-28"),
        ("2027-02-28", "2028-02-29"),
        ("2024-06-15", "2025-06-15"),
    ],
)
def test_the_day_of_the_decision_is_not_counted_and_the_last_day_moves_for_no_holiday(begun: str, last: str) -> None:
    (life,) = designations(told({"on": begun, "event": "designated"}))
    assert str(life.end) == last


def test_it_ends_by_itself_the_day_after_its_last_and_nobody_enters_that() -> None:
    begun = {"on": "2024-09-10", "event": "designated", "victim_id": "二"}
    assert not told(begun, as_of="2025-09-10").of(LAPSED)
    assert [item.on for item in told(begun, as_of="2025-09-11").of(LAPSED)] == ["2025-09-11"]
    by_hand = told(begun, {"on": "2025-03-01", "event": LAPSED, "victim_id": "二"})
    assert [item.on for item in by_hand.of(LAPSED)] == ["2025-09-11"]


def test_an_extension_in_time_lengthens_it_and_one_after_its_end_revives_nothing() -> None:
    begun = {"on": "2024-09-10", "event": "designated"}
    in_time = told(begun, {"on": "2025-09-10", "event": "extended", "until": "2026-03-31"})
    too_late = told(begun, {"on": "2025-09-11", "event": "extended", "until": "2026-03-31"})
    assert [str(view.of(LAPSED)[0].on) for view in (in_time, too_late)] == ["2026-04-01", "2025-09-11"]


def test_one_person_is_released_while_another_stays_designated() -> None:
    view = told(
        {"on": "2024-09-10", "event": "designated", "victim_id": "一"},
        {"on": "2024-09-10", "event": "designated", "victim_id": "二"},
        {"on": "2025-04-15", "event": "released_from_designation", "victim_id": "一"},
    )
    assert [item.facts["victim_id"] for item in view.of(LAPSED)] == ["二"]


def test_the_stations_of_a_moment_are_those_designated_and_added_without_those_released() -> None:
    view = told(
        {"on": "2024-09-10", "event": "designated", "stations": ["岬警察署", "谷川警察署"]},
        {"on": "2024-10-01", "event": "station_added", "station": "湖畔警察署"},
        {"on": "2024-11-01", "event": "station_released", "station": "谷川警察署"},
    )
    assert stations_at(view, None, "2024-12-01") == ["岬警察署", "湖畔警察署"]
    assert view.of("station_released")[0].facts["stations"] == ["岬警察署", "谷川警察署", "湖畔警察署"]


def test_the_list_of_designations_shows_the_last_day_and_until_when_papers_are_kept() -> None:
    begun = {"on": "2024-09-10", "event": "designated", "victim_id": "二"}
    items = [read_item(OURS.procedures.vocabulary, begun, 0)]
    running, over = (
        rows_of(OURS, OURS.procedures.register("designation-expiry-alert"), items, date.fromisoformat(day))[0]
        for day in ("2025-09-10", "2025-09-11")
    )
    assert (running["ends_on"], running["in_force"], running["kept_until"]) == ("2025-09-10", True, None)
    assert (over["in_force"], over["ended_on"], over["kept_until"]) == (False, "2025-09-11", "2026-09-11")
