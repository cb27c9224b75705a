"""Every character a name in Japan may be written with is printed, or refused by name: read back by two independent readers.

The names are those of 文字情報基盤 (data/mj-characters.tsv: MJ number, code points with their selectors, `;` between two
spellings of one character) and of the character set of the offices' older machines (CP932), whose 髙 and 﨑 are characters
of their own and must never become 高 and 崎.
"""

from __future__ import annotations

import io
import re
import subprocess
import zipfile
from collections import Counter
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pypdfium2
import pytest

from forms.press.typeset import typeset
from validators import glyphs
from validators.errors import CannotDrawError
from validators.kinds import read_value

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

LIST = Path(__file__).parent / "data" / "mj-characters.tsv"
# Unicode 11 characters that the packaged IPAmj Mincho does not have yet.
REFUSED = {"MJ057449": "\u9fee", "MJ060040": "\u9fef"}
# 博's variants U+535A U+E010A and U+E010B are one picture each with these; PDFium then reads the other spelling.
TWINS = {"\U0002b9e4\U000e0100", "\U0002b9e4\U000e0101"}
CHUNK = 1500
SELECTORS = "\ufe00-\ufe0f\U000e0100-\U000e01ef"
UNIT = re.compile(f"[^{SELECTORS}][{SELECTORS}]*")
_W = "xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'"
_STYLES = (
    f"<w:styles {_W}><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii='BIZ UDMincho' w:eastAsia='BIZ UDMincho'/>"
    "<w:sz w:val='21'/></w:rPr></w:rPrDefault></w:docDefaults>"
    "<w:style w:type='paragraph' w:default='1' w:styleId='Normal'><w:name w:val='Normal'/></w:style></w:styles>"
)
_PAGE = "<w:sectPr><w:pgSz w:w='11906' w:h='16838'/><w:pgMar w:top='1417' w:right='1134' w:bottom='1134' w:left='1417'/></w:sectPr>"
_RUBY = (
    "<w:r><w:ruby><w:rubyPr><w:rubyAlign w:val='center'/><w:hps w:val='10'/><w:hpsRaise w:val='18'/><w:hpsBaseText w:val='21'/>"
    "<w:lid w:val='ja-JP'/></w:rubyPr><w:rt><w:r><w:t>{above}</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>{base}</w:t></w:r></w:rubyBase></w:ruby></w:r>"
)


