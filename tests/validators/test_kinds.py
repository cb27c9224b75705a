"""Promise: one row says everything about a type of value, and no type is without a part of it."""

from __future__ import annotations

from datetime import datetime, time
from io import BytesIO
from typing import Any

import jsonschema
import openpyxl
import pytest

from forms.entry import write_records
from forms.paper.fill import shown
from validators.by_cerberus import FormValidator
from validators.expressions.functions import VOCABULARY
from validators.kinds import FIELD_TYPES, KINDS, read_value
from validators.labels import AUDIENCE_LABELS, OFFICE_LABELS, OFFICE_WORDS, SEVERITY_LABELS, VERDICT_LABELS
from validators.model import AUDIENCES, Field, Form, Record
from validators.office import as_office
from validators.schema import json_schema
from validators.shapes import cerberus_schema
from validators.values import UnreadableError, read_boolean, read_option

# type → what a clerk writes, what is stored, what the paper shows, what Excel holds
WRITTEN: dict[str, tuple[Any, Any, str, Any]] = {
    "string": ("申出書", "申出書", "申出書", "申出書"),
    "text": ("一行目\n二行目", "一行目\n二行目", "一行目\n二行目", "一行目\n二行目"),
    "integer": ("１，２００", 1200, "1200", 1200),
    "money": ("金2,000円", 2000, "2000", 2000),
    "date": ("令和6年5月10日", "2024-05-10", "令和６年５月10日", datetime(2024, 5, 10)),  # noqa: DTZ001
    "datetime": ("R6.5.10 14:30", "2024-05-10T14:30", "令和６年５月10日 午後２時30分", datetime(2024, 5, 10, 14, 30)),  # noqa: DTZ001
    "time": ("午後2時30分", "14:30", "14:30", time(14, 30)),
    "boolean": ("有", True, "True", "はい"),
    "enum": ("甲", "a", "甲", "甲"),
    "person": ("潮見　花子", "潮見　花子", "潮見　花子", "潮見　花子"),
    "address": ("汐見県架空町1-2", "汐見県架空町1-2", "汐見県架空町1-2", "汐見県架空町1-2"),
    "phone": ("03-0000-0000", "03-0000-0000", "03-0000-0000", "03-0000-0000"),
    "office": ("汐見警察署", "汐見警察署", "汐見警察署", "汐見警察署"),
    "post": ("警部補", "警部補", "警部補", "警部補"),
}


def of(kind: str) -> Field:
    return Field("x", "項目", kind, options={"a": "甲", "b": "乙"} if kind == "enum" else {}, required=True)


def form(field: Field) -> Form:
    return Form("shiomi", "様式", "", 1, "shiomi", (), frozenset({"police"}), {"x": field}, (), {})


@pytest.mark.parametrize(
    ("written", "means"),
    [
        ("説明済", True),
        ("交付済み", True),
        ("済", True),
        ("未説明", False),
        ("未交付", False),
        ("未成年", None),
        ("未定", None),
        ("一部済", None),
    ],
)
def test_what_was_done_or_not_yet_is_yes_or_no(written: str, *, means: bool | None) -> None:
    """済 and 未 behind or before the deed answer a yes-or-no box; a word that only begins with 未 answers nothing."""
    try:
        read = read_boolean(written)
    except UnreadableError:
        read = None
    assert read is means


def test_joined_words_and_endings_choose_the_same_option() -> None:
    """署名・押印 is 署名押印, 実施済み is 実施済: how a word is joined or ended makes no other choice."""
    options = {"both": "署名押印", "done": "実施済"}
    assert [read_option(options, each) for each in ("署名・押印", "署名及び押印", "実施済み")] == [
        "both",
        "both",
        "done",
    ]


def test_every_type_has_a_row_and_an_example_here() -> None:
    """A type is added by adding a row; a list is made of the others."""
    assert set(KINDS) == FIELD_TYPES == {*WRITTEN, "list"}
    assert len({kind.label for kind in KINDS.values()}) == len(KINDS)


@pytest.mark.parametrize("kind", sorted(WRITTEN))
def test_what_is_written_is_read_checked_described_shown_and_put_into_a_cell(kind: str) -> None:
    """One value of each type goes the whole way: reader, Cerberus, JSON Schema, paper, workbook and back."""
    written, stored, on_paper, in_excel = WRITTEN[kind]
    field = of(kind)
    assert read_value(kind, field.options, written) == stored
    assert FormValidator(cerberus_schema(form(field))).validate({"x": stored}, normalize=False)
    jsonschema.Draft202012Validator(json_schema(form(field))).validate({"x": stored})
    assert str(shown(field, stored)) == on_paper
    made = BytesIO()
    write_records([form(field)], [Record("shiomi", "1", {"x": stored})], made)
    sheets = openpyxl.load_workbook(BytesIO(made.getvalue())).worksheets[2:]  # after the guide and 所属
    rows = (row for sheet in sheets for row in sheet.iter_rows(min_row=4))
    cell = next(cell for row in rows for cell in row if cell.value == in_excel)
    assert cell.number_format == KINDS[kind].cell
    assert read_value(kind, field.options, cell.value) == stored


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_what_is_no_value_of_a_type_is_refused_by_reader_rule_and_schema(kind: str) -> None:
    """Nothing is guessed: a mapping is no value of any type (of a person only with a person's keys)."""
    wrong = {"nothing": 1}
    field = Field("x", "項目", "list", of="string") if kind == "list" else of(kind)
    with pytest.raises(UnreadableError):
        read_value(kind, field.options, wrong)
    assert not FormValidator(cerberus_schema(form(field))).validate({"x": wrong}, normalize=False)
    assert not jsonschema.Draft202012Validator(json_schema(form(field))).is_valid({"x": wrong})


def test_the_types_of_the_vocabulary_are_types_of_rows() -> None:
    """What the linter lets into a function is said by the rows alone."""
    asked = {takes for word in VOCABULARY.values() for takes in word.takes}
    assert {word for kind in KINDS.values() for word in kind.words} <= asked


def test_labels_are_complete_and_one() -> None:
    """Each word of the code has one label, and no two words of a table share it."""
    assert set(AUDIENCE_LABELS) == AUDIENCES
    for table in (AUDIENCE_LABELS, OFFICE_LABELS, SEVERITY_LABELS, VERDICT_LABELS):
        assert len(set(table.values())) == len(table)
    assert OFFICE_LABELS["chief_title"] == "所属長の職名"


def test_an_office_s_earlier_words_are_still_read() -> None:
    """A profile written with last year's labels gives what one with today's gives."""
    earlier = {
        "長の職名": "汐見警察署長",
        "長の階級・氏名": "警視　汐見　太郎",
        "都道府県名": "汐見県",
        "課名": "生活安全課",
    }
    today = {OFFICE_LABELS[OFFICE_WORDS[word]]: value for word, value in earlier.items()}
    assert as_office(earlier, "") == as_office(today, "") == {OFFICE_WORDS[w]: v for w, v in earlier.items()}
