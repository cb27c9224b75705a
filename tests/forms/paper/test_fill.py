"""What is written is printed as official papers print it; what is blank prints as nothing; nothing is cut."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest
from docx import Document

from forms.paper.fill import expected_texts, fill, template_of
from tests.forms.paper.faces import trial
from validators.model import Form, Record

if TYPE_CHECKING:
    from pathlib import Path

    from docx.document import Document as DocumentObject

HEADER = """slug: trial
title: 連絡経過票
number: 別記様式第９号
edition: 1
authority: trial
audience: [police]
fields:
  name: {label: 氏名, type: person}
  held_on: {label: 連絡日, type: date}
  at: {label: 連絡日時, type: datetime}
  from: {label: 開始, type: time}
  method: {label: 実施方法, type: enum, options: {phone: 電話連絡, visit: 面談}}
  kinds: {label: 種別, type: list, of: enum, options: {a: 脅迫, b: 暴行, c: 監視}}
  met: {label: 面談, type: boolean}
  fee: {label: 手数料, type: money}
  story: {label: 内容, type: text}
  result: {label: 結果, type: text}
  children: {label: 子, type: list, fields: {name: {label: 氏名, type: person}, sort: {label: 別, type: enum, options: {m: 男, f: 女}}, born: {label: 生年月日, type: date}, state: {label: 様子, type: text}}}
"""
OFFICE = {"chief_title": "汐見県汐見警察署長", "chief_name": "警視　﨑山　健一"}


def form_with(folder: Path, *texts: str, layout: str = "") -> Form:
    lines = "".join(f"  - left: |-\n      {text}\n" for text in texts)
    return trial(folder, f"{HEADER}layout:\n{lines}{layout}")


def drawn(form: Form, profile: dict[str, str] | None = None, /, **data: Any) -> DocumentObject:
    return Document(io.BytesIO(fill(form, Record(form=form.slug, id="1", data=data), profile).docx()))


def line(folder: Path, text: str, data: dict[str, Any], profile: dict[str, str] | None = None) -> str:
    """Return what one text of a layout prints."""
    return drawn(form_with(folder, text), profile, **data).paragraphs[0].text


def cells(document: DocumentObject) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in document.tables[0].rows]


@pytest.mark.parametrize(
    ("text", "data", "printed"),
    [
        ("{{ held_on | wareki }}", {"held_on": "2024-05-10"}, "令和６年５月10日"),
        ("{{ held_on }}", {"held_on": "2024-05-10"}, "令和６年５月10日"),
        ("{{ at | wareki }}", {"at": "2024-05-10T14:30"}, "令和６年５月10日"),
        ("{{ at | wareki_time }}", {"at": "2024-05-10T14:30"}, "令和６年５月10日 午後２時30分"),
        ("{{ at | clock }}～{{ from | clock }}", {"at": "2024-05-10T09:00", "from": "14:05"}, "午前９時～午後２時５分"),
        ("{{ at | clock }}", {"at": "2024-05-10"}, ""),
        ("{{ name }}（{{ name | kana }}）", {"name": {"name": "髙橋　美咲", "kana": "たかはし"}}, "髙橋　美咲（たかはし）"),
        ("{{ name }}（{{ name | kana }}）{{ name.rank }}", {"name": "髙橋　美咲"}, "髙橋　美咲（）"),
        ("{{ name | birth }}生", {"name": {"name": "甲", "birth_date": "1988-02-29"}}, "昭和63年２月29日生"),
        ("{{ story | or_none }}", {}, "該当なし"),
        ("{{ name | or_text('不詳') }}", {}, "不詳"),
        ("{{ story | or_none }}", {"story": "あり"}, "あり"),
        ("{{ fee | yen }}", {"fee": 1000}, "1,000円"),
        ("{{ fee | or_none }}", {"fee": 0}, "0"),
        ("{{ met | yes_no }}{{ met }}", {"met": False}, "無無"),
        ("{{ check(met) }}{{ check(not met) }}", {"met": True}, "☑□"),
        ("{{ method }}・{{ label('method') }}", {"method": "visit"}, "面談・面談"),
        ("{% if method == 'visit' %}訪{% endif %}{{ method ~ '等' }}", {"method": "visit"}, "訪面談等"),
        ("{{ checks('method') }}", {"method": "visit"}, "□電話連絡　☑面談"),
        ("{{ checks('kinds') }}", {"kinds": ["a", "c"]}, "☑脅迫　□暴行　☑監視"),
        ("{{ kinds }}／{{ label('kinds') }}／{{ joined(kinds, '・') }}", {"kinds": ["a", "c"]}, "脅迫、監視／脅迫、監視／脅迫・監視"),
        ("{{ zen(fee) }}", {"fee": 12}, "１２"),
        ("{{ office.chief_title }}／{{ office.symbol }}", {}, "汐見県汐見警察署長／"),
        ("{{ form.title }} {{ form.number }} {{ form.printed_title }}", {}, "連絡経過票 別記様式第９号 連絡経過票"),
        ("　字下げ　{{ story }}", {"story": "　　先頭と末尾　"}, "　字下げ　　　先頭と末尾　"),
        ("{{ story }}", {"story": "葛󠄀城 𠮷野 髙 ㈱ A&B <株> {{ 素 }}"}, "葛󠄀城 𠮷野 髙 ㈱ A&B <株> {{ 素 }}"),
        ("{{ story }}", {"story": "一行目\n　二行目"}, "一行目\n　二行目"),
    ],
)  # fmt: skip
def test_values_are_printed_as_papers_print_them(tmp_path: Path, text: str, data: dict[str, Any], printed: str) -> None:
    """Every filter and function of docs/FORMS.md, names and blanks kept to the character."""
    assert line(tmp_path, text, data, OFFICE) == printed


def test_blanks_print_as_nothing(tmp_path: Path) -> None:
    """No None, no undefined, no empty brackets of a list: an empty paper is the form as it is printed."""
    names = "{{ name }}{{ name.kana }}{{ held_on }}{{ held_on | wareki }}{{ at | wareki_time }}{{ from | clock }}{{ method }}{{ kinds }}{{ met }}"
    more = "{{ fee }}{{ fee | yen }}{{ met | yes_no }}{{ story }}{{ office.name }}{{ label('kinds') }}"
    assert line(tmp_path, f"[{names}{more}{{{{ name | birth }}}}]", {}) == "[]"


@pytest.mark.parametrize(("chosen", "struck"), [("visit", ["電話連絡"]), (None, [])])
def test_an_option_not_chosen_is_struck(tmp_path: Path, chosen: str | None, struck: list[str]) -> None:
    """Nothing is struck while nobody has chosen."""
    paragraph = drawn(form_with(tmp_path, "方法 {{r either('method') }} です"), method=chosen).paragraphs[0]
    assert paragraph.text == "方法 電話連絡・面談 です"
    assert [run.text for run in paragraph.runs if run.font.strike] == struck


ROWS = """
  - table:
      columns: [15, 40, 60, 50]
      rows:
        - {cells: ["{{ loop.index }}", "{{ c.name }}", "{{ checks(c, 'sort', 'children') }}", "{{ c.born | wareki }}"], each: c in children%s}
