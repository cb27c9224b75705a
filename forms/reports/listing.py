"""One table to be handed out: a title, remarks, headings, rows of text; as CSV, XLSX or PDF, nothing in it a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from forms.reports.workbook import FORMULA_START, ReportColumn, TableBook
from validators.printable import drawable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

_HERE = Path(__file__).parent
_WIDTH = 20
_MARK = "\ufeff"  # Excel takes a CSV for UTF-8 by it alone


@dataclass(frozen=True, slots=True)
class Listing:
    """A table and what stands above it: where it comes from, as of when, whether it is a reprint."""

    title: str
    remarks: Sequence[str]
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    made_at: datetime


def as_csv(listing: Listing) -> bytes:
    """Return the table as CSV (UTF-8 with its mark, CRLF); a cell that begins as a formula does stands behind an apostrophe."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    for row in (*([remark] for remark in (listing.title, *listing.remarks)), listing.headings, *listing.rows):
        writer.writerow([f"'{cell}" if cell.startswith(FORMULA_START) else cell for cell in row])
    return (_MARK + text.getvalue()).encode()


def write_listing(listing: Listing, path: Path) -> None:
    """Write the table as a workbook; the remarks have a sheet of their own behind it."""
    with TableBook(path) as book:
        columns = [ReportColumn(heading, _WIDTH) for heading in listing.headings]
        book.add_table(listing.title, columns, listing.rows, name="Register")
        book.add_table("この帳簿について", [ReportColumn("事項", 60)], [[each] for each in (listing.title, *listing.remarks)], name="About")  # fmt: skip


def listing_as_pdf(listing: Listing) -> bytes:
    """Return the table as PDF/A-2a and PDF/UA-1 on A4 across, its heading on every page."""
    from forms.press.typeset.engine.compile import compile_pdf  # noqa: PLC0415 - the press is slow to import

    told = {
        "title": drawable(listing.title),
        "remarks": [drawable(each) for each in listing.remarks],
        "headings": [drawable(each) for each in listing.headings],
        "rows": [[drawable(cell) for cell in row] for row in listing.rows],
    }
    # The inner JSON has every control character escaped, so the outer literal holds only \\ and \" and is Typst's too.
    data = json.dumps(json.dumps(told, ensure_ascii=False), ensure_ascii=False)
    source = f"#let listing = json(bytes({data}))\n" + (_HERE / "listing.typ").read_text("utf-8")
    return compile_pdf(source, timestamp=listing.made_at)
