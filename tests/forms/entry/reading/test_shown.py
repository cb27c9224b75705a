"""What a cell shows is what is taken, or it is said that the two differ."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Color, Font, PatternFill

from forms.entry.reading.formats import shown_number, shown_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from openpyxl import Workbook

    from forms.entry import Batch

HEAD = ["整理番号", "作成年月日", "理由", "枚数"]
SHEET = "xl/worksheets/sheet1.xml"


def with_parts(book: Workbook, **changes: tuple[str, str]) -> bytes:
    """Save a workbook and rewrite parts: name of a part's file → (pattern, replacement)."""
    saved, out = io.BytesIO(), io.BytesIO()
    book.save(saved)
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            text = old.read(info).decode()
            for leaf, (pattern, replacement) in changes.items():
                if info.filename.endswith(f"/{leaf}.xml"):
                    assert re.search(pattern, text, re.DOTALL)
                    text = re.sub(pattern, replacement, text, count=1, flags=re.DOTALL)
            new.writestr(info.filename, text)
    return out.getvalue()


def one(read: Callable[..., Batch], content: Workbook | bytes) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    batch = read(content)
    (record,) = batch.records
    return record.data, [(f.code, f.cell) for f in batch.findings_of(record)]


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (7, "000", "007"), (31, '"架空第"0"号"', "架空第31号"), (7654321, r"000\-0000", "765-4321"), (9876543, "#,##0", "9,876,543"),
        (28, "[DBNum1]0", "二十八"), (110, "[DBNum1][$-411]0", "百十"), (110, "[DBNum2]0", "壱百壱拾"), (28, "[DBNum3]0", "２８"),
        (10_000, "[DBNum1]0", "一万"), (0.25, "0%", "25%"), (0.375, "# ?/?", "3/8"), (3.5, "# ?/?", "3 1/2"), (1.5, "?/2", "3/2"),
        (98765, "0.00E+00", "9.88E+04"), (-3, '0;"△"0', "△3"), (0, '0;0;"なし"', "なし"), (4321, "_-¥* #,##0_-;-¥* #,##0_-", "¥4,321"),
        (2000, "#,##0,", "2"), (312345678, "00-0000-0000", "03-1234-5678"), (2, '[=1]"甲";[=2]"乙";0', "乙"), (12.5, 'General"円"', "12.5円"),
        (20250401, '0000"年"00"月"00"日"', "2025年04月01日"), (2.5, "0", "3"), (1234.5, "#,##0.0#", "1,234.5"), (5, ";;;", ""),
        (-7, "[Red]-0", "--7"), (3, "##0.0E+0", "3.0E+0"),
    ],
)  # fmt: skip
def test_numbers_are_shown_as_their_format_shows_them(value: float, code: str, shown: str) -> None:
    """Padding, literals, thousands, kanji, fractions, exponents, sections, conditions, currency."""
    assert shown_number(value, code) == shown


def test_texts_are_shown_as_the_section_for_texts_shows_them() -> None:
    """A format without such a section leaves a text alone."""
    assert [shown_text("架空", code) for code in ('@"様"', "0", '0;0;0;"氏名 "@', ";;;")] == [
        "架空様",
        "架空",
        "氏名 架空",
        "",
    ]


@pytest.mark.parametrize(
    ("code", "value", "reason"),
    [('"架空第"0"号"', 31, "架空第31号"), ("0000", 45, "0045"), ("[DBNum1]0", 45, "四十五"), ("0%", 0.5, "50%")],
)
def test_a_text_box_takes_what_its_cell_shows(
    read: Callable[..., Batch], make: Callable[..., Workbook], code: str, value: float, reason: str
) -> None:
    """A number dressed as a document's number is that number's text."""
    book = make(表=[HEAD, ["1", "2024-05-10", value, None]])
    book["表"]["C2"].number_format = code
    assert one(read, book) == ({"document_date": "2024-05-10", "reason": reason}, [])


def test_an_id_is_what_its_cell_shows(read: Callable[..., Batch], make: Callable[..., Workbook]) -> None:
    """0012 stays 0012, 1 is 1 and not 1.0, １ is 1."""
    book = make(表=[HEAD, [12, "2024-05-10", "あ"], [1.0, "2024-05-10", "い"], ["２", "2024-05-10", "う"]])
    book["表"]["A2"].number_format = "0000"
    assert [record.id for record in read(book).records] == ["0012", "1", "2"]
    items = '[{"form": "shiomi-notice", "record": 1.0, "data": {"reason": "あ"}}]'
    assert [record.id for record in read(items, "a.json").records] == ["1"]


