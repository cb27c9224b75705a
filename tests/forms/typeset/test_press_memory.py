"""What the press remembers changes nothing: cold or warm, one form after another, in one thread or in several."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from forms.press.typeset import memory, typeset
from forms.press.typeset.press import typst_source
from validators.errors import CannotDrawError

if TYPE_CHECKING:
    from collections.abc import Callable

HEAD = '<w:p><w:pPr><w:outlineLvl w:val="{level}"/></w:pPr><w:r><w:t>見出し</w:t></w:r></w:p>'
TABLE = (
    '<w:tbl><w:tblPr><w:tblBorders><w:top w:val="single" w:sz="4"/></w:tblBorders></w:tblPr>'
    '<w:tblGrid><w:gridCol w:w="2000"/><w:gridCol w:w="{width}"/></w:tblGrid>'
    "<w:tr><w:tc><w:p><w:r><w:t>氏名</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>{name}</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
)
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
LINE = "<w:p><w:r><w:t>汐見県</w:t></w:r></w:p>"
BODIES = [
    LINE + TABLE.format(width=4000, name="架空　花子"),
    HEAD.format(level=0) + HEAD.format(level=1) + TABLE.format(width=4000, name="架空　次郎"),
    HEAD.format(level=0) + HEAD.format(level=0) + TABLE.format(width=1200, name="架空　花子"),
]


@pytest.fixture(autouse=True)
def cold() -> None:
    """Start without memories."""
    memory._KNOWN.clear()


def test_cold_and_warm_give_the_same_bytes(docx: Callable[..., bytes]) -> None:
    papers = [docx(body) for body in BODIES]
    cold = []
    for paper in papers:
        memory._KNOWN.clear()
        cold.append((typst_source(paper), typeset(paper)))
    interleaved = [(typst_source(paper), typeset(paper)) for _ in range(2) for paper in papers]
    assert interleaved == cold * 2


def test_threads_share_memories_without_mixing_papers(docx: Callable[..., bytes]) -> None:
    papers = [docx(body) for body in BODIES]
    alone = [typeset(paper) for paper in papers]
    memory._KNOWN.clear()
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(typeset, papers * 8)) == alone * 8


def test_a_fragment_under_other_styles_is_another(docx: Callable[..., bytes]) -> None:
    """The same bytes under another style sheet look different."""
    style = '<w:style w:type="paragraph" w:default="1" w:styleId="N"><w:rPr><w:sz w:val="{size}"/></w:rPr></w:style>'
    sheets = [f"<w:styles {W}>{style.format(size=size)}</w:styles>".encode() for size in (18, 32)]
    small, large = (typst_source(docx(LINE, parts={"word/styles.xml": sheet}))[0] for sheet in sheets)
    assert "size:9pt" in small
    assert "size:16pt" in large


def test_what_is_refused_is_refused_again_with_its_own_place(docx: Callable[..., bytes]) -> None:
    bad = "<w:p><w:r><w:sym/></w:r></w:p>"
    for body, place in ((bad, "第1段落"), (bad, "第1段落"), (LINE + bad, "第2段落")):
        with pytest.raises(CannotDrawError, match=place):
            typst_source(docx(body))


def test_numbers_of_lists_go_on(docx: Callable[..., bytes]) -> None:
    item = (
        '<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t>件</w:t></w:r></w:p>'
    )
    numbering = (
        '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/>'
        '</w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    )
    part = f"<w:numbering {W}>{numbering}</w:numbering>".encode()
    for _ in range(2):
        source = typst_source(docx(item * 2, parts={"word/numbering.xml": part}))[0]
        assert '"1."' in source
        assert '"2."' in source


def test_memory_is_bounded(docx: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "_LIMIT", 10)
    for n in range(30):
        typst_source(docx(f"<w:p><w:r><w:t>{n}</w:t></w:r></w:p>"))
    assert len(memory._KNOWN) == 10
