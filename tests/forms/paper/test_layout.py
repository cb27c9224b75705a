"""A layout becomes a DOCX that Word and LibreOffice open: parts in order, labels set evenly, nothing below 9 points."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from docx import Document
from lxml import etree

from forms.paper.fill import fill
from forms.paper.layout import build_docx
from forms.paper.measure import lines, width
from tests.forms.paper.faces import trial
from tests.rulebooks import OURS
from validators.definitions.form import read_form
from validators.errors import DefinitionError
from validators.model import Record

if TYPE_CHECKING:
    from pathlib import Path

    from validators.model import Form

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

# Children in the order of the schema (ECMA-376 part 1, 17.3.1.26, 17.3.2.28, 17.4.60, 17.4.70), as far as we write them.
ORDER = {
    "pPr": [
        "pStyle",
        "keepNext",
        "keepLines",
        "pageBreakBefore",
        "pBdr",
        "snapToGrid",
        "spacing",
        "ind",
        "jc",
        "outlineLvl",
        "rPr",
    ],
    "rPr": ["rStyle", "rFonts", "b", "bCs", "strike", "color", "spacing", "kern", "sz", "szCs", "lang"],
    "tblPr": ["tblStyle", "tblW", "jc", "tblInd", "tblBorders", "tblLayout", "tblCellMar"],
    "tcPr": ["tcW", "gridSpan", "vMerge", "tcBorders", "shd", "tcMar", "textDirection", "vAlign"],
    "sectPr": ["headerReference", "footerReference", "pgSz", "pgMar", "docGrid"],
    "settings": ["zoom", "characterSpacingControl", "noLineBreaksAfter", "compat", "themeFontLang"],
    "style": ["name", "basedOn", "uiPriority", "semiHidden", "qFormat", "pPr", "rPr", "tblPr"],
}

HEADER = """slug: trial
title: 連絡経過票
number: 別記様式第９号
edition: 1
authority: trial
audience: [police]
fields:
  name: {label: 氏名, type: person}
  story: {label: 内容, type: text}
  met: {label: 面談, type: boolean}
  visits: {label: 訪問, type: list, fields: {place: {label: 場所, type: string}, note: {label: 様子, type: text}}}
"""


def form_with(folder: Path, layout: str, header: str = HEADER) -> Form:
    return trial(folder, f"{header}layout:\n{layout}")


def part(docx: bytes, name: str = "word/document.xml") -> etree._Element:
    with zipfile.ZipFile(io.BytesIO(docx)) as package:
        return etree.fromstring(package.read(name))


def words(element: etree._Element) -> str:
    return str(element.xpath("string()"))


def rows(docx: bytes) -> list[etree._Element]:
    return list(part(docx).iter(f"{W}tr"))


def styles_of(element: etree._Element) -> list[str]:
    return [style.get(f"{W}val", "") for style in element.iter(f"{W}pStyle")]


def alignments(element: etree._Element) -> list[str]:
    return [jc.get(f"{W}val", "") for jc in element.iter(f"{W}jc")]


TABLE = """
  - heading: 第１　連絡
  - table:
      columns: [20, 30, 60, 50]
      head: [[番号, 場所, 様子, 備考]]
      rows:
        - [{text: 氏, down: 2}, 氏名, {text: "{{ name }}", span: 2}]
        - [フリガナ, {text: "{{ name | kana }}", span: 2}]
        - {cells: ["{{ loop.index }}", "{{ v.place }}", {text: "{{ v.note }}", span: 2}], each: v in visits}
        - {cells: [内容, {text: "{{ story }}", span: 3, box: 3}], height: 60, when: met}
