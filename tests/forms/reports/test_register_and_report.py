"""Promise: the register is a real Excel table in which nothing runs; the report says the same in four shapes."""

from __future__ import annotations

import io
import json
from datetime import date, datetime
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET
from zipfile import ZipFile

import openpyxl
import pypdfium2
import pytest

from forms.reports import report
from forms.reports.register import write_register
from forms.reports.workbook import ReportColumn, TableBook
from tests.rulebooks import OURS
from validators.model import Confirmation, Finding
from validators.review import Fate, Review, packed, summarise

if TYPE_CHECKING:
    from pathlib import Path

EVIL = '=HYPERLINK("http://evil.example","x")'


def fate(record: str, verdict: str = "issued", **changes: object) -> Fate:
    base = Fate(
        record=record,
        form="non-warning-notice",
        title="通知書（警告をしなかった旨及びその理由）",
        verdict=verdict,  # type: ignore[arg-type]
        edition=1,
        law_as_of="2024-06-20",
        pages=1,
        files={"pdf": f"{record}.pdf"} if verdict == "issued" else {},
        sha256={"pdf": "0" * 64} if verdict == "issued" else {},
        values=packed({"document_date": "2024-06-20", "reason": EVIL, "delivery_method": "direct", "fact": "＝1+1"}),
    )
    for name, value in changes.items():
        setattr(base, name, value)
    return base


@pytest.fixture
def review() -> Review:
    finding = Finding(
        "error",
        ("KNG-9(5)イ-c",),
        "「理由」が書かれていません。<b>",
        label="理由",
        cell="通知書!C5",
        record="B-1",
        form="non-warning-notice",
        supervisor="9(5)イの理由を欠く。",
    )
    waiting = Finding(
        "warning",
        ("KNG-9(5)イ-b",),
        "口頭の説明を確かめてください。",
        label="口頭説明日",
        record="C-1",
        form="non-warning-notice",
    )
    return summarise(
        [fate("A-1"), fate("B-1", "refused", findings=[finding]), fate("C-1", "waiting", findings=[waiting])],
        made_at="2026-07-01T09:00:00",
        as_of="2026-07-01",
        sources=["神奈川.xlsx"],
    )


def test_the_register_is_a_table_with_filter_frozen_heading_and_typed_cells(tmp_path: Path) -> None:
    path = tmp_path / "register.xlsx"
    confirmed = fate("A-2", confirmations=(Confirmation("KNG-9(5)イ-b", "課長 架空", "=1+1"),))
    write_register([fate("=A-1"), confirmed, fate("B-1", "refused")], OURS.catalogue, path)
    book = openpyxl.load_workbook(path)
    sheet = book["発行した文書"]
    (table,) = sheet.tables.values()
    assert table.ref == "A1:P3"
    assert table.autoFilter is not None
    assert sheet.freeze_panes == "B2"
    assert [column.name for column in table.tableColumns] == [cell.value for cell in sheet[1]]
    assert isinstance(sheet["F2"].value, datetime)
    assert [sheet["A2"].value, sheet["A2"].data_type] == ["=A-1", "s"]
    assert sheet["J3"].value == "=1+1"
    assert sheet["J3"].data_type == "s"


def test_nothing_in_the_register_is_a_formula(tmp_path: Path) -> None:
    """Read the raw XML: no <f> anywhere, and what looks like a formula is marked as text."""
    path = tmp_path / "register.xlsx"
    write_register([fate(EVIL)], OURS.catalogue, path)
    with ZipFile(path) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/"):
                assert not [node for node in ET.fromstring(archive.read(name)).iter() if node.tag.endswith("}f")]  # noqa: S314 - our own file
        assert b'quotePrefix="1"' in archive.read("xl/styles.xml")


def test_any_text_may_stand_in_the_register(tmp_path: Path) -> None:
    """No text breaks the file: control characters, quotes, days that are none or that Excel cannot count."""
    path, again = tmp_path / "register.xlsx", tmp_path / "again.xlsx"
    odd = ["2024-99-99", "1868-01-25", "1900-02-29T25:00", "a\x00b\ufffe<&>\"'", "  前後の空白\n二行目 "]
    fates = [fate(text) for text in odd]
    write_register(fates, OURS.catalogue, path)
    write_register(fates, OURS.catalogue, again)
    assert path.read_bytes() == again.read_bytes()
    shown = [row[0] for row in openpyxl.load_workbook(path).worksheets[0].iter_rows(min_row=2, values_only=True)]
    assert shown == [*odd[:3], "a\ufffdb\ufffd<&>\"'", odd[4]]


