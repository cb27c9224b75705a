"""Give a clerk's own workbook back with every fault marked in its cell and listed on a first sheet 直すところ."""

from __future__ import annotations

import io
import warnings
from collections import defaultdict
from typing import TYPE_CHECKING, BinaryIO

from openpyxl import Workbook, load_workbook
from openpyxl.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import coordinate_from_string
from openpyxl.utils.exceptions import CellCoordinatesException
from openpyxl.worksheet.properties import PageSetupProperties

from forms.entry.reading.csv_in import SHEET, CsvTable
from forms.entry.reading.inputs import kind_of, read_input, whole_file
from forms.entry.reading.package import SAVE_AGAIN, Package, refuse
from forms.entry.reading.survey import TO_MEND
from forms.entry.workbook.fill_sheet import write_records
from forms.entry.workbook.written import put
from validators.definitions.catalogue import load_catalogue
from validators.kinds import TEXT_FORMAT
from validators.labels import SEVERITY_REQUESTS
from validators.paths import cell_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

    from validators.definitions.catalogue import Catalogue
    from validators.model import Finding

AUTHOR = "様式の点検"
_LINE = "―― 点検の指摘 ――"
_FONT = "BIZ UDPゴシック"
_FILLS = {"error": "FFFFC7CE", "warning": "FFFFEB9C", "info": "FFDDEBF7"}
_HEAD = ("番号", "扱い", "シート", "セル", "整理番号", "項目", "何を直すか", "根拠条項", "元の色")
_WIDTHS = (6, 16, 22, 10, 16, 24, 70, 30, 10)
_SHEET, _CELL, _COLOUR = 3, 4, 9
_LONGEST_NOTE = 4_000

Place = tuple[str, str]  # sheet, cell


def annotate(
    original: Path,
    findings: Sequence[Finding],
    target: Path | BinaryIO,
    *,
    name: str = "",
    catalogue: Catalogue | None = None,
    form: str | None = None,
) -> None:
    """Write the input with each finding as a note and a colour in its cell, and all of them listed with links.

    A workbook is kept as it is otherwise; of CSV and JSON a workbook is made. Reading the outcome passes over the list
    and the notes; annotating it anew removes them first. Raises InputError when the input cannot be opened.
    """
    name = name or original.name
    kind = kind_of(original, name)
    if kind == "xlsx":
        book = _opened(original, name)
        places = [_place(finding.cell) for finding in findings]
    elif kind == "csv":
        book = _from_csv(original, name)
        places = [_place(finding.cell) for finding in findings]
    else:
        book, places = _from_json(original, name, findings, catalogue or load_catalogue(), form)
    _remove_marks(book)
    colours = _mark(book, findings, places)
    _list(book, findings, places, colours)
    book.save(target)


def _opened(path: Path, name: str) -> Workbook:
    Package(path, name)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl tells of Excel extensions it drops
            return load_workbook(path)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, OSError):
        refuse(name, "ブックに印を付けられません。", SAVE_AGAIN)


def _from_csv(path: Path, name: str) -> Workbook:
    """Put the file's cells where they stand, as text."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None  # noqa: S101 - a new workbook has a sheet
    sheet.title = SHEET
    for row in CsvTable(whole_file(path, name), name).rows():
        for column, value in row.cells.items():
            cell = sheet.cell(row.number, column)
            put(cell, value, exact=False)
            cell.number_format = TEXT_FORMAT
    return book


def _from_json(
    path: Path, name: str, findings: Sequence[Finding], catalogue: Catalogue, form: str | None
) -> tuple[Workbook, list[Place]]:
    """Fill the entry workbook with the records and find each finding's cell in it."""
    records = read_input(path, name=name, catalogue=catalogue, form=form).records
    content = io.BytesIO()
    write_records(
        [catalogue.get(slug) for slug in dict.fromkeys(r.form for r in records)], records, content, exact=False
    )
    content.seek(0)
    written = read_input(content, name="直すところ.xlsx", catalogue=catalogue).records
    cells = {(record.form, record.id): record.cells for record in written}
    places = []
    for finding in findings:
        of_record = cells.get((finding.form, finding.record), {})
        places.append(_place(cell_of(of_record, finding.path) or of_record.get("", "")))
    content.seek(0)
    return load_workbook(content), places


def _place(cell: str) -> Place:
    sheet, _, coordinate = cell.rpartition("!")
    try:
        coordinate_from_string(coordinate)
    except (CellCoordinatesException, ValueError):
        return "", ""
    return sheet, coordinate


def _cell(book: Workbook, place: Place) -> Cell | None:
    """Return the cell of a place, of a merge its first one; None when the workbook has no such sheet."""
    sheet, coordinate = place
    if not sheet or sheet not in book.sheetnames:
        return None
    worksheet: Worksheet = book[sheet]
    cell = worksheet[coordinate]
    if isinstance(cell, MergedCell):
        area = next((area for area in worksheet.merged_cells.ranges if coordinate in area), None)
        cell = worksheet.cell(area.min_row, area.min_col) if area else cell
    return None if isinstance(cell, MergedCell) else cell