"""


@pytest.mark.parametrize(
    "name", ["word/document.xml", "word/styles.xml", "word/settings.xml", "word/footer1.xml", "word/header1.xml"]
)
def test_children_stand_in_the_order_of_the_schema(tmp_path: Path, name: str) -> None:
    """Word refuses a file whose elements stand in another order, without saying where."""
    layout = (
        "  - number\n  - stamp_box: {text: 収入印紙}\n  - title\n  - issuer: {lines: [甲, 乙], seal: true}\n" + TABLE
    )
    tree = part(build_docx(form_with(tmp_path, layout)), name)
    seen = 0
    for element in tree.iter():
        order = ORDER.get(etree.QName(element).localname)
        if order:
            children = [order.index(etree.QName(child).localname) for child in element]
            assert children == sorted(children), etree.tostring(element)
            seen += 1
    assert seen or name == "word/footer1.xml"


def test_every_form_of_the_catalogue_can_be_drawn() -> None:
    """Every edition's layout is a DOCX that python-docx opens, on A4, with the form's title and no author."""
    for form in OURS.catalogue.load_all():
        document = Document(io.BytesIO(build_docx(form)))
        short, long = sorted((document.sections[0].page_width or 0, document.sections[0].page_height or 0))
        assert (round(short / 36000), round(long / 36000)) == (210, 297)
        assert document.core_properties.title == form.title
        assert document.core_properties.author == ""


def test_the_same_form_gives_the_same_bytes(tmp_path: Path) -> None:
    """A template holds no clock and no chance."""
    form = form_with(tmp_path, TABLE)
    assert build_docx(form) == build_docx(form)


def test_cells_are_merged_to_the_right_and_downward(tmp_path: Path) -> None:
    """A `down` cell starts a vertical merge, the row below continues it although its YAML leaves the cell out."""
    _, first, second, *_ = rows(build_docx(form_with(tmp_path, TABLE)))
    assert [merge.get(f"{W}val") for merge in first.iter(f"{W}vMerge")] == ["restart"]
    assert [merge.get(f"{W}val") for merge in second.iter(f"{W}vMerge")] == [None]
    assert [span.get(f"{W}val") for span in second.iter(f"{W}gridSpan")] == ["2"]


def test_a_head_row_is_printed_again_on_every_page(tmp_path: Path) -> None:
    """The head row is a table header, kept whole and kept with the row after it."""
    head = rows(build_docx(form_with(tmp_path, TABLE)))[0]
    assert head.find(f"{W}trPr/{W}tblHeader") is not None
    assert head.find(f"{W}trPr/{W}cantSplit") is not None
    assert set(styles_of(head)) == {"CellHead"}


def test_rows_are_at_least_eight_millimetres_high(tmp_path: Path) -> None:
    """8 mm are 454 twips; a row's own height is kept, and never exact, so that text is never cut."""
    heights = [height for row in rows(build_docx(form_with(tmp_path, TABLE))) for height in row.iter(f"{W}trHeight")]
    assert {height.get(f"{W}hRule") for height in heights} == {"atLeast"}
    assert sorted({int(height.get(f"{W}val", "0")) for height in heights}) == [454, 3402]


def test_labels_are_set_evenly_and_single_letters_stand_in_the_middle(tmp_path: Path) -> None:
    """均等割付 for labels; 氏 alone is centred; a value is neither."""
    _, first, second, *_ = rows(build_docx(form_with(tmp_path, TABLE)))
    assert alignments(first) == ["center"]
    assert styles_of(first) == ["CellLabel", "CellLabel", "Cell"]
    assert styles_of(second) == ["Cell", "CellLabel", "Cell"]


def test_a_long_label_is_broken_evenly_after_a_particle(tmp_path: Path) -> None:
    """当事者の関係 does not fit into 24 mm: 当事者の／関係, never 当事者の関／係."""
    form = form_with(tmp_path, '  - table: {columns: [22, 138], rows: [[当事者の関係, "{{ name }}"]]}\n')
    label = rows(build_docx(form))[0].findall(f"{W}tc")[0]
    assert [words(p) for p in label.findall(f"{W}p")] == ["当事者の", "関係"]


def test_a_sentence_in_a_cell_is_no_label(tmp_path: Path) -> None:
    """Fixed text with 。 is set as text, not pulled apart."""
    form = form_with(
        tmp_path, "  - table: {columns: [40, 120], rows: [[結果, 申出に係る警告は、実施しませんでした。]]}\n"
    )
    assert styles_of(rows(build_docx(form))[0]) == ["CellLabel", "Cell"]


def test_a_table_is_fitted_to_the_text_and_never_wider(tmp_path: Path) -> None:
    """Columns of 110 + 110 mm are drawn in the 165 mm between the margins."""
    form = form_with(tmp_path, '  - table: {columns: [110, 110], rows: [[氏名, "{{ name }}"]]}\n')
    grid = [int(column.get(f"{W}w", "0")) for column in part(build_docx(form)).iter(f"{W}gridCol")]
    assert sum(grid) == pytest.approx(165 / 25.4 * 1440, abs=2)