@pytest.mark.parametrize(
    ("code", "value", "told"), [("#,##0", 12, None), ("0", 12.4, "shown-otherwise"), ("#,##0,", 12000, "shown-otherwise"), ("[DBNum1]0", 12, None)]
)  # fmt: skip
def test_a_number_that_is_shown_as_another_is_told(
    read: Callable[..., Batch], make: Callable[..., Workbook], code: str, value: float, told: str | None
) -> None:
    """12.4 shown as 12, and 12000 shown as 12, are no counts anybody has seen."""
    book = make(表=[HEAD, ["1", "2024-05-10", "あ", value]])
    book["表"]["D2"].number_format = code
    data, found = one(read, book)
    assert found == ([(told, "表!D2")] if told else [])
    assert data.get("pages") == (None if told else value)


def test_a_value_that_its_format_hides_is_told(read: Callable[..., Batch], make: Callable[..., Workbook]) -> None:
    """Nobody can have checked what the cell does not show."""
    book = make(表=[HEAD, ["1", "2024-05-10", "見えない理由", 3]])
    book["表"]["C2"].number_format = book["表"]["D2"].number_format = ";;;"
    assert one(read, book) == ({"document_date": "2024-05-10"}, [("not-shown", "表!C2"), ("not-shown", "表!D2")])


def test_the_number_of_a_day_in_a_plain_cell_is_one_finding_that_says_so(
    read: Callable[..., Batch], make: Callable[..., Workbook]
) -> None:
    """The finding names the day it would be in Excel, counting from 1904 where the workbook does."""
    book = make(表=[HEAD, ["1", 45422, "あ"]])
    batch = read(book)
    (told,) = batch.findings_of(batch.records[0])
    assert (told.code, told.cell) == ("date-without-format", "表!B2")
    assert "2024/05/10" in told.message
    counted = read(with_parts(book, workbook=("<workbookPr", '<workbookPr date1904="1"')))
    assert "2028/05/11" in counted.findings_of(counted.records[0])[0].message


def test_an_extension_of_the_workbook_does_not_count_its_days(
    read: Callable[..., Batch], make: Callable[..., Workbook]
) -> None:
    """An element of another namespace that bears the same name says nothing of dates."""
    book = make(表=[HEAD, ["1", 43960, "あ"]])
    book["表"]["B2"].number_format = "yyyy/m/d"
    extension = '<extLst><ext uri="{x}" xmlns:e="urn:x"><e:workbookPr date1904="0"/></ext></extLst></workbook>'
    flagged = with_parts(book, workbook=("<workbookPr", '<workbookPr date1904="1"'))
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(flagged)) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            text = old.read(info).decode()
            new.writestr(info, text.replace("</workbook>", extension) if info.filename == "xl/workbook.xml" else text)
    assert one(read, out.getvalue())[0]["document_date"] == "2024-05-10"


def test_formats_of_conditional_formatting_are_no_formats_of_cells(
    read: Callable[..., Batch], make: Callable[..., Workbook]
) -> None:
    """A differential format that gives number 14 another code changes no date."""
    book = make(表=[HEAD, ["1", 45422, "あ"]])
    book["表"]["B2"].number_format = "mm-dd-yy"
    dxf = '<dxfs count="1"><dxf><numFmt numFmtId="14" formatCode="0.00%"/></dxf></dxfs><tableStyles'
    content = with_parts(book, styles=(r"(<dxfs[^>]*/>)?<tableStyles", dxf))
    assert one(read, content)[0]["document_date"] == "2024-05-10"


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ('<c r="C2" t="inlineStr"><v>7</v><is><t>正しい理由</t></is></c>', "正しい理由"),
        ('<c r="C2" t="inlineStr"><is><t>正しい理由</t></is><v>7</v></c>', "正しい理由"),
        ('<c r="C2" t="str"><is><t>残り</t></is><v>正しい理由</v></c>', "正しい理由"),
    ],
)
def test_left_overs_beside_a_value_are_not_taken(
    read: Callable[..., Batch], make: Callable[..., Workbook], cell: str, reason: str
) -> None:
    """Some programs leave an old value beside a new text."""
    content = with_parts(make(表=[HEAD, ["1", "2024-05-10", "あ"]]), sheet1=(r'<c r="C2".*?</c>', cell))
    assert one(read, content)[0]["reason"] == reason


@pytest.mark.parametrize(
    ("text", "day"), [("2024-05-10", "2024-05-10"), ("2024-05-10T00:00:00", "2024-05-10"), ("2024-05-10T00:00:00.000Z", "2024-05-10")]
)  # fmt: skip
def test_dates_of_strict_files_are_dates(
    read: Callable[..., Batch], make: Callable[..., Workbook], text: str, day: str
) -> None:
    """t="d" holds ISO text; in a box for texts it is a value that a spreadsheet has turned into a date."""
    book = make(表=[HEAD, ["1", "x", "あ"]])
    stored = f'<c r="B2" t="d"><v>{text}</v></c>'
    assert one(read, with_parts(book, sheet1=(r'<c r="B2".*?</c>', stored)))[0]["document_date"] == day
    other = stored.replace("B2", "C2")
    assert one(read, with_parts(book, sheet1=(r'<c r="C2".*?</c>', other)))[1] == [("turned-into-date", "表!C2")]


