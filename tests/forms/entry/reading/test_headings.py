"""Headings are read as people write them; a heading that could mean two things is never guessed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from openpyxl import Workbook

    from forms.entry import Batch

HEAD = ["整理番号", "作成年月日", "理由", "交付方法"]


def codes(batch: Batch) -> list[str]:
    return sorted({finding.code for finding in batch.findings})


@pytest.mark.parametrize(
    "heading", ["＊理由", "△ 理由", "理　由", "理\n由", "reason", "Reason", "理由（必須）", "【理由】"]
)
def test_marks_width_blanks_and_line_breaks_do_not_matter(
    read: Callable[..., Batch], make: Callable[..., Workbook], heading: str
) -> None:
    """The same column is found under each of these headings."""
    batch = read(make(通知書=[["整理番号", "作成年月日", heading], ["1", "2024-05-10", "あ"]]))
    assert [record.data for record in batch.records] == [{"document_date": "2024-05-10", "reason": "あ"}]
    assert batch.findings == []


def test_columns_may_stand_in_any_order_below_a_title(
    read: Callable[..., Batch], make: Callable[..., Workbook]
) -> None:
    """A title row above and another order of columns change nothing; cells are named where they stand."""
    batch = read(make(表=[["通知書の一覧"], [], list(reversed(HEAD)), ["直接交付", "あ", "R6.5.10", "7"]]))
    (record,) = batch.records
    assert (record.id, record.data["reason"], record.cells["document_date"]) == ("7", "あ", "表!C4")


def test_two_row_headings_join_the_parent_with_the_child(
    read: Callable[..., Batch], make: Callable[..., Workbook]
) -> None:
    """申出をした者／氏名 and 行為者／氏名 are two fields although both columns are headed 氏名."""
    book = make(
        表=[
            ["整理番号", "申出をした者", None, "行為者", None, "理由"],
            [None, "氏名", "電話番号", "氏名", "住所", None],
            ["1", "汐見 花子", "03-0000-0000", "架空 太郎", "架空町", "あ"],
        ]
    )
    for area in ("A1:A2", "B1:C1", "D1:E1", "F1:F2"):
        book["表"].merge_cells(area)
    batch = read(book)
    assert batch.records[0].data == {
        "addressee_name": "汐見 花子", "addressee_phone": "03-0000-0000",
        "respondent_name": "架空 太郎", "respondent_address": "架空町", "reason": "あ",
    }  # fmt: skip


def test_two_row_headings_work_in_csv_where_nothing_can_be_merged(read: Callable[..., Batch]) -> None:
    """A parent written once carries to the right."""
    batch = read("整理番号,申出をした者,,行為者,\n,氏名,電話番号,氏名,住所\n1,あ,03-0000-0000,い,う\n", "a.csv")
    assert batch.records[0].data["respondent_name"] == "い"


def test_a_heading_that_may_mean_two_fields_stops_the_table(
    read: Callable[..., Batch], make: Callable[..., Workbook]
) -> None:
    """Two fields are called 手数料 but for blanks: the table stays unread and the candidates are named."""
    batch = read(make(表=[[*HEAD, "手数料"], ["1", "2024-05-10", "あ", "直接交付", "い"]]))
    assert batch.records == []
    (finding,) = [f for f in batch.findings if f.code == "ambiguous-heading"]
    assert "fee、fee_paid" in finding.message
    assert finding.cell == "表!E1"


def test_an_unknown_heading_is_a_warning_that_names_the_nearest(
    read: Callable[..., Batch], make: Callable[..., Workbook]
) -> None:
    """交付方方 is not used, and 交付方法 is proposed."""
    batch = read(make(表=[["整理番号", "作成年月日", "理由", "交付方方"], ["1", "2024-05-10", "あ", "い"]]))
    assert len(batch.records) == 1
    (finding,) = batch.findings
    assert (finding.severity, finding.cell) == ("warning", "表!D1")
    assert "「交付方法」" in finding.message


def test_a_heading_written_twice_stops_the_table(read: Callable[..., Batch], make: Callable[..., Workbook]) -> None:
    """Nobody can say which of two 理由 columns is meant."""
    batch = read(make(表=[[*HEAD, "理由"], ["1", "2024-05-10", "あ", "直接交付", "い"]]))
    assert batch.records == []
    assert codes(batch) == ["duplicate-heading"]


def test_the_example_row_is_passed_over(read: Callable[..., Batch], make: Callable[..., Workbook]) -> None:
    """記入例 is not a record."""
    batch = read(make(表=[HEAD, ["記入例", "2024-05-10", "例", "直接交付"], ["1", "2024-05-10", "あ", "直接交付"]]))
    assert [record.id for record in batch.records] == ["1"]


def test_rows_after_a_gap_are_read_and_blank_ones_are_not(
    read: Callable[..., Batch], make: Callable[..., Workbook]
) -> None:
    """U+3000 alone is blank; a row far below still counts."""
    batch = read(
        make(表=[HEAD, ["1", "2024-05-10", "あ", None], [], ["　", " "], [], [], ["2", "2024-05-11", "い", None]])
    )
    assert [(record.id, record.cells["reason"]) for record in batch.records] == [("1", "表!C2"), ("2", "表!C7")]


def test_a_row_without_an_id_gets_one_from_its_number(
    read: Callable[..., Batch], make: Callable[..., Workbook]
) -> None:
    """The id is stable, and an info says so."""
    batch = read(make(表=[HEAD, [None, "2024-05-10", "あ", None]]))
    assert [record.id for record in batch.records] == ["r2"]
    assert [(f.code, f.severity) for f in batch.findings] == [("record-id-made", "info")]


def test_values_below_no_heading_are_told(read: Callable[..., Batch], make: Callable[..., Workbook]) -> None:
    """A heading merged away over two columns, or none at all: the columns are named once, at the first value."""
    book = make(表=[HEAD, ["1", "2024-05-10", "あ", "い"], ["2", "2024-05-10", "あ", "い", "う"]])
    book["表"].merge_cells("C1:D1")
    batch = read(book)
    assert "addressee_name" not in batch.records[0].data
    assert [(f.code, f.severity, f.cell) for f in batch.findings] == [("no-heading", "warning", "表!D2")]
    assert "D列、E列" in batch.findings[0].message


def test_an_id_used_twice_refuses_both_rows(read: Callable[..., Batch], make: Callable[..., Workbook]) -> None:
    """Full-width and half-width digits are the same number."""
    batch = read(
        make(表=[HEAD, ["1", "2024-05-10", "あ", None], ["１", "2024-05-11", "い", None], ["2", None, "う", None]])
    )
    assert [record.id for record in batch.records] == ["2"]
    assert [(f.code, f.cell) for f in batch.findings] == [("duplicate-record", "表!A2"), ("duplicate-record", "表!A3")]


def test_rows_of_one_table_may_be_of_several_forms(read: Callable[..., Batch]) -> None:
    """The column 様式 takes slugs, titles and form numbers; a form that does not exist is a finding on that row only."""
    text = (
        "様式,整理番号,理由,裁判所,作成年月日\nshiomi-notice,1,あ,,2024-05-10\n申立書［試験用］,2,,汐見地方裁判所,\n"
        "試験様式第１号,3,い,,2024-05-10\nshiomi-nothing,4,う,,\n"
    )
    batch = read(text, "a.csv")
    assert [(record.form, record.id) for record in batch.records] == [
        ("shiomi-notice", "1"), ("shiomi-petition", "2"), ("shiomi-notice", "3")
    ]  # fmt: skip
    assert [(f.code, f.cell) for f in batch.findings] == [("unknown-form", "表!A5")]


def test_a_sheet_of_no_form_is_named_and_the_others_are_read(
    read: Callable[..., Batch], make: Callable[..., Workbook]
) -> None:
    """Nothing is passed over silently."""
    batch = read(make(メモ=[["買い物"], ["牛乳"]], 表=[HEAD, ["1", "2024-05-10", "あ", None]]))
    assert len(batch.records) == 1
    assert [(f.code, f.cell) for f in batch.findings] == [("sheet-not-used", "メモ!A1")]


def test_list_rows_go_to_their_record_and_orphans_are_named(
    read: Callable[..., Batch], make: Callable[..., Workbook]
) -> None:
    """整理番号 ties a list's rows to the record; a number merged down over several rows serves them all."""
    book = make(
        申立書=[["様式: shiomi-petition"], ["整理番号", "申立年月日", "裁判所"], ["1", "2024-05-10", "汐見地方裁判所"]],
        暴力等の状況=[
            ["整理番号", "日時", "状況"],
            ["1", None, "甲"],
            [None, None, "乙"],
            ["9", None, "丙"],
            [None, None, "丁"],
        ],
    )
    book["暴力等の状況"].merge_cells("A2:A3")
    batch = read(book)
    assert batch.records[0].data["incidents"] == [{"description": "甲"}, {"description": "乙"}]
    assert batch.records[0].cells["incidents[1].description"] == "暴力等の状況!C3"
    assert [(f.code, f.cell) for f in batch.findings] == [
        ("orphan-row", "暴力等の状況!A4"), ("orphan-row", "暴力等の状況!A5")
    ]  # fmt: skip


