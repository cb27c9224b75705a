"""Entry that fits a clerk: what nobody sees is no value, letters lost are asked for, the example helps and is never dropped in silence."""

from __future__ import annotations

import io
import json
from datetime import date
from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook

from forms.entry import read_input, write_sheet
from forms.entry.reading.example_rows import fingerprint, former_examples
from tests.rulebooks import OURS, line_on
from validators.normalise import normalise

if TYPE_CHECKING:
    from collections.abc import Callable

    from openpyxl import Workbook

    from forms.entry import Batch
    from validators.definitions.catalogue import Catalogue

HEAD = ["整理番号", "作成年月日", "理由", "申出をした者の氏名", "交付方法"]
UNSEEN = ["\u200b", "\ufeff", "\u00ad", "\u200e", "\u200f", "\u2060", "\u200d"]


@pytest.mark.parametrize("mark", UNSEEN)
def test_what_nobody_sees_does_not_matter_in_headings_dates_ids_and_choices(
    read: Callable[..., Batch], make: Callable[..., Workbook], catalogue: Catalogue, mark: str
) -> None:
    """The same record comes of both, from a workbook, CSV and JSON."""
    row = ["7", "2024-05-10", "架空の理由", "汐見　花子", "直接交付"]
    spoilt = [f"{mark}{cell[:1]}{mark}{cell[1:]}{mark}" for cell in row]
    heads = [f"{mark}{head}{mark}" for head in HEAD]
    text = "\n".join(",".join(line) for line in (heads, spoilt))
    names = ("record", "document_date", "reason", "addressee_name", "delivery_method")
    data = dict(zip(names[1:], spoilt[1:], strict=True))
    item = json.dumps([{"form": "shiomi-notice", "record": spoilt[0], "data": data}])
    for content, name in ((make(表=[heads, spoilt]), "a.xlsx"), (text, "a.csv"), (item, "a.json")):
        (record,) = read(content, name).records
        told = normalise(catalogue.get("shiomi-notice"), record)
        assert record.id == "7"
        assert record.data == {
            "document_date": "2024-05-10", "addressee_name": "汐見　花子", "reason": "架空の理由", "delivery_method": "direct"
        }  # fmt: skip
        # the mark at a file's beginning says nothing anywhere; any other is named where a name holds it
        assert [(f.code, f.severity, f.path) for f in told] == (
            [] if mark == "\ufeff" else [("invisible-character", "info", "addressee_name")]
        )


@pytest.mark.parametrize(
    "value", ["\u200b", "\u00ad\u2060", "\u3164", "\u2800", "\ufeff", "\u180e", "\u034f", "\u115f", "　\u200b "]
)
def test_a_box_of_nothing_else_is_blank(read: Callable[..., Batch], catalogue: Catalogue, value: str) -> None:
    """In a workbook's cell as in JSON."""
    item = json.dumps([{"form": "shiomi-notice", "record": "1", "data": {"reason": "あ", "addressee_name": value}}])
    (record,) = read(item, "a.json").records
    assert normalise(catalogue.get("shiomi-notice"), record) == []
    assert record.data == {"reason": "あ"}


@pytest.mark.parametrize("name", ["汐見　?子", "汐見　〓子", "？見　花子"])
def test_a_letter_that_an_export_has_lost_is_asked_for(
    read: Callable[..., Batch], catalogue: Catalogue, name: str
) -> None:
    """In names and addresses, once, at the cell; a question mark in a text is a question mark."""
    batch = read(
        f"整理番号,作成年月日,理由,申出をした者の氏名,行為者住所\n1,2024-05-10,なぜ？,{name},架空町?番地\n", "a.csv"
    )
    (record,) = batch.records
    found = normalise(catalogue.get("shiomi-notice"), record)
    assert [(f.code, f.severity, f.cell) for f in found] == [
        ("lost-character", "error", "表!D2"), ("lost-character", "error", "表!E2")
    ]  # fmt: skip
    assert record.data["reason"] == "なぜ？"


def test_ids_differ_by_their_marks(read: Callable[..., Batch]) -> None:
    """1-10 and 1・10 and 110 are three records; Ａ１ and a1 are one."""
    rows = "\n".join(f"{id_},2024-05-10,あ" for id_ in ("1-10", "1・10", "110", "Ａ１", "a1"))
    batch = read(f"整理番号,作成年月日,理由\n{rows}\n", "a.csv")
    assert [record.id for record in batch.records] == ["1-10", "1・10", "110"]
    assert [f.code for f in batch.findings] == ["duplicate-record"] * 2


def test_a_row_without_id_is_called_by_its_own_number(read: Callable[..., Batch]) -> None:
    """The finding says the very name the record bears."""
    batch = read("整理番号,作成年月日,理由\n,2024-05-10,あ\n", "a.csv")
    (record,) = batch.records
    assert record.id == "r2"
    assert "「r2」" in batch.findings[0].message


