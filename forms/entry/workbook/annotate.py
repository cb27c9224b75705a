"""Give a clerk's own input back with every fault marked in its cell and listed on a first sheet 直すところ."""

from __future__ import annotations

import io
import logging
from typing import TYPE_CHECKING, BinaryIO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils.cell import coordinate_from_string
from openpyxl.utils.exceptions import CellCoordinatesException

from forms.entry.reading.csv_in import SHEET, CsvTable
from forms.entry.reading.grid import LAST_ROW
from forms.entry.reading.inputs import kind_of, read_input, whole_file
from forms.entry.workbook.fill_sheet import write_records
from forms.entry.workbook.marking.copy import marked_copy
from forms.entry.workbook.marking.listing import ListedFinding, workbook_of_list
from forms.entry.workbook.marking.splice import CannotMarkError
from forms.entry.workbook.written import put
from validators.errors import YoshikiError
from validators.kinds import TEXT_FORMAT
from validators.paths import cell_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from validators.definitions.catalogue import Catalogue
    from validators.model import Finding

ONLY_A_LIST = (
    "お預かりしたブックには、中身を少しも変えずに印を付けることができなかったため、指摘の一覧だけのブックにしました。"
    "元のブックを開き、一覧の「シート」と「セル」を見て直してください。"
)
_LOG = logging.getLogger("yoshiki.entry")


def annotate(
    original: Path,
    findings: Sequence[Finding],
    target: Path | BinaryIO,
    *,
    catalogue: Catalogue,
    name: str = "",
    form: str | None = None,
) -> str:
    """Write the input with each finding as a note and a colour in its cell, and all of them listed with links.

    A workbook is kept byte by byte otherwise; of CSV and JSON a workbook is made. Where the marks cannot be written without
    changing more, the target is a workbook of the list alone: the sentence that says so is returned, "" otherwise. Whatever the
    input holds, something is written; only a target that cannot be written raises (OSError). Reading the outcome passes over
    the list and the notes; marking it anew removes them first.
    """
    name = name or original.name
    lines = [_line(finding, finding.cell) for finding in findings]
    told = ""
    try:
        content: Path | bytes = original
        kind = kind_of(original, name)
        if kind == "csv":
            content = _from_csv(original, name)
        elif kind == "json":
            content, lines = _from_json(original, name, findings, catalogue, form)
        made = marked_copy(content, name, lines)
    except Exception as error:  # noqa: BLE001 - a by-product that fails costs nothing else
        if not isinstance(error, (CannotMarkError, YoshikiError)):
            _LOG.error("no marked copy: %s", type(error).__name__)  # a traceback may hold personal data
        told = ONLY_A_LIST
        made = workbook_of_list(lines, ONLY_A_LIST)
    if hasattr(target, "write"):
        target.write(made)
    else:
        target.write_bytes(made)
    return told


def _from_csv(path: Path, name: str) -> bytes:
    """Put the file's cells where they stand, as text."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(SHEET)
    done = 0
    for row in CsvTable(whole_file(path, name), name).rows():
        for _ in range(row.number - done - 1):
            sheet.append([])
        done = row.number
        cells = []
        for column in range(1, max(row.cells) + 1):
            cell = WriteOnlyCell(sheet)
            if column in row.cells:
                put(cell, row.cells[column], exact=False)
            cell.number_format = TEXT_FORMAT
            cells.append(cell)
        sheet.append(cells)
    return _saved(book)


def _from_json(
    path: Path, name: str, findings: Sequence[Finding], catalogue: Catalogue, form: str | None
) -> tuple[bytes, list[ListedFinding]]:
    """Fill the entry workbook with the records and find each finding's cell in it."""
    records = read_input(path, name=name, catalogue=catalogue, form=form).records
    content = io.BytesIO()
    write_records(
        [catalogue.get(slug) for slug in dict.fromkeys(r.form for r in records)], records, content, exact=False
    )
    content.seek(0)
    written = read_input(content, name="直すところ.xlsx", catalogue=catalogue).records
    cells = {(record.form, record.id): record.cells for record in written}
    lines = []
    for finding in findings:
        of_record = cells.get((finding.form, finding.record), {})
        lines.append(_line(finding, cell_of(of_record, finding.path) or of_record.get("", "")))
    return content.getvalue(), lines


def _saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _line(finding: Finding, cell: str) -> ListedFinding:
    """Return the finding's line with its place, when it has one on a sheet."""
    sheet, _, coordinate = cell.rpartition("!")
    try:
        _, row = coordinate_from_string(coordinate)
    except (CellCoordinatesException, ValueError):
        return ListedFinding(finding)
    return ListedFinding(finding, sheet, coordinate) if sheet and row <= LAST_ROW else ListedFinding(finding)
