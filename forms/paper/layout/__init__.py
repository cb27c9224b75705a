"""Turn the layout of a form into a DOCX template in docxtpl's syntax (docs/FORMS.md, Layout)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from forms.paper.layout.blocks import blocks
from forms.paper.layout.continuation import continuation_sheets
from forms.paper.layout.ooxml import el, twips
from forms.paper.layout.package import package
from forms.paper.layout.paper import Paper
from forms.paper.layout.plain import plain_layout
from forms.paper.layout_check import check_layout

if TYPE_CHECKING:
    from validators.model import Form

__all__ = ["build_docx"]

# What the drawing itself puts into a context beside the fields.
_FROM_EDGE: Final = twips(10)  # of a header or footer, where the margin has room for its line
_RESERVED: Final = frozenset(
    {
        "form",
        "loop",
        "check",
        "checks",
        "checklist",
        "circled",
        "either",
        "label",
        "letter",
        "lettered",
        "joined",
        "zen",
        "box",
        "boxed",
        "short",
        "whole",
        "rows",
        "continued",
        "sheet",
    }
)


def build_docx(form: Form, *, by_text: bool = True) -> bytes:
    """Return the form's DOCX template; the same form gives the same bytes.

    `by_text` off: as an office takes it over, with expressions in its text alone; which rows stay whole does not hang on
    what is written. Raises DefinitionError with file and line where the layout cannot be drawn.
    """
    check_layout(form)
    paper = Paper.of(form, by_text=by_text)
    for name in sorted(_RESERVED & form.fields.keys()):
        if form.fields[name].printed:
            paper.refuse(("fields", name), f"「{name}」は書式で使う名前なので、印字する項目の名前にできません。")
    layout = form.layout or plain_layout(form)
    body = "".join(blocks(paper, layout, ("layout",))) + continuation_sheets(paper) + _section(paper)
    return package(paper, body)


def _section(paper: Paper) -> str:
    top, right, bottom, left = (twips(mm) for mm in paper.margins)
    turned = {"orient": "landscape"} if paper.width > paper.height else {}
    # their one line ends before the body begins: Word and LibreOffice push the body away from a header that reaches into it
    line = round(paper.line * 20)
    distances = {"header": min(_FROM_EDGE, top - line), "footer": min(_FROM_EDGE, bottom - line)}
    return el(
        "sectPr",
        '<w:headerReference w:type="default" r:id="rId5"/>',
        '<w:footerReference w:type="default" r:id="rId4"/>',
        el("pgSz", w=twips(paper.width), h=twips(paper.height), **turned),
        el("pgMar", top=top, right=right, bottom=bottom, left=left, **distances, gutter=0),
        el("docGrid", type="lines", linePitch=line),
    )