def test_the_time_behind_a_day_is_not_taken_where_a_day_is_shown(
    read: Callable[..., Batch], make: Callable[..., Workbook]
) -> None:
    """A date box takes the day its cell shows; a box for a moment takes both and says that the time is not shown."""
    book = make(申立書=[["様式: shiomi-petition"], ["整理番号", "申立年月日", "到達日時"], ["1", 45422.75, 45422.75]])
    for cell in ("B3", "C3"):
        book["申立書"][cell].number_format = "yyyy/m/d"
    data, found = one(read, book)
    assert data == {"petition_date": "2024-05-10", "filed_at": "2024-05-10T18:00"}
    assert ("date-partly-shown", "申立書!C3") in found


STRUCK = Font(strike=True)


def test_a_cell_struck_out_is_asked_about(read: Callable[..., Batch], make: Callable[..., Workbook]) -> None:
    """The whole cell, or a part of its text: what was cancelled is not taken, and the record waits for an answer."""
    book = make(表=[HEAD, ["1", "2024-05-10", "あ", 3]])
    book["表"]["C2"].font = STRUCK
    assert one(read, book) == ({"document_date": "2024-05-10", "pages": 3}, [("struck-out", "表!C2")])
    book["表"]["C2"].font = Font()
    book["表"]["C2"].value = CellRichText(
        "対象者は", TextBlock(InlineFont(strike=True), "架空町一丁目"), "架空町二丁目"
    )
    assert one(read, book)[1] == [("struck-out", "表!C2")]


def test_a_row_struck_out_is_told_once_and_its_id_is_free(
    read: Callable[..., Batch], make: Callable[..., Workbook]
) -> None:
    """A cancelled row is no record and no duplicate of the row written instead; alone it leaves nobody to think it was read."""
    rows = [["1", "2024-05-10", "あ", 3], ["1", "2024-05-11", "い", 4]]
    book = make(表=[HEAD, *rows])
    for cell in book["表"]["2:2"]:
        cell.font = STRUCK
    batch = read(book)
    assert [record.data["reason"] for record in batch.records] == ["い"]
    assert [(f.code, f.severity, f.cell) for f in batch.findings] == [("struck-out", "warning", "表!A2")]
    book["表"].delete_rows(3)
    batch = read(book)
    assert (batch.records, [f.severity for f in batch.findings]) == ([], ["error"])


@pytest.mark.parametrize(
    ("colour", "ground", "seen"),
    [
        ("FFFFFFFF", None, False),
        ("FFFEFEFE", None, False),
        (Color(theme=0), None, False),
        (Color(theme=0, tint=-0.05), None, False),
        (Color(theme=1, tint=0.95), None, False),
        (Color(theme=1, tint=0.35), None, True),
        (Color(theme=0), Color(theme=4, tint=-0.25), True),
        (Color(theme=0), Color(theme=1, tint=0.5), True),
        (Color(indexed=9), None, False),
        ("FFFFFFFF", "FF1F3864", True),
        ("FF1F3864", "FF1F3864", False),
        ("FF000000", None, True),
        ("FFFF0000", "FFFFFF00", True),
    ],
)
def test_a_text_coloured_like_its_ground_is_told(
    read: Callable[..., Batch], make: Callable[..., Workbook], colour: str, ground: Any, *, seen: bool
) -> None:
    """White on white, or any colour on itself: nobody can have checked it; white on a dark ground is read."""
    book = make(表=[HEAD, ["1", "2024-05-10", "あ", 3]])
    book["表"]["C2"].font = Font(color=colour)
    if ground:
        book["表"]["C2"].fill = PatternFill("solid", fgColor=ground)
    assert one(read, book)[1] == ([] if seen else [("unseen-text", "表!C2")])


def test_what_is_struck_out_counts_nowhere(read: Callable[..., Batch], make: Callable[..., Workbook]) -> None:
    """Nor in a list's sheet, nor as an id."""
    book = make(表=[HEAD, ["1", "2024-05-10", "あ", 3], ["2", "2024-05-11", "い", 4]])
    book["表"]["A3"].font = STRUCK
    batch = read(book)
    assert [record.id for record in batch.records] == ["1"]
    assert [(f.code, f.cell) for f in batch.findings] == [("struck-out", "表!A3")]


def test_a_row_named_as_an_example_is_told(read: Callable[..., Batch], make: Callable[..., Workbook]) -> None:
    """例 and 記載例 stand in the place of a number as 記入例 does: no paper is made of them, and it is said."""
    for name in ("例", "（例）", "記載例", "見本"):
        batch = read(make(表=[HEAD, [name, "2024-05-10", "あ", 3], ["例7号", "2024-05-11", "い", 4]]))
        assert [record.id for record in batch.records] == ["例7号"]
        assert [(f.code, f.cell) for f in batch.findings] == [("example-typed-over", "表!A2")]
