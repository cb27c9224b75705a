"""Write Excel tables row by row: filters, frozen heading, dates as dates, text as text, nothing Excel would run."""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.table import Table, TableColumn, TableStyleInfo

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from openpyxl import Workbook
    from openpyxl.cell.cell import Cell

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_DATETIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}")
# What a spreadsheet takes for the start of a formula, full-width forms included.
_FORMULA_START = tuple("=+-@\t\r＝＋－＠")
_MAX_TEXT = 32_767  # characters an Excel cell holds
_HEAD_FILL = PatternFill("solid", fgColor="FFE8F1FE")
_FONT = "BIZ UDPゴシック"
_A4 = 9  # the paper size's number in a workbook
_LINE, _TALLEST = 14.0, 409.0  # points: a line of 10 pt type, the tallest row Excel knows


@dataclass(frozen=True, slots=True)
class ReportColumn:
    """A heading and its width in characters."""

    heading: str
    width: int = 16


def add_table(
    book: Workbook, title: str, columns: Sequence[ReportColumn], rows: Iterable[Sequence[Any]], *, name: str
) -> int:
    """Append a sheet holding one Excel table and return its number of rows.

    `book` is write-only; `name` is the table's ASCII name, unique in the workbook. Strings in ISO date form become dates.
    """
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "B2"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", _A4
    sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr = 0, PageSetupProperties(fitToPage=True)
    for i, column in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(i)].width = column.width
    headings = _unique([column.heading for column in columns])
    sheet.append([_heading(sheet, heading) for heading in headings])
    count = 0
    for row in rows:
        sheet.row_dimensions[count + 2].height = _height(row, columns)
        sheet.append([cell(sheet, value) for value in row])
        count += 1
    if not count:
        sheet.append([cell(sheet, None) for _ in columns])  # a table needs a row
    table = Table(displayName=name, ref=f"A1:{get_column_letter(len(columns))}{max(count, 1) + 1}")
    table.tableStyleInfo = TableStyleInfo(name="TableStyleLight9", showRowStripes=True)
    table._initialise_columns()  # type: ignore[attr-defined]  # noqa: SLF001 - a write-only sheet cannot read its heading back
    for table_column, heading in zip(table.tableColumns, headings, strict=True):
        assert isinstance(table_column, TableColumn)  # noqa: S101 - narrows the type
        table_column.name = heading
    with warnings.catch_warnings():  # it says to add the columns by hand, as was just done
        warnings.simplefilter("ignore", UserWarning)
        sheet.add_table(table)
    return count


def _height(row: Sequence[Any], columns: Sequence[ReportColumn]) -> float:
    """Return the height in points at which every text of a row is seen whole: Excel sets none for a file it did not write."""
    lines = max(
        (_lines(value, column.width) for value, column in zip(row, columns, strict=True) if isinstance(value, str)),
        default=1,
    )
    return min(lines * _LINE, _TALLEST)


def _lines(text: str, width: int) -> int:
    return sum(max(1, -(-sum(2 - (letter < "\u0100") for letter in line) // width)) for line in text.split("\n"))


def cell(sheet: Any, value: Any) -> Cell:
    """Make a cell of the right kind; a text that looks like a formula stays a text."""
    if isinstance(value, bool):
        value = "はい" if value else "いいえ"
    if isinstance(value, str):
        return _text(sheet, value)
    made = WriteOnlyCell(sheet, value=value)
    made.font = Font(name=_FONT, size=10)
    made.alignment = Alignment(vertical="top")
    if isinstance(value, datetime):
        made.number_format = "yyyy-mm-dd hh:mm"
    elif isinstance(value, date):
        made.number_format = "yyyy-mm-dd"
    return made


def _text(sheet: Any, value: str) -> Cell:
    if _DATETIME.fullmatch(value):
        return cell(sheet, datetime.fromisoformat(value))
    if _DATE.fullmatch(value):
        return cell(sheet, date.fromisoformat(value))
    made = WriteOnlyCell(sheet)
    made.value = ILLEGAL_CHARACTERS_RE.sub("�", value)[:_MAX_TEXT]
    made.data_type = "s"
    made.number_format = "@"
    made.font = Font(name=_FONT, size=10)
    made.alignment = Alignment(vertical="top", wrap_text=True)
    if value.startswith(_FORMULA_START):
        made.quotePrefix = True
    return made


def _heading(sheet: Any, text: str) -> Cell:
    made = WriteOnlyCell(sheet, value=text)
    made.font = Font(name=_FONT, size=10, bold=True)
    made.fill = _HEAD_FILL
    made.alignment = Alignment(vertical="center", wrap_text=True)
    return made


def _unique(headings: Sequence[str]) -> list[str]:
    """Make headings unique: Excel repairs (and alarms people about) a table with equal ones."""
    seen: dict[str, int] = {}
    unique = []
    for heading in headings:
        seen[heading] = seen.get(heading, 0) + 1
        unique.append(heading if seen[heading] == 1 else f"{heading}（{seen[heading]}）")
    return unique