@pytest.mark.parametrize(
    ("layout", "message"),
    [
        ("  - table: {columns: [40, 60, 60], rows: [[氏名, 住所]]}\n", "足りません"),
        ("  - table: {columns: [40, 120], rows: [[氏名, 住所, 電話]]}\n", "多すぎます"),
        ("  - table: {columns: [40, 120], rows: [[{text: 氏名, span: 3}]]}\n", "はみ出しています"),
        ("  - {left: 小さな字, size: 8}\n", "9ポイントより小さくできません"),
        ("  - table: {columns: [40, 120], rows: [[氏名, {text: 字, size: 8.5}]]}\n", "9ポイントより小さくできません"),
        ('  - left: "{%- if met %}あ{% endif %}"\n', "段落をまたいで"),
    ],
)
def test_what_cannot_be_drawn_is_refused_with_its_line(tmp_path: Path, layout: str, message: str) -> None:
    """The author reads what is wrong and in which line of the file."""
    form = form_with(tmp_path, layout)
    with pytest.raises(DefinitionError, match=message) as caught:
        build_docx(form)
    assert caught.value.place.endswith(f"trial.yaml:{len(HEADER.splitlines()) + 2}")


def test_a_field_may_not_take_a_name_that_layouts_use(tmp_path: Path) -> None:
    """A printed field called `check` would hide the function."""
    header = HEADER.replace("  name:", "  check: {label: 確認, type: string}\n  name:")
    form = form_with(tmp_path, "  - title\n", header)
    with pytest.raises(DefinitionError, match="項目の名前にできません"):
        build_docx(form)


@pytest.mark.parametrize(
    ("numbering", "fields"),
    [("auto", ["IF", "NUMPAGES", "PAGE", "NUMPAGES"]), ("always", ["PAGE", "NUMPAGES"]), ("never", [])],
)
def test_page_numbers(tmp_path: Path, numbering: str, fields: list[str]) -> None:
    """`auto` asks for the number of pages first, so that a single page shows nothing."""
    form = form_with(tmp_path, "  - title\n", HEADER + f"page: {{numbering: {numbering}}}\n")
    instructions = [text.text or "" for text in part(build_docx(form), "word/footer1.xml").iter(f"{W}instrText")]
    assert [text.split()[0] for text in instructions if text.split() and text.split()[0].isalpha()] == fields


def test_headings_and_titles_stay_with_what_follows(tmp_path: Path) -> None:
    """A heading at the foot of a page, its table on the next, is no official paper."""
    styles = part(build_docx(form_with(tmp_path, TABLE)), "word/styles.xml")
    keeping = {
        style.get(f"{W}styleId") for style in styles.iter(f"{W}style") if style.find(f"{W}pPr/{W}keepNext") is not None
    }
    assert keeping >= {"Title", "Heading1", "Heading2", "Center", "CellHead"}


def test_a_signature_block_stays_on_one_page(tmp_path: Path) -> None:
    """Every paragraph of a `keep` but the last is bound to the next one."""
    layout = "  - keep:\n      - right: 令和６年６月１日\n      - left: 上記のとおり\n      - {right: 甲}\n"
    kept = [
        p.find(f"{W}pPr/{W}keepNext") is not None for p in part(build_docx(form_with(tmp_path, layout))).iter(f"{W}p")
    ]
    assert kept == [True, True, False]


def test_a_title_is_spread_and_stays_one_word(tmp_path: Path) -> None:
    """Letters are set apart by spacing, not by blanks: a search for the title finds it."""
    title = next(part(build_docx(form_with(tmp_path, "  - title\n"))).iter(f"{W}p"))
    assert words(title) == "連絡経過票"
    assert [spacing.get(f"{W}val") for spacing in title.iter(f"{W}spacing")] == ["120"]


def test_a_form_without_a_layout_prints_its_items_in_tables(tmp_path: Path) -> None:
    """Label and value of every printed item; a list becomes a table of its own."""
    path = tmp_path / "trial" / "trial.yaml"
    path.parent.mkdir()
    path.write_text(HEADER, encoding="utf-8")
    text = words(part(build_docx(read_form(path, OURS.clauses)[0])))
    assert all(word in text for word in ("連絡経過票", "{{ name }}", "{{ c.place }}", "氏名", "様子"))


