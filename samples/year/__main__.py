"""Keep the year in a new ledger: `python -m samples.year PLACE [HOW MANY CASES]` (a folder, or the address of a database)."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from time import monotonic

from samples.year.generator import year
from samples.year.loading import load
from validators.rulebook import open_rulebook


def main(place: str, count: str = "300") -> None:
    """Keep so many cases of the year at a place, and say how long it took."""
    began = monotonic()
    cases = year()[: int(count)]
    loaded = load(place if "://" in place else Path(place), cases, open_rulebook(clock=datetime.now))
    print(f"{len(loaded.cases)}件の事案、{len(loaded.events)}件の出来事: {monotonic() - began:.0f}秒")


if __name__ == "__main__":
    main(*sys.argv[1:])
