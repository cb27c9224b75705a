"""A name keeps the shape of its characters wherever it stands: mid-line, at a line's end, before a blank, in a label."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pikepdf
import pypdfium2
import pytest

from forms.press.typeset import typeset
from validators import glyphs
from validators.errors import CannotDrawError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TSUJI = "辻\U000e0102"
BE = "辺\U000e0102"


def p(text: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t xml:space='preserve'>{text}</w:t></w:r></w:p>"


def drawn_in(pdf: bytes, family: str) -> list[bytes]:
    """Return the glyph codes drawn in a font on the first page, two bytes each."""
    codes: list[bytes] = []
    with pikepdf.open(io.BytesIO(pdf)) as document:
        page = document.pages[0]
        names = {name for name, font in page.resources.Font.items() if family in str(font.BaseFont)}
        current = ""
        for operands, operator in pikepdf.parse_content_stream(page):  # type: ignore[misc] # both kinds unpack
            if str(operator) == "Tf":
                current = str(operands[0])
            elif str(operator) in {"Tj", "TJ"} and current in names:
                strings = (
                    operands
                    if str(operator) == "Tj"
                    else [item for item in operands[0] if isinstance(item, pikepdf.String)]
                )
                for string in strings:
                    data = bytes(string)
                    codes += [data[at : at + 2] for at in range(0, len(data), 2)]
    return codes


@pytest.mark.parametrize("align", ["left", "both", "right", "distribute"])
def test_the_shape_survives_every_place_in_a_line(
    docx: Callable[..., bytes], read: Callable[[bytes], tuple[str, str]], align: str
) -> None:
    """Push the name over the line's end letter by letter: always one and the same glyph, always read back with its selector."""
    for shift in range(36, 50):
        text = "字" * shift + TSUJI + "太郎、" + TSUJI + " 様" + TSUJI
        pdf = typeset(docx(p(text, f"<w:jc w:val='{align}'/>") + p(TSUJI)))
        codes = drawn_in(pdf, "IPAmj")
        assert len(codes) == 4
        assert len(set(codes)) == 1
        for found in read(pdf):
            assert found.count("辻") == 4
        assert read(pdf)[0].count(TSUJI) == 4


def test_the_shape_survives_in_labels_headers_and_runs_that_word_split(
    docx: Callable[..., bytes], read: Callable[[bytes], tuple[str, str]]
) -> None:
    """Word may put the selector into another run than its base character."""
    inside = p("渡" + BE, "<w:jc w:val='distribute'/>")
    label = f"<w:tbl><w:tblGrid><w:gridCol w:w='3000'/></w:tblGrid><w:tr><w:tc>{inside}</w:tc></w:tr></w:tbl>"
    split = f"<w:p><w:r><w:t>渡{BE[0]}</w:t></w:r><w:r><w:t>{BE[1:]}氏</w:t></w:r></w:p>"
    pdf = typeset(docx(label + split, footer=p(BE)))
    assert len(set(drawn_in(pdf, "IPAmj"))) == 1
    assert read(pdf)[0].count(BE) == 3


def test_the_variant_is_not_the_plain_character(docx: Callable[..., bytes]) -> None:
    """Two selectors of one character are two different pictures."""
    crops = []
    for text in ("辻\U000e0102", "辻\U000e0103"):
        assert glyphs.missing_characters(text) == []
        document = pypdfium2.PdfDocument(typeset(docx(p(text))))
        crops.append(document[0].render(scale=4, grayscale=True).to_pil().crop((270, 270, 350, 350)))
        document.close()
    assert crops[0].tobytes() != crops[1].tobytes()
    assert min(crop.getextrema()[0] for crop in crops) < 128


@pytest.mark.parametrize("align", ["both", "right", "distribute"])
def test_a_shape_of_the_main_font_survives_every_place_too(
    docx: Callable[..., bytes], read: Callable[[bytes], tuple[str, str]], align: str
) -> None:
    """葛 has one shape by itself and another by the selector in the main font; no font of the other collection has it."""
    plain, variant = "葛", "葛\U000e0100"
    alone = drawn_in(typeset(docx(p(plain + variant))), "BIZUD")
    assert alone[0] != alone[1]
    for shift in range(38, 48):
        pdf = typeset(
            docx(
                p(variant + plain)
                + p("字" * shift + variant + "城、" + variant + " 様" + variant, f"<w:jc w:val='{align}'/>")
            )
        )
        codes = drawn_in(pdf, "BIZUD")
        assert codes.count(codes[0]) == 4
        assert codes.count(codes[1]) == 1
        assert read(pdf)[0].count(variant) == 4


def test_a_plain_paper_does_not_carry_the_large_font(docx: Callable[..., bytes]) -> None:
    with pikepdf.open(io.BytesIO(typeset(docx(p("渡辺"))))) as document:
        assert [str(font.BaseFont)[8:] for font in document.pages[0].resources.Font.values()] == ["BIZUDMincho-Regular"]


def test_a_character_only_ipamj_has_is_drawn(
    docx: Callable[..., bytes], read: Callable[[bytes], tuple[str, str]]
) -> None:
    assert read(typeset(docx(p("𠮷野"))))[0] == "𠮷野"


@pytest.mark.parametrize("text", ["\U0001f600", "邉\U000e01ef", "가"])
def test_a_character_no_font_has_is_named_before_printing(docx: Callable[..., bytes], text: str) -> None:
    assert glyphs.missing_characters("甲" + text + "乙") == [text]
    with pytest.raises(CannotDrawError, match=f"U\\+{ord(text[-1]):04X}"):
        typeset(docx(p("甲" + text)))


def test_fonts_that_are_missing_are_named_with_their_package(tmp_path: Path) -> None:
    with pytest.raises(glyphs.FontMissingError, match="fonts-ipamj-mincho"):
        glyphs.locate_fonts((tmp_path,))


def test_own_font_directory_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = tmp_path / "ipamjm.ttf"
    own.write_bytes(b"")
    monkeypatch.setenv("YOSHIKI_FONTS", str(tmp_path))
    assert glyphs.locate_fonts(glyphs.font_directories())["ipamjm.ttf"] == own
