"""Promise: a body cut by its text becomes the same paper as one that is parsed; a body that is not plain is parsed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from forms.paper.fill import fill
from forms.press.typeset.press import typst_source
from forms.press.typeset.reading import body as pieces
from tests.forms.catalogue.papers import PAPERS, judged, pictured
from validators.errors import InputError, YoshikiError

if TYPE_CHECKING:
    from collections.abc import Mapping

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
TABLE = "<w:tbl><w:tblPr/><w:tblGrid><w:gridCol w:w='4000'/></w:tblGrid><w:tr><w:tc>{}</w:tc></w:tr></w:tbl>".replace(
    "'", '"'
)
COLUMN = '<w:gridCol w:w="4000"/>'
P = "<w:p><w:r><w:t>架空</w:t></w:r></w:p>"
SECTION = '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/></w:sectPr>'
LANDSCAPE = '<w:sectPr><w:pgSz w:w="16838" w:h="11906"/></w:sectPr>'
TEXT_BOX = f"<w:p><w:r><w:pict><w:txbxContent>{P}</w:txbxContent></w:pict></w:r></w:p>"
PLAIN = {
    "paragraphs": P + "<w:p/>" + '<w:p w:rsidR="00AA11BB"/>' + '<w:p w:rsidR="00AA11BB"><w:r><w:t>甲</w:t></w:r></w:p>',
    "table": P + TABLE.format(P) + P,
    "cell properties": TABLE.format(f'<w:tcPr><w:tcW w:w="4000" w:type="dxa"/></w:tcPr>{P}'),
    "cell outside of any row": TABLE.format(P).replace("<w:tr>", f"<w:tc>{P.replace('架空', '迷子')}</w:tc><w:tr>"),
    "cell without an end": TABLE.format(P)
    .replace("<w:tr>", "<w:tr><w:tc/>")
    .replace("<w:tblGrid>", "<w:tblGrid>" + COLUMN),
    "section": P + SECTION,
    "written signs": P.replace("架空", "&lt;w:p&gt; &amp;lt; &#26481; &quot;"),
}
NOT_PLAIN = {
    "table in a table": TABLE.format(TABLE.format(P) + P),
    "content control": f"<w:sdt><w:sdtContent>{P}</w:sdtContent></w:sdt>",
    "two sections": f"<w:p><w:pPr>{LANDSCAPE}</w:pPr></w:p>{P}{SECTION}",
    "last paragraph ends a section": f"{P}<w:p><w:pPr>{LANDSCAPE}</w:pPr></w:p>",
    "comment": f"{P}<!-- </w:p> -->{P}",
    "comment in a paragraph": P.replace("架空", "架<!-- </w:p> -->空"),
    "characters as they are": P.replace("架空", "<![CDATA[</w:p>]]>"),
    "blank between": f"{P}\n{P}",
    "another name for the words": f'<x:p xmlns:x="{W}"><x:r><x:t>乙</x:t></x:r></x:p>',
    "a sign in an attribute": '<w:p w:rsidR="a>b"><w:r><w:t>丙</w:t></w:r></w:p>',
    "bookmark between": f'{P}<w:bookmarkStart w:id="0" w:name="a"/>{P}<w:bookmarkEnd w:id="0"/>',
    "nothing": "",
}
BROKEN = (
    "<w:p><w:r></w:p>",
    "<w:p><w:r><w:t>甲</w:t></w:r>",
    "<w:tbl><w:tr><w:tc></w:tr></w:tbl>",
    "<w:p><w:r><w:t>&nbsp;</w:t></w:r></w:p>",
    "</w:p>",
)


def document(body: str) -> dict[str, bytes]:
    return {"word/document.xml": f'<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'.encode()}


def outcome(parts: Mapping[str, bytes]) -> str:
    """Return the source, or what is said instead."""
    try:
        return typst_source(parts)[0]
    except YoshikiError as error:
        return str(error)


def both(parts: Mapping[str, bytes], monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    """Return what becomes of a document, and of the same parsed whole."""
    cut = outcome(parts)
    with monkeypatch.context() as patch:
        patch.setattr(pieces, "_split", lambda _data: ("", ""))
        return cut, outcome(parts)


def cuts(parts: Mapping[str, bytes]) -> bool:
    blocks = [block for part in pieces.read_body(parts["word/document.xml"]) for block in part.blocks]
    return bool(blocks) and all(isinstance(block, pieces.Cut) for block in blocks)


@pytest.mark.parametrize("name", PLAIN)
def test_a_plain_body_is_cut_and_sets_the_same(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    parts = document(PLAIN[name])
    assert cuts(parts)
    cut, parsed = both(parts, monkeypatch)
    assert cut == parsed
    assert "#paper(" in cut


@pytest.mark.parametrize("name", NOT_PLAIN)
def test_a_body_that_is_not_plain_is_parsed_and_sets_the_same(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    parts = document(NOT_PLAIN[name])
    assert not cuts(parts)
    cut, parsed = both(parts, monkeypatch)
    assert cut == parsed
    assert "#paper(" in cut


def test_a_text_box_is_refused_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    cut, parsed = both(document(TEXT_BOX), monkeypatch)
    assert cut == parsed
    assert "PDFに描けない書式があります" in cut


@pytest.mark.parametrize("body", BROKEN)
def test_broken_xml_is_an_error_however_it_is_read(body: str) -> None:
    with pytest.raises(InputError, match="XMLを読み取れませんでした"):
        typst_source(document(body))


@pytest.mark.parametrize("encoding", ["utf-16", "cp932"])
def test_another_encoding_is_parsed(encoding: str) -> None:
    declared = {"utf-16": "UTF-16", "cp932": "Shift_JIS"}[encoding]
    text = f'<?xml version="1.0" encoding="{declared}"?><w:document xmlns:w="{W}"><w:body>{P}</w:body></w:document>'
    assert '"架空"' in outcome({"word/document.xml": text.encode(encoding)})


def test_the_same_words_under_another_name_are_another_piece() -> None:
    """What stands before the body says what its names mean: with `w` for something else, nothing is a paragraph."""
    assert '"架空"' in outcome(document(P))
    other = {"word/document.xml": document(P)["word/document.xml"].replace(W.encode(), b"urn:example:other")}
    assert "架空" not in outcome(other)


_SEEN = frozenset(pictured())


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(paper.name, marks=() if paper.name in _SEEN else pytest.mark.corpus)
        for paper in PAPERS.values()
        if paper.expect != "refused"
    ],
)
def test_every_paper_that_is_issued_is_cut_and_sets_the_same(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each paper that has its picture, so every form; `make corpus` all that are not refused."""
    found = judged(name, rest=[])
    assert found.form is not None
    parts = fill(found.form, found.record, found.record.office).parts
    assert cuts(parts)
    cut, parsed = both(parts, monkeypatch)
    assert cut == parsed
