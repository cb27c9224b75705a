"""Promise: a document of Word's is drawn as Word draws it, or refused by name; what would be wrong goes to no other engine."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING

import pypdfium2
import pytest

from forms.press.engines import press
from forms.press.second import refuse_lost
from forms.press.typeset import typeset
from forms.press.typeset.press import typst_source
from validators.errors import CannotDrawError, InputError, WouldBeWrongError

if TYPE_CHECKING:
    from collections.abc import Callable

    Docx = Callable[..., bytes]

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def text(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return "".join("".join(page.get_textpage().get_text_range().split()) for page in document)


def p(words: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{words}</w:t></w:r></w:p>"


def numbered(words: str, list_: int = 1, level: int = 0, more: str = "") -> str:
    return p(words, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{list_}"/></w:numPr>{more}')


def numbering(levels: str, nums: str) -> dict[str, bytes]:
    part = f'<w:numbering xmlns:w="{W}"><w:abstractNum w:abstractNumId="0">{levels}</w:abstractNum>{nums}</w:numbering>'
    return {"word/numbering.xml": part.encode()}


LEVEL = '<w:lvl w:ilvl="{0}"><w:start w:val="1"/><w:numFmt w:val="{1}"/><w:lvlText w:val="{2}"/><w:pPr><w:ind w:left="420" w:hanging="420"/></w:pPr></w:lvl>'
NUM = '<w:num w:numId="{0}"><w:abstractNumId w:val="0"/>{1}</w:num>'


def renamed(docx: bytes, change: Callable[[str, bytes], tuple[str, bytes]]) -> bytes:
    """Return a DOCX whose parts are given other names or contents."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(docx)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            target.writestr(*change(name, source.read(name)))
    return out.getvalue()


def test_a_strict_document_is_drawn(docx: Docx) -> None:
    """ISO/IEC 29500 Strict has other names for the same elements, and measures with units."""
    body = p("汐見署長　様", '<w:spacing w:line="30pt" w:lineRule="exact"/><w:ind w:start="10mm"/>')
    control = f"<w:sdt><w:sdtContent>{p('架空の表題')}</w:sdtContent></w:sdt>"

    def strict(name: str, data: bytes) -> tuple[str, bytes]:
        return name, data.replace(W.encode(), b"http://purl.oclc.org/ooxml/wordprocessingml/main")

    made = renamed(docx(control + body), strict)
    assert text(typeset(made)) == "架空の表題汐見署長様"
    source = typst_source(made)[0]
    assert "top-edge:24pt" in source  # four fifths of the line
    assert "left:28.35pt" in source


def test_the_main_part_is_the_one_the_package_names(docx: Docx) -> None:
    """Word on the web writes document2.xml; its styles may have another name as well."""
    names = {"word/document.xml": "word/document2.xml", "word/styles.xml": "word/styles3.xml"}
    names["word/_rels/document.xml.rels"] = "word/_rels/document2.xml.rels"
    made = renamed(docx(p("架空町")), lambda name, data: (names.get(name, name), data))
    with pytest.raises(InputError, match="本文が見つかりません"):
        typeset(made)
    relations = "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>{}</Relationships>"
    to = "<Relationship Id='a' Type='{0}/{1}' Target='{2}'/>".format
    parts = {
        "_rels/.rels": relations.format(to(TYPES, "officeDocument", "word/document2.xml")).encode(),
        "word/_rels/document2.xml.rels": relations.format(to(TYPES, "styles", "styles3.xml")).encode(),
    }
    made = renamed(
        docx(p("架空町"), parts={"_rels/.rels": b""}),
        lambda name, data: (names.get(name, name), parts.get(names.get(name, name), data)),
    )
    assert text(typeset(made)) == "架空町"
    assert "size:10.5pt" in typst_source(made)[0]


@pytest.mark.parametrize(
    "made", ["2026-11-30T10:20:30.1234567Z", "1601-01-01T00:00:00Z", "2026-11-30T10:20:30", "さきおととい"]
)
def test_any_time_of_creation_is_taken(docx: Docx, made: str) -> None:
    """Fractions of a second, Word's zero, no zone, and what is no time at all."""
    core = f"<c xmlns:t='http://purl.org/dc/terms/'><t:created>{made}</t:created></c>"
    assert typeset(docx(p("架空"), parts={"docProps/core.xml": core.encode()}))


