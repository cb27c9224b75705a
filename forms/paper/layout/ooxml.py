"""WordprocessingML in small pieces: elements, runs and paragraphs, children in the order that the schema asks for."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final
from xml.sax.saxutils import escape, quoteattr

W: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NAMESPACES: Final = f'xmlns:w="{W}" xmlns:r="{R}"'
DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

# A Jinja tag is kept whole: a line break inside it is layout of the expression, not of the paper.
_PIECES: Final = re.compile(r"(\{\{.*?\}\}|\{%.*?%\}|\n)", re.DOTALL)
_RICH: Final = re.compile(r"(\{\{r\s.*?\}\})", re.DOTALL)


def twips(mm: float) -> int:
    """Return millimetres as twentieths of a point."""
    return round(mm * 1440 / 25.4)


def el(tag: str, *children: str, **attributes: str | float) -> str:
    """Return `<w:tag>` as text; attributes take the prefix w, children are XML already."""
    attrs = "".join(f" w:{name}={quoteattr(str(value))}" for name, value in attributes.items())
    inner = "".join(children)
    return f"<w:{tag}{attrs}>{inner}</w:{tag}>" if inner else f"<w:{tag}{attrs}/>"


@dataclass(frozen=True, slots=True)
class ParagraphLook:
    """What a paragraph has beyond its style; lengths in points, indents in characters of its own size."""

    size: float | None = None
    bold: bool = False
    align: str = ""  # left center right both distribute
    before: float | None = None
    after: float | None = None
    line: float | None = None  # exact line height
    indent: float = 0
    hanging: float = 0
    right_indent: float | None = None
    keep_next: bool = False
    page_break: bool = False
    colour: str = ""
    below: str = ""  # the kind of a rule under the paragraph
    spread: float = 0  # extra space between letters
    base: float = 10.5  # the size of the style, for indents counted in characters

    def kept(self, keep: bool) -> ParagraphLook:  # noqa: FBT001 - reads as a sentence at the call
        """Return the same look, bound to the next paragraph when asked."""
        return replace(self, keep_next=self.keep_next or keep)


PLAIN: Final = ParagraphLook()


def run_properties(look: ParagraphLook) -> str:
    """Return `<w:rPr>` for what the look changes, or nothing."""
    inner = ""
    if look.bold:
        inner += el("b") + el("bCs")
    if look.colour:
        inner += el("color", val=look.colour)
    if look.spread:
        inner += el("spacing", val=round(look.spread * 20))
    if look.size:
        inner += el("sz", val=round(look.size * 2)) + el("szCs", val=round(look.size * 2))
    return el("rPr", inner) if inner else ""


def _text(text: str) -> str:
    pieces = (
        '</w:t><w:br/><w:t xml:space="preserve">' if piece == "\n" else escape(piece) for piece in _PIECES.split(text)
    )
    return f'<w:t xml:space="preserve">{"".join(pieces)}</w:t>'


def runs(text: str, look: ParagraphLook = PLAIN) -> str:
    """Return the runs of a text; a `{{r … }}` stands in a run of its own, so what follows keeps its look."""
    properties = run_properties(look)
    return "".join(el("r", properties, _text(part)) for part in _RICH.split(text) if part)


def spread_runs(text: str, look: ParagraphLook) -> str:
    """Return runs with space between letters, none after the last: else a centred title would stand to the left."""
    return runs(text[:-1], look) + runs(text[-1:], replace(look, spread=0))


def _indents(look: ParagraphLook) -> str:
    """Return `<w:ind>`, its measures counted in characters of the paragraph's own size."""
    character = (look.size or look.base) * 20
    indents: dict[str, str | float] = {}
    if look.indent or look.hanging:
        indents["left"] = round((look.indent + look.hanging) * character)
    if look.right_indent is not None:
        indents["right"] = round(look.right_indent * character)
    if look.hanging:
        indents["hanging"] = round(look.hanging * character)
    return el("ind", **indents) if indents else ""


def paragraph_properties(style: str, look: ParagraphLook = PLAIN) -> str:
    """Return `<w:pPr>` in schema order."""
    inner = el("pStyle", val=style)
    if look.keep_next:
        inner += el("keepNext")
    if look.page_break:
        inner += el("pageBreakBefore")
    if look.below:
        inner += el("pBdr", el("bottom", val=look.below, sz=6, space=1, color="000000"))
    spacing: dict[str, str | float] = {}
    if look.before is not None:
        spacing["before"] = round(look.before * 20)
    if look.after is not None:
        spacing["after"] = round(look.after * 20)
    if look.line is not None:
        inner += el("snapToGrid", val=0)
        spacing |= {"line": round(look.line * 20), "lineRule": "exact"}
    if spacing:
        inner += el("spacing", **spacing)
    inner += _indents(look)
    if look.align:
        inner += el("jc", val=look.align)
    return el("pPr", inner)


def paragraph(style: str, text: str = "", look: ParagraphLook = PLAIN) -> str:
    """Return one paragraph of a named style."""
    return el("p", paragraph_properties(style, look), runs(text, look))


def control(kind: str, statement: str) -> str:
    """Return the paragraph that docxtpl takes for a statement around whole blocks: `{%p if … %}`."""
    return el("p", paragraph_properties("TableGap"), el("r", f"<w:t>{{%{kind} {escape(statement)} %}}</w:t>"))