def test_confirmations_stand_line_by_line(read: Callable[..., Batch], make: Callable[..., Workbook]) -> None:
    """Two clauses, one person, two reasons; an incomplete confirmation refuses its record."""
    head = [*HEAD, "確認した条項", "確認者", "確認の理由"]
    book = make(
        表=[
            head,
            ["1", None, "あ", None, "SHI-1\nSHI-2", "係長　架空", "甲\n乙"],
            ["2", None, "い", None, "SHI-1", None, "丙"],
        ]
    )
    batch = read(book)
    one, two = batch.records
    assert [(c.clause, c.by, c.reason) for c in one.confirmations] == [
        ("SHI-1", "係長　架空", "甲"),
        ("SHI-2", "係長　架空", "乙"),
    ]
    assert two.confirmations == ()
    assert [(f.code, f.severity, f.cell) for f in batch.findings_of(two)] == [("bad-confirmation", "error", "表!E3")]


def test_the_office_profile_is_given_to_every_record(read: Callable[..., Batch], make: Callable[..., Workbook]) -> None:
    """Labels and keys are both known; an unknown one is a warning."""
    book = make(
        所属=[["所属名", "汐見県汐見警察署"], ["division", "生活安全課"], ["天気", "晴れ"]],
        表=[HEAD, ["1", None, "あ", None]],
    )
    batch = read(book)
    assert batch.records[0].office == {"name": "汐見県汐見警察署", "division": "生活安全課"}
    assert codes(batch) == ["unknown-office-item"]


def test_furigana_columns_make_a_person_of_a_name(read: Callable[..., Batch], make: Callable[..., Workbook]) -> None:
    """The label of a person with ふりがな is that person's reading."""
    book = make(
        申立書=[["様式: shiomi-petition"], ["整理番号", "裁判所"], ["1", "汐見地方裁判所"]],
        暴力等の状況=[
            ["整理番号", "状況", "目撃者", "目撃者（ふりがな）"],
            ["1", "甲", "架空 太郎", "かくう たろう"],
            ["1", "乙", "架空 次郎", None],
        ],
    )
    people = [item["witness"] for item in read(book).records[0].data["incidents"]]
    assert people == [{"name": "架空 太郎", "kana": "かくう たろう"}, "架空 次郎"]
