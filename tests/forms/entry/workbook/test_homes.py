"""What the entry workbook promises of homes: the paper first, the case apart, never what the system knows; old workbooks hold."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from forms.entry.reading.inputs import read_input
from forms.entry.reading.survey import FACTS
from forms.entry.workbook.fill_sheet import write_records
from forms.entry.workbook.sheet import workbook
from tests.rulebooks import OURS
from validators.model import Record
from validators.normalise import normalise
from validators.schema import check_schema
from validators.statutes import check_statutes

CATALOGUE = OURS.catalogue
ROOT = Path(__file__).parents[4]
WARNING = {
    "document_date": "2024-06-20",
    "warning_date": "2024-06-20",
    "respondent_name": "乙野　次郎",
    "act_types": ["2_1_1"],
    "act_summary": "令和６年６月１日午後８時ころ、相手方の住居付近において見張りをした。",
    "warning_text": "今後、更に反復して当該行為をしてはならない。",
    "reasons": "連絡を断られた後も続いており、更に反復するおそれがあると認められるため。",
    "issuer_title": "汐見県汐見警察署長",
    "executed_orally": False,
    "applicant_phone": "090-0000-0000",
    "jurisdiction_basis": "respondent_residence",
    "respondent_domicile_status": "no_domicile_in_japan",
    "delivered_to": "行為者本人",
    "delivered_at": "2024-06-20T14:00",
}


def _read(content: BytesIO) -> list[Record]:
    content.seek(0)
    batch = read_input(content, name="試験.xlsx", catalogue=CATALOGUE)
    records = list(batch.records)
    assert [finding for finding in batch.findings if finding.severity == "error"] == []
    return records


@pytest.mark.parametrize(
    ("slug", "most"), [("warning", 30), ("protection-order-petition", 45), ("eviction-order-petition", 45)]
)
def test_the_main_sheet_asks_for_no_more_than_a_clerk_can_oversee(slug: str, most: int) -> None:
    _, pages = workbook([CATALOGUE.get(slug)])
    main = pages[0][0]
    assert len(main.columns) <= most
    assert FACTS in {page.title for page, _ in pages}


@pytest.mark.parametrize("slug", CATALOGUE.slugs())
def test_no_sheet_asks_for_what_the_system_knows(slug: str) -> None:
    _, pages = workbook([CATALOGUE.get(slug)])
    items = [
        column.item
        for page, _ in pages
        for column in page.columns
        if column.item and not page.form.fields.get(page.list_name)
    ]
    assert [item.name for item in items if item.home in {"ledger", "office"} and not item.printed] == []
    assert [item.name for item in items if not item.asked] == []


def test_what_is_printed_is_told_from_what_is_kept_and_a_condition_is_said() -> None:
    """The example and the heading's lines are green or brown, the title row says which; △ says when in its note."""
    book, _ = workbook([CATALOGUE.get("warning-request")])
    sheet = book["警告申出書"]
    legend = {sheet.cell(1, n).value: sheet.cell(1, n).fill.fgColor.rgb for n in (6, 7)}
    heads = {cell.value: cell for cell in sheet[3]}
    assert sheet.cell(4, heads["＊申出人氏名"].column or 0).fill.fgColor.rgb == legend["印字"]
    assert {cell.fill.fgColor.rgb for cell in book[FACTS][4][1:]} == {legend["控え"]}
    note = heads["△代書者"].comment
    assert note is not None
    assert note.text.startswith("「記載者」が「警察職員（代書）」のときは、必ず書きます。")


def test_a_record_is_written_and_read_back_with_the_facts_of_all_homes() -> None:
    """A ledger fact that a record holds gets its column: nothing is lost on the way through a workbook."""
    record = Record("warning", "W-1", dict(WARNING))
    out = BytesIO()
    write_records([CATALOGUE.get("warning")], [record], out)
    (back,) = _read(out)
    assert normalise(CATALOGUE.get("warning"), back) == []
    assert back.data == WARNING
    assert back.cells["delivered_to"].startswith(f"{FACTS}!")


def test_a_fact_written_on_both_sheets_with_two_values_is_told() -> None:
    out = BytesIO()
    write_records([CATALOGUE.get("warning")], [Record("warning", "W-1", dict(WARNING))], out)
    book = load_workbook(out)
    main = book["警告書"]
    column = main.max_column + 1
    main.cell(3, column).value, main.cell(5, column).value = "相手方の電話", "090-0000-0001"
    again = BytesIO()
    book.save(again)
    again.seek(0)
    batch = read_input(again, name="試験.xlsx", catalogue=CATALOGUE)
    (record,) = batch.records
    assert [finding.code for finding in batch.findings_of(record)] == ["written-twice"]


# The headings of a workbook as it was before homes: all on one sheet, delivery and approval among them.
OLD: tuple[tuple[str, Any], ...] = (
    ("整理番号", "W-1"),
    ("＊年月日", "令和6年6月20日"),
    ("＊警告の日", "令和6年6月20日"),
    ("措置の種類", "警告"),
    ("＊行為者氏名", "乙野　次郎"),
    ("行為者の住所の状況", "日本国内になし"),
    ("相手方（申出人）の氏名", "髙橋　美咲"),
    ("相手方の住所", "汐見県汐見市港町三丁目２番11号"),
    ("相手方の電話", "090-0000-0000"),
    ("＊行為（法2条各号）", "法２条１項１号（つきまとい・待ち伏せ・押し掛け・うろつき等）"),
    ("＊行為の要旨（申出人の住所を書かない）", WARNING["act_summary"]),
    ("＊更に反復して当該行為をしてはならない旨", WARNING["warning_text"]),
    ("＊警告の理由", WARNING["reasons"]),
    ("＊名義", "汐見県汐見警察署長"),
    ("管轄の根拠", "行為者の居所"),
    ("交付方法", "直接交付"),
    ("交付した相手", "行為者の妻"),
    ("交付した日時", "令和6年6月20日 午後2時"),
    ("＊口頭警告の有無", "いいえ"),
)


def test_a_workbook_in_the_old_shape_is_read_with_the_same_verdict() -> None:
    """Every old heading is known, and delivery to another than the respondent is refused as it was."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "警告書"
    sheet["A1"], sheet["E1"] = "警告書", "様式: warning（第1版）"
    for number, (heading, value) in enumerate(OLD, 1):
        sheet.cell(3, number, heading)
        sheet.cell(5, number, value)
    out = BytesIO()
    book.save(out)
    (record,) = _read(out)
    form = CATALOGUE.get("warning")
    assert normalise(form, record) == []
    assert len(record.data) == len(OLD) - 1
    assert record.data["respondent_domicile_status"] == "no_domicile_in_japan"
    assert check_schema(form, record, OURS.expressions, today=OURS.today()) == []
    found = {
        clause
        for finding in check_statutes(form, record, OURS)
        if finding.severity == "error"
        for clause in finding.clauses
    }
    assert "KNG-9(2)ア-b" in found


@pytest.mark.parametrize("path", sorted((ROOT / "samples").glob("*.xlsx")), ids=lambda path: path.stem)
def test_the_samples_of_before_are_read_without_an_unknown_heading(path: Path) -> None:
    batch = read_input(path, name=path.name, catalogue=CATALOGUE)
    assert list(batch.records)
    assert [finding.code for finding in batch.findings if finding.code == "unknown-heading"] == []
