"""A DOCX made of the given body, and what two independent readers find in a PDF."""

from __future__ import annotations

import io
import subprocess
import zipfile
from typing import TYPE_CHECKING

import pypdfium2
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_W = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
_STYLES = (
    f"<w:styles {_W}><w:docDefaults><w:rPrDefault><w:rPr>"
    '<w:rFonts w:ascii="BIZ UDMincho" w:hAnsi="BIZ UDMincho" w:eastAsia="BIZ UDMincho"/><w:sz w:val="21"/></w:rPr></w:rPrDefault></w:docDefaults>'
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Base"><w:name w:val="base"/><w:pPr><w:jc w:val="right"/></w:pPr><w:rPr><w:sz w:val="40"/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="Derived"><w:name w:val="derived"/><w:basedOn w:val="Base"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="H1"><w:name w:val="heading 1"/><w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="H3"><w:name w:val="heading 3"/><w:pPr><w:outlineLvl w:val="2"/></w:pPr></w:style>'
    "</w:styles>"
)
_PAGE = '<w:sectPr>{footer}<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1417" w:right="1134" w:bottom="1134" w:left="1417" w:header="567" w:footer="567"/></w:sectPr>'


def build(body: str, *, footer: str = "", section: str = "", parts: Mapping[str, bytes] | None = None) -> bytes:
    """Return a DOCX with this body; `footer` is the XML inside w:ftr, `section` replaces the section's properties."""
    reference = '<w:footerReference w:type="default" r:id="f"/>' if footer else ""
    files = {
        "[Content_Types].xml": b"<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'/>",
        "word/styles.xml": _STYLES.encode(),
        "word/document.xml": f"<w:document {_W}><w:body>{body}{section or _PAGE.format(footer=reference)}</w:body></w:document>".encode(),
        "word/footer1.xml": f"<w:ftr {_W}>{footer}</w:ftr>".encode(),
        "word/_rels/document.xml.rels": b"<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>"
        b"<Relationship Id='f' Type='f' Target='footer1.xml'/><Relationship Id='i' Type='i' Target='media/i.png'/></Relationships>",
        **(parts or {}),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return out.getvalue()


@pytest.fixture
def docx() -> Callable[..., bytes]:
    return build


def read_poppler(pdf: bytes) -> str:
    """Return the text that pdftotext reads."""
    return subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()


def read_pdfium(pdf: bytes) -> str:
    """Return the text that PDFium reads."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return "".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()


@pytest.fixture
def read() -> Callable[[bytes], tuple[str, str]]:
    """Read a PDF twice, blanks taken out."""
    return lambda pdf: ("".join(read_poppler(pdf).split()), "".join(read_pdfium(pdf).split()))


@pytest.fixture
def letters() -> Callable[[bytes], list[tuple[str, float, float, float]]]:
    """Return each letter of the first page with its left edge, its top edge and its height (points, from the top left)."""

    def positions(pdf: bytes) -> list[tuple[str, float, float, float]]:
        document = pypdfium2.PdfDocument(pdf)
        try:
            page = document[0]
            text, height = page.get_textpage(), page.get_height()
            found = []
            for index in range(text.count_chars()):
                left, bottom, _, top = text.get_charbox(index, loose=True)
                letter = text.get_text_range(index, 1)
                if letter.strip():
                    found.append((letter, left, height - top, top - bottom))
            return found
        finally:
            document.close()

    return positions
