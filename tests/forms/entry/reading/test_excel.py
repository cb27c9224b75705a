"""What Excel does to values is undone or named: dates in every Japanese format, serial 60, furigana, formulas, merges."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from typing import TYPE_CHECKING

import pytest
from openpyxl import Workbook
from openpyxl.styles import NamedStyle  # noqa: F401 - registers openpyxl's style machinery before formats are set by id
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from forms.entry.reading.cells import style_of
from validators.normalise import normalise

if TYPE_CHECKING:
    from collections.abc import Callable

    from forms.entry import Batch
    from validators.definitions.catalogue import Catalogue

HEAD = ["整理番号", "作成年月日", "理由", "交付方法", "申出をした者電話番号", "電話番号"]


def patched(book: Workbook, part: str, pattern: str, new: str) -> bytes:
    """Save a workbook and rewrite one of its parts, to get what openpyxl does not write."""
    saved, out = io.BytesIO(), io.BytesIO()
    book.save(saved)
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as changed:
        assert part in old.namelist()
        for info in old.infolist():
            content = old.read(info)
            if info.filename == part:
                text = content.decode()
                assert re.search(pattern, text)
                content = re.sub(pattern, new, text, count=1).encode()
            changed.writestr(info.filename, content)
    return out.getvalue()


def notice(value: object, number_format: str | None = None) -> Workbook:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "表"
    sheet.append(["整理番号", "作成年月日", "理由", "交付方法"])
    sheet.append(["1", value, "あ", "直接交付"])
    if number_format:
        sheet["B2"].number_format = number_format
    return book


@pytest.mark.parametrize("number_format_id", [14, *range(27, 32), 34, 35, 36, *range(50, 59)])
def test_serials_in_builtin_japanese_formats_are_dates(read: Callable[..., Batch], number_format_id: int) -> None:
    """45778 is 1 May 2025 in every built-in date format, which a common library returns as a plain number."""
    book = notice(45778, "0.000")
    content = patched(
        book,
        "xl/styles.xml",
        r'(<cellXfs.*?<xf numFmtId=")\d+("[^>]*/?>.*?<xf numFmtId=")\d+',
        rf"\g<1>0\g<2>{number_format_id}",
    )
    (record,) = read(content).records
    assert record.data["document_date"] == "2025-05-01"


@pytest.mark.parametrize(
    ("code", "shape"),
    [
        ('[$-411]ggge"年"m"月"d"日";@', "date"),
        ("[$-411]ge.m.d", "date"),
        ('[$-ja-JP-x-gannen]ggge"年"m"月"d"日"', "date"),
        ('ggge"年"', "date"),
        ("yyyy/m/d h:mm", "datetime"),
        ("h:mm", "time"),
        ("mm:ss", "time"),
        ("[h]:mm", "duration"),
        ("General", "number"),
        ('General"件"', "number"),
        ('"平成"0"年"', "number"),
        ('0"歳"', "number"),
        ('#,##0"d"', "number"),
        ("0.00E+00", "number"),
        ("[Red]#,##0;[Blue]-#,##0", "number"),
        ("@", "number"),
    ],
)  # fmt: skip
def test_number_formats_tell_dates_from_numbers(code: str, shape: str) -> None:
    """Era, year and month marks make a date; the same letters in quotes or colours do not."""
    assert style_of(176, code).shape == shape


def test_a_format_that_shows_only_the_year_is_read_and_told(read: Callable[..., Batch]) -> None:
    """The day is in the cell though the clerk cannot see it."""
    batch = read(notice(date(2025, 5, 1), 'ggge"年"'))
    (record,) = batch.records
    assert record.data["document_date"] == "2025-05-01"
    assert [(f.code, f.severity) for f in batch.findings_of(record)] == [("date-partly-shown", "info")]


@pytest.mark.parametrize(
    ("serial", "day"), [(1, "1900-01-01"), (59, "1900-02-28"), (61, "1900-03-01"), (2958465, "9999-12-31")]
)
def test_serials_count_as_excel_counts_them(read: Callable[..., Batch], serial: int, day: str) -> None:
    """Around the day that never was, and at the end of the calendar."""
    assert read(notice(serial, "yyyy/m/d")).records[0].data["document_date"] == day


@pytest.mark.parametrize(
    ("serial", "code"),
    [(60, "no-such-day"), (0, "unreadable-date"), (-1, "unreadable-date"), (2958466, "unreadable-date")],
)
def test_serials_of_no_day_refuse_the_record(read: Callable[..., Batch], serial: int, code: str) -> None:
    """29 February 1900 and what lies outside the calendar are errors with their cell, never a neighbouring day."""
    batch = read(notice(serial, "yyyy/m/d"))
    (record,) = batch.records
    assert "document_date" not in record.data
    assert [(f.code, f.severity, f.cell, f.path) for f in batch.findings_of(record)] == [
        (code, "error", "表!B2", "document_date")
    ]


def test_workbooks_counting_from_1904_are_read_by_their_own_count(read: Callable[..., Batch]) -> None:
    """The same serial is four years and a day later."""
    book = notice(date(2024, 5, 10), "yyyy/m/d")
    book.epoch = CALENDAR_MAC_1904
    assert read(book).records[0].data["document_date"] == "2024-05-10"
    assert (
        read(patched(notice(0, "yyyy/m/d"), "xl/workbook.xml", "<workbookPr", '<workbookPr date1904="1"'))
        .records[0]
        .data["document_date"]
        == "1904-01-01"
    )


def test_times_are_rounded_to_the_second_and_written_to_the_minute(
    read: Callable[..., Batch], make: Callable[..., Workbook]
) -> None:
    """14:30 is 14:30 although no binary fraction is; a date field drops midnight, a datetime field keeps it."""
    book = make(申立書=[["様式: shiomi-petition"], ["整理番号", "申立年月日", "到達日時", "時刻"],
                      ["1", 45422.0, 45422.604166666664, 0.6041666666666666]])  # fmt: skip
    for cell, code in (("B3", "yyyy/m/d h:mm"), ("C3", "yyyy/m/d h:mm"), ("D3", "h:mm")):
        book["申立書"][cell].number_format = code
    assert read(book).records[0].data == {
        "petition_date": "2024-05-10",
        "filed_at": "2024-05-10T14:30",
        "called_at": "14:30",
    }


def test_a_value_that_excel_turned_into_a_date_is_refused(
    read: Callable[..., Batch], make: Callable[..., Workbook]
) -> None:
    """1-2 typed into an address box becomes a date in Excel; the record is refused at that cell."""
    batch = read(make(表=[["整理番号", "作成年月日", "理由", "行為者住所"], ["1", None, "あ", date(2024, 1, 2)]]))
    (record,) = batch.records
    assert [(f.code, f.cell) for f in batch.findings_of(record)] == [("turned-into-date", "表!D2")]


def test_a_phone_number_that_lost_its_zero_is_named_by_normalise(
    read: Callable[..., Batch], make: Callable[..., Workbook], catalogue: Catalogue
) -> None:
    """Entry passes the number on, normalise refuses it at its cell: nobody guesses a zero."""
    batch = read(make(表=[["整理番号", "理由", "電話番号", "枚数"], ["1", "あ", 9000000000, "１２"]]))
    (record,) = batch.records
    assert record.data["addressee_phone"] == 9000000000
    findings = normalise(catalogue.get("shiomi-notice"), record)
    assert [(f.code, f.cell) for f in findings] == [("unreadable-phone", "表!C2")]
    assert record.data["pages"] == 12


def shared(item: str) -> bytes:
    """Make a workbook whose C2 is a shared string, as Excel writes them."""
    content = patched(
        notice("2024-05-10"), "xl/worksheets/sheet1.xml", r'<c r="C2".*?</c>', '<c r="C2" t="s"><v>1</v></c>'
    )
    out = io.BytesIO(content)
    space = "http://schemas.openxmlformats.org"
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            part = old.read(info)
            if info.filename == "xl/_rels/workbook.xml.rels":
                kind = f"{space}/officeDocument/2006/relationships/sharedStrings"
                link = f'<Relationship Id="rIdS" Type="{kind}" Target="/xl/sharedStrings.xml"/></Relationships>'
                part = part.replace(b"</Relationships>", link.encode())
            new.writestr(info.filename, part)
        strings = f'<sst xmlns="{space}/spreadsheetml/2006/main"><si><t>違う</t></si><si>{item}</si></sst>'
        new.writestr("xl/sharedStrings.xml", strings)
    return out.getvalue()


def test_furigana_does_not_stick_to_the_value(read: Callable[..., Batch]) -> None:
    """架空町 stays 架空町 when Excel keeps its reading beside it, in shared strings and in the cell itself."""
    item = '<r><t>架空</t></r><r><t>町</t></r><rPh sb="0" eb="2"><t>カクウチョウ</t></rPh><phoneticPr fontId="1"/>'
    inline = f'<c r="C2" t="inlineStr"><is>{item}</is></c>'
    for content in (shared(item), patched(notice(""), "xl/worksheets/sheet1.xml", r'<c r="C2".*?</c>', inline)):
        assert read(content).records[0].data["reason"] == "架空町"


def test_escaped_characters_come_back(read: Callable[..., Batch]) -> None:
    """_x000D_ is a carriage return, _x005F_ keeps an underscore."""
    assert read(shared("<t>甲_x000D_乙_x005F_x0041_</t>")).records[0].data["reason"] == "甲\r乙_x0041_"


def test_formulas_give_their_saved_value_or_a_finding(read: Callable[..., Batch]) -> None:
    """A formula computed by Excel is its value; one without a value, and an error value, refuse the record."""
    cell = r'<c r="C2"[^>]*>.*?</c>'
    one = notice("2024-05-10")
    computed = read(patched(one, "xl/worksheets/sheet1.xml", cell, '<c r="C2" t="str"><f>A1</f><v>理由</v></c>'))
    assert computed.records[0].data["reason"] == "理由"
    empty = read(patched(one, "xl/worksheets/sheet1.xml", cell, '<c r="C2"><f>A1</f><v></v></c>'))
    assert [(f.code, f.cell) for f in empty.findings_of(empty.records[0])] == [("formula-without-value", "表!C2")]
    wrong = read(patched(one, "xl/worksheets/sheet1.xml", cell, '<c r="C2" t="e"><f>A1</f><v>#N/A</v></c>'))
    assert [(f.code, f.severity) for f in wrong.findings_of(wrong.records[0])] == [("error-value", "error")]


def test_hidden_sheets_rows_and_columns_are_told_and_not_used(
    read: Callable[..., Batch], make: Callable[..., Workbook]
) -> None:
    """Nothing invisible gets into a document, and nothing is left out silently."""
    rows = [
        ["整理番号", "作成年月日", "理由", "交付方法"],
        ["1", "2024-05-10", "あ", "直接交付"],
        ["2", "2024-05-11", "い", None],
    ]
    book = make(表=rows, 別表=rows)
    book["別表"].sheet_state = "veryHidden"
    book["表"].row_dimensions[3].hidden = True
    book["表"].column_dimensions["D"].hidden = True
    batch = read(book)
    assert [(r.id, "delivery_method" in r.data) for r in batch.records] == [("1", False)]
    assert [(f.code, f.severity) for f in batch.findings] == [
        ("hidden-sheet", "warning"), ("hidden-column", "warning"), ("hidden-rows", "warning")
    ]  # fmt: skip
    assert "3行目" in batch.findings[2].message


def test_cells_merged_over_records_refuse_the_rows_without_a_value(
    read: Callable[..., Batch], make: Callable[..., Workbook]
) -> None:
    """What the second row's date is, nobody can say; the first row keeps its own."""
    book = make(表=[["整理番号", "作成年月日", "理由"], ["1", "2024-05-10", "あ"], ["2", None, "い"]])
    book["表"].merge_cells("B2:B3")
    batch = read(book)
    one, two = batch.records
    assert (one.data["document_date"], batch.findings_of(one)) == ("2024-05-10", [])
    assert [(f.code, f.cell) for f in batch.findings_of(two)] == [("merged-cell", "表!B3")]