@pytest.mark.parametrize(
    ("text", "ems"),
    [
        ("漢字かな", 4.0),
        ("ABCD", 2.0),
        ("令和６年５月10日", 8.5),
        ("葛\U000e0100城", 2.0),
        ("ﾊﾝｶｸ", 2.0),
        ("☑", 1.0),
        ("", 0.0),
    ],
)
def test_widths_follow_japanese_type(text: str, ems: float) -> None:
    """Half-width letters take half, variation selectors nothing, a seam with Latin type a quarter each side."""
    assert width(text) == ems


@pytest.mark.parametrize(
    ("text", "ems", "count"), [("あ" * 40, 20.5, 2), ("あ\n\nい", 20, 3), ("", 20, 1), ("あ" * 41, 20.5, 3)]
)
def test_lines_are_counted_with_their_breaks(text: str, ems: float, count: int) -> None:
    """An empty line is a line too."""
    assert lines(text, ems) == count


def values(docx: bytes) -> dict[str, Any]:
    with zipfile.ZipFile(io.BytesIO(docx)) as package:
        return {name: package.read(name) for name in package.namelist()}


def test_a_template_names_nobody(tmp_path: Path) -> None:
    """Properties carry title, number, slug and language, and no author, company or time."""
    parts = values(build_docx(form_with(tmp_path, TABLE)))
    properties = etree.fromstring(parts["docProps/core.xml"])
    assert [etree.QName(child).localname for child in properties] == ["title", "subject", "identifier", "language"]
    assert [etree.QName(child).localname for child in etree.fromstring(parts["docProps/app.xml"])] == ["Application"]


def heights(docx: bytes) -> list[int]:
    """Return the least heights of the rows, mm."""
    return [round(int(each.get(f"{W}val", "0")) * 25.4 / 1440) for each in part(docx).iter(f"{W}trHeight")]


@pytest.mark.parametrize(("line", "side"), [("{{ office.chief_title }}", 24), ("供述者", 12)])
def test_a_seal_has_its_room(tmp_path: Path, line: str, side: int) -> None:
    """An office's seal 24 mm, beside all its lines; a person's own 12 mm, beside the name."""
    docx = build_docx(form_with(tmp_path, f'  - issuer: {{lines: ["甲", "{line}"], seal: true}}\n'))
    assert heights(docx) == [side]
    assert len(rows(docx)[0][1].findall(f"{W}p")) == (2 if side == 24 else 1)


def test_the_stamp_is_put_on_the_original_alone(tmp_path: Path) -> None:
    layout = "  - number\n  - stamp_box: {text: 収入印紙}\n  - title\n"
    form = form_with(tmp_path, layout, HEADER.replace("audience", "copies: [正本, 副本]\naudience"))
    for copy, there in (("正本", True), ("副本", False), ("写し", False)):
        filled = fill(form, Record("trial", "1", {}), copy=copy)
        words_of = words(etree.fromstring(filled.parts["word/document.xml"]))
        assert ("収入印紙" in words_of) is there
        assert words_of.count("別記様式第９号") == 1


def test_tables_right_after_each_other_are_one_frame(tmp_path: Path) -> None:
    """Each keeps its own columns in a common grid; every row fills it."""
    tables = [[40, 125], [20, 60, 85], [165]]
    layout = "".join(
        f"  - table: {{columns: {columns}, rows: [[{', '.join('甲' for _ in columns)}]]}}\n" for columns in tables
    )
    docx = build_docx(form_with(tmp_path, layout))
    (table,) = part(docx).iter(f"{W}tbl")
    assert len(list(table.iter(f"{W}gridCol"))) == 4
    for row, columns in zip(rows(docx), tables, strict=True):
        spans = [int(span.get(f"{W}val", "1")) for span in row.iter(f"{W}gridSpan")]
        cells = list(row.iter(f"{W}tc"))
        assert len(cells) == len(columns)
        assert len(cells) - len(spans) + sum(spans) == 4


def test_a_tick_alone_in_its_cell_stands_in_the_middle(tmp_path: Path) -> None:
    layout = '  - table: {columns: [10, 10, 100], rows: [["{{ check(met) }}", "{{ check(met) }}有", "{{ name }}"]]}\n'
    (row,) = rows(build_docx(form_with(tmp_path, layout)))
    assert [alignments(cell) for cell in row.iter(f"{W}tc")] == [["center"], [], []]


