"""A case to tell events in, a clock that can be set, and the office it belongs to."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date, datetime
from typing import TYPE_CHECKING

from ledger import events
from ledger.audit.verify import verify_ledger
from ledger.cases import CaseTold, open_case
from ledger.engine import open_ledger
from ledger.offices import save_office
from ledger.types import Actor
from tests.ledger.tampering import TAMPERED
from tests.rulebooks import OURS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ledger.engine import Ledger

CLERK = Actor("汐見　花子", role="係員")
STATION = "汐見署"
OTHER = "岬署"
PROFILE = {"name": "汐見県汐見警察署", "prefecture": "汐見県", "sources": "kanagawa-stalker\nibaraki-revictimization"}


class SetClock:
    """A clock that stands until it is set."""

    def __init__(self, moment: str) -> None:
        self.moment = datetime.fromisoformat(moment)

    def __call__(self) -> datetime:
        """Return the moment it stands on."""
        return self.moment

    def set(self, moment: str) -> None:
        """Set it."""
        self.moment = datetime.fromisoformat(moment)


@contextmanager
def ledger_at(place: Path | str, moment: str) -> Iterator[tuple[Ledger, SetClock]]:
    """Give an open ledger with two offices, and its clock; afterwards its chain and rows must be sound."""
    clock = SetClock(moment)
    with open_ledger(place, clock=clock) as ledger:
        for code in (STATION, OTHER):
            save_office(ledger, CLERK, code, f"汐見県{code}", kind="station", told=PROFILE, from_on="2020-04-01")
        yield ledger, clock
        found = verify_ledger(ledger)
        assert found.sound or ledger.ref in TAMPERED, found.breaks


def new_case(ledger: Ledger, number: str = "令8-12", **facts: str) -> str:
    """Open a case of a fictitious town and return its ref."""
    told = CaseTold(STATION, "kanagawa-stalker", "2026-03-01", number=number, title="架空町の事案", facts=facts)
    return open_case(ledger, OURS, CLERK, told).ref


def tell(ledger: Ledger, case: str, **item: object) -> str:
    """Tell an event and return its ref."""
    return events.tell(ledger, OURS, CLERK, case, item).ref


__all__ = ["CLERK", "OTHER", "OURS", "STATION", "SetClock", "date", "ledger_at", "new_case", "tell"]
