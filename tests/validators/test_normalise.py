"""Raw values become typed ones under canonical names; what cannot be read is told, left out, and never repeated."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.rulebooks import OURS
from validators.definitions.examples import example_data
from validators.model import Field, Finding, Form, Record
from validators.normalise import normalise
from validators.schema import check_schema

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FIELDS = {
    "name": Field("name", "氏名", "person", sensitivity="protected"),
    "phone": Field("phone", "電話番号", "phone", sensitivity="protected"),
    "note": Field("note", "参考事項", "text", aliases=("remarks",)),
    "place": Field("place", "受理場所", "string"),
    "on": Field("on", "作成年月日", "date"),
    "at": Field("at", "受理日時", "datetime"),
    "clock": Field("clock", "開始時刻", "time"),
    "urgent": Field("urgent", "緊急性の有無", "boolean", aliases=("case_urgent",)),
    "times": Field("times", "延長の回数", "integer"),
    "fee": Field("fee", "手数料", "money"),
    "means": Field("means", "実施方法", "enum", options={"interview": "面談", "phone": "電話連絡（電話、通話）"}),
    "via": Field("via", "経由", "list", of="string"),
    "secrets": Field("secrets", "秘匿情報", "list", of="string", sensitivity="protected", printed=False),
    "kinds": Field("kinds", "暴力の種別", "list", of="enum", options={"body": "身体に対する暴力", "threat": "脅迫"}),
    "days": Field("days", "実施日", "list", of="date"),
    "visits": Field(
        "visits",
        "相談等の記録",
        "list",
        fields={
            "agency": Field("agency", "機関の名称", "string", aliases=("agency_name",)),
            "on": Field("on", "相談日", "date"),
        },
    ),
}


def form(fields: dict[str, Field] | None = None) -> Form:
    return Form(
        slug="example",
        title="例",
        number="",
        edition=1,
        authority="example",
        clauses=(),
        audience=frozenset({"police"}),
        fields=FIELDS if fields is None else fields,
        layout=(),
        page={},
    )


def read(data: Any, cells: dict[str, str] | None = None) -> tuple[dict[str, Any], list[Finding], Record]:
    record = Record(form="example", id="R-1", data=data, cells=dict(cells or {}))
    findings = normalise(form(), record)
    return record.data, findings, record


@pytest.mark.parametrize(
    ("name", "raw", "typed"),
    [
        ("on", "令和6年5月10日", "2024-05-10"),
        ("on", "R6.5.10", "2024-05-10"),
        ("on", date(2024, 5, 10), "2024-05-10"),
        ("on", datetime(2024, 5, 10), "2024-05-10"),  # noqa: DTZ001 - as a workbook gives it
        ("on", "2024/5/10 0:00", "2024-05-10"),
        ("on", "令和6年5月10日 午前0時", "2024-05-10"),
        ("at", "2024-05-10T14:30", "2024-05-10T14:30"),
        ("at", "令和6年5月10日 午後2時30分", "2024-05-10T14:30"),
        ("at", datetime(2024, 5, 10, 14, 30), "2024-05-10T14:30"),  # noqa: DTZ001
        ("at", "令和6年5月10日", "2024-05-10"),
        ("clock", "午後2時30分", "14:30"),
        ("clock", time(9, 5), "09:05"),
        ("urgent", "有", True),
        ("urgent", "×", False),
        ("urgent", "レ", True),
        ("urgent", "ＴＲＵＥ", True),
        ("urgent", 0, False),
        ("case_urgent", "はい", True),
        ("緊急性の有無", "いいえ", False),
        ("times", "１，２３４", 1234),
        ("times", 3.0, 3),
        ("times", "二回", 2),
        ("fee", "1,000円", 1000),
        ("fee", "１千円", 1000),
        ("fee", "金一万一千円也", 11000),
        ("fee", "￥1000", 1000),
        ("means", "interview", "interview"),
        ("means", "面 談", "interview"),
        ("means", "電話連絡", "phone"),
        ("means", "通話", "phone"),
        ("via", "生活安全課長", ["生活安全課長"]),
        ("via", "生活安全課長\n刑事部長", ["生活安全課長", "刑事部長"]),
        ("kinds", "身体に対する暴力、脅迫", ["body", "threat"]),
        ("kinds", ["threat"], ["threat"]),
        ("visits", {"agency_name": "架空相談所"}, [{"agency": "架空相談所"}]),
        (
            "via",
            [{"on": "2024-06-07", "who": "母", "at_home": True, "told": ["電話", "手紙"]}, "父"],
            ["令和６年６月７日　母　有　電話、手紙", "父"],
        ),
        (
            "via",
            [{"at": "2024-06-07T13:05", "number": "03-0000-0000", "none": None}],
            ["令和６年６月７日 午後１時５分　03-0000-0000"],
        ),
        ("secrets", [{"home": "避難町九丁目８番", "phone": "090-0000-0001"}], ["避難町九丁目８番", "090-0000-0001"]),
        ("place", 12, "12"),
        ("phone", "03-0000-0000", "03-0000-0000"),
        ("phone", 110, "110"),
    ],
)
def test_each_notation_is_read(name: str, raw: Any, typed: Any) -> None:
    data, findings, _ = read({name: raw})
    assert list(data.values()) == [typed]
    assert findings == []


@pytest.mark.parametrize(
    ("name", "raw", "code"),
    [
        ("on", "令和6年2月30日", "unreadable-date"),
        ("on", 45778, "unreadable-date"),
        ("on", "20240510", "unreadable-date"),
        ("at", "2024-05-10 25:00", "unreadable-datetime"),
        ("clock", "夕方", "unreadable-time"),
        ("urgent", "たぶん", "unreadable-boolean"),
        ("urgent", 2, "unreadable-boolean"),
        ("times", 1.5, "unreadable-integer"),
        ("times", True, "unreadable-integer"),
        ("times", "①", "unreadable-integer"),
        ("times", "1,2", "unreadable-integer"),
        ("times", "9" * 5000, "unreadable-integer"),
        ("means", "手紙", "not-an-option"),
        ("phone", 9000000000, "unreadable-phone"),
        ("phone", "300000000", "unreadable-phone"),
        ("place", date(2001, 2, 3), "unreadable-string"),
        ("place", True, "unreadable-string"),
        ("name", 5, "unreadable-person"),
        ("name", {"name": "架空　花子", "birth_date": "二月"}, "unreadable-person"),
        ("note", "あ" * 20_001, "too-long"),
        ("note", "あ\x0bい", "bad-character"),
        ("note", "\x0c", "bad-character"),
        ("note", "\ud800", "bad-character"),
        ("note", "\U0001ffff", "bad-character"),
        ("note", {"a": "b"}, "unreadable-text"),
        ("visits", 5, "unreadable-list"),
        ("via", [{"who": {"a": {"b": {"c": {"d": {"e": "深い"}}}}}}], "unreadable-string"),
        ("via", [["深い"]], "unreadable-string"),
    ],
)
def test_what_cannot_be_read_is_an_error_and_left_out(name: str, raw: Any, code: str) -> None:
    data, findings, _ = read({name: raw})
    assert data == {}
    assert [(f.severity, f.code, f.label.split()[0]) for f in findings] == [("error", code, FIELDS[name].label)]


def test_a_text_where_a_row_is_kept_fills_its_main_key_and_says_so() -> None:
    """A list of groups takes a plain text as the key that tells it, beside whole rows, and tells which key that was."""
    data, (finding,), _ = read({"visits": ["架空相談所", {"on": "令和6年6月7日"}]})
    assert data == {"visits": [{"agency": "架空相談所"}, {"on": "2024-06-07"}]}
    assert (finding.severity, finding.code, finding.path) == ("info", "read-as", "visits[0]")
    assert "機関の名称" in finding.message


def test_a_bad_character_is_named_by_its_code_point() -> None:
    _, (finding,), _ = read({"note": "あ\x0bい"})
    assert "U+000B" in finding.message


def test_text_stays_exactly_as_entered() -> None:
    """No normalisation, no trimming: variation selectors, compatibility characters and inner blanks survive."""
    entered = {"name": "神\ufa19\u3000葛󠄀城　﨑", "note": " 髙\r\nか\u3099 "}
    data, findings, _ = read(dict(entered))
    assert data == entered
    assert findings == []


def test_a_value_of_blanks_is_absent() -> None:
    data, findings, _ = read({"note": "　 \n", "via": ["", None], "visits": [{"agency": " "}], "name": {"name": ""}})
    assert data == {}
    assert findings == []


def test_a_blank_row_of_a_list_closes_up_and_cells_follow() -> None:
    data, findings, record = read(
        {"visits": [{}, {"agency_name": "架空相談所", "on": "不明"}]},
        {"visits[1].agency_name": "相談!B3", "visits[1].on": "相談!C3"},
    )
    assert data == {"visits": [{"agency": "架空相談所"}]}
    assert record.cells["visits[0].agency"] == "相談!B3"
    assert [(f.path, f.cell) for f in findings] == [("visits[0].on", "相談!C3")]
    assert "「相談等の記録」の2件目の「相談日」" in findings[0].message


def test_an_unknown_key_names_the_nearest_field_and_stops_nothing() -> None:
    data, (finding,), _ = read({"remark": "x", "unheard": ""})
    assert data == {}
    assert (finding.severity, finding.code, finding.clauses) == ("warning", "unknown-field", ())
    assert "「参考事項」（note）" in finding.message


def test_a_name_and_its_alias_with_different_values_are_refused() -> None:
    data, (finding,), _ = read({"note": "甲", "remarks": "乙"})
    assert data == {"note": "甲"}
    assert (finding.severity, finding.code) == ("error", "written-twice")


def test_a_person_is_a_name_or_what_is_known_of_it() -> None:
    assert read({"name": {"氏名": "架空　花子"}})[0] == {"name": "架空　花子"}
    person = {"name": "架空　花子", "kana": "カクウ　ハナコ", "birth_date": "平成2年1月8日"}
    assert read({"name": person})[0] == {"name": {**person, "birth_date": "1990-01-08"}}


def test_a_record_that_is_no_mapping_is_a_finding() -> None:
    data, (finding,), _ = read(["x"])
    assert data == {}
    assert finding.code == "unreadable-record"


@pytest.mark.parametrize("name", list(FIELDS))
def test_no_message_repeats_a_value(name: str) -> None:
    for raw in ("架空県架空市9-9-9秘密", {"秘密": 1}, [["秘密"]], 987654321, "9876543210", "秘密\x00"):
        for finding in read({name: raw})[1]:
            said = finding.message + finding.supervisor
            if finding.code != "unknown-field":  # the unknown name itself must be told
                assert not any(secret in said for secret in ("秘密", "98765", "9-9-9")), said


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*FIELDS, "x"]) | st.text(), inner, max_size=4)
    ),
    max_leaves=12,
)


@settings(max_examples=120, deadline=None)
@given(st.dictionaries(st.sampled_from([*FIELDS, "remarks", "x"]) | st.text(), ANYTHING, max_size=6))
def test_any_data_gives_findings_and_never_an_exception(raw: dict[str, Any]) -> None:
    """And what is left is clean: a second pass changes nothing, and the schema has nothing to say of it."""
    data, findings, record = read(raw)
    for finding in findings:
        json.dumps(finding.as_json(), ensure_ascii=False).encode()
    again = Record(form="example", id="R-1", data=json.loads(json.dumps(data)))
    assert normalise(form(), again) == []
    assert again.data == data
    assert check_schema(form(), record, OURS.expressions, today=OURS.today(), prior=findings) == []


def test_deep_nesting_is_a_finding() -> None:
    deep: Any = "x"
    for _ in range(5000):
        deep = [deep]
    assert [f.code for f in read({"note": deep, "other": deep})[1]] == ["unreadable-text", "unknown-field"]


def test_a_box_for_a_day_keeps_no_time_and_says_so() -> None:
    """Midnight is what a spreadsheet writes behind any day; another time is told, for somebody meant it."""
    data, (finding,), _ = read({"on": "2024/5/10 14:30"})
    assert data == {"on": "2024-05-10"}
    assert (finding.severity, finding.code, finding.path) == ("info", "time-dropped", "on")
    assert "14:30" in finding.message


def test_what_is_kept_can_be_sent_back() -> None:
    """A record as it was given out, rough days beside their words, is read again as the same record, of every form."""
    for slug in OURS.catalogue.slugs():
        form = OURS.catalogue.get(slug)
        first = Record(slug, "1", deepcopy(example_data(form)))
        normalise(form, first)
        again = Record(slug, "1", deepcopy(first.data))
        assert not [found for found in normalise(form, again) if found.severity != "info"], slug
        assert again.data == first.data, slug


def test_two_different_times_of_one_event_are_still_asked_about() -> None:
    """Only what is kept of the words goes with them; another day beside them is somebody's mistake."""
    form = OURS.catalogue.get("warning-request")
    name, item = next((name, item) for name, item in _boxes(form.fields) if item.approximate)
    for day, codes in (("2024-06-14T21:00", []), ("2024-06-15T21:00", ["written-twice"])):
        data = {name: day, item.approximate: "令和6年6月14日午後9時ころ"}
        owner = next((each.name for each in form.fields.values() if item in each.fields.values()), "")
        found = normalise(form, Record(form.slug, "1", {owner: [data]} if owner else data))
        assert [each.code for each in found if each.severity == "error"] == codes


def _boxes(fields: Mapping[str, Field]) -> Iterator[tuple[str, Field]]:
    for name, item in fields.items():
        yield name, item
        yield from _boxes(item.fields)
