"""Promise: a template is judged by what stands on the papers it makes; what nobody would see, or everybody by mistake, is told."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import pytest

from forms.own_templates.examine import examine
from forms.paper.layout import build_docx
from forms.paper.opening import open_template
from tests.rulebooks import OURS
from validators.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

CARD = OURS.catalogue.get("response-card")
END = "<w:sectPr>"
ROW = "<w:tr><w:tc><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc></w:tr>"
TABLE = '<w:tbl><w:tblPr/><w:tblGrid><w:gridCol w:w="4000"/></w:tblGrid>{}</w:tbl>'


def rewritten(change: Callable[[str, str], str]) -> bytes:
    """Return the built-in card with its parts changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(build_docx(CARD))) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            target.writestr(name, change(name, source.read(name).decode()))
    return out.getvalue()


def body(change: Callable[[str], str]) -> bytes:
    return rewritten(lambda name, text: change(text) if name == "word/document.xml" else text)


def ending(xml: str) -> bytes:
    return body(lambda text: text.replace(END, xml + END))


def paragraph(words: str, look: str = "") -> str:
    return f"<w:p><w:r><w:rPr>{look}</w:rPr><w:t>{words}</w:t></w:r></w:p>"


def field(instruction: str) -> str:
    return (
        '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f"<w:r><w:instrText>{instruction}</w:instrText></w:r>"
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>結果</w:t></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
    )


NUMBER = "{{ response_card_no }}"
LEFT = {
    "a date of the day": (field(' DATE \\@ "ggge年M月d日" '), "フィールド「DATE」"),
    "the name of the file": (field(" FILENAME "), "フィールド「FILENAME」"),
    "who saved it": ("<w:p><w:fldSimple w:instr=' AUTHOR '/></w:p>", "フィールド「AUTHOR」"),
    "mail merge": (field(" MERGEFIELD 番号 "), "フィールド「MERGEFIELD」"),
    "a box of Wingdings": ('<w:p><w:r><w:sym w:font="Wingdings" w:char="F0A8"/></w:r></w:p>', "記号フォント"),
    "a run in Wingdings": (paragraph("o", '<w:rFonts w:ascii="Wingdings"/>'), "記号フォント"),
    "full-width braces": (paragraph("｛｛ response_card_no ｝｝"), "｛｛ response_card_no ｝｝"),
    "one brace": (paragraph("番号 { response_card_no }"), "{ response_card_no }"),
    "a guillemet": (paragraph("«番号»"), "«番号»"),
    "hidden words": (paragraph("控え", "<w:vanish/>"), "隠し文字"),
    "words beside a paragraph's tag": (paragraph("{%p if response_card_no %}番号") + paragraph("{%p endif %}"), "段落は丸ごと消えます"),
    "words beside a row's tag": (
        TABLE.format(ROW.format("見出し") + ROW.format("{%tr if response_card_no %}番号") + ROW.format("{%tr endif %}")),
        "行は丸ごと消えます",
    ),
    "a table that may lose all its rows": (
        TABLE.format(ROW.format("{%tr if not response_card_no %}") + ROW.format("番号") + ROW.format("{%tr endif %}")),
        "表の行が、記載によっては一つもなくなり",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LEFT)
def test_what_a_paper_may_not_carry_is_told(name: str) -> None:
    xml, told = LEFT[name]
    problems = examine(ending(xml), CARD, OURS.clauses)
    assert [problem for problem in problems if told in problem.message and problem.severity == "error"], problems


UNSEEN = {
    "hidden by its style": lambda text: text.replace(
        f'<w:r><w:t xml:space="preserve">{NUMBER}',
        f'<w:r><w:rPr><w:rStyle w:val="Gone"/></w:rPr><w:t>{NUMBER}',
    ),
    "never under its condition": lambda text: text.replace(NUMBER, "{% if response_card_no == '' %}" + NUMBER + "{% endif %}"),
    "put in as if it were rich": lambda text: text.replace(NUMBER, "{{r response_card_no }}"),
}  # fmt: skip


@pytest.mark.parametrize("name", UNSEEN)
def test_a_value_that_nobody_sees_is_told_at_its_paragraph(name: str) -> None:
    gone = '<w:style w:type="character" w:styleId="Gone"><w:name w:val="Gone"/><w:rPr><w:vanish/></w:rPr></w:style></w:styles>'

    def change(part: str, text: str) -> str:
        text = text.replace("</w:styles>", gone)
        return UNSEEN[name](text) if part == "word/document.xml" else text

    docx = rewritten(change)
    assert docx != rewritten(lambda _, text: text.replace("</w:styles>", gone))
    (problem,) = examine(docx, CARD, OURS.clauses)
    assert "の記載が紙に現れません" in problem.message
    assert problem.number > 0


def test_the_mark_of_a_copy_stands_on_every_page() -> None:
    """A header of the first page alone leaves the others without it."""
    first = '<w:headerReference w:type="first" r:id="rId5"/><w:titlePg/>'
    docx = body(
        lambda text: text.replace(
            '<w:headerReference w:type="default" r:id="rId5"/>', first.replace("<w:titlePg/>", "")
        ).replace("</w:sectPr>", "<w:titlePg/></w:sectPr>")
    )
    problems = examine(docx, CARD, OURS.clauses)
    assert [problem for problem in problems if "ページ目にありません" in problem.message], problems


def test_a_narrative_that_a_row_would_cut_is_told() -> None:
    row = ROW.replace("<w:tr>", '<w:tr><w:trPr><w:trHeight w:val="400" w:hRule="exact"/></w:trPr>')
    name = next(name for name, known in CARD.fields.items() if known.type == "text" and known.printed)
    (problem,) = examine(ending(TABLE.format(row.format(f"{{{{ {name} }}}}"))), CARD, OURS.clauses)
    assert "収まりません" in problem.message
    assert "別紙" in problem.message


def test_a_comment_takes_its_cell_away() -> None:
    """As docxtpl does: the row keeps the width of its table."""
    cells = "".join(
        f"<w:tc><w:p><w:r><w:t>{words}</w:t></w:r></w:p></w:tc>" for words in ("甲", "{#tc 消える #}", "乙")
    )
    grid = "".join('<w:gridCol w:w="1500"/>' for _ in range(3))
    assert (
        examine(
            ending(f"<w:tbl><w:tblPr/><w:tblGrid>{grid}</w:tblGrid><w:tr>{cells}</w:tr></w:tbl>"), CARD, OURS.clauses
        )
        == []
    )


STRICT = {
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main": "http://purl.oclc.org/ooxml/wordprocessingml/main",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships": "http://purl.oclc.org/ooxml/officeDocument/relationships",
}


def test_a_strict_template_and_one_with_a_dead_link_are_read() -> None:
    def strict(_: str, text: str) -> str:
        for usual, other in STRICT.items():
            text = text.replace(usual, other)
        return text

    dead = '<Relationship Id="x" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" Target="NULL"/></Relationships>'
    linked = rewritten(lambda name, text: text.replace("</Relationships>", dead) if name.startswith("word/") else text)
    assert examine(rewritten(strict), CARD, OURS.clauses) == []
    assert examine(linked, CARD, OURS.clauses) == []


def test_what_word_would_have_to_mend_is_refused_in_words() -> None:
    without_types = rewritten(
        lambda name, text: text.replace("Override", "Ignored") if name == "[Content_Types].xml" else text
    )
    with pytest.raises(InputError, match="様式のDOCXを開けません"):
        open_template(without_types)
