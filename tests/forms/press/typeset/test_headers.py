"""A label is a header to a screen reader: of its row, or of its column where a row holds labels alone."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pikepdf
import pytest

from forms.press.typeset import typeset

if TYPE_CHECKING:
    from collections.abc import Callable


def cell(text: str, style: str = "", properties: str = "") -> str:
    named = f"<w:pPr><w:pStyle w:val='{style}'/></w:pPr>" if style else ""
    return f"<w:tc><w:tcPr>{properties}</w:tcPr><w:p>{named}<w:r><w:t>{text}</w:t></w:r></w:p></w:tc>"


def label(text: str, properties: str = "") -> str:
    return cell(text, "CellLabel", properties)


def table(*rows: tuple[str, ...]) -> str:
    grid = "<w:tblGrid>" + "<w:gridCol w:w='2000'/>" * 4 + "</w:tblGrid>"
    written = "".join("<w:tr>" + "".join(row) + "</w:tr>" for row in rows)
    return f"<w:tbl>{grid}{written}</w:tbl><w:p/>"


def roles(pdf: bytes) -> list[str]:
    """Return each row of the document's tables: R header of the row, C of the column, . a value."""
    found: list[str] = []

    def walk(element: Any) -> None:
        if element.get("/S") == "/TR":
            found.append("")
        if element.get("/S") in {"/TH", "/TD"}:
            scope = next((str(owner.Scope) for owner in element.A if "/Scope" in owner), "")
            found[-1] += {"/Row": "R", "/Column": "C", "": "."}[scope]
            assert (element.S == "/TH") == bool(scope)
        kids = element.get("/K", [])
        for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
            if isinstance(kid, pikepdf.Dictionary):
                walk(kid)

    with pikepdf.open(io.BytesIO(pdf)) as document:
        walk(document.Root.StructTreeRoot)
    return found


SPAN, DOWN, ON = "<w:gridSpan w:val='3'/>", "<w:vMerge w:val='restart'/>", "<w:vMerge/>"


@pytest.mark.parametrize("before", ["<w:p><w:r><w:t>甲</w:t></w:r></w:p>", ""])
def test_labels_are_headers_of_their_row(docx: Callable[..., bytes], before: str) -> None:
    """Also beside a blank value, merged downward, in the middle of a row, and where the table opens the document."""
    body = table(
        (label("氏名"), cell("髙橋　美咲"), label("生年月日"), cell("")),
        (label("住所"), cell("", properties=SPAN)),
        (label("申立人", DOWN), label("氏名"), cell("乙"), cell("丙")),
        (cell("", properties=ON), label("住所"), cell("乙"), cell("丙")),
        (cell("甲"), cell("乙"), cell(""), cell("丁")),
    )
    assert roles(typeset(docx(before + body))) == ["R.R.", "R.", "RR..", "R..", "...."]


def test_a_row_of_labels_alone_heads_its_columns(docx: Callable[..., bytes]) -> None:
    body = table(
        (label("番号"), label("日時"), label("場所"), label("状況")), (cell("１"), cell("甲"), cell("乙"), cell("丙"))
    )
    assert roles(typeset(docx(body))) == ["CCCC", "...."]


def test_a_heading_row_does_not_make_headers_of_what_stands_below(docx: Callable[..., bytes]) -> None:
    """Word's repeated rows are headers by themselves; below them values stay values, and labels head their row."""
    heads = (label("番号"), label("日時"), label("場所"), label("状況"))
    body = table(
        heads, (cell("１"), cell("甲"), cell("乙"), cell("丙")), (label("計"), cell("甲"), cell("乙"), cell(""))
    )
    body = body.replace("<w:tr>", "<w:tr><w:trPr><w:tblHeader/></w:trPr>", 1)
    assert roles(typeset(docx(body))) == ["CCCC", "....", "R..."]


def test_without_labels_no_cell_is_a_header(docx: Callable[..., bytes]) -> None:
    assert roles(typeset(docx(table((cell("甲"), cell("乙"), cell("丙"), cell("")))))) == ["...."]


def test_the_file_keeps_its_length_and_opens_without_repair(docx: Callable[..., bytes]) -> None:
    """Every offset in the file stays true, so no reader has to mend it."""
    pdf = typeset(docx(table((label("番号"), label("日時"), label("場所"), label("状況")))))
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert document.get_warnings() == []
        assert document.check_pdf_syntax() == []
