"""Keep the year in a new ledger: `python -m samples.year PLACE [HOW MANY CASES] [in-turn]` (a folder, or the address of a database).

The cases are taken over at the end of the year, each with its history in one act; `in-turn`: every event on the clock of its day,
as an office would have told it, which takes several times as long.
"""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from time import monotonic

from samples.year.generator import year
from samples.year.loading import load, taken_over
from validators.rulebook import open_rulebook


def main(place: str, count: str = "300", how: str = "") -> None:
    """Keep so many cases of the year at a place, and say how long it took."""
    began = monotonic()
    cases = year()[: int(count)]
    keep = load if how == "in-turn" else taken_over
    loaded = keep(place if "://" in place else Path(place), cases, open_rulebook(clock=datetime.now))
    print(f"{len(loaded.cases)}件の事案、{len(loaded.events)}件の出来事: {monotonic() - began:.0f}秒")


if __name__ == "__main__":
    main(*sys.argv[1:])
