"""Events are superseded, never overwritten; deadlines follow them in the same write; what the law works is recorded once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from ledger import due, events
from ledger.history import told_of
from ledger.tables import audit, case_file, deadline, event
from ledger.tick import tick
from ledger.types import Miss, instant
from tests.ledger.told import CLERK, OURS, STATION, ledger_at, new_case, tell
from validators.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ledger.engine import Ledger
    from tests.ledger.told import SetClock

HEARING = "KNG-P-10(3)エ"
ORDER = {"on": "2026-03-10T14:00", "event": "measure_given_orally", "paper": "prohibition-order", "measure": "urgent_prohibition", "order_id": "一号"}  # fmt: skip


@pytest.fixture
def kept(place: Path | str) -> Iterator[tuple[Ledger, SetClock, str]]:
    with ledger_at(place, "2026-03-11T09:00") as (ledger, clock):
        yield ledger, clock, new_case(ledger)


def of(ledger: Ledger, procedure: str) -> list[due.Deadline]:
    return [each for each in due.listed(ledger, OURS, office_code=STATION) if each.procedure == procedure]


def rows(ledger: Ledger, procedure: str) -> list[tuple[str, str]]:
    with ledger.read() as connection:
        wanted = select(deadline.c.due_on, deadline.c.state).where(deadline.c.procedure == procedure)
        return [tuple(row) for row in connection.execute(wanted.order_by(deadline.c.id))]


def test_a_deadline_opens_with_its_event_moves_when_the_event_is_corrected_and_ends_with_the_act(
    kept: tuple[Ledger, SetClock, str],
) -> None:
    ledger, clock, case = kept
    told = tell(ledger, case, **ORDER)
    (open_,) = of(ledger, HEARING)
    assert (open_.due_on, open_.overdue, open_.citation) == (
        "2026-03-24",
        False,
        "ストーカー規制法5条3項後段（要領10(3)エ）",
    )
    events.correct(ledger, OURS, CLERK, told, {**ORDER, "on": "2026-03-09T14:00"}, reason="日を誤った")
    assert rows(ledger, HEARING) == [("2026-03-24", "superseded"), ("2026-03-23", "open")]
    clock.set("2026-03-24T10:00")
    assert of(ledger, HEARING)[0].overdue
    held = tell(ledger, case, on="2026-03-23", event="opinion_hearing_held", order_id="一号")
    assert of(ledger, HEARING) == []
    assert rows(ledger, HEARING)[-1] == ("2026-03-23", "kept")
    events.retract(ledger, OURS, CLERK, held, "別の事案の聴取だった")
    assert rows(ledger, HEARING)[-1] == ("2026-03-23", "open")
    with ledger.read() as connection:
        version, told_rows = connection.execute(select(case_file.c.version, select(func.count()).select_from(event).scalar_subquery())).one()  # fmt: skip
        names = list(connection.scalars(select(audit.c.type).order_by(audit.c.seq)))
    assert (version, told_rows) == (5, 4)  # one a change; nothing was overwritten
    assert names.count("event.told") == 4


def test_it_is_not_overdue_on_its_last_day_and_never_vanishes_by_time_alone(kept: tuple[Ledger, SetClock, str]) -> None:
    ledger, clock, case = kept
    tell(ledger, case, **ORDER)
    for moment, overdue in (("2026-03-24T23:59", False), ("2026-03-25T00:00", True), ("2028-01-01T00:00", True)):
        clock.set(moment)
        (each,) = of(ledger, HEARING)
        assert each.overdue is overdue, moment
    tick(ledger, OURS)
    assert rows(ledger, HEARING) == [("2026-03-24", "open")]
    assert due.listed(ledger, OURS, days=0)[0].last_instant <= due.listed(ledger, OURS)[-1].last_instant


def test_gone_with_the_event_it_hung_on_a_deadline_is_ended_by_what_took_that_back(
    kept: tuple[Ledger, SetClock, str],
) -> None:
    ledger, _, case = kept
    told = tell(ledger, case, **ORDER)
    events.retract(ledger, OURS, CLERK, told, "入力の誤り")
    with ledger.read() as connection:
        found = connection.execute(select(deadline.c.state, event.c.name).outerjoin(event, event.c.id == deadline.c.ended_by)).all()  # fmt: skip
    assert set(found) == {("ended", "retracted")}


def test_what_was_due_on_a_day_can_be_told_by_what_was_known_then(kept: tuple[Ledger, SetClock, str]) -> None:
    ledger, clock, case = kept
    told = tell(ledger, case, **ORDER)
    clock.set("2026-03-20T09:00")
    events.correct(ledger, OURS, CLERK, told, {**ORDER, "on": "2026-03-09T14:00"}, reason="日を誤った")

    def hearing(known: str | None) -> list[tuple[str, str]]:
        at = instant(clock().fromisoformat(known)) if known else None
        return [(e.due_on, e.state) for e in due.stood(ledger, OURS, case, "2026-03-15", at) if e.procedure == HEARING]

    assert hearing("2026-03-15T23:59") == [("2026-03-24", "open")]
    assert hearing(None) == [("2026-03-23", "open")]


def test_the_end_of_an_order_is_so_at_its_moment_and_recorded_once(kept: tuple[Ledger, SetClock, str]) -> None:
    ledger, clock, case = kept
    tell(ledger, case, on="2026-03-10", event="order_issued", order_id="一号")
    (end,) = of(ledger, "law:stalker-order")
    assert (end.due_on, end.by_law) == ("2027-03-09", True)
    clock.set("2027-03-09T23:59")
    assert of(ledger, "law:stalker-order")
    assert tick(ledger, OURS).recorded == 0
    clock.set("2027-03-10T00:00")
    assert of(ledger, "law:stalker-order") == []  # without a tick
    assert tick(ledger, OURS).recorded == 1
    assert tick(ledger, OURS).recorded == 0
    with ledger.read() as connection:
        case_id = connection.scalar(select(case_file.c.id).where(case_file.c.ref == case))
        told = told_of(connection, ledger, int(case_id or 0))
    assert [(each.name, each.at, each.law) for each in told] == [
        ("order_issued", "2026-03-10", ""),
        ("order_expired", "2027-03-10", "stalker-order"),
    ]
    assert rows(ledger, "law:stalker-order") == [("2027-03-09", "ended")]
    late = tell(
        ledger, case, on="2027-03-08", event="order_extended", order_id="一号"
    )  # told afterwards: it had not ended
    assert late
    with ledger.read() as connection:
        told = told_of(connection, ledger, int(case_id or 0))
    assert [each.name for each in told] == ["order_issued", "order_extended"]
    assert rows(ledger, "law:stalker-order")[-1] == ("2028-03-09", "open")


def test_what_cannot_be_told_is_refused_in_words(kept: tuple[Ledger, SetClock, str]) -> None:
    ledger, _, case = kept
    for item, told in (
        ({"on": "2026-03-11", "event": "order_expired"}, "自動で記録"),
        ({"on": "2026-03-12", "event": "order_issued"}, "まだ来ていない日"),
        ({"on": "2026-03-10", "event": "order_isued"}, "order_issued"),
    ):
        with pytest.raises(InputError, match=told):
            events.tell(ledger, OURS, CLERK, case, item)
    with pytest.raises(InputError, match="理由"):
        events.correct(ledger, OURS, CLERK, tell(ledger, case, **ORDER), ORDER, reason="　")
    with pytest.raises(Miss):
        events.tell(ledger, OURS, CLERK, case, ORDER, version=1)
