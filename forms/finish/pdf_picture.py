"""A page of a PDF as a grey picture, as PDFium, the reader of Chrome, draws it."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import Final

import pypdfium2_raw as pdfium

from forms.finish.pdf_text import opened
from validators.errors import InputError

_POINTS: Final = 72  # an inch
_WHITE: Final = 0xFFFFFFFF
_GREY: Final = 1  # FPDFBitmap_Gray: one byte a dot


@dataclass(frozen=True, slots=True)
class GreyPicture:
    """Dots from the top left, one byte each (0 black, 255 white)."""

    width: int
    height: int
    dots: bytes


def page_picture(pdf: bytes, number: int, *, dpi: int) -> GreyPicture:
    """Draw a page (the first is 0). Raises InputError for what is no PDF or has no such page."""
    with opened(pdf) as document:
        page = pdfium.FPDF_LoadPage(document, number)
        if not page:
            raise InputError("この頁はありません。", action="頁の番号を確かめてください。")
        try:
            width = round(pdfium.FPDF_GetPageWidthF(page) * dpi / _POINTS)
            height = round(pdfium.FPDF_GetPageHeightF(page) * dpi / _POINTS)
            dots = (ctypes.c_ubyte * (width * height))()
            bitmap = pdfium.FPDFBitmap_CreateEx(width, height, _GREY, dots, width)
            pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, _WHITE)
            pdfium.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, pdfium.FPDF_ANNOT)
            pdfium.FPDFBitmap_Destroy(bitmap)
        finally:
            pdfium.FPDF_ClosePage(page)
    return GreyPicture(width, height, bytes(dots))
