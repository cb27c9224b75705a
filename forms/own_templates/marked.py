"""Hand a template back with every problem as a Word comment where it lies."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from docx import Document
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

from forms.own_templates.texts import BODY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from docx.document import Document as DocumentObject
    from docx.text.run import Run

    from forms.own_templates.examine import TemplateProblem

_AUTHOR, _INITIALS = "様式の点検", "点検"


def with_comments(docx: bytes, problems: Sequence[TemplateProblem]) -> bytes:
    """Return a copy of the template with a comment for each problem.

    What concerns the whole, and what lies in a header, footer or footnote (Word has no comments there), is written at the
    first paragraph and names its place.
    """
    document = Document(io.BytesIO(docx))
    paragraphs = list(document.element.body.iter(qn("w:p")))
    if not paragraphs:
        document.add_paragraph()
        paragraphs = list(document.element.body.iter(qn("w:p")))
    for problem in problems:
        here = problem.part == BODY and 0 < problem.number <= len(paragraphs)
        element = paragraphs[problem.number - 1] if here else paragraphs[0]
        first, last = _ends(document, element)
        text = problem.message if here else str(problem)
        document.add_comment([first, last], text=text, author=_AUTHOR, initials=_INITIALS)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _ends(document: DocumentObject, element: Any) -> tuple[Run, Run]:
    """Return the first and last run of a paragraph, one made where it has none."""
    paragraph = Paragraph(element, document)
    runs = paragraph.runs or [paragraph.add_run("")]
    return runs[0], runs[-1]
