"""What a reader of PDFs sees in a file: its pages and their text, as PDFium, the reader of Chrome, gets it.

PDFium is called by its own functions: the wrapper's objects for each page took as long as the reading itself.
"""

from __future__ import annotations

import ctypes
import re
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pypdfium2_raw as pdfium

from validators.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

_ONE_AT_A_TIME = threading.Lock()  # PDFium is one machine for the whole process
_COLOURS = re.compile(rb"\[\s*/ICCBased \d{1,9} 0 R\s*\]")  # ISO 32000-1, 8.6.5.5
_GREY = b"/DeviceGray"

pdfium.FPDF_InitLibrary()


def pdf_pages(pdf: bytes) -> list[str]:
    """Return the text of each page. Raises InputError for what is no PDF."""
    # No letter depends on a colour, and PDFium makes a converter of each profile, which takes a third of a page's time.
    # The copy has the same length: places in the file stay.
    with opened(_COLOURS.sub(lambda found: _GREY.ljust(len(found[0])), pdf)) as document:
        return [_text(document, number) for number in range(pdfium.FPDF_GetPageCount(document))]


def page_count(pdf: bytes) -> int:
    """Return the number of pages. Raises InputError for what is no PDF."""
    with opened(pdf) as document:
        return int(pdfium.FPDF_GetPageCount(document))


def _unreadable() -> InputError:
    return InputError("PDFとして読み取れませんでした。", action="もう一度作成してください。")


@contextmanager
def opened(pdf: bytes) -> Iterator[Any]:
    """Hold a PDF open for PDFium, which nobody else asks meanwhile. Raises InputError for what is no PDF."""
    with _ONE_AT_A_TIME:
        document = pdfium.FPDF_LoadMemDocument64(pdf, len(pdf), None)
        if not document:
            raise _unreadable()
        try:
            yield document
        finally:
            pdfium.FPDF_CloseDocument(document)


def _text(document: Any, number: int) -> str:
    """Return a page's text; a hyphen at a line's end, which PDFium writes as U+FFFE, is one: a telephone number may end with it."""
    page = pdfium.FPDF_LoadPage(document, number)
    if not page:
        raise _unreadable()
    try:
        text = pdfium.FPDFText_LoadPage(page)
        if not text:
            raise _unreadable()
        try:
            count = pdfium.FPDFText_CountChars(text)
            if count <= 0:
                return ""
            letters = (ctypes.c_ushort * (count + 1))()
            written = pdfium.FPDFText_GetText(text, 0, count, letters)
            return bytes(letters)[: 2 * max(0, written - 1)].decode("utf-16-le", "ignore").replace("\ufffe", "-")
        finally:
            pdfium.FPDFText_ClosePage(text)
    finally:
        pdfium.FPDF_ClosePage(page)