"""


def test_a_row_is_printed_for_every_item(tmp_path: Path) -> None:
    """Keys that an item lacks are blank in its row."""
    form = form_with(tmp_path, layout=ROWS % "")
    document = drawn(form, children=[{"name": "甲", "sort": "f", "born": "2015-03-03"}, {"name": "乙"}])
    assert cells(document) == [["1", "甲", "□男　☑女", "平成27年３月３日"], ["2", "乙", "□男　□女", ""]]


@pytest.mark.parametrize(("option", "rows"), [("", 1), (", least: 3", 3)])
def test_an_empty_list_prints_empty_rows(tmp_path: Path, option: str, rows: int) -> None:
    """A form without items keeps its boxes; `least` says how many."""
    assert len(cells(drawn(form_with(tmp_path, layout=ROWS % option)))) == rows


def test_rows_repeat_in_groups(tmp_path: Path) -> None:
    """`rows` under `each`: several rows an item, a cell merged over them."""
    layout = """
  - table:
      columns: [25, 40, 100]
      rows:
        - each: c in children
          rows:
            - [{text: 子, down: 2}, 氏名, "{{ c.name }}"]
            - {cells: [生年月日, "{{ c.born | wareki }}"], when: c.born}
"""
    document = drawn(
        form_with(tmp_path, layout=layout), children=[{"name": "甲", "born": "2015-03-03"}, {"name": "乙"}]
    )
    assert cells(document) == [["子", "氏名", "甲"], ["子", "生年月日", "平成27年３月３日"], ["子", "氏名", "乙"]]


def test_blocks_follow_their_conditions(tmp_path: Path) -> None:
    """`when`, `then`, `else`; a loop of blocks over nothing prints nothing."""
    layout = """
  - {when: met and method == "visit", then: [{left: 面談した}], else: [{left: 面談していない}]}
  - {each: c in children, do: [{left: "子 {{ c.name }}"}]}
