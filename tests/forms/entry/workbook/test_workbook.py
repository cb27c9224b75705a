"""The entry workbook: what a clerk finds in it, and that reading it gives back exactly what was written into it."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from forms.entry import read_input, write_records, write_sheet
from forms.entry.reading.headings import HeadingWords
from tests.rulebooks import OURS
from validators.errors import InputError
from validators.invisible import nothing_in
from validators.model import Confirmation, Record
from validators.normalise import normalise

if TYPE_CHECKING:
    from collections.abc import Callable

    from openpyxl import Workbook

    from forms.entry import Batch
    from validators.definitions.catalogue import Catalogue


@pytest.fixture
def book(catalogue: Catalogue) -> Workbook:
    """Give the empty entry workbook of both forms, opened."""
    stream = io.BytesIO()
    write_sheet([catalogue.get(slug) for slug in catalogue.slugs()], stream)
    return load_workbook(stream)


def test_the_workbook_holds_a_sheet_for_each_form_and_list_and_the_guides(book: Workbook) -> None:
    """Titles are short, unique and of characters Excel allows."""
    assert book.sheetnames == ["はじめに", "所属", "通知書", "申立書［試験用］", "暴力等の状況", "選択肢"]


def test_the_headings_say_what_is_needed_and_why(book: Workbook) -> None:
    """Marks, colours by need, a note with the hint and the clause, the group above, panes frozen below the heading."""
    sheet = book["通知書"]
    heads = {cell.value: cell for cell in sheet[3]}
    assert {
        "整理番号",
        "事案番号",
        "＊作成年月日",
        "△口頭説明の有無",
        "電話番号",
        "確認した条項",
        "確認者",
        "確認の理由",
    } <= heads.keys()
    note = str(heads["＊作成年月日"].comment)
    assert "SHI-1" in note
    assert "通知書を作った日" in note
    colours = {heads[name].fill.fgColor.rgb for name in ("＊作成年月日", "△口頭説明の有無", "電話番号")}
    assert len(colours) == 3
    assert "申出をした者" in [cell.value for cell in sheet[2]]
    assert sheet.freeze_panes == "B4"
    assert sheet["A4"].value == "記入例"
    assert "shiomi-notice" in sheet["E1"].value
    properties = book.custom_doc_props  # type: ignore[attr-defined] # the stubs lack it
    assert {each.name for each in properties.props} == {"yoshiki.version", "yoshiki.forms"}


def test_choices_are_offered_by_their_labels(book: Workbook) -> None:
    """Drop-downs hold the labels (in 選択肢), 有/無 where the field's own words do, else はい/いいえ; texts are kept from becoming numbers."""
    formulas = {rule.formula1 for rule in book["通知書"].data_validations.dataValidation}
    assert '"有,無"' in formulas
    assert "'選択肢'!$A$2:$A$3" in formulas
    assert [cell.value for cell in book["選択肢"]["A"][:3]] == ["交付方法", "直接交付", "配達の記録が残る方法"]
    columns = {cell.value: get_column_letter(number) for number, cell in enumerate(book["通知書"][3], 1)}
    assert book["通知書"].column_dimensions[columns["電話番号"]].number_format == "@"


def test_an_empty_workbook_has_no_records_and_no_findings(read: Callable[..., Batch], book: Workbook) -> None:
    """The guide, the example rows and the choices are not data."""
    batch = read(book)
    assert (batch.records, batch.findings) == ([], [])


def test_every_heading_that_is_written_is_understood(catalogue: Catalogue, book: Workbook) -> None:
    """Each label as printed leads to its own field, those used twice included."""
    for slug, title in (("shiomi-notice", "通知書"), ("shiomi-petition", "申立書［試験用］")):
        form = catalogue.get(slug)
        vocabulary = HeadingWords(form.fields)
        row = 3 if slug == "shiomi-notice" else 2
        meant = [vocabulary.meanings(str(cell.value)) for cell in book[title][row]]
        assert all(len(meaning) == 1 for meaning in meant)
        own = {name for name, item in form.fields.items() if not item.fields}
        assert {next(iter(meaning)) for meaning in meant} >= own


