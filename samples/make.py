"""Write each samples/*.json as the workbook a clerk would upload, so that both hold the same records."""

from __future__ import annotations

import sys
from pathlib import Path

from forms.entry import read_input, write_records
from validators.definitions.catalogue import load_catalogue

HERE = Path(__file__).resolve().parent


def make(source: Path, target: Path) -> None:
    """Write one JSON sample as a workbook."""
    catalogue = load_catalogue()
    records = read_input(source, name=source.name, catalogue=catalogue).records
    slugs = dict.fromkeys(record.form for record in records)
    write_records([catalogue.get(slug) for slug in slugs], records, target, exact=False)


def main() -> int:
    """Write samples/NAME.xlsx beside every samples/NAME.json."""
    for source in sorted(HERE.glob("*.json")):
        make(source, source.with_suffix(".xlsx"))
        print(source.with_suffix(".xlsx").name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
