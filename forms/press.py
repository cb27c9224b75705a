"""Choose the engine: the first where it can draw the document, LibreOffice where it cannot and is installed, else the refusal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forms import office
from forms.typeset import typeset
from validators.errors import CannotDrawError

if TYPE_CHECKING:
    from datetime import datetime


def to_pdf(docx: bytes, *, title: str = "", date: datetime | None = None) -> bytes:
    """Set a DOCX as PDF; `title` and `date` as in `typeset` (what LibreOffice sets gets them from `forms.finish`).

    Raises CannotDrawError naming each construct when neither engine draws it, InputError for what is no DOCX or holds
    active content, EngineError when LibreOffice brings no whole PDF.
    """
    try:
        return typeset(docx, title=title, date=date)
    except CannotDrawError:
        if not office.installed():
            raise
        return office.convert(docx)
