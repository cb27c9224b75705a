"""Show a clerk's template beside the built-in paper: the same record on both, two pages to a sheet."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pikepdf

from forms.paper.compiling import compile_template
from forms.paper.fill import fill
from forms.press.engines import press

if TYPE_CHECKING:
    from collections.abc import Mapping

    from validators.model import Form, Record

_SHEET = (1190.55, 841.89)  # points: A3 across, two A4 pages


def side_by_side(docx: bytes, form: Form, record: Record, office: Mapping[str, str]) -> bytes:
    """Return a PDF of A3 sheets: at the left the built-in paper, at the right the template's, page by page.

    For eyes only: it claims neither PDF/A nor PDF/UA. Raises what `fill` and `press` raise.
    """
    own = fill(form, record, office, template=compile_template(docx))
    papers = [press(paper, title=form.title).pdf for paper in (fill(form, record, office), own)]
    with (
        pikepdf.open(io.BytesIO(papers[0])) as left,
        pikepdf.open(io.BytesIO(papers[1])) as right,
        pikepdf.new() as out,
    ):
        for number in range(max(len(left.pages), len(right.pages))):
            sheet = out.add_blank_page(page_size=_SHEET)
            for source, at in ((left, 0.0), (right, _SHEET[0] / 2)):
                if number < len(source.pages):
                    box = pikepdf.Rectangle(at, 0, at + _SHEET[0] / 2, _SHEET[1])
                    sheet.add_overlay(source.pages[number], box)
        content = io.BytesIO()
        out.save(content, deterministic_id=True)
        return content.getvalue()
