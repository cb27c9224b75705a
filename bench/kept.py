"""What the ledger costs: issuing through it against issuing into a folder, the same records in turn."""

from __future__ import annotations

import tempfile
from datetime import datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

from bench import records
from bench.timing import paired
from forms.issue.folder import FolderSink
from forms.issue.issuing import issue
from forms.issue.sink import Wanted
from forms.issue.units import Item, Unit
from ledger.engine import open_ledger
from ledger.sink import LedgerSink
from ledger.types import Actor

if TYPE_CHECKING:
    from bench.figures import Measured

ACTOR = Actor("計測")
PAPERS = 64
_RUNS = 5


def through_the_ledger() -> list[Measured]:
    """Compare issuing 64 papers (PDF and DOCX) into a SQLite ledger with issuing them into a folder, one process each."""
    line, wanted = records.line(), Wanted()
    noon = datetime.combine(records.AS_OF, time(12))
    with (
        tempfile.TemporaryDirectory(prefix="bench-") as there,
        open_ledger(Path(there) / "ledger", clock=lambda: noon) as kept,
    ):

        def folder(run: int) -> None:
            with FolderSink(Path(there) / f"folder-{run}", line.rules, wanted) as sink:
                issue(line, _units(2 * run), sink)

        def ledger(run: int) -> None:
            with LedgerSink(kept, line, ACTOR, wanted) as sink:
                issue(line, _units(2 * run + 1), sink)

        found = paired(folder, ledger, runs=_RUNS)
    note = f"folder {found.a / PAPERS * 1000:.1f} ms a paper, ledger {found.b / PAPERS * 1000:.1f} ms"
    return [("issuing through the ledger / into a folder", found.ratio, found.low, found.high, 1.3, False, note)]


def _units(series: int) -> list[Unit]:
    """Return as many units of one record each, of other people in each series."""
    found: list[Unit] = []
    run = 0
    while len(found) < PAPERS:
        for record in records.fresh(100 + series * 10 + run):
            found.append(Unit((Item(record, (), len(found) + 1),)))
        run += 1
    return found[:PAPERS]