def test_what_no_cell_or_sheet_holds_is_cut_with_a_word_and_goes_on_on_a_further_sheet(tmp_path: Path) -> None:
    """Excel counts UTF-16 units, undoes _x0041_, rounds numbers of sixteen digits, and knows no day before 1900."""
    path = tmp_path / "wide.xlsx"
    long, wide = "あ" * 32_768, "𠮷" * 16_384
    values = [long, wide, "あ" * 32_767, "_x0041_", 10**16, float("nan"), date(1868, 1, 25), "1899-05-01T09:00"]
    with TableBook(path, most_rows=3) as book:
        assert book.add_table("帳簿[甲/乙]", [ReportColumn("値")], ([value] for value in values), name="T") == 8
    sheets = openpyxl.load_workbook(path).worksheets
    assert [sheet.title for sheet in sheets] == ["帳簿［甲／乙］", "続2 帳簿［甲／乙］", "続3 帳簿［甲／乙］"]
    assert [sheet.tables[name].ref for sheet, name in zip(sheets, ("T", "T_2", "T_3"), strict=True)] == [
        "A1:A4"
    ] * 2 + ["A1:A3"]
    shown = [str(cell) for sheet in sheets for (cell,) in sheet.iter_rows(min_row=2, values_only=True)]
    assert [text[-3:] for text in shown[:3]] == ["せん）", "せん）", "あああ"]
    assert max(len(text.encode("utf-16-le")) // 2 for text in shown[:3]) == 32_767
    assert shown[3:] == ["_x005F_x0041_", str(10**16), "nan", "1868-01-25", "1899-05-01T09:00"]


def test_a_minute_stays_that_minute(tmp_path: Path) -> None:
    """A moment is a fraction of a day in the file: every minute of a day is read back as it was written."""
    path = tmp_path / "register.xlsx"
    minutes = [f"2024-06-03T{n // 60:02}:{n % 60:02}" for n in range(24 * 60)]
    write_register([fate(minute) for minute in minutes], OURS.catalogue, path)
    sheet = openpyxl.load_workbook(path).worksheets[0]
    assert [row[0] for row in sheet.iter_rows(min_row=2, values_only=True)] == list(
        map(datetime.fromisoformat, minutes)
    )


def test_labels_stand_for_keys_and_protected_fields_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "register.xlsx"
    write_register([fate("A-1")], OURS.catalogue, path)
    sheet = openpyxl.load_workbook(path).worksheets[1]
    row = dict(zip([cell.value for cell in sheet[1]], [cell.value for cell in sheet[2]], strict=True))
    assert row["交付方法"] not in {None, "direct"}
    assert "申出をした者" not in row


def test_counts_and_next_steps(review: Review) -> None:
    assert review.verdicts["refused"] == 1
    assert [(c.clause, c.severity, c.records) for c in review.by_clause] == [
        ("KNG-9(5)イ-c", "error", 1),
        ("KNG-9(5)イ-b", "warning", 1),
    ]
    assert len(review.next_steps) == 3


def test_json_and_page_say_the_same_and_the_page_escapes(review: Review) -> None:
    data = json.loads(report.as_json(review))
    assert data["totals"]["records"] == 3
    page = report.as_html(review).decode()
    assert "&lt;b&gt;" in page
    assert "<b>。" not in page
    for text in ("KNG-9(5)イ-c", "発行しない", "理由", "次にすること", "神奈川.xlsx"):
        assert text in page
    assert "<script" not in page
    assert "http" not in page


def test_the_paper_says_the_same_and_is_tagged(review: Review) -> None:
    pdf = report.as_pdf(review)
    document = pypdfium2.PdfDocument(pdf)
    text = "".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    for words in ("点検報告", "KNG-9(5)イ-c", "発行しない", "通知書!C5"[:3]):
        assert words in text
    assert b"pdfuaid" in pdf
    assert report.as_pdf(review) == pdf


def test_the_workbook_holds_chart_findings_and_records(review: Review, tmp_path: Path) -> None:
    path = tmp_path / "review.xlsx"
    report.write_xlsx(review, path)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["条項別", "まとめ", "指摘", "記録", "次にすること"]
    with ZipFile(path) as archive:
        assert "xl/charts/chart1.xml" in archive.namelist()
    assert book["指摘"]["F2"].value == "「理由」が書かれていません。<b>"


def test_an_empty_review_is_a_report_too(tmp_path: Path) -> None:
    empty = summarise([], made_at="2026-07-01T09:00:00", as_of="2026-07-01")
    assert "処理する記録がありませんでした" in report.as_html(empty).decode()
    assert report.as_pdf(empty).startswith(b"%PDF")
    report.write_xlsx(empty, tmp_path / "review.xlsx")
    openpyxl.load_workbook(io.BytesIO((tmp_path / "review.xlsx").read_bytes()))
