"""Write the entry workbook: one sheet a form, one a list, drop-downs, hints with their clauses. Layout: docs/ENTRY.md."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.packaging.custom import StringProperty
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from forms.entry.reading.example_rows import fingerprint, written_marks
from forms.entry.reading.headings import EXAMPLE
from forms.entry.workbook import guide
from forms.entry.workbook.pages import Held, pages_of
from forms.entry.workbook.written import cell_value, number_format, put, truth_words
from validators.kinds import KINDS, TEXT_FORMAT
from validators.schema import when_required

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from typing import BinaryIO

    from openpyxl.worksheet.worksheet import Worksheet

    from forms.entry.workbook.pages import Column, Page
    from validators.definitions.source import Matter
    from validators.model import Field, Form

VERSION = "2"  # of the workbook's layout
LAST_ROW = 5_000  # as far as the drop-downs reach
REQUIRED_MARK, CONDITIONAL_MARK = "＊", "△"
AUTHOR = "様式"
_FONT = "BIZ UDPゴシック"
_FILLS = {"required": "FFFBD5D5", "conditional": "FFFFF2CC", "optional": "FFE8F1FE", "system": "FFE6E6E6"}
PRINTED, KEPT = "印字", "控え"
_PRINT_FILLS = {PRINTED: "FFCFE8D5", KEPT: "FFF3E3CF"}
_EXAMPLE = Font(name=_FONT, size=10, italic=True, color="FF767676")
_GRID = Border(*(Side(style="thin", color="FFB3B3B3"),) * 4)


def write_sheet(forms: Sequence[Form], target: Path | BinaryIO, *, matter: Matter | None = None) -> None:
    """Write an empty entry workbook for the forms to a path or stream; in that of a matter what they share is asked once."""
    book, _ = workbook(forms, matter=matter)
    book.save(target)


def workbook(
    forms: Sequence[Form], held: Held | None = None, *, matter: Matter | None = None
) -> tuple[Workbook, list[tuple[Page, Worksheet]]]:
    """Make the entry workbook and return it with its pages; `held` is what records want columns for beside those asked."""
    book = Workbook()
    first = book.active
    if first is not None:
        book.remove(first)
    guide.add_guide(book, forms, matter)
    guide.add_office(book)
    choices = guide.Choices()
    pages = [(page, _add_page(book, page, choices)) for page in pages_of(forms, held or Held(), matter)]
    choices.add_to(book)
    properties = book.custom_doc_props  # type: ignore[attr-defined] # the stubs lack it
    properties.append(StringProperty(name="yoshiki.version", value=VERSION))
    properties.append(StringProperty(name="yoshiki.forms", value=" ".join(form.slug for form in forms)))
    book.active = 1 if pages else 0
    return book, pages


def _add_page(book: Workbook, page: Page, choices: guide.Choices) -> Worksheet:
    sheet: Worksheet = book.create_sheet(page.title)
    put(sheet["A1"], page.heading)
    sheet["A1"].font = Font(name=_FONT, size=14, bold=True)
    sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=4)
    rows = [[_example_value(column, example) for column in page.columns if column.item] for example in page.examples]
    put(sheet["E1"], page.mark + written_marks([fingerprint(row) for row in rows]))
    sheet["E1"].font = Font(name=_FONT, size=9, color="FF767676")
    _legend(sheet)
    if page.grouped:
        _group_row(sheet, page)
    for number, column in enumerate(page.columns, 1):
        _heading(sheet, page, number, column, choices)
        for row, example in enumerate(page.examples, page.heading_row + 1):
            _example(sheet, page, row, number, column, example)
    sheet.row_dimensions[page.heading_row].height = 44
    sheet.freeze_panes = f"B{page.heading_row + 1}"
    sheet.print_title_rows, sheet.print_title_cols = f"1:{page.heading_row}", "A:A"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9
    return sheet


def _legend(sheet: Worksheet) -> None:
    """Say beside the title what the two colours mean."""
    for number, (mark, colour) in enumerate(_PRINT_FILLS.items(), 6):
        cell = sheet.cell(1, number)
        put(cell, mark)
        cell.font = Font(name=_FONT, size=9, bold=True)
        cell.fill = PatternFill("solid", fgColor=colour)
        cell.alignment = Alignment(horizontal="center", vertical="center")


def _print_colour(page: Page, item: Field) -> str:
    owner = page.form.fields.get(page.list_name)
    return _PRINT_FILLS[PRINTED if item.printed and (owner is None or owner.printed) else KEPT]


def _group_row(sheet: Worksheet, page: Page) -> None:
    numbered = enumerate(page.columns, 1)
    for group, members in groupby(numbered, key=lambda pair: pair[1].group):
        columns = [number for number, _ in members]
        if group:
            cell = sheet.cell(page.heading_row - 1, columns[0])
            put(cell, group)
            cell.font = Font(name=_FONT, size=10, bold=True)
            cell.fill = PatternFill("solid", fgColor="FFD0D7DE")
            cell.alignment = Alignment(horizontal="center", vertical="center")
            if len(columns) > 1:
                last = get_column_letter(columns[-1])
                sheet.merge_cells(f"{cell.coordinate}:{last}{page.heading_row - 1}")


def _need(column: Column) -> str:
    if column.item is None:
        return "system"
    if column.item.required is True:
        return "required"
    return "conditional" if column.item.required else "optional"


def _heading(sheet: Worksheet, page: Page, number: int, column: Column, choices: guide.Choices) -> None:
    """Write one heading with its mark, colour and note, and prepare the column below it."""
    cell = sheet.cell(page.heading_row, number)
    need = _need(column)
    put(cell, {"required": REQUIRED_MARK, "conditional": CONDITIONAL_MARK}.get(need, "") + column.label)
    cell.font = Font(name=_FONT, size=10, bold=True)
    cell.fill = PatternFill("solid", fgColor=_FILLS[need])
    cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center")
    cell.border = _GRID
    if column.item is not None:
        thick = Side(style="thick", color=_print_colour(page, column.item))
        cell.border = Border(left=_GRID.left, right=_GRID.right, top=thick, bottom=thick)
    note = guide.note_of(column.target, page.list_name) if column.item is None else _note(page, column.item)
    if note:
        cell.comment = Comment(note, AUTHOR, height=30 + 18 * (note.count("\n") + 1 + len(note) // 22), width=320)
    letter = get_column_letter(number)
    dimension = sheet.column_dimensions[letter]
    item = column.item
    dimension.width = max(KINDS[item.type].width if item else 16, min(len(column.label) * 1.2 + 4, 30))
    dimension.number_format = number_format(item) if item else TEXT_FORMAT
    dimension.alignment = Alignment(wrap_text=True, vertical="top")
    if item:
        _validate(sheet, f"{letter}{page.first_row}:{letter}{LAST_ROW}", item, choices)


def _note(page: Page, item: Field) -> str:
    lines = ["必ず書く項目です。"] if item.required is True else []
    if isinstance(item.required, str):
        said = when_required(item, page.form, page.form.fields.get(page.list_name))
        lines = [f"{said}は、必ず書きます。" if said else "要るときは、点検でお知らせします。"]
    how = f"「{'」か「'.join(truth_words(item))}」を選びます。" if item.type == "boolean" else KINDS[item.type].how
    lines += [line for line in (item.hint, how) if line]
    if item.sensitivity == "protected":
        lines.append("秘匿: 相手方が読み得る書面には印字されません。")
    if not item.printed:
        lines.append(f"{KEPT}: 書面には印字されません（点検と記録に使います）。")
    if item.clauses:
        lines.append(f"根拠: {'、'.join(item.clauses)}")
    return "\n".join(lines)


def _validate(sheet: Worksheet, area: str, item: Field, choices: guide.Choices) -> None:
    shape = KINDS[item.type].shape
    if shape == "truth":
        rule = DataValidation(type="list", formula1=f'"{",".join(truth_words(item))}"', allow_blank=True)
    elif shape == "option":
        rule = DataValidation(type="list", formula1=choices.range_of(item), allow_blank=True)
    elif KINDS[item.type].dated:
        rule = DataValidation(promptTitle=item.label[:32], prompt=KINDS[item.type].how, showInputMessage=True)
    else:
        if (
            item.of and KINDS[item.of].shape == "option"
        ):  # several may be chosen: no drop-down, but the options stand in 選択肢
            choices.range_of(item)
        return
    if rule.type == "list":
        rule.errorTitle, rule.error = "一覧にない値です", "一覧から選んでください。"
        rule.showErrorMessage = True
    rule.add(area)
    sheet.add_data_validation(rule)


def _example(  # noqa: PLR0917 - a cell, what it is of, and the example
    sheet: Worksheet, page: Page, row: int, number: int, column: Column, example: dict[str, Any]
) -> None:
    cell = sheet.cell(row, number)
    value = EXAMPLE if column is page.columns[0] else _example_value(column, example)
    if value not in {"", None}:
        put(cell, value, exact=False)
    cell.number_format = number_format(column.item) if column.item else TEXT_FORMAT
    cell.font = _EXAMPLE
    if column.item is not None:
        cell.fill = PatternFill("solid", fgColor=_print_colour(page, column.item))
    cell.alignment = Alignment(wrap_text=True, vertical="top")


def _example_value(column: Column, example: dict[str, Any]) -> Any:
    """Return what the row 記入例 holds in a column; empty where the example has nothing for it."""
    given = example.get(column.target)
    if column.item is None or given is None:
        return ""
    return cell_value(given.get("name", "") if isinstance(given, dict) else given, column.item, exact=False)
