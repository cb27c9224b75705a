"""What the ledger costs: issuing through it against issuing into a folder, the same records in turn, by CPU and by the clock."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import datetime, time
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from bench import records
from bench.timing import spent
from forms.issue.folder import FolderSink
from forms.issue.issuing import issue
from forms.issue.sink import Wanted
from forms.issue.units import Item, Unit
from ledger.engine import open_ledger
from ledger.sink import LedgerSink
from ledger.types import Actor

if TYPE_CHECKING:
    from bench.figures import Measured
    from ledger.engine import Ledger

ACTOR = Actor("計測")
BOUND = 1.3
_PAPERS = 24
_RUNS = 5


def through_the_ledger() -> list[Measured]:
    """Compare issuing papers (PDF and DOCX) into a new SQLite ledger with issuing them into a folder, in one process."""
    noon = datetime.combine(records.AS_OF, time(12))
    with (
        tempfile.TemporaryDirectory(prefix="bench-") as there,
        open_ledger(Path(there) / "ledger", clock=lambda: noon) as kept,
    ):
        return against_a_folder(kept, Path(there), "a new ledger")


def against_a_folder(kept: Ledger, there: Path, which: str) -> list[Measured]:
    """Return how many times issuing into a ledger takes what issuing into a folder takes; records are of the bench's day."""
    line, wanted = records.line(), Wanted()

    def folder(run: int) -> None:
        with FolderSink(there / f"folder-{run}", line.rules, wanted) as sink:
            issue(line, _units(2 * run), sink)

    def ledger(run: int) -> None:
        with LedgerSink(kept, line, ACTOR, wanted) as sink:
            issue(line, _units(2 * run + 1), sink)

    folder(0)
    ledger(0)
    pairs = [(spent(partial(folder, run)), spent(partial(ledger, run))) for run in range(1, _RUNS + 1)]
    rows = []
    for name, at in (("wall", 0), ("CPU", 1)):
        ratios = [ledger_[at] / folder_[at] for folder_, ledger_ in pairs]
        told = [median(each[side][at] for each in pairs) / _PAPERS * 1000 for side in (0, 1)]
        note = f"{told[1]:.1f} ms a paper against {told[0]:.1f} ms"
        name_ = f"issuing into {which} / into a folder, {name}"
        rows.append((name_, median(ratios), min(ratios), max(ratios), BOUND, False, note))
    return rows


def _units(series: int) -> list[Unit]:
    """Return as many units of one record each, of other people in each series."""
    found: list[Unit] = []
    run = 0
    while len(found) < _PAPERS:
        for record in records.fresh(100 + series * 10 + run):
            found.append(Unit((Item(replace(record, id=f"{series}-{run}-{record.id}"), (), len(found) + 1),)))
        run += 1
    return found[:_PAPERS]
