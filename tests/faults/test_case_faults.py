"""Promise: wherever the work on a case is killed, doing it again comes to what an undisturbed run comes to.

`make faults`, on both databases.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from ledger.check import check_ledger
from ledger.closing import closings
from ledger.engine import open_ledger
from tests.faults.case_killing import outcome
from tests.ledger.told import OURS, SetClock, ledger_at, new_case

if TYPE_CHECKING:
    from pathlib import Path

    from tests.faults.conftest import Killer

pytestmark = pytest.mark.faults

POINTS = ["case.event-written", "case.deadlines-written", "tick.found", "tick.recorded", "handover.copied", "register.closing"]  # fmt: skip


def worked(killer: Killer, place: Path | str, point: str, passing: int = 1) -> tuple[int, dict[str, object]]:
    """Do the work with a kill at a point (blank: none); return how often it was killed, and what it came to."""
    with ledger_at(place, "2026-03-11T09:00") as (ledger, _):
        case = new_case(ledger, applicant_name="架空　乙女", respondent_name="架空　次郎")
    told = killer.ask("case", str(place), case, point, passing, seconds=300)
    with open_ledger(place, clock=SetClock("2027-03-10T09:00")) as ledger:
        assert check_ledger(ledger) == []
        assert [each.state for each in closings(ledger, OURS)] == ["same"]
        return told["killed"], outcome(ledger)


@pytest.fixture(scope="session")
def undisturbed(killer: Killer, made_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """Do the work once without a kill."""
    killed, found = worked(killer, shutil.copytree(made_folder, tmp_path_factory.mktemp("undisturbed") / "ledger"), "")
    assert killed == 0
    return found


@pytest.mark.parametrize("point", POINTS)
def test_killed_at_every_point_of_a_case(
    killer: Killer, place: Path | str, point: str, undisturbed: dict[str, object]
) -> None:
    """The same events, deadlines, register rows and kinds of entries, on either database."""
    killed, found = worked(killer, place, point)
    assert killed == 1, f"{point} is never passed"
    assert found == undisturbed