@pytest.mark.parametrize(
    ("bodies", "told"),
    [("</w:body><w:body>" + p("二つ目"), "2個"), ("<w:sectPr/>" + p("後ろ"), "最後のセクションの後")],
    ids=["two bodies", "text behind the last section"],
)
def test_no_second_body_is_lost_in_silence(docx: Docx, bodies: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        typeset(docx(p("一つ目") + bodies))


def test_lists_of_one_abstract_list_count_together(docx: Docx) -> None:
    """A start of its own sets the common count once; then every list goes on from there."""
    start = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="7"/></w:lvlOverride>'
    parts = numbering(LEVEL.format(0, "decimal", "%1."), NUM.format(1, "") + NUM.format(2, start))
    body = "".join(numbered("件", list_) for list_ in (1, 2, 2, 1))
    assert text(typeset(docx(body, parts=parts))) == "1.件7.件8.件9.件"


def test_numbers_of_upper_levels_are_written_their_own_way_or_refused(docx: Docx) -> None:
    levels = LEVEL.format(0, "{0}", "%1") + LEVEL.format(1, "decimal", "%1の%2").replace("</w:lvl>", "{1}</w:lvl>")
    body = numbered("件", level=1)
    for kind, legal, wanted in (("japaneseCounting", "", "一の1件"), ("japaneseCounting", "<w:isLgl/>", "1の1件")):
        parts = numbering(levels.format(kind, legal), NUM.format(1, ""))
        assert text(typeset(docx(body, parts=parts))) == wanted
    for kind in ("ordinal", "cardinalText", "chicago"):
        with pytest.raises(CannotDrawError, match=f"番号の書式 {kind}"):
            typeset(docx(body, parts=numbering(levels.format(kind, ""), NUM.format(1, ""))))
    circles = numbering(LEVEL.format(0, "decimalEnclosedCircle", "%1"), NUM.format(1, ""))
    with pytest.raises(CannotDrawError, match="21番"):
        typeset(docx(numbered("件") * 21, parts=circles))


@pytest.mark.parametrize("words", ["経緯", ""])
def test_a_numbered_heading_is_drawn_and_called_by_its_words(docx: Docx, words: str) -> None:
    parts = numbering(LEVEL.format(0, "decimal", "第%1"), NUM.format(1, ""))
    pdf = typeset(docx(numbered(words, more='<w:outlineLvl w:val="0"/>') + p("本文"), parts=parts))
    assert text(pdf) == f"第1{words}本文"
    assert b"/S/H1" in pdf


@pytest.mark.parametrize(("own", "left"), [("", 0.0), ('<w:ind w:left="840" w:firstLine="0"/>', 42.0)])
def test_a_paragraphs_own_indent_stands_over_its_lists(
    docx: Docx, letters: Callable[..., list[tuple[str, float, float, float]]], own: str, left: float
) -> None:
    """A first line of 0 is said as well as one of 420: it takes the list's hanging indent away."""
    parts = numbering(LEVEL.format(0, "decimal", "%1"), NUM.format(1, ""))
    first = letters(typeset(docx(numbered("件", more=own), parts=parts)))[0]
    assert first[1] - 70.85 == pytest.approx(left, abs=0.3)


def test_a_negative_line_pitch_is_an_exact_one(docx: Docx) -> None:
    said = [
        typst_source(docx(p("字", f'<w:spacing w:line="{line}" w:lineRule="{rule}"/>')))[0]
        for line, rule in ((-360, "auto"), (360, "exact"))
    ]
    assert said[0] == said[1]


def test_a_tab_in_the_text_is_a_tab(docx: Docx) -> None:
    stop = '<w:tabs><w:tab w:val="left" w:pos="4000"/></w:tabs>'
    with_element = f"<w:p><w:pPr>{stop}</w:pPr><w:r><w:t>甲</w:t><w:tab/><w:t>乙</w:t></w:r></w:p>"
    assert typst_source(docx(p("甲\t乙", stop)))[0] == typst_source(docx(with_element))[0]


def test_a_tab_beyond_the_margin_reaches_into_it_and_no_farther(
    docx: Docx, letters: Callable[..., list[tuple[str, float, float, float]]]
) -> None:
    """The text is 467.75 points wide, the margin 56.7."""
    line = p("第一章\t12", '<w:tabs><w:tab w:val="right" w:leader="dot" w:pos="{}"/></w:tabs>')
    found = letters(typeset(docx(line.format(9800))))
    assert {round(top) for _, _, top, _ in found} == {round(found[0][2])}
    assert found[-1][1] - 70.85 > 467.75
    for beyond in (10_700, 20_000):
        with pytest.raises(CannotDrawError, match="タブ"):
            typeset(docx(line.format(beyond)))


BOUND = (
    "<w:sdt><w:sdtPr><w:dataBinding w:prefixMappings=\"xmlns:d='http://purl.org/dc/elements/1.1/' xmlns:c='urn:c'\" w:xpath=\"{path}\""
    ' w:storeItemID="{{6C3C8BC8-F283-45AE-878A-BAB7291924A1}}"/>{kind}</w:sdtPr><w:sdtContent>{shown}</w:sdtContent></w:sdt>'
)
STORE = {
    "_rels/.rels": f"<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'><Relationship Id='a' Type='{TYPES}/core-properties' Target='core.xml'/></Relationships>".encode(),
    "core.xml": "<c xmlns='urn:c'><d:title xmlns:d='http://purl.org/dc/elements/1.1/'>新しい題</d:title></c>".encode(),
}


@pytest.mark.parametrize(
    ("path", "shown"),
    [("/c:c[1]/d:title[1]", "新しい題"), ("/c:c[1]/d:subject[1]", "古い題")],
    ids=["bound", "the data has no such place"],
)
def test_a_bound_control_shows_its_data(docx: Docx, path: str, shown: str) -> None:
    body = BOUND.format(path=path, kind="<w:text/>", shown=p("古い題"))
    assert text(typeset(docx(body, parts=STORE))) == shown


@pytest.mark.parametrize("kind", ["<w:date w:fullDate='2020-01-01T00:00:00Z'/>", "<w:text/>"])
def test_a_bound_control_that_cannot_be_told_is_refused(docx: Docx, kind: str) -> None:
    shown = p("古い題") if "date" in kind else p("一") + p("二")
    with pytest.raises(WouldBeWrongError, match="コンテンツコントロール"):
        typeset(docx(BOUND.format(path="/c:c/d:title", kind=kind, shown=shown), parts=STORE))


ROW = "<w:tbl><w:tblPr><w:tblBorders><w:top w:val='single' w:sz='4'/></w:tblBorders></w:tblPr><w:tblGrid>{grid}</w:tblGrid><w:tr><w:trPr>{row}</w:trPr>{cells}</w:tr></w:tbl>"
COLUMN = "<w:gridCol w:w='3000'/>"
HEIGHT = "<w:trHeight w:val='{0}' w:hRule='{1}'/>"


def cell(words: str, more: str = "") -> str:
    return f"<w:tc><w:tcPr>{more}</w:tcPr>{p(words)}</w:tc>"


@pytest.mark.parametrize(
    ("grid", "cells"),
    [
        ("", cell("甲") + cell("乙")),
        (COLUMN, cell("甲") + cell("乙")),
        ("<w:gridCol w:w='9355'/><w:gridCol w:w='0'/>", cell("甲") + cell("乙", "<w:tcW w:w='0' w:type='auto'/>")),
    ],
    ids=["no column", "one too few", "no room left"],
)
def test_a_table_whose_widths_are_not_written_is_refused(docx: Docx, grid: str, cells: str) -> None:
    with pytest.raises(WouldBeWrongError, match="列の幅"):
        press(docx(ROW.format(grid=grid, row="", cells=cells)))


def test_widths_of_cells_stand_for_those_of_columns(docx: Docx) -> None:
    """In twentieths of a point or fiftieths of a hundredth of the line; of a merged cell what its other columns leave."""
    cells = cell("甲", "<w:tcW w:w='2500' w:type='pct'/>") + cell("乙", "<w:tcW w:w='2000' w:type='dxa'/>")
    assert "columns:(233.88pt,100pt,)" in typst_source(docx(ROW.format(grid="", row="", cells=cells)))[0]


VERTICAL = "<w:textDirection w:val='tbRlV'/>"


@pytest.mark.parametrize(("rule", "fits"), [("atLeast", True), ("atLeast", False), ("exact", False)])
def test_a_vertical_label_stays_within_the_height_its_row_says(docx: Docx, rule: str, *, fits: bool) -> None:
    words = "連絡担当" if fits else "連絡担当者の氏名及び所属並びに連絡先"
    row = HEIGHT.format(1200, rule)
    made = docx(ROW.format(grid=COLUMN * 2, row=row, cells=cell(words, VERTICAL) + cell("記載")))
    if fits:
        assert text(typeset(made)) == words + "記載"
    else:
        with pytest.raises(WouldBeWrongError, match="縦書きの欄"):
            press(made)


def test_lines_are_as_high_as_the_font_they_name(docx: Docx) -> None:
    """On a grid of 18 points 游明朝 takes one line at 10.5 points and two at 11; メイリオ takes two at either."""
    section = '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:docGrid w:type="lines" w:linePitch="360"/></w:sectPr>'

    def line(font: str, half_points: int) -> float:
        look = f'<w:rPr><w:rFonts w:eastAsia="{font}" w:ascii="{font}"/><w:sz w:val="{half_points}"/></w:rPr>'
        source = typst_source(docx(f"<w:p><w:r>{look}<w:t>字</w:t></w:r></w:p>", section=section))[0]
        top, bottom = re.findall(r"top-edge:([\d.]+)pt,bottom-edge:-([\d.]+)pt", source)[0]
        return round(float(top) + float(bottom), 1)

    assert [line(font, 21) for font in ("ＭＳ 明朝", "游明朝", "Yu Gothic", "メイリオ")] == [18, 18, 18, 36]
    assert [line(font, 22) for font in ("ＭＳ 明朝", "游明朝", "Yu Gothic", "メイリオ")] == [18, 36, 36, 36]


def nested(depth: int) -> str:
    body = p("底")
    for _ in range(depth):
        body = ROW.format(grid=COLUMN, row="", cells=f"<w:tc>{body}<w:p/></w:tc>")
    return body + "<w:p/>"


@pytest.mark.parametrize("depth", [7, 12, 60])
def test_tables_too_deep_in_each_other_are_refused_by_name(docx: Docx, depth: int) -> None:
    assert "底" in text(typeset(docx(nested(5))))
    with pytest.raises(CannotDrawError, match="入れ子にした表"):
        typeset(docx(nested(depth)))


ITALIC = "<w:p><w:r><w:rPr><w:i/></w:rPr><w:t>斜体</w:t></w:r></w:p>"


def test_what_would_be_cut_off_is_refused_whatever_else_is_not_drawn(docx: Docx) -> None:
    """With the box, the letters that fit and the way out; LibreOffice, which would cut it, is not asked."""
    row = HEIGHT.format(500, "exact")
    made = docx(ROW.format(grid=COLUMN, row=row, cells=cell("架空の記載が続く。" * 8)) + ITALIC)
    for draw in (typeset, press):
        with pytest.raises(WouldBeWrongError, match=r"本文の表1の1行目。入るのは約14字、記載は約72字") as caught:
            draw(made)
        assert "別紙" in caught.value.action


@pytest.mark.parametrize("name", ["DATE", "TIME", "SAVEDATE", "FILENAME", "AUTHOR"])
def test_a_field_that_renews_itself_is_drawn_by_nobody(docx: Docx, name: str) -> None:
    with pytest.raises(WouldBeWrongError, match=name):
        press(docx(f"<w:p><w:fldSimple w:instr='{name}'><w:r><w:t>1</w:t></w:r></w:fldSimple></w:p>"))


def test_what_the_second_engine_makes_must_hold_every_letter(docx: Docx) -> None:
    made = docx(ITALIC)
    refuse_lost(made, typeset(docx(p("斜体"))))
    with pytest.raises(WouldBeWrongError, match="1字がありません"):
        refuse_lost(made, typeset(docx(p("斜"))))


@pytest.mark.parametrize("whole", ["午後２時10分", "令和６年６月３日", "☑事実婚の相手"])
def test_what_nobody_reads_in_two_halves_stands_on_one_line(
    docx: Docx, letters: Callable[..., list[tuple[str, float, float, float]]], whole: str
) -> None:
    """Wherever the line ends, a time, a date, a choice with its box stay whole."""
    for lead in range(30, 46):
        found = letters(typeset(docx(p("文" * lead + whole + "　なお記載を続ける。"))))
        line = {round(top) for letter, _, top, _ in found[lead : lead + len(whole)] if letter != "☑"}
        assert len(line) == 1, lead


def test_no_letter_stands_alone_on_the_last_line(
    docx: Docx, letters: Callable[..., list[tuple[str, float, float, float]]]
) -> None:
    for count in range(40, 92):
        tops = [round(top) for _, _, top, _ in letters(typeset(docx(p("居間" * (count // 2) + "の" * (count % 2)))))]
        assert len(set(tops)) == 1 or tops.count(tops[-1]) > 1, count
