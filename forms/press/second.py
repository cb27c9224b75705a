"""The second engine: LibreOffice sets what the first refuses by name, and what it set is read back letter by letter."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING
from unicodedata import normalize

from forms.finish.pdf_text import page_count, pdf_pages
from forms.press import libreoffice as office
from forms.press.libreoffice.page_numbers import numbered_by_pages
from forms.press.typeset.package import W, read_package
from forms.press.typeset.reading.styles import is_on
from validators.errors import WouldBeWrongError

if TYPE_CHECKING:
    from lxml import etree


def set_by_libreoffice(docx: bytes, *, timeout: float | None = None) -> bytes:
    """Return the PDF that LibreOffice makes of a DOCX; `timeout` in seconds (left out: the usual).

    Raises CannotDrawError when it gives none, WouldBeWrongError when letters are lost in it.
    """
    seconds = office.TIMEOUT if timeout is None else timeout
    of_several, of_one = (numbered_by_pages(docx, several=several) for several in (True, False))
    pdf = office.convert(of_several, timeout=seconds)
    if of_one != of_several and page_count(pdf) == 1:
        pdf = office.convert(of_one, timeout=seconds)
    refuse_lost(docx, pdf)
    return pdf


def refuse_lost(docx: bytes, pdf: bytes) -> None:
    """Raise WouldBeWrongError where letters of the body do not stand in the PDF: cut off, or never drawn."""
    package = read_package(docx)
    root = package.xml(package.main)
    words = "".join("" if root is None else (text.text or "" for text in root.iter(W + "t") if not _hidden(text)))
    lost = _letters(words) - _letters("".join(pdf_pages(pdf)))
    if lost:
        raise WouldBeWrongError(
            f"LibreOfficeの作ったPDFに、文書の文字のうち{lost.total()}字がありません。",
            action="表の入れ子や固定した行の高さをやめるか、WordでPDFにしてください。",
        )


def _hidden(text: etree._Element) -> bool:
    vanish = text.find(f"../{W}rPr/{W}vanish")
    return vanish is not None and is_on(vanish)


def _letters(text: str) -> Counter[str]:
    return Counter(letter for letter in normalize("NFKC", text) if letter.isalnum())