def document(body: str) -> bytes:
    """Return a DOCX of this body."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(
            "[Content_Types].xml", "<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'/>"
        )
        archive.writestr("word/styles.xml", _STYLES)
        archive.writestr("word/document.xml", f"<w:document {_W}><w:body>{body}{_PAGE}</w:body></w:document>")
    return out.getvalue()


def line(text: str, align: str = "left") -> str:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    return f"<w:p><w:pPr><w:jc w:val='{align}'/></w:pPr><w:r><w:t xml:space='preserve'>{escaped}</w:t></w:r></w:p>"


def table(cells: Sequence[str], width: int) -> str:
    rows = "".join(f"<w:tr><w:tc>{cell}</w:tc></w:tr>" for cell in cells)
    return f"<w:tbl><w:tblGrid><w:gridCol w:w='{width}'/></w:tblGrid>{rows}</w:tbl><w:p/>"


def parts(names: Sequence[str], size: int) -> list[Sequence[str]]:
    return [names[start : start + size] for start in range(0, len(names), size)]


def ruby(names: Sequence[str], written: str) -> str:
    rows = ("".join(_RUBY.replace(written, name) for name in row) for row in parts(names, 10))
    return "".join(f"<w:p>{row}</w:p>" for row in rows).replace("{above}", "字字").replace("{base}", "字字")


# A cell of two letters' width: every other letter, the name, is the last of its line.
PLACES: dict[str, Callable[[Sequence[str]], str]] = {
    "narrative": lambda names: line("".join(names), "both"),
    "at the line's end": lambda names: table([line("字" + "字".join(names))], 520),
    "label": lambda names: table([line("".join(row), "distribute") for row in parts(names, 3)], 2000),
    "list cell": lambda names: table([line("".join(row)) for row in parts(names, 5)], 2000),
    "under ruby": lambda names: ruby(names, "{base}"),
    "as ruby": lambda names: ruby(names, "{above}"),
}


def poppler(pdf: bytes) -> str:
    return subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()


def pdfium(pdf: bytes) -> str:
    opened = pypdfium2.PdfDocument(pdf)
    try:
        return "".join(page.get_textpage().get_text_range() for page in opened)
    finally:
        opened.close()


@cache
def mj_names() -> dict[str, str]:
    """Return each character with its selector → its MJ number."""
    rows = (row.split("\t") for row in LIST.read_text("utf-8").splitlines()[1:])
    return {
        "".join(chr(int(code, 16)) for code in spelling.split()): number
        for number, spellings in rows
        for spelling in spellings.split(";")
    }


@cache
def cp932_names() -> tuple[str, ...]:
    """Return every character of two bytes that CP932 has, but those an office defines for itself."""
    found: dict[str, None] = {}
    for code in range(0x8140, 0xFCFD):
        try:
            character = code.to_bytes(2, "big").decode("cp932")
        except UnicodeDecodeError:
            continue
        if len(character) == 1 and not character.isspace():
            found[character] = None
    return tuple(character for character in found if not "\ue000" <= character <= "\uf8ff")


def lost(names: Sequence[str], place: str, read: Callable[[bytes], str]) -> set[str]:
    """Return what a reader does not find, as often as it was printed, in the paper set with these names."""
    pdf = typeset(document(PLACES[place](names)))
    found = Counter(UNIT.findall("".join(read(pdf).split())))
    return set(Counter(names) - found)


def printable() -> list[str]:
    return [name for name in mj_names() if name not in REFUSED.values()]


def test_the_whole_list_is_printed_but_two_characters_refused_by_name() -> None:
    """58,845 characters in as many spellings; two have no picture in any packaged font."""
    names = mj_names()
    assert len(names) == 58845
    assert {names[name]: name for name in names if glyphs.missing_characters(name)} == REFUSED
    for name in REFUSED.values():
        with pytest.raises(CannotDrawError, match=f"U\\+{ord(name):04X}"):
            typeset(document(line("甲" + name)))


def test_every_name_is_read_back_in_order_from_a_narrative() -> None:
    """By poppler all of them with their selectors; PDFium mistakes two for their twins, printed on the same paper."""
    misread: set[str] = set()
    for names in parts(printable(), 2 * CHUNK):
        pdf = typeset(document(PLACES["narrative"](names)))
        assert "".join(poppler(pdf).split()) == "".join(names)
        misread |= set(Counter(names) - Counter(UNIT.findall("".join(pdfium(pdf).split()))))
    assert misread == TWINS


@pytest.mark.parametrize("reader", [poppler, pdfium])
@pytest.mark.parametrize("place", PLACES)
def test_some_names_of_every_kind_survive_in_every_place(place: str, reader: Callable[[bytes], str]) -> None:
    """Plain, with selectors of both collections, beyond U+FFFF, CP932's own; those known for trouble among them."""
    names = printable()
    some = [*names[::331], *cp932_names()[::61], *"髙﨑栁𠮷𠀋𩸽神塚①㈱", "辻\U000e0102", "葛\U000e0100", "邉\U000e0112"]
    assert lost(list(dict.fromkeys(some)), place, reader) == set()


@pytest.mark.corpus
@pytest.mark.parametrize("place", PLACES)
def test_every_name_survives_in_every_place(place: str) -> None:
    for names in parts([*dict.fromkeys([*printable(), *cp932_names()])], CHUNK):
        assert lost(names, place, poppler) == set()
        assert lost(names, place, pdfium) <= TWINS


def test_cp932_is_printed_whole() -> None:
    names = cp932_names()
    assert len(names) == 7325
    assert glyphs.missing_characters("".join(names)) == []


@pytest.mark.parametrize("kind", ["string", "text", "person", "address"])
def test_no_name_is_changed_on_its_way_to_the_paper(kind: str) -> None:
    """Neither CP932's compatibility characters nor a selector is folded away when a value is read."""
    for name in [*cp932_names(), *mj_names()]:
        assert read_value(kind, {}, f"甲{name}乙") == f"甲{name}乙"


@pytest.mark.parametrize("character", ["\ue000", "\uf860"])
def test_what_an_office_defined_for_itself_is_refused(character: str) -> None:
    """外字 mean another character in every office, so none is printed, whatever a font holds there."""
    assert glyphs.missing_characters(character) == [character]
