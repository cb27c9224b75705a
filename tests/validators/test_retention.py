"""Promise: a case is kept by its source's provision and its office's schedule, the longer of the two; where neither speaks, for ever."""

from __future__ import annotations

from datetime import date

import pytest

from tests.rulebooks import OURS
from validators.errors import InputError
from validators.office import as_office
from validators.retention import kept_until

IBARAKI = "ibaraki-revictimization"


@pytest.mark.parametrize(
    ("schedule", "source", "ended", "events", "last"),
    [
        # 茨城 第11: one year from the day the designation was lifted, that day not counted
        (None, IBARAKI, "2024-03-31", [], "2025-03-31"),
        (None, IBARAKI, "2024-06-30", [("released_from_designation", "2024-03-31")], "2025-03-31"),
        (None, IBARAKI, "2024-06-30", [("deemed_released", "2024-04-02"), ("designated", "2024-05-01")], "2025-04-02"),
        # the office's own, counted from the next year, the next April, the next day
        (
            {"kanagawa-stalker": {"period": "5 years", "from": "fiscal"}},
            "kanagawa-stalker",
            "2026-03-31",
            [],
            "2031-03-31",
        ),
        (
            {"kanagawa-stalker": {"period": "5 years", "from": "fiscal"}},
            "kanagawa-stalker",
            "2026-04-01",
            [],
            "2032-03-31",
        ),
        ({"other": {"period": "3 years", "from": "year"}}, "osaka-dv", "2026-04-01", [], "2029-12-31"),
        ({"other": {"period": "1 month", "from": "day"}}, "osaka-dv", "2026-01-31", [], "2026-02-28"),
        # the longer of the two
        ({IBARAKI: {"period": "3 years", "from": "year"}}, IBARAKI, "2024-03-31", [], "2027-12-31"),
        ({IBARAKI: {"period": "1 month", "from": "day"}}, IBARAKI, "2024-03-31", [], "2025-03-31"),
    ],
)
def test_the_longer_holds(schedule: object, source: str, ended: str, events: list[tuple[str, str]], last: str) -> None:
    office = as_office({"retention": schedule}, "office.yaml") if schedule else {}
    told = [(name, date.fromisoformat(day)) for name, day in events]
    found = kept_until(OURS.reference, office, source, date.fromisoformat(ended), told)
    assert found is not None
    assert found.day.isoformat() == last
    assert [clause for clause, _, _ in found.reasons if clause] == (["IBR-11-a"] if source == IBARAKI else [])


def test_where_nothing_says_nobody_guesses() -> None:
    assert kept_until(OURS.reference, {}, "kanagawa-stalker", date(2020, 1, 1)) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"other": "5 years"},
        {"other": {"period": "5年", "from": "day"}},
        {"other": {"period": "5 years", "from": "May"}},
    ],
)
def test_a_schedule_that_cannot_be_read_is_refused(wrong: object) -> None:
    with pytest.raises(InputError):
        as_office({"retention": wrong}, "office.yaml")