@pytest.mark.parametrize(("count", "whole"), [(12, True), (13, False)])
def test_a_row_goes_over_the_page_only_when_it_is_long(tmp_path: Path, count: int, whole: bool) -> None:  # noqa: FBT001
    """Up to 12 lines a row stays whole; what a longer one says stands at the top of its cells, so that its parts can be read on."""
    form = form_with(tmp_path, '  - table: {columns: [40, 120], rows: [[内容, "{{ story }}"]]}\n')
    docx = fill(form, Record("trial", "r", {"story": "\n".join("あ" * count)})).docx()
    (row,) = rows(docx)
    assert (row.find(f"{W}trPr/{W}cantSplit") is not None) is whole
    assert {align.get(f"{W}val") for align in row.iter(f"{W}vAlign")} == {"center" if whole else "top"}


def test_a_short_table_is_not_torn_apart(tmp_path: Path) -> None:
    layout = "  - table: {columns: [40, 100], rows: [[甲, 乙], [丙, 丁]]}\n"
    first, second = rows(build_docx(form_with(tmp_path, layout)))
    assert first.find(f".//{W}keepNext") is not None
    assert second.find(f".//{W}keepNext") is None


HOUSES = {
    "police": ((25.0, 22.4, 20.0, 20.0), {"24"}, {6}),
    "court": ((35.0, 20.0, 27.0, 30.0), {"21", "24", "28"}, {4, 6}),
}


@pytest.mark.parametrize("house", HOUSES)
def test_a_house_gives_its_measures(tmp_path: Path, house: str) -> None:
    """Margins, type and rules; for courts 37 letters by 26 lines."""
    margins, sizes, rules = HOUSES[house]
    form = form_with(tmp_path, "  - title\n" + TABLE, HEADER.replace("audience", f"page: {{house: {house}}}\naudience"))
    docx = build_docx(form)
    section = part(docx).find(f".//{W}pgMar")
    assert section is not None
    told = [int(section.get(f"{W}{side}", "0")) * 25.4 / 1440 for side in ("top", "right", "bottom", "left")]
    assert told == pytest.approx(margins, abs=0.02)
    styles = part(docx, "word/styles.xml")
    written = {style.get(f"{W}styleId"): style for style in styles.iter(f"{W}style")}
    named = {size.get(f"{W}val") for key in ("Title", "FormNumber") for size in written[key].iter(f"{W}sz")}
    base = next(styles.iter(f"{W}sz")).get(f"{W}val")
    assert named | {base} == sizes
    assert {int(each.get(f"{W}sz", "0")) for each in next(styles.iter(f"{W}tblBorders"))} == rules
    if house == "court":
        grid = next(part(docx).iter(f"{W}docGrid"))
        assert int((297 - 35 - 27) * 72 / 25.4 // (int(grid.get(f"{W}linePitch", "0")) / 20)) == 26
        assert int((210 - 20 - 30) * 72 / 25.4 // 12) == 37
        assert "- " in words(part(docx, "word/footer1.xml"))


def test_a_loose_sheet_says_whose_it_is(tmp_path: Path) -> None:
    """By what the paper itself prints under no condition: number, name, date; nothing that is kept from it."""
    header = HEADER.replace(
        "fields:\n",
        "fields:\n  card_no: {label: 番号, type: string}\n  met_on: {label: 日, type: date}\n  refuge: {label: 避難先, type: person, printed: false}\n",
    )
    layout = '  - left: "{{ card_no }}　{{ met_on | wareki }}"\n  - left: "{{ name }}"\n' + TABLE.replace(
        ", when: met", ""
    )
    data = {
        "card_no": "甲-7",
        "met_on": "2026-11-30",
        "name": "架空　花子",
        "refuge": "秘密　太郎",
        "story": "長い話。" * 90,
    }
    document = Document(io.BytesIO(fill(form_with(tmp_path, layout, header), Record("trial", "1", data)).docx()))
    texts = [paragraph.text for paragraph in document.paragraphs if paragraph.text]
    at = texts.index("別紙")
    assert texts[at + 1 : at + 6] == [
        "様式　　別記様式第９号　連絡経過票", "番号　　甲-7", "氏名　　架空　花子", "年月日　令和８年11月30日", "欄　　　内容",
    ]  # fmt: skip
