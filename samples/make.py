"""Assemble samples/*.json from the papers beside the forms, and write each as the workbook a clerk would upload."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from forms.entry import read_input, write_records
from validators.definitions.papers import paper_files, read_papers
from validators.rulebook import JAPAN, open_rulebook

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).resolve().parent
NAMES = {  # source → file here
    "akita-contact": "akita",
    "dv-act": "dv-court",
    "ibaraki-revictimization": "ibaraki",
    "kanagawa-stalker": "kanagawa",
    "osaka-dv": "osaka",
}


def assembled() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Yield each sample's file name and the records its source's papers give."""
    papers = [paper for path in paper_files() for paper in read_papers(path)]
    for source in dict.fromkeys(paper.source for paper in papers):
        name = NAMES.get(source, source)
        yield f"{name}.json", [paper.raw() for paper in papers if paper.source == source]


def write_workbook(source: Path, target: Path) -> None:
    """Write one JSON sample as a workbook."""
    catalogue = open_rulebook(clock=partial(datetime.now, JAPAN)).catalogue
    records = read_input(source, name=source.name, catalogue=catalogue).records
    slugs = dict.fromkeys(record.form for record in records)
    write_records([catalogue.get(slug) for slug in slugs], records, target, exact=False)


def main() -> int:
    """Write samples/NAME.json and samples/NAME.xlsx for every source that has papers."""
    for name, records in assembled():
        target = HERE / name
        target.write_text(json.dumps(records, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        write_workbook(target, target.with_suffix(".xlsx"))
        print(target.with_suffix("").name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