def _remove_marks(book: Workbook) -> None:
    """Take away what an earlier annotation added: the list, the notes, the colours."""
    if TO_MEND in book.sheetnames:
        for values in book[TO_MEND].iter_rows(min_row=2, values_only=True):
            row = [str(value or "") for value in values] + [""] * len(_HEAD)
            cell = _cell(book, (row[_SHEET - 1], row[_CELL - 1]))
            if cell is not None and row[_COLOUR - 1]:
                colour = row[_COLOUR - 1]
                cell.fill = PatternFill() if colour == "-" else PatternFill("solid", fgColor=colour)
        del book[TO_MEND]
    for sheet in book.worksheets:
        for row_cells in sheet.iter_rows():
            for each in row_cells:
                if each.comment is not None and not isinstance(each, MergedCell):
                    own = each.comment.text.partition(_LINE)[0].rstrip()
                    each.comment = _note(own, each.comment.author or "") if own else None


def _mark(book: Workbook, findings: Sequence[Finding], places: Sequence[Place]) -> dict[Place, str]:
    """Mark every cell once with all its findings; return each marked place's former colour ("-": none)."""
    by_cell: defaultdict[Place, list[Finding]] = defaultdict(list)
    for finding, place in zip(findings, places, strict=True):
        by_cell[place].append(finding)
    colours = {}
    for place, found in by_cell.items():
        cell = _cell(book, place)
        if cell is None:
            continue
        text = "\n".join([_LINE, *dict.fromkeys(_said(finding) for finding in found)])[:_LONGEST_NOTE]
        before = cell.comment
        cell.comment = _note(f"{before.text}\n{text}", before.author or AUTHOR) if before else _note(text, AUTHOR)
        worst = next(weight for weight in _FILLS if any(finding.severity == weight for finding in found))
        fill = cell.fill
        if fill.fill_type is None:
            colours[place] = "-"
        elif fill.fill_type == "solid" and isinstance(fill.fgColor.rgb, str) and fill.fgColor.type == "rgb":
            colours[place] = fill.fgColor.rgb
        else:  # a theme's colour or a pattern: left as it is
            continue
        cell.fill = PatternFill("solid", fgColor=_FILLS[worst])
    return colours


def _said(finding: Finding) -> str:
    grounds = finding.citation or "、".join(finding.clauses)
    return f"【{SEVERITY_REQUESTS[finding.severity]}】{finding.message}" + (f"（{grounds}）" if grounds else "")


def _note(text: str, author: str) -> Comment:
    lines = sum(1 + len(line) // 24 for line in text.split("\n"))
    return Comment(text, author, height=min(30 + 18 * lines, 500), width=340)


def _list(book: Workbook, findings: Sequence[Finding], places: Sequence[Place], colours: dict[Place, str]) -> None:
    """Put the list of what to mend first, the gravest on top, each line linked to its cell."""
    sheet: Worksheet = book.create_sheet(TO_MEND, 0)
    for column, (text, width) in enumerate(zip(_HEAD, _WIDTHS, strict=True), 1):
        cell = sheet.cell(1, column)
        put(cell, text)
        cell.font = Font(name=_FONT, size=10, bold=True)
        cell.fill = PatternFill("solid", fgColor="FFE8F1FE")
        sheet.column_dimensions[get_column_letter(column)].width = width
    weights = list(SEVERITY_REQUESTS)
    ordered = sorted(zip(findings, places, strict=True), key=lambda pair: weights.index(pair[0].severity))
    for row, (finding, place) in enumerate(ordered, 2):
        _line(sheet, row, finding, place, colours.get(place, ""))
        if _cell(book, place) is not None:
            link = sheet.cell(row, _CELL)
            quoted = place[0].replace("'", "''")
            link.hyperlink = f"#'{quoted}'!{place[1]}"
            link.font = Font(name=_FONT, size=10, underline="single", color="FF0017C1")
    sheet.column_dimensions["I"].hidden = True
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:H{len(findings) + 1}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize, sheet.page_setup.fitToHeight = "landscape", 9, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"
    for other in book.worksheets:
        other.sheet_view.tabSelected = False
    book.active = 0
    sheet.sheet_view.tabSelected = True


def _line(sheet: Worksheet, row: int, finding: Finding, place: Place, colour: str) -> None:
    grounds = [finding.citation, "、".join(finding.clauses)]
    values: Iterable[str | int] = (
        row - 1,
        SEVERITY_REQUESTS[finding.severity],
        place[0],
        place[1],
        finding.record,
        finding.label or finding.path,
        finding.message,
        " ".join(part for part in grounds if part),
        colour,
    )
    for column, value in enumerate(values, 1):
        cell = sheet.cell(row, column)
        put(cell, value, exact=False)
        cell.font = Font(name=_FONT, size=10)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.cell(row, 2).fill = PatternFill("solid", fgColor=_FILLS[finding.severity])