def test_the_sheet_of_choices_is_no_data(read: Callable[..., Batch]) -> None:
    """Options below their labels, saved as CSV by mistake, are told as what they are."""
    text = "暴力の種別,交付方法\n身体に対する暴力,直接交付\n生命等に対する脅迫,配達の記録が残る方法\n"
    batch = read(text, "選択肢.csv", form=None)
    assert batch.records == []


def filled(slug: str, catalogue: Catalogue) -> tuple[Workbook, list[str]]:
    """Make the entry workbook of a form, fill 所属 by its examples, and name the sheets that have a row 記入例."""
    out = io.BytesIO()
    write_sheet([catalogue.get(slug)], out)
    book = load_workbook(io.BytesIO(out.getvalue()))
    office = book["所属"]
    for row in range(2, office.max_row + 1):
        office.cell(row, 2).value = office.cell(row, 3).value
    return book, [
        sheet.title for sheet in book.worksheets if sheet["A4"].value == "記入例" or sheet["A3"].value == "記入例"
    ]


@pytest.mark.parametrize("slug", OURS.catalogue.slugs())
def test_copying_the_example_gives_a_lawful_record(slug: str) -> None:
    """For every form and each of its list sheets: whatever a law weighs, the sheet asks for."""
    catalogue = OURS.catalogue
    book, titles = filled(slug, catalogue)
    for title in titles:
        sheet = book[title]
        rows = [row for row in range(1, sheet.max_row + 1) if sheet.cell(row, 1).value == "記入例"]
        for place, row in enumerate(rows, rows[-1] + 1):
            for column in range(1, sheet.max_column + 1):
                source = sheet.cell(row, column)
                sheet.cell(place, column).value = source.value if column > 1 else 1
                sheet.cell(place, column).number_format = source.number_format
    out = io.BytesIO()
    book.save(out)
    batch = read_input(io.BytesIO(out.getvalue()), name="入力.xlsx", catalogue=catalogue)
    (record,) = batch.records
    assert (record.id, batch.findings, batch.findings_of(record)) == ("1", [], [])
    judged = line_on(date(2026, 11, 30)).judge(record)
    assert [f for f in judged.fate.findings if f.severity != "info"] == []


def test_an_empty_workbook_says_nothing_of_its_examples(catalogue: Catalogue) -> None:
    """The row 記入例 as it was made is passed over in silence; 所属 is the first sheet to be filled."""
    del catalogue
    ours = OURS.catalogue
    for slug in ours.slugs():
        book, _ = filled(slug, ours)
        assert book.sheetnames[:2] == ["はじめに", "所属"]
        out = io.BytesIO()
        book.save(out)
        batch = read_input(io.BytesIO(out.getvalue()), name="入力.xlsx", catalogue=ours)
        assert (batch.records, batch.findings) == ([], [])


def example_row(label: str, value: str, mark: Callable[[str], str]) -> tuple[list[tuple[str, str, str]], str]:
    """Put a value into a notice's row 記入例 and change what its title row says; return the findings and the sheet's name."""
    ours = OURS.catalogue
    book, titles = filled("non-warning-notice", ours)
    sheet, cell = next(
        (book[title], found) for title in titles for found in book[title]["3:3"] if label in str(found.value)
    )
    sheet.cell(4, cell.column).value = value
    sheet["E1"].value = mark(str(sheet["E1"].value))
    out = io.BytesIO()
    book.save(out)
    batch = read_input(io.BytesIO(out.getvalue()), name="入力.xlsx", catalogue=ours)
    assert batch.records == []
    return [(f.code, f.severity, f.cell) for f in batch.findings], sheet.title


def test_what_is_typed_over_the_example_is_told() -> None:
    """Nothing becomes of the row, and nobody is left to think so: an error where it is all that was entered."""
    found, title = example_row("申出をした者", "架空　花代", lambda mark: mark)
    assert found == [("example-typed-over", "error", f"{title}!A4")]


def test_a_row_of_examples_is_known_again_when_the_examples_have_changed() -> None:
    """By the fingerprint it was given out with; of workbooks older than that, by what their examples are known to have been."""
    former = former_examples("non-warning-notice")[0]["direct_delivery_impracticable_reason"]
    assert example_row("直接交付が困難な事情", former, lambda mark: mark.partition(" 記入例")[0])[0] == []
    book, titles = filled("non-warning-notice", OURS.catalogue)
    sheet = book[titles[0]]
    heads = {str(cell.value).strip("＊△"): sheet.cell(4, cell.column).value for cell in sheet["3:3"]}
    del heads["整理番号"]
    theirs = fingerprint({**heads, "申出をした者": "汐見　とも"}.values())
    assert (
        example_row("申出をした者", "汐見　とも", lambda mark: f"{mark.partition(' 記入例')[0]} 記入例: {theirs}")[0]
        == []
    )