"""
    form = form_with(tmp_path, layout=layout)
    assert [p.text for p in drawn(form, met=True, method="visit").paragraphs] == ["面談した"]
    assert [p.text for p in drawn(form, children=[{"name": "甲"}]).paragraphs] == ["面談していない", "子 甲"]


BOXES = """
  - table:
      columns: [25, 140]
      rows:
        - [内容, {text: "{{ story }}", box: 3}]
        - [結果, {text: "判定　{{ result }}", box: 3}]
        - {cells: [様子, {text: "{{ c.state }}", box: 1}], each: c in children}
"""
LONG = "　" + "記載が長く続きます。" * 30


def test_narrative_in_its_box_stays_there(tmp_path: Path) -> None:
    """No sheet, no page more."""
    document = drawn(form_with(tmp_path, layout=BOXES), story="短い。\n二行。", result="良")
    assert cells(document)[:2] == [["内容", "短い。\n二行。"], ["結果", "判定　良"]]
    assert "別紙" not in "".join(p.text for p in document.paragraphs)


def test_narrative_beyond_its_box_goes_on_a_sheet_whole(tmp_path: Path) -> None:
    """The box says 別紙のとおり; the sheet, on a new page, names form and box and carries every character."""
    document = drawn(form_with(tmp_path, layout=BOXES), story=LONG + "\n終わりの行 A&B", result="良")
    assert cells(document)[0] == ["内容", "別紙のとおり"]
    sheet = [p for p in document.paragraphs if p.text]
    assert [p.text for p in sheet] == [
        "別紙",
        "様式　　別記様式第９号　連絡経過票",
        "欄　　　内容",
        LONG + "\n終わりの行 A&B",
    ]
    assert sheet[0].paragraph_format.page_break_before


def test_several_sheets_are_numbered(tmp_path: Path) -> None:
    """Each box names its own sheet, a row's box its number."""
    document = drawn(
        form_with(tmp_path, layout=BOXES), story=LONG, result=LONG, children=[{"state": "良"}, {"state": LONG}]
    )
    assert [row[1] for row in cells(document)] == ["別紙１のとおり", "別紙２のとおり", "良", "別紙３のとおり"]
    texts = [p.text for p in document.paragraphs if p.text]
    assert texts[0::4] == ["別紙１", "別紙２", "別紙３"]
    assert texts[2::4] == ["欄　　　内容", "欄　　　結果", "欄　　　様子（２）"]
    assert texts[3::4] == [LONG, "判定" + LONG.replace("　", "　　", 1), LONG]


def test_line_breaks_count_as_lines(tmp_path: Path) -> None:
    """Four short lines do not fit into a box of three."""
    assert cells(drawn(form_with(tmp_path, layout=BOXES), story="一\n二\n三\n四"))[0][1] == "別紙のとおり"


def test_the_same_record_gives_the_same_bytes(tmp_path: Path) -> None:
    """A document can be made again and compared; the template is compiled once."""
    form = form_with(tmp_path, "{{ story }}")
    record = Record(form="trial", id="1", data={"story": "同じ"})
    assert fill(form, record, OFFICE).docx() == fill(form, record, OFFICE).docx()
    assert template_of(form) is template_of(form)


def test_a_changed_definition_is_another_template(tmp_path: Path) -> None:
    """Neither slug nor edition decides, the definition does."""
    assert line(tmp_path, "前 {{ story }}", {"story": "値"}) == "前 値"
    assert line(tmp_path, "後 {{ story }}", {"story": "値"}) == "後 値"


def test_texts_that_must_stand_are_the_unconditional_ones(tmp_path: Path) -> None:
    """Lines by label; a value that prints in another form, or only under a condition, is not among them."""
    form = form_with(
        tmp_path,
        "{{ name }} {{ held_on }} {% if met %}{{ result }}{% endif %}",
        "{{ story | or_none }}",
        layout=ROWS % "",
    )
    data = {
        "name": {"name": "甲"},
        "held_on": "2024-05-10",
        "result": "隠れ",
        "story": "一\n二",
        "children": [{"name": "丙"}],
    }
    assert list(expected_texts(form, Record(form="trial", id="1", data=data)).values()) == ["甲", "一", "二", "丙"]
