"""Promise: wherever issuing is killed, no paper is without row, no row without paper, no number missing or double; the batch ends the same.

`make faults`, on both databases. The number of kills and writers is what the environment says: FAULT_KILLS, FAULT_SEED.
"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from forms.issue.units import Source
from ledger import contents, gaps
from ledger.audit.verify import verify_ledger
from ledger.batches import take_upload
from ledger.engine import open_ledger
from ledger.faults import POINTS
from ledger.results import fates_of
from ledger.tables import artifact, content, number, paper
from tests.faults.killing import ACTOR
from tests.ledger.conftest import NOW
from tests.ledger.issuing import PDF, line, record

if TYPE_CHECKING:
    from pathlib import Path

    from ledger.engine import Ledger
    from tests.faults.conftest import Killer

pytestmark = pytest.mark.faults

KILLS = int(os.environ.get("FAULT_KILLS", "200"))
SEED = int(os.environ.get("FAULT_SEED", "20260401"))
ELSEWHERE = {"batch.uploaded", "batch.cancelling"}  # before the batch has a name; of another process
ISSUING = sorted(point for point in POINTS if point.startswith(("issue.", "batch.")) and point not in ELSEWHERE)


def upload(place: Path | str, folder: Path, count: int) -> str:
    """Send a batch of which every ninth record is refused."""
    made = [record(n) if n % 9 else record(n, reason=None) for n in range(1, count + 1)]
    path = folder / "batch.json"
    path.write_text(json.dumps([{"form": one.form, "record": one.id, "data": one.data} for one in made]), "utf-8")
    with open_ledger(place, clock=lambda: NOW) as ledger:
        return take_upload(ledger, line(), ACTOR, Source("batch.json", path), wanted=PDF)


def expected(count: int, before: int = 0) -> list[tuple[str, str]]:
    """Return what an undisturbed run comes to: verdict and number of each row, in their order, behind `before` papers."""
    told, n = [], before
    for row in range(1, count + 1):
        n += row % 9 != 0
        told.append(("issued", f"汐見生安第{n}号") if row % 9 else ("refused", ""))
    return told


def outcome(ledger: Ledger, ref: str) -> list[tuple[str, str]]:
    """Return what a batch came to."""
    return [
        (fate.verdict, fate.kept().get("document_no", "") if files else "") for _, fate, files in fates_of(ledger, ref)
    ]


def sound(ledger: Ledger, papers: int) -> None:
    """Hold the whole ledger against the promise: papers, rows, bytes, numbers, chain."""
    with ledger.read() as connection:
        issued = connection.execute(select(paper.c.id, paper.c.number_id).where(paper.c.issued_at.is_not(None))).all()
        files = Counter(connection.scalars(select(artifact.c.paper_id)))
        bytes_ = connection.scalar(select(func.count()).select_from(content))
        holders = connection.scalars(select(number.c.holder)).all()
        refs = set(connection.scalars(select(paper.c.ref).where(paper.c.issued_at.is_not(None))))
    assert len(issued) == papers
    assert {row.id for row in issued} == set(files), "a paper without bytes, or bytes without their paper"
    assert bytes_ == sum(files.values())
    assert len({row.number_id for row in issued}) == papers
    assert (len(holders), set(holders)) == (papers, refs)
    for found in gaps.report(ledger):
        assert (found.missing, found.ahead, found.series.next) == ((), (), found.given + 1)
    assert list(contents.scrub(ledger)) == []
    assert verify_ledger(ledger).sound


def test_killed_at_random_moments(killer: Killer, place: Path | str, tmp_path: Path) -> None:
    """SIGKILL so many times while batches are issued: in the end it is as if nothing had happened."""
    count, killed, issued = 2 * KILLS, 0, 0
    for seed in range(SEED, SEED + KILLS):  # a batch may end before it was killed often enough: then the next one is
        ref = upload(place, tmp_path, count)
        told = killer.ask("at_random", str(place), ref, seed, KILLS - killed, seconds=3000)
        killed += told["killed"]
        with open_ledger(place, clock=lambda: NOW) as ledger:
            assert outcome(ledger, ref) == expected(count, issued), seed
            issued += sum(verdict == "issued" for verdict, _ in expected(count))
            sound(ledger, issued)
        if killed >= KILLS:
            break
    sys.stderr.write(f"\n{killed} kills, seeds from {SEED}: {issued} papers\n")


@pytest.mark.parametrize("point", ISSUING)
def test_killed_at_every_point(killer: Killer, place: Path | str, tmp_path: Path, point: str) -> None:
    """SIGKILL at the first passing of each point of issuing and of batches, and at the second where there is one."""
    for passing in (1, 2):
        ref = upload(place, tmp_path, 20)
        told = killer.ask("at_point", str(place), ref, point, passing, seconds=300)
        assert told["killed"] or passing > 1, f"{point} is never passed"
        with open_ledger(place, clock=lambda: NOW) as ledger:
            verdicts = [verdict for verdict, _ in outcome(ledger, ref)]
            assert verdicts == [verdict for verdict, _ in expected(20)]
            sound(ledger, passing * 18)


def test_many_writers_at_once(killer: Killer, place: Path | str) -> None:
    """50 writers issue 5,000 papers on PostgreSQL, 8 issue 800 on SQLite: no gap, no double, no error shown.

    What is proven are numbers, rows, bytes and chain: all keep the bytes of one paper that was drawn once. Drawing is proven elsewhere.
    """
    processes, threads, each = (5, 10, 100) if isinstance(place, str) else (8, 1, 100)
    told = killer.ask("side_by_side", str(place), processes, threads, each, seconds=3000)
    assert told["statuses"] == [0] * processes
    with open_ledger(place, clock=lambda: NOW) as ledger:
        sound(ledger, processes * threads * each)
    rate = processes * threads * each / told["seconds"]
    sys.stderr.write(
        f"\n{processes * threads} writers: {processes * threads * each} papers, {told['seconds']} s, {rate:.0f}/s\n"
    )
