"""Promise: cases of the fictitious year are kept in a ledger as they happened, and its stored deadlines are those counted anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from ledger.engine import open_ledger
from ledger.tables import deadline, event
from samples.year.loading import Clock, load
from tests.rulebooks import OURS
from tests.samples.test_year import CASES, counted

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from samples.year.stories import Case

SHORT = [min((case for case in CASES if case.sources[0] == source and counted(case)), key=lambda case: len(case.history)) for source in ("kanagawa-stalker", "osaka-dv", "ibaraki-revictimization", "dv-act")]  # fmt: skip


def assert_stored(place: Path | str, cases: Sequence[Case]) -> None:
    loaded = load(place, cases, OURS)
    wanted = select(deadline.c.procedure, event.c.ref, deadline.c.due_on).where(deadline.c.state != "superseded")
    with open_ledger(place, clock=Clock()) as ledger, ledger.read() as connection:
        rows = connection.execute(wanted.join(event, event.c.id == deadline.c.trigger_id)).all()
    stored = {(row.procedure, row.ref, row.due_on) for row in rows}
    for case in cases:
        dues = {(due.procedure, loaded.events[case.number, due.place], str(due.day)) for due in counted(case)}
        assert dues <= stored, case.number


def test_stored_deadlines_are_those_counted(place: Path | str) -> None:
    assert_stored(place, SHORT)


@pytest.mark.corpus
def test_stored_deadlines_of_the_year_are_those_counted(place: Path | str) -> None:
    assert_stored(place, CASES[::5])
