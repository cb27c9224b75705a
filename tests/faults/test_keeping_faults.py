"""Promise: wherever destroying, exchanging keys, restoring or migrating is killed, doing it again comes to what an undisturbed run does.

`make faults`, on both databases; the number of kills at random moments is FAULT_MOMENTS for each, their seed FAULT_SEED.
"""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING, Any

import pytest

from ledger import migrate
from ledger.check import check_ledger, scrub_ledger
from ledger.tick import tick
from tests.faults.keeping_killing import POINTS, be_the_next_release, opened, outcome, prepare
from tests.ledger.test_retention import bytes_of
from tests.ledger.whole_case import PLACE
from tests.rulebooks import OURS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.faults.conftest import Killer
    from tests.ledger.postgres import Server

pytestmark = pytest.mark.faults

MOMENTS = int(os.environ.get("FAULT_MOMENTS", "8"))
SEED = int(os.environ.get("FAULT_SEED", "20260401"))
GONE = {"destroy", "seal", "exchange"}  # after these, what was there before is in no file any more


class Copies:
    """Copies of a prepared ledger, on its own database; or empty places."""

    def __init__(self, place: Path | str, folder: Path, server: Server | None) -> None:
        """Take what is copied, and where copies go."""
        self._place, self._folder, self._server, self._made = place, folder, server, 0

    def new(self, *, empty: bool) -> Path | str:
        """Make another."""
        self._made += 1
        if self._server is not None:
            name = None if empty else str(self._place).rpartition("/")[2]
            return self._server.url(self._server.database(name))
        there = self._folder / f"copy{self._made}"
        return there if empty else shutil.copytree(self._place, there)

    def drop(self, place: Path | str) -> None:
        """Remove one."""
        if self._server is not None:
            self._server.drop(str(place).rpartition("/")[2])
        else:
            shutil.rmtree(place)


@pytest.fixture
def copies(place: Path | str, tmp_path: Path, request: pytest.FixtureRequest) -> Copies:
    """Give copies of the place."""
    return Copies(place, tmp_path, request.getfixturevalue("postgresql") if isinstance(place, str) else None)


@pytest.fixture
def editions(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Forget afterwards that this process was the next release."""
    monkeypatch.setattr(migrate, "HEAD", migrate.HEAD)
    monkeypatch.setattr(migrate, "VERSIONS", migrate.VERSIONS)
    yield
    monkeypatch.undo()


@pytest.mark.usefixtures("editions")
@pytest.mark.parametrize("kind", POINTS)
def test_killed_anywhere_it_is_done_again(
    killer: Killer, place: Path | str, tmp_path: Path, copies: Copies, kind: str
) -> None:
    """At each of its points and at random moments: the same rows, keys, certificates, guards; chain and rows sound."""
    prepare(kind, place, tmp_path)
    if kind == "migrate":
        be_the_next_release()

    def work(task: str, *more: object) -> tuple[dict[str, Any], dict[str, Any]]:
        there = copies.new(empty=kind == "restore")
        told = killer.ask(task, kind, str(there), str(tmp_path), *more, seconds=300)
        with opened(kind, there, tmp_path) as ledger:
            tick(ledger, OURS)  # as at every start
            assert {each.code for each in check_ledger(ledger)} <= {"F"}  # the tests' PostgreSQL is quick, and told so
            assert scrub_ledger(ledger) == []
            assert kind not in GONE or PLACE.encode() not in bytes_of(ledger), (kind, more)
            found = outcome(kind, ledger)
        copies.drop(there)
        return told, found

    told, expected = work("keeping")
    for point, passing in POINTS[kind]:
        killed, found = work("keeping_at_point", point, passing)
        assert killed["killed"], f"{point} is never passed"
        assert found == expected, (point, passing)
    kills = 0
    for seed in range(SEED, SEED + MOMENTS):
        killed, found = work("keeping_at_random", seed, round(1000 * told["seconds"]))
        kills += killed["killed"]
        assert found == expected, seed
    sys.stderr.write(f"\n{kind}: {len(POINTS[kind])} points, {kills} kills at random moments, seeds from {SEED}\n")
    assert kills
