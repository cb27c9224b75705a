"""A record is held against its form: required items, types and options, each finding naming its box."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from tests.rulebooks import OURS
from validators.by_cerberus import FormValidator
from validators.errors import DefinitionError
from validators.model import Field, Finding, Form, Record
from validators.schema import check_conditions, check_schema, json_schema
from validators.shapes import cerberus_schema, plainly

FORM = Form(
    slug="example",
    title="例",
    number="",
    edition=1,
    authority="example",
    clauses=("KNG-1",),
    audience=frozenset({"police"}),
    layout=(),
    page={},
    fields={
        "name": Field("name", "氏名", "person", required=True, clauses=("KNG-1",), hint="姓と名を書いてください。"),
        "means": Field(
            "means", "交付方法", "enum", required=True, options={"direct": "直接交付", "post": "書留"}, group="交付"
        ),
        "told_on": Field(
            "told_on", "口頭説明日", "date", required='means == "direct"', clauses=("KNG-2",), group="交付"
        ),
        "at": Field("at", "受理日時", "datetime", sensitivity="protected"),
        "clock": Field("clock", "時刻", "time"),
        "fee": Field("fee", "手数料", "money"),
        "urgent": Field("urgent", "緊急", "boolean"),
        "kinds": Field("kinds", "種別", "list", of="enum", options={"a": "甲", "b": "乙"}),
        "visits": Field(
            "visits",
            "相談等の記録",
            "list",
            fields={
                "agency": Field("agency", "機関の名称", "string", required=True),
                "measures": Field("measures", "措置", "text", required='item.agency == "架空署" && urgent == true'),
            },
        ),
    },
)
GOOD: dict[str, Any] = {
    "name": {"name": "架空　花子", "kana": "カクウ"},
    "means": "direct",
    "told_on": "2024-05-10",
    "at": "2024-05-10T14:30",
    "clock": "14:30",
    "fee": 1000,
    "urgent": True,
    "kinds": ["a"],
    "visits": [{"agency": "架空署", "measures": "指導"}, {"agency": "別の所"}],
}


def check(data: Any, prior: tuple[Finding, ...] = (), form: Form = FORM) -> list[Finding]:
    return check_schema(
        form,
        Record(form="example", id="1", data=data, cells={"visits[1].agency": "相談!B3"}),
        OURS.expressions,
        today=OURS.today(),
        prior=prior,
    )


def test_a_complete_record_has_no_findings() -> None:
    assert check(GOOD) == []
    assert check({**GOOD, "at": "2024-05-10", "name": "架空　花子"}) == []


@pytest.mark.parametrize(
    ("change", "path", "code"),
    [
        ({"name": None}, "name", "required"),
        ({"name": {"kana": "カクウ"}}, "name", "required"),
        ({"told_on": None}, "told_on", "required"),
        ({"means": "letter"}, "means", "not-an-option"),
        ({"kinds": ["a", "c"]}, "kinds[1]", "not-an-option"),
        ({"told_on": "2024-02-30"}, "told_on", "unreadable-date"),
        ({"clock": "25:00"}, "clock", "unreadable-time"),
        ({"fee": True}, "fee", "unreadable-money"),
        ({"urgent": "有"}, "urgent", "unreadable-boolean"),
        ({"visits": "x"}, "visits", "unreadable-list"),
        ({"visits": [{"agency": "別の所"}, {"measures": "x"}]}, "visits[1].agency", "required"),
        ({"visits": [{"agency": "架空署"}]}, "visits[0].measures", "required"),
        ({"unheard": 1}, "unheard", "unknown-field"),
    ],
)
def test_each_fault_is_found_at_its_place(change: dict[str, Any], path: str, code: str) -> None:
    data = {key: value for key, value in {**GOOD, **change}.items() if value is not None}
    assert [(f.path, f.code, f.severity) for f in check(data)] == [(path, code, "error")]


def test_a_condition_that_does_not_hold_asks_nothing() -> None:
    data = {**GOOD, "means": "post"}
    del data["told_on"]
    assert check(data) == []


def test_a_finding_tells_box_what_to_write_clause_and_cell() -> None:
    name, agency = check({**GOOD, "name": None, "visits": [{"agency": "別の所"}, {"measures": "x"}]} | {"name": ""})[:2]
    assert name.message == "「氏名」が書かれていません。姓と名を書いてください。"
    assert (name.clauses, name.label) == (("KNG-1",), "氏名")
    assert "KNG-1" in name.supervisor
    assert agency.cell == "相談!B3"
    assert "「相談等の記録」の2件目の「機関の名称」" in agency.message


def test_options_are_listed_by_their_labels() -> None:
    (finding,) = check({**GOOD, "means": "letter"})
    assert "直接交付、書留" in finding.message
    assert "letter" not in finding.message


def test_an_unreadable_box_is_not_called_missing_too() -> None:
    unreadable = Finding(severity="error", clauses=(), message="", path="told_on", code="unreadable-date")
    data = {key: value for key, value in GOOD.items() if key != "told_on"}
    assert check(data, (unreadable,)) == []
    form = replace(FORM, fields={"visits": replace(FORM.fields["visits"], required=True)})
    assert [f.path for f in check({}, form=form)] == ["visits"]
    assert check({}, (replace(unreadable, path="visits[0].agency"),), form) == []


def test_findings_stand_in_the_order_of_the_form() -> None:
    assert [f.path for f in check({"visits": [{}]})] == ["name", "means", "visits[0].agency"]


def test_a_broken_condition_stops_the_record_and_fails_the_build() -> None:
    fields = {"x": Field("x", "項目", "string", required="nobody == 1")}
    form = replace(FORM, fields=fields, path=Path(__file__).parents[2] / "docs" / "FORMS.md")
    (finding,) = check({}, form=form)
    assert (finding.status, finding.severity) == ("broken", "error")


def test_a_condition_is_compiled_in_the_build(tmp_path: Path) -> None:
    path = tmp_path / "example.yaml"
    path.write_text(
        "slug: example\nfields:\n  x:\n    label: 項目\n    required: {when: nobody == 1}\n", encoding="utf-8"
    )
    form = replace(FORM, fields={"x": Field("x", "項目", "string", required="nobody == 1")}, path=path)
    with pytest.raises(DefinitionError, match=r"example\.yaml:5"):
        check_conditions(form, OURS.expressions)
    check_conditions(FORM, OURS.expressions)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*FORM.fields, "agency"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from([*FORM.fields, "x"]), ANYTHING, max_size=6))
def test_any_data_gives_findings_and_never_an_exception(data: dict[str, Any]) -> None:
    """Even when it has not been normalised; and what lacks its required items is never clean."""
    found = check(data)
    assert found or {"name", "means"} <= set(data)


def test_json_schema_is_valid_and_says_what_the_form_says() -> None:
    schema = json_schema(FORM)
    Draft202012Validator.check_schema(schema)
    judge = Draft202012Validator(schema)
    assert judge.is_valid(GOOD)
    assert not judge.is_valid({**GOOD, "means": "letter"})
    assert not judge.is_valid({**GOOD, "told_on": "令和6年"})
    assert not judge.is_valid({key: value for key, value in GOOD.items() if key != "name"})
    assert schema["properties"]["name"]["title"] == "氏名"
    assert schema["properties"]["name"]["x-clauses"] == ["KNG-1"]
    assert schema["properties"]["at"]["x-sensitivity"] == "protected"
    assert 'means == "direct"' in schema["properties"]["told_on"]["description"]
    assert schema["properties"]["visits"]["items"]["required"] == ["agency"]


ODD: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    7,
    1.5,
    "",
    "a",
    "direct",
    "2024-02-30",
    "2024-05-10T24:61",
    "25:00",
    [],
    ["a"],
    ["z"],
    [None],
    {},
)
ODD_ITEMS = (
    {"agency": "署"},
    [{"agency": "署"}],
    [{"agency": 3}],
    [{"other": "x"}],
    {"name": "甲"},
    {"name": 3},
    {"job": "x"},
)


@pytest.mark.parametrize("key", [*GOOD, "unknown", 3])
def test_what_is_plainly_right_is_what_cerberus_calls_right(key: Any) -> None:
    """The package is not asked of a record whose shape is plain: neither may ever say otherwise."""
    plain, validator = plainly(cerberus_schema(FORM)), FormValidator(cerberus_schema(FORM))
    assert plain(GOOD)
    for value in (*ODD, *ODD_ITEMS):
        data = {**GOOD, key: value}
        assert plain(data) is validator.validate(data, normalize=False), value


def test_cerberus_schema_names_every_field() -> None:
    assert list(cerberus_schema(FORM)) == list(FORM.fields)
    assert cerberus_schema(FORM)["means"] == {"type": "string", "allowed": ["direct", "post"]}