LOST = "?？〓\ufffd"  # in a name they are asked about
WORDS = st.text(
    st.one_of(st.sampled_from("汐見県髙﨑𠮷葛\U000e0100 　=+-@'_x0A,、\"&<>"), st.characters(categories=["L", "N", "P", "S", "Zs"], exclude_characters=LOST)),
    min_size=1, max_size=20,
).filter(lambda text: not nothing_in(text) and len(text.splitlines()) == 1)  # fmt: skip
TEXTS = st.lists(WORDS, min_size=1, max_size=3).map("\n".join)
MODERN = date(1873, 1, 1)  # the calendar before is refused by normalise
DATES = st.dates(min_value=MODERN).map(lambda day: day.isoformat())
MOMENTS = st.datetimes(min_value=datetime.combine(MODERN, time())).map(
    lambda moment: moment.replace(microsecond=0).isoformat(timespec="minutes")
)
TIMES = st.times().map(lambda moment: moment.isoformat(timespec="minutes"))
PEOPLE = st.one_of(
    WORDS,
    st.fixed_dictionaries({"name": WORDS, "kana": WORDS}, optional={"birth_date": DATES, "post": WORDS, "rank": WORDS}),
)
NUMBERS = st.integers(min_value=-(10**14), max_value=10**14)
NOTICES = st.fixed_dictionaries(
    {"reason": TEXTS},
    optional={
        "document_date": DATES, "addressee_name": PEOPLE, "addressee_phone": st.just("03-0000-0000"), "respondent_address": WORDS,
        "delivery_method": st.sampled_from(["direct", "recorded_delivery"]), "explained": st.booleans(), "fee": NUMBERS,
        "fee_paid": NUMBERS, "pages": NUMBERS,
    },
)  # fmt: skip
INCIDENTS = st.fixed_dictionaries(
    {"description": TEXTS},
    optional={"occurred_at": MOMENTS, "place": WORDS, "witness": PEOPLE, "evidence_refs": st.lists(WORDS, min_size=1, max_size=3)},
)  # fmt: skip
PETITIONS = st.fixed_dictionaries(
    {"court_name": WORDS},
    optional={
        "petition_date": DATES, "filed_at": MOMENTS, "called_at": TIMES, "case_label": WORDS,
        "violence_types": st.lists(st.sampled_from(["physical", "threat", "both"]), min_size=1, unique=True),
        "exhibits": st.lists(WORDS, min_size=1, max_size=3), "incidents": st.lists(INCIDENTS, min_size=1, max_size=3),
    },
)  # fmt: skip
LINES = WORDS.map(str.strip)
CONFIRMATIONS = st.lists(st.builds(Confirmation, clause=st.just("SHI-1"), by=LINES, reason=LINES), max_size=3).map(
    tuple
)


def records_of(form: str, data: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[Record]:
    return st.builds(Record, form=st.just(form), id=st.just(""), data=data, confirmations=CONFIRMATIONS, case=LINES)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    st.lists(
        st.one_of(records_of("shiomi-notice", NOTICES), records_of("shiomi-petition", PETITIONS)),
        min_size=1,
        max_size=4,
    )
)
def test_reading_gives_back_exactly_what_was_written(catalogue: Catalogue, records: list[Record]) -> None:
    """After normalising, both ways of a record are the same: every character, date, choice, person and list."""
    records = [
        replace(record, id=f"2026-{i:03}", office={"name": "汐見県汐見警察署"}) for i, record in enumerate(records)
    ]
    stream = io.BytesIO()
    write_records([catalogue.get(slug) for slug in catalogue.slugs()], records, stream)
    stream.seek(0)
    batch = read_input(stream, name="a.xlsx", catalogue=catalogue)
    read_back = {record.id: record for record in batch.records}
    assert batch.findings == []
    assert read_back.keys() == {record.id for record in records}
    for record in records:
        form, other = catalogue.get(record.form), read_back[record.id]
        assert batch.findings_of(other) == []
        assert normalise(form, other) == normalise(form, record) == []
        assert (other.data, other.case, other.confirmations, other.office) == (
            record.data, record.case, record.confirmations, record.office
        )  # fmt: skip


@pytest.mark.parametrize(
    "data",
    [
        {"exhibits": ["甲\n乙"]},
        {"exhibits": [" "]},
        {"court_name": "あ" * 32_768},
        {"court_name": {"a": 1}},
        {"nothing": 1},
        {"incidents": ["x"]},
    ],
)
def test_what_a_workbook_cannot_give_back_is_refused(catalogue: Catalogue, data: dict[str, Any]) -> None:
    """A line break within a value of a list, a text longer than a cell, an unknown field: no silent loss."""
    with pytest.raises(InputError):
        write_records([catalogue.get("shiomi-petition")], [Record("shiomi-petition", "1", data)], io.BytesIO())


def test_what_stands_under_an_older_name_is_written_in_its_column() -> None:
    """A datum has one name and older ones; a workbook made of a record with an older name loses nothing."""
    form = OURS.catalogue.get("designation-application")
    data = {"victim_dob": "1992-06-15", "perpetrator_dob": "1988-01-20"}
    stream = io.BytesIO()
    write_records([form], [Record(form.slug, "1", data)], stream, exact=False)
    (back,) = read_input(io.BytesIO(stream.getvalue()), name="x.xlsx", catalogue=OURS.catalogue).records
    assert back.data["victim_birth_date"] == "1992-06-15"
    assert back.data["perpetrator_birth_date"] == "1988-01-20"


def test_records_of_two_offices_do_not_fit_one_workbook(catalogue: Catalogue) -> None:
    """The workbook has one sheet 所属."""
    records = [Record("shiomi-notice", name, {"reason": "あ"}, office={"name": name}) for name in ("甲", "乙")]
    with pytest.raises(InputError, match="所属"):
        write_records([catalogue.get("shiomi-notice")], records, io.BytesIO())
