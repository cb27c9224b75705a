"""Do a case's work step by step, each in a process of its own, one of them killed at a named point."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import select

from ledger import handovers
from ledger.closing import close_month
from ledger.engine import open_ledger
from ledger.registers import read_register
from ledger.tables import audit, case_file, closing, deadline, event, handover
from ledger.tick import tick
from tests.faults.forks import done, killed_at_point
from tests.ledger.told import CLERK, OTHER, OURS, STATION, SetClock, tell

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Table

    from ledger.engine import Ledger

ORDER = {"on": "2026-03-10T14:00", "event": "measure_given_orally", "paper": "prohibition-order", "measure": "urgent_prohibition", "order_id": "一号"}  # fmt: skip
HEARING = {"on": "2026-03-20", "event": "opinion_hearing_held", "order_id": "一号"}
REQUEST = {"on": "2026-03-05", "event": "request_received", "kind": "prohibition", "receiver": "沖　一郎"}
REGISTER = "case-command-register"


def steps(case: str) -> list[tuple[str, Callable[[Ledger], object]]]:
    """Return what is done, and when; each does nothing where it stands already, as a person looks before trying again."""
    offer = handovers.Offer(case, "request", ["respondent_name"], "2026-04-30", to=OTHER, reason="差し迫った危険")
    return [
        ("2026-03-21T09:00", lambda ledger: _once(ledger, event, REQUEST, case)),
        ("2026-03-21T09:10", lambda ledger: _once(ledger, event, ORDER, case)),
        ("2026-03-21T09:20", lambda ledger: _once(ledger, event, HEARING, case)),
        ("2026-03-21T09:30", lambda ledger: _stands(ledger, handover) or handovers.offer(ledger, CLERK, offer)),
        (
            "2026-04-02T09:00",
            lambda ledger: (
                _stands(ledger, closing)
                or close_month(ledger, OURS, CLERK, REGISTER, office_code=STATION, month="2026-03")
            ),
        ),
        ("2027-03-10T00:00", lambda ledger: tick(ledger, OURS)),
    ]


def _once(ledger: Ledger, table: Table, item: dict[str, str], case: str) -> None:
    with ledger.read() as connection:
        if connection.scalar(select(table.c.id).where(table.c.name == item["event"])) is not None:
            return
    tell(ledger, case, **item)


def _stands(ledger: Ledger, table: Table) -> bool:
    with ledger.read() as connection:
        return connection.scalar(select(table.c.id).limit(1)) is not None


def run(place: str, at: str, step: Callable[[Ledger], object]) -> None:
    """Do one step by a clock that stands."""
    with open_ledger(place, clock=SetClock(at)) as ledger:
        step(ledger)


def outcome(ledger: Ledger) -> dict[str, object]:
    """Return what the work came to, without what differs from run to run."""
    with ledger.read() as connection:
        told = connection.execute(select(event.c.name, event.c.at).order_by(event.c.at, event.c.name)).all()
        due = connection.execute(select(deadline.c.procedure, deadline.c.due_on, deadline.c.state)).all()
        types = list(connection.scalars(select(audit.c.type)))
        version = connection.scalar(select(case_file.c.version))
        states = [*connection.scalars(select(handover.c.state)), *map(str, connection.scalars(select(closing.c.rows)))]
    seen = read_register(ledger, OURS, CLERK, REGISTER, office_code=STATION, month="2026-03")
    return {
        "told": sorted(map(list, told)),
        "due": sorted(map(list, due)),
        "types": sorted(types),
        "version": version,
        "states": states,
        "rows": [list(seen.cells(row)) for row in seen.rows],
    }


def read_everything() -> None:
    """Read what the steps read, before the first fork."""
    OURS.procedures.all()


def at_point(place: str, case: str, point: str, passing: int) -> dict[str, int]:
    """Do all steps, killing the one that passes the point (blank: none) for the given time; tell how many were killed."""
    killed = False
    for at, step in steps(case):
        work = partial(run, place, at, step)
        if point and not killed:
            killed = killed_at_point(work, point, passing)
            if not killed:
                continue
        done(work)
    return {"killed": int(killed)}
