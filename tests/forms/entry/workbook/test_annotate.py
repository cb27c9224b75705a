"""The clerk's own workbook comes back with each fault in its cell, everything else kept, ready to be uploaded again."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from forms.entry import annotate, read_input
from validators.model import Finding

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from openpyxl import Workbook

    from validators.definitions.catalogue import Catalogue
    from validators.model import Severity

ROWS = [["整理番号", "作成年月日", "理由", "メモ"], ["1", "2024-13-40", "あ", "=1+1"], ["2", "2024-05-10", None, "い"]]


def finding(
    cell: str = "", severity: Severity = "error", message: str = "日付を書いてください。", **more: Any
) -> Finding:
    return Finding(severity, ("SHI-1",), message, cell=cell, citation="試験規則1条", code="x", **more)


def marked(path: Path, findings: list[Finding], catalogue: Catalogue, **more: Any) -> tuple[Workbook, io.BytesIO]:
    out = io.BytesIO()
    annotate(path, findings, out, catalogue=catalogue, **more)
    return load_workbook(out), out


@pytest.fixture
def original(make: Callable[..., Workbook], tmp_path: Path) -> Path:
    """Make a clerk's workbook with a comment, a colour, a formula and a merged cell of her own."""
    book = make(表=ROWS, 覚え=[["買い物"]])
    sheet = book["表"]
    sheet["C3"].fill = PatternFill("solid", fgColor="FF00FF00")
    sheet["C3"].comment = Comment("あとで聞く", "架空")
    sheet["E5"] = "=SUM(A2:A3)"
    sheet.merge_cells("F1:G2")
    sheet.column_dimensions["B"].width = 33
    path = tmp_path / "入力.xlsx"
    book.save(path)
    return path


def test_faults_stand_in_their_cells_and_on_a_first_sheet(original: Path, catalogue: Catalogue) -> None:
    """A note and a colour in the cell; the list names sheet, cell, item, remedy and clause, and links to the cell."""
    findings = [finding("表!B2", label="作成年月日", record="1"), finding("表!C3", "warning", "理由を書いてください。")]
    book, _ = marked(original, findings, catalogue)
    assert book.sheetnames == ["直すところ", "表", "覚え"]
    assert "日付を書いてください。（試験規則1条）" in book["表"]["B2"].comment.text
    assert book["表"]["B2"].fill.fgColor.rgb == "FFFFC7CE"
    listed = [[cell.value for cell in row][:8] for row in book["直すところ"].iter_rows(min_row=2)]
    assert listed[0] == [
        1,
        "直してください",
        "表",
        "B2",
        "1",
        "作成年月日",
        "日付を書いてください。",
        "試験規則1条 SHI-1",
    ]
    assert (
        book["直すところ"]["D2"].hyperlink.location == "'表'!B2"
        or book["直すところ"]["D2"].hyperlink.target == "#'表'!B2"
    )


def test_everything_else_is_kept(original: Path, catalogue: Catalogue) -> None:
    """Her comment stays above ours; values, formulas, merges and widths are as they were."""
    book, _ = marked(original, [finding("表!C3")], catalogue)
    sheet = book["表"]
    assert sheet["C3"].comment.text.startswith("あとで聞く")
    assert (sheet["E5"].value, sheet["B2"].value, sheet.column_dimensions["B"].width) == (
        "=SUM(A2:A3)",
        "2024-13-40",
        33,
    )
    assert [str(area) for area in sheet.merged_cells.ranges] == ["F1:G2"]


def test_the_marked_workbook_is_read_like_the_original(original: Path, catalogue: Catalogue) -> None:
    """The list and the notes are no data."""
    before = read_input(original, name="a.xlsx", catalogue=catalogue)
    _, out = marked(original, [finding("表!B2"), finding()], catalogue)
    out.seek(0)
    after = read_input(out, name="a.xlsx", catalogue=catalogue)
    assert [(r.id, r.data, r.cells) for r in after.records] == [(r.id, r.data, r.cells) for r in before.records]
    assert [f.cell for f in after.findings] == [f.cell for f in before.findings]


def test_marking_anew_removes_the_earlier_marks(original: Path, catalogue: Catalogue, tmp_path: Path) -> None:
    """What has been mended is clean again, and her own colour and comment are back."""
    _, out = marked(original, [finding("表!B2"), finding("表!C3")], catalogue)
    again = tmp_path / "again.xlsx"
    again.write_bytes(out.getvalue())
    book, _ = marked(again, [finding("表!D2")], catalogue)
    sheet = book["表"]
    assert (sheet["B2"].comment, sheet["B2"].fill.fill_type) == (None, None)
    assert (sheet["C3"].comment.text, sheet["C3"].fill.fgColor.rgb) == ("あとで聞く", "FF00FF00")
    assert sheet["D2"].comment is not None
    assert book.sheetnames == ["直すところ", "表", "覚え"]


def test_a_finding_without_a_cell_or_on_a_missing_sheet_is_still_listed(original: Path, catalogue: Catalogue) -> None:
    """A merged cell is marked at its beginning."""
    book, _ = marked(original, [finding(), finding("ない!A1"), finding("表!G2")], catalogue)
    assert book["直すところ"].max_row == 4
    assert book["表"]["F1"].comment is not None


def test_messages_cannot_become_formulas(original: Path, catalogue: Catalogue) -> None:
    """A heading of the clerk's that begins with = stays text in the list."""
    book, _ = marked(original, [finding(message="=HYPERLINK(1)")], catalogue)
    assert book["直すところ"]["G2"].data_type == "s"


def test_of_csv_a_workbook_is_made_with_the_same_cells(catalogue: Catalogue, tmp_path: Path) -> None:
    """The cell 表!B2 of the finding is B2 of the workbook, and it can be read again."""
    path = tmp_path / "入力.csv"
    path.write_text("整理番号,作成年月日,理由\n1,2024-13-40,=あ\n", encoding="cp932")
    before = read_input(path, name="入力.csv", catalogue=catalogue).records
    book, out = marked(path, [finding("表!B2")], catalogue)
    assert book["表"]["B2"].comment is not None
    out.seek(0)
    assert [r.data for r in read_input(out, name="a.xlsx", catalogue=catalogue).records] == [r.data for r in before]


def test_of_json_the_entry_workbook_is_made_and_marked_by_path(catalogue: Catalogue, tmp_path: Path) -> None:
    """A finding on incidents[1].place is marked in the second row of that list; unusable values do not stop it."""
    path = tmp_path / "in.json"
    data = {
        "court_name": {"x": 1},
        "nothing": 3,
        "incidents": [{"description": "甲"}, {"description": "乙"}],
        "exhibits": ["甲\n乙"],
    }
    path.write_text(json.dumps([{"form": "shiomi-petition", "record": "p", "data": data}]), encoding="utf-8")
    where: dict[str, Any] = {"form": "shiomi-petition", "record": "p"}
    book, _ = marked(
        path, [finding(path="incidents[1].place", **where), finding(path="court_name", **where)], catalogue
    )
    sheet = book["暴力等の状況"]
    noted = [cell.coordinate for row in sheet.iter_rows(min_row=4) for cell in row if cell.comment]
    assert noted == ["C5"]
    assert [book["直すところ"].cell(row, 4).value for row in (2, 3)] == ["C5", "F4"]
