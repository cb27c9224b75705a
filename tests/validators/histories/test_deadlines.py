"""A day that a procedure sets stands until an act, an exception or the law ends it; what the law works alone is known ahead."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from samples.matter import HERE, read_matter
from tests.rulebooks import OURS
from validators.histories.by_law import moments_by_law
from validators.histories.items import Happening, read_item
from validators.histories.judging import deadlines_of, judge_history
from validators.histories.of_paper import item_of_paper

if TYPE_CHECKING:
    from collections.abc import Mapping

GIVEN = {"on": "2025-03-10T14:00", "event": "measure_given_orally", "paper": "prohibition-order", "measure": "urgent_prohibition", "order_id": "一号"}  # fmt: skip
BESIDE = frozenset(
    {"like", "data", "tell", "quiet", "confirmations", "office", "case"}
)  # what of a told item is no fact
ISSUED = {"on": "2025-03-10T14:00", "event": "order_issued", "order_id": "一号"}
HEARD = {"on": "2025-03-20", "event": "opinion_hearing_held", "order_id": "一号"}


def read(*items: Mapping[str, Any]) -> list[Happening]:
    return [read_item(OURS.procedures.vocabulary, item, place) for place, item in enumerate(items)]


def standing(*items: Mapping[str, Any], as_of: str) -> set[tuple[str, str, str]]:
    found = deadlines_of(OURS, read(*items), date.fromisoformat(as_of), office={"sources": "kanagawa-stalker"})
    return {(each.procedure.id, each.limit.due_on.isoformat(), each.state) for each in found}


def test_the_hearing_after_an_urgent_order_stands_open_until_it_is_held_and_does_not_vanish_by_time() -> None:
    due = "KNG-P-10(3)エ"
    states = {
        (day, items): {state for id_, _, state in standing(*given, as_of=day) if id_.startswith(due)}
        for items, given in {"without": (GIVEN,), "heard": (GIVEN, HEARD)}.items()
        for day in ("2025-03-24", "2026-12-01")
    }
    assert states["2025-03-24", "without"] == states["2026-12-01", "without"] == {"open"}
    assert states["2025-03-24", "heard"] == {"kept"}


@pytest.mark.parametrize("matter", sorted(Path(HERE / "matters").glob("*.yaml")), ids=lambda path: path.stem)
def test_what_the_case_check_calls_due_or_missed_by_a_day_is_an_open_deadline_and_the_other_way_round(
    matter: Path,
) -> None:
    told = read_matter(matter, OURS)
    items = read(*({key: value for key, value in item.items() if key not in BESIDE} for item in told.items))
    days = {date.fromisoformat(item.on[:10]) + timedelta(days=1) for item in items}
    for day in sorted(days)[:: max(1, len(days) // 4)]:
        office = {**told.office, "sources": "\n".join(told.sources)} if told.sources else told.office
        judged = {
            (each.procedure, each.due_on)
            for each in judge_history(OURS, items, day, sources=told.sources, office=office)
            if each.state in {"due", "missing"} and each.due_on
        }
        opened = {
            (each.procedure.id, each.limit.due_on.isoformat())
            for each in deadlines_of(OURS, items, day, office=office)
            if each.state == "open"
        }
        assert judged <= opened, day
        # the check tells one thing of a matter once, by its first day: no other procedure is open
        assert {id_ for id_, _ in opened} == {id_ for id_, _ in judged}, day


def test_what_the_law_ends_alone_is_known_ahead_and_moves_with_what_is_decided() -> None:
    def moments(*items: Mapping[str, Any]) -> list[tuple[str, str]]:
        return [(each.kind, each.last.isoformat()) for each in moments_by_law(OURS, read(*items), date(2025, 6, 1))]

    extended = {"on": "2026-02-24", "event": "order_extended", "order_id": "一号"}
    revoked = {"on": "2025-04-24", "event": "order_revoked", "order_id": "一号"}
    assert moments(ISSUED) == [("stalker-order", "2026-03-09")]
    assert moments(ISSUED, extended) == [("stalker-order", "2026-03-09")]  # not known on the day it is looked at
    assert moments(ISSUED, revoked) == []
    assert moments({"on": "2025-04-01", "event": "designated", "victim_id": "二"}) == [("designation", "2026-04-01")]
    court = {"on": "2025-05-01", "event": "order_issued", "order_id": "保1", "order_types": ["noncontact_victim", "eviction"]}  # fmt: skip
    served = {"on": "2025-05-03", "event": "order_effective", "order_id": "保1"}
    assert moments(court, served) == [("protection-order", "2025-07-02"), ("protection-order", "2026-05-02")]
    posted = {"on": "2025-05-07", "paper": "public-notice-service", "measure": "prohibition", "posted_on": "2025-05-07"}
    assert ("public-notice", "2025-05-20") in moments(posted)


@pytest.mark.parametrize("matter", sorted(Path(HERE / "matters").glob("*.yaml")), ids=lambda path: path.stem)
def test_a_paper_that_was_issued_tells_what_its_record_says_so_that_no_day_is_lost(matter: Path) -> None:
    told = read_matter(matter, OURS)
    records = iter(told.records)
    bare = [{key: value for key, value in item.items() if key not in BESIDE} for item in told.items]
    issued = [
        {**item_of_paper(OURS, record["form"], plain["on"], record["data"]), **delivery(plain)}
        if "like" in item and (record := next(records))
        else plain
        for item, plain in zip(told.items, bare, strict=True)
    ]
    office = {**told.office, "sources": "\n".join(told.sources)} if told.sources else told.office
    days_told, days_issued = (
        {(each.procedure.id, each.limit.due_on) for each in deadlines_of(OURS, read(*items), told.as_of, office=office)}
        for items in (bare, issued)
    )
    assert days_issued == days_told


def delivery(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is told of a paper's delivery, which its record cannot say."""
    return {key: item[key] for key in ("delivered_on", "way", "to") if key in item and "delivered_on" in item}
